"""A hub that mails to a real mail server, and one member in it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from hub import notices
from hub.core import edges, registry
from hub.core.place import settle
from hub.notices import kinds, letters
from tests.conftest import MakeApp
from tests.mailbox import Mailbox


@pytest.fixture(autouse=True)
def own_kinds() -> Iterator[None]:
    """Kinds of notices for these tests alone: one that is mailed, one for the digest, one only for the app."""
    notices.kind("test.mailed", icon="mail", sentence=lambda _n, c: f"{c.title} happened.", by_default="email",
                 about="Something happens")  # fmt: skip
    notices.kind(
        "test.gathered", icon="mail", sentence=lambda _n, c: f"{c.title} is new.", about="Small things"
    )
    notices.kind("test.quiet", icon="mail", sentence=lambda _n, c: f"{c.title}.", by_default="app")
    notices.kind(
        "test.safety", icon="lock", sentence=lambda _n, _c: "Beware.", by_default="email", is_security=True
    )
    registry.link("thing")(lambda ids: {number: (f"Thing {number}", f"/things/{number}") for number in ids})
    yield
    for name in ("test.mailed", "test.gathered", "test.quiet", "test.safety"):
        kinds.KINDS.pop(name, None)  # only these: rooms register once, when they are first imported
        letters.WRITERS.pop(name, None)
    registry.targets.pop("thing", None)


@pytest.fixture
def mailing(make_app: MakeApp, mailbox: Mailbox) -> Flask:
    """A hub on SQLite that mails to `mailbox`."""
    return settled(make_app(**sending_to(mailbox)))


@pytest.fixture
def each_mailing(make_app: MakeApp, mailbox: Mailbox, kind: str) -> Flask:
    """The same on each database."""
    return settled(make_app(kind, **sending_to(mailbox)))


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Each database."""
    return str(request.param)


def sending_to(mailbox: Mailbox) -> dict[str, str]:
    """The settings of a hub that mails there."""
    return {
        "MAIL_URL": mailbox.url, "MAIL_FROM": "hub@example.com", "PUBLIC_URL": "https://hub.example.com",
        "SECRET_KEY": "a key that is long enough for tests",
    }  # fmt: skip


def settled(app: Flask) -> Flask:
    """With a name and somebody to answer to."""
    with app.app_context(), edges.unit():
        settle(name="Lumenfield Circle", tagline="Where friends help each other win", contact_name="Grace Whitlock",
               contact_email="grace@example.com")  # fmt: skip
    return app
