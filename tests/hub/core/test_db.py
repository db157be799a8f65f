"""What both databases say alike, whatever language they sort in."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from hub import ledger, members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import begins, db
from hub.ledger.models import Entry
from tests.servers import PostgreSql

KEYS = ("promotion:3:a", "promotion:3:B:1", "promotion:30:a", "promotion:2:z", "Promotion:3:a", "promotion:3")


def test_what_begins_with_a_text_is_found_whatever_language_sorts(each_database: Flask) -> None:
    with each_database.app_context(), edges.unit():
        ada = members.add("ada@example.com", name="Ada", now=now())
        db.session.flush()
        account = ledger.account_for(member_id=ada.id)
        for key in KEYS:
            ledger.award(account, 1, reason="manual", key=key, subject=key, happened_at=now(), now=now())
        found = select(Entry.key).where(begins(Entry.key, "promotion:3:")).order_by(Entry.id)
        assert list(db.session.scalars(found)) == ["promotion:3:a", "promotion:3:B:1"]
        with pytest.raises(ValueError, match="order of its bytes"):
            begins(Entry.subject, "promotion:3:")


def test_postgresql_sorts_here_as_it_does_where_people_live(
    postgresql_app: Flask, postgresql_server: PostgreSql
) -> None:
    with postgresql_app.app_context():
        sorted_so = db.session.scalar(text("SELECT 'a' < 'B'"))
        assert sorted_so is bool(postgresql_server.language)
