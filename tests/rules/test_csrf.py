"""Nothing is changed by a request that another site could have sent, and nothing by looking."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import insert
from werkzeug.test import TestResponse

from hub.activity.models import Fact
from hub.core.app import csrf
from hub.core.clock import now
from hub.core.db import db
from tests.conftest import MakeApp
from tests.rules.house import House, routes
from tests.rules.permissions import READS, WRITES

# Signed by the sender instead, or by us in a mail; everything else that writes needs our token.
WEBHOOKS = {"POST /webhooks/crm/<name>", "POST /webhooks/crm/<name>/<tail>", "POST /webhooks/rewards/<name>"}
EXEMPT = {*WEBHOOKS, "POST /unsubscribe/<token>", "POST /embed/<embed_id>/<signature>/form"}
EXEMPT_VIEWS = {
    "hub.crm.views.webhook", "hub.notices.way_out.stop", "hub.rewards.callbacks.news",
    "hub.sharing.views.embedded.send",
}  # fmt: skip
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
Forger = Callable[[House, str], TestResponse]


@pytest.fixture
def guarded(house: House) -> Iterator[House]:
    """The hub as in production: every form needs its token."""
    house.app.config["WTF_CSRF_ENABLED"] = True
    yield house
    house.app.config["WTF_CSRF_ENABLED"] = False


def token_of(house: House, who: str) -> str:
    """The token in a page of this visitor's, good for their session alone."""
    found = TOKEN.search(house.visit(who, "/points").text)
    assert found is not None
    return found[1]


FORGERS: dict[str, Forger] = {
    "no token": lambda house, path: house.visit("root", path, "POST"),
    "an empty token": lambda house, path: house.visit("root", path, "POST", data={"csrf_token": ""}),
    "a made-up token": lambda house, path: house.visit("root", path, "POST", data={"csrf_token": "x" * 91}),
    "a made-up header": lambda house, path: house.visit("root", path, "POST", headers={"X-CSRFToken": "x" * 91}),
    "somebody else's token": lambda house, path: house.visit(
        "root", path, "POST", data={"csrf_token": token_of(house, "grace")}
    ),
    "a token in the address": lambda house, path: house.visit(
        "root", path, "POST", query_string={"csrf_token": token_of(house, "root")}
    ),
    "JSON that says it is text": lambda house, path: house.visit(
        "root", path, "POST", data='{"stage": "won", "csrf_token": "x"}', content_type="text/plain",
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    ),
    "htmx from elsewhere": lambda house, path: house.visit(
        "root", path, "POST", headers={"HX-Request": "true", "Origin": "https://evil.example"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("forger", FORGERS)
def test_every_form_needs_the_token_of_its_own_session(guarded: House, forger: str) -> None:
    got = {}
    with guarded.changes() as changes:
        for name in WRITES.keys() - EXEMPT:
            got[name] = FORGERS[forger](guarded, guarded.address(routes(guarded.app)[name])).status_code
    assert {name: status for name, status in got.items() if status != 400} == {}
    assert changes == []


def test_with_its_token_a_form_is_taken(guarded: House) -> None:
    for way in ("form", "header"):
        token = token_of(guarded, "ada")
        told = {"data": {"csrf_token": token}} if way == "form" else {"headers": {"X-CSRFToken": token}}
        with guarded.restored(), guarded.changes() as changes:
            answer = guarded.visit("ada", f"/inbox/{guarded.things['notice_id']}/reading", "POST", **told)
        assert answer.status_code == 303
        assert changes == ["changed"]


def test_signed_addresses_alone_are_exempt(house: House) -> None:
    # What a test exempts on an app of its own stays in this list, which is one for the whole process.
    assert {name for name in csrf._exempt_views if not name.startswith("tests.")} == EXEMPT_VIEWS
    assert csrf._exempt_blueprints == set()
    assert {
        name for name in WRITES if "/webhooks/" in name or "/unsubscribe/" in name or "<signature>" in name
    } == EXEMPT
    exempt = {
        f"{view.__module__}.{view.__name__}" for view in house.app.view_functions.values()
    } & EXEMPT_VIEWS
    assert exempt == EXEMPT_VIEWS


def test_webhooks_take_nothing_on_the_word_of_a_session(guarded: House) -> None:
    with guarded.changes() as changes:
        for name in WEBHOOKS:
            path = guarded.address(routes(guarded.app)[name])
            assert (
                guarded.visit("root", path, "POST", json={"type": "referral.stage_changed"}).status_code
                == 401
            )
    assert changes == []


@pytest.mark.parametrize("who", ["nobody", "ada", "katherine", "root"])
def test_looking_changes_nothing(house: House, who: str) -> None:
    with house.changes() as changes:
        for name in READS:
            path = house.address(routes(house.app)[name])
            for headers in ({}, {"HX-Request": "true"}):
                house.visit(who, path, headers=headers)
                if "/static/" not in name:
                    house.visit(who, path, "HEAD", headers=headers)
    assert changes == []


def test_only_the_provider_s_answer_may_write_on_a_visit(house: House) -> None:
    views = house.app.view_functions.items()
    assert {name for name, view in views if getattr(view, "writes", False)} == {"members.oidc_answer"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_page_that_writes_while_it_is_looked_at_fails(make_app: MakeApp, kind: str) -> None:
    app: Flask = make_app(kind)

    def sly() -> str:
        db.session.execute(insert(Fact).values(kind="a", subject="b:1", data={}, happened_at=now()))
        return "done"

    sly.public = True  # type: ignore[attr-defined]
    app.config["WTF_CSRF_ENABLED"] = False
    app.add_url_rule("/sly", view_func=sly, methods=["GET", "POST"])
    client = app.test_client()
    assert client.get("/sly").status_code in (500, 503)
    with app.app_context():
        assert db.session.query(Fact).count() == 0
    assert client.post("/sly").status_code == 200
    with app.app_context():
        assert db.session.query(Fact).count() == 1
