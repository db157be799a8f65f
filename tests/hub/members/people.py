"""People for tests of this room, and browsers that they sit at."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from hub import members
from hub.activity.queries import about
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db

PASSWORD = "paper lantern tide"


def person(app: Flask, email: str = "ada@example.com", name: str = "Ada Marlowe", **wishes: Any) -> int:
    """A member with the password of all test people; gives the id."""
    with app.app_context(), edges.unit():
        company = wishes.pop("company", None)
        if company:
            wishes["company_id"] = members.company(company, now=now()).id
        return members.add(email, name=name, now=now(), password=PASSWORD, **wishes).id


def stub(app: Flask, name: str = "Kim Stub", *, email: str | None = None, key: str = "test:1") -> int:
    """Somebody we owe points to; gives the id."""
    with app.app_context(), edges.unit():
        return members.stub(name, company_id=None, key=key, now=now(), email=email).id


def browser(app: Flask, email: str | None = "ada@example.com", password: str = PASSWORD) -> FlaskClient:
    """A browser signed in as this person; one nobody is signed in at without an e-mail."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    if email is not None:
        answer = client.post("/sign-in", data={"email": email, "password": password})
        assert answer.status_code == 303, answer.text
    return client


def look(app: Flask, member_id: int) -> members.Member:
    """The member as the database has them, detached."""
    with app.app_context():
        found = members.get(member_id)
        assert found is not None
        db.session.expunge_all()
        return found


def change(app: Flask, member_id: int, verb: Any, *args: Any, **wishes: Any) -> Any:
    """Does something to a member as the command line would, and keeps it."""
    with app.app_context(), edges.unit():
        found = members.get(member_id)
        assert found is not None
        return verb(found, *args, now=now(), **wishes)


def facts(app: Flask, member_id: int) -> list[str]:
    """What happened to a member, in order."""
    with app.app_context():
        return [fact.kind for fact in about(f"member:{member_id}")]
