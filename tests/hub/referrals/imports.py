"""Spreadsheets brought into a test's hub, and what the books hold afterwards."""

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select

from hub.core import edges
from hub.core.db import Base, db
from hub.ledger.models import Account, Entry
from hub.members.models import Company, Member
from hub.referrals import importing, programmes, queries
from hub.referrals.importing import Summary
from hub.referrals.models import Referral
from hub.referrals.programme_file import read
from hub.referrals.samples import PIPELINE_MAP, PROGRAMME
from hub.referrals.spreadsheet import BadRow, SheetMap, read_map

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
ZONE = ZoneInfo("America/New_York")
HEADING = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value"
# What names an entry whatever the referral's number is: the row's own id, the stage, the points, who holds them.
Line = tuple[str, str, int, str]


@dataclass
class Outcome:
    """What an import answered."""

    summary: Summary
    bad: list[BadRow] = field(default_factory=list)


def with_programme(app: Flask, text: bytes | None = None) -> Flask:
    """Publishes the sample programme."""
    with app.app_context(), edges.unit():
        programmes.publish(read(text or PROGRAMME.read_bytes()), by_id=None, now=NOW - dt.timedelta(days=1))
    return app


def sheet(*lines: str) -> bytes:
    """A spreadsheet of the pipeline's shape."""
    return "\n".join([HEADING, *lines, ""]).encode()


def bring(
    app: Flask,
    source: Path | bytes,
    *,
    until: str | None = None,
    dry_run: bool = False,
    now: dt.datetime = NOW,
    sheet_map: SheetMap | None = None,
    on_rows: Callable[[int], None] = lambda _count: None,
) -> Outcome:
    """Imports a spreadsheet at `now`."""
    outcome = Outcome(Summary())
    content = source if isinstance(source, bytes) else source.read_bytes()
    with app.app_context():
        with edges.reading():
            programme = queries.programme_with_version()
            assert programme is not None
            to = importing.target(programme, now=now, until=until)
        outcome.summary = importing.bring_in(
            io.BytesIO(content), sheet_map or read_map(PIPELINE_MAP.read_bytes()), to, zone=ZONE, clock=lambda: now,
            dry_run=dry_run, on_bad=outcome.bad.append, on_rows=on_rows,
        )  # fmt: skip
    return outcome


def books(app: Flask) -> list[Line]:
    """The entries of referrals as (row, stage, points, holder), sorted: equal books are equal lists."""
    with app.app_context(), edges.reading():
        holder = select(Account.id, Member.stub_key, Company.key).outerjoin(
            Member, Member.id == Account.member_id
        )
        held = {
            row.id: row.stub_key or row.key
            for row in db.session.execute(holder.outerjoin(Company, Company.id == Account.company_id))
        }
        rows = db.session.execute(select(Referral.id, Referral.import_key, Referral.code)).all()
        names = {f"referral:{row.id}": row.import_key or row.code for row in rows}
        return sorted(
            (names[entry.subject], entry.key.split(":", 2)[2], entry.points, held[entry.account_id])
            for entry in db.session.scalars(select(Entry))
        )


def everything(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with app.app_context(), edges.reading():
        return {
            table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def referrals(app: Flask) -> dict[str, Referral]:
    """The imported referrals by the row's own id."""
    with app.app_context(), edges.reading():
        found = db.session.scalars(select(Referral).where(Referral.import_key.is_not(None))).all()
        db.session.expunge_all()
        return {(row.import_key or "").removeprefix("import:"): row for row in found}
