"""The health page: each hop, what was set aside and again, for managers alone, with Redis away as quick as ever."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from hub import outbox
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.core.registry import Hop
from hub.outbox import actions
from hub.outbox.health import lateness
from hub.outbox.models import Message
from hub.outbox.names import HANDLERS
from tests.conftest import MakeApp
from tests.hub.home.deaf import AWAY
from tests.hub.members.people import browser, person
from tests.patience import asleep
from tests.statements import statements

QUICK_SECONDS = 1.5
FAILS = {"now": True}


@pytest.fixture
def grace(app: Flask) -> Flask:
    person(app, "grace@example.com", "Grace", roles=("manager",))
    return app


@pytest.fixture(autouse=True)
def _handler() -> Iterator[None]:
    FAILS["now"] = True

    @outbox.handles("test.fragile")
    def fragile(number: int) -> None:
        if FAILS["now"]:
            raise RuntimeError(f"no paper in tray {number}")

    yield
    del HANDLERS["test.fragile"]


def park(app: Flask) -> int:
    with app.app_context(), edges.unit():
        outbox.post("test.fragile", {"number": 3}, now=now())
    with app.app_context(), edges.unit():
        found = db.session.scalars(select(Message).where(Message.name == "test.fragile")).one()
        for _ in range(actions.ATTEMPTS):
            actions.failed(found.id, "Traceback\nRuntimeError: <b>no paper</b> in tray 3", now=now())
        return found.id


@pytest.mark.parametrize(
    "path", ["/manage", "/manage/health", "/manage/settings", "/manage/settings/preview"]
)
@pytest.mark.parametrize(("who", "status"), [("ada", 403), ("katherine", 403), ("grace", 200), ("root", 200)])
def test_the_desk_is_for_managers_and_admins(app: Flask, path: str, who: str, status: int) -> None:
    roles = {"ada": ("advocate",), "katherine": ("rep",), "grace": ("manager",), "root": ("admin",)}[who]
    person(app, f"{who}@example.com", who.title(), roles=roles)
    assert browser(app, f"{who}@example.com").get(path).status_code == status


def test_it_says_who_does_not_work_and_what_to_do(grace: Flask) -> None:
    page = browser(grace, "grace@example.com").get("/manage/health").text
    assert "Answers and takes writes" in page
    assert "None at work" in page
    assert "<code>hurrah work books</code>" in page
    assert "<code>hurrah schedule</code>" in page


def test_the_scheduler_is_well_while_it_holds_its_lease(grace: Flask) -> None:
    with grace.app_context(), edges.unit():
        actions.lease("scheduler", "host:1", now=now(), seconds=10)
    assert "host:1 holds the lease" in browser(grace, "grace@example.com").get("/manage/health").text


def test_what_was_set_aside_shows_its_reason_and_can_be_tried_again(
    grace: Flask, work: Callable[[], int]
) -> None:
    number = park(grace)
    client = browser(grace, "grace@example.com")
    page = client.get("/manage/health").text
    assert "&lt;b&gt;no paper&lt;/b&gt; in tray 3" in page
    assert "1 set aside" in page
    FAILS["now"] = False
    assert client.post(f"/manage/health/messages/{number}/retry").status_code == 303
    work()
    with grace.app_context():
        assert db.session.get_one(Message, number).done_at is not None
    assert client.post(f"/manage/health/messages/{number}/retry").status_code == 409
    assert "no paper" not in client.get("/manage/health").text


def test_an_advocate_tries_nothing_again(grace: Flask) -> None:
    number = park(grace)
    person(grace)
    assert browser(grace).post(f"/manage/health/messages/{number}/retry").status_code == 403
    with grace.app_context():
        assert db.session.get_one(Message, number).parked_at is not None


def test_the_page_asks_again_for_the_hops_alone(grace: Flask) -> None:
    answer = browser(grace, "grace@example.com").get("/manage/health", headers={"HX-Request": "true"})
    assert 'id="hops"' in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("how", AWAY)
@pytest.mark.parametrize("path", ["/manage/health", "/manage", "/inbox", "/inbox/bell", "/"])
def test_without_redis_pages_answer_as_quickly(make_app: MakeApp, how: str, path: str) -> None:
    with AWAY[how]() as url:
        app = make_app(REDIS_URL=url)
        person(app, "grace@example.com", "Grace", roles=("manager",))
        client = browser(app, "grace@example.com")
        client.get(path)  # templates are compiled once in the life of a process
        with asleep() as waiting:
            answer = client.get(path)
    assert answer.status_code == 200
    assert waiting.seconds < QUICK_SECONDS
    if path == "/manage/health":
        assert "Not known while Redis is away" in answer.text


def test_one_hop_that_cannot_be_asked_keeps_no_other_from_answering(
    grace: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silly() -> list[Hop]:
        raise ZeroDivisionError

    monkeypatch.setitem(registry.hops, "silly", silly)
    page = browser(grace, "grace@example.com").get("/manage/health").text
    assert "ZeroDivisionError" in page
    assert "Answers and takes writes" in page


def test_the_desk_names_what_needs_somebody_and_the_numbers(grace: Flask) -> None:
    park(grace)
    page = browser(grace, "grace@example.com").get("/manage").text
    assert "1 set aside" in page
    assert ">members</a>" in page


def test_the_desk_costs_a_fixed_number_of_statements(grace: Flask) -> None:
    client = browser(grace, "grace@example.com")
    client.get("/manage/health")
    with statements(grace) as few:
        client.get("/manage/health")
    for _ in range(6):
        park_another(grace)
    with statements(grace) as many:
        assert client.get("/manage/health").text.count("Try again") == 6
    assert len(few) == len(many) <= 50, many


def park_another(app: Flask) -> None:
    with app.app_context(), edges.unit():
        outbox.post("test.fragile", {"number": 1}, now=now())
        db.session.flush()
        newest = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert newest is not None
        newest.parked_at, newest.error = now(), "RuntimeError: again"


@pytest.mark.parametrize(("minutes", "state"), [(None, "ok"), (0.5, "ok"), (2, "watch"), (11, "broken")])
def test_lateness(minutes: float | None, state: str) -> None:
    at = now()
    assert lateness(None if minutes is None else at - dt.timedelta(minutes=minutes), at) == state
