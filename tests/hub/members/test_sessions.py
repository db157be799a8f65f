"""When a session begins, and everything that ends it."""

import datetime as dt

import pytest
import time_machine
from flask import Flask

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members import actions
from hub.members.models import EndedSession
from tests.hub.members.people import PASSWORD, browser, change, person

START = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))


def is_in(client: object) -> bool:
    return client.get("/settings").status_code == 200  # type: ignore[attr-defined, no-any-return]


def test_signing_in_begins_a_new_session(app: Flask) -> None:
    person(app)
    client = browser(app, None)
    with client.session_transaction() as planted:
        planted["csrf_token"], planted["planted"] = "fixed", "by somebody else"
    client.post("/sign-in", data={"email": "ada@example.com", "password": PASSWORD})
    with client.session_transaction() as begun:
        assert "planted" not in begun
        assert begun.get("csrf_token") != "fixed"
        assert len(begun["token"]) >= 22


def test_signing_out_makes_even_a_copied_cookie_worthless(app: Flask) -> None:
    person(app)
    client, thief = browser(app), browser(app, None)
    cookie = client.get_cookie("hurrah")
    assert cookie is not None
    thief.set_cookie("hurrah", cookie.value)
    assert is_in(thief)
    answer = client.post("/sign-out")
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert not is_in(client)
    assert not is_in(thief)


def test_signing_out_here_leaves_other_devices_alone(app: Flask) -> None:
    person(app)
    here, phone = browser(app), browser(app)
    here.post("/sign-out")
    assert is_in(phone)


def test_signing_out_is_never_a_link(app: Flask) -> None:
    person(app)
    client = browser(app)
    assert client.get("/sign-out").status_code == 405
    assert is_in(client)


@pytest.mark.parametrize("end", [members.disable, lambda member, **_: actions.reset_sessions(member)])
def test_what_ends_all_sessions_ends_them_at_the_next_click(each_database: Flask, end: object) -> None:
    ada = person(each_database)
    client, phone = browser(each_database), browser(each_database)
    assert is_in(client)
    change(each_database, ada, end)
    assert not is_in(client)
    assert not is_in(phone)


def test_a_member_taken_back_has_to_sign_in_anew(app: Flask) -> None:
    ada = person(app)
    client = browser(app)
    change(app, ada, members.disable)
    change(app, ada, members.enable)
    assert not is_in(client)
    assert is_in(browser(app))


def test_a_role_taken_away_is_gone_at_the_next_click(app: Flask) -> None:
    grace = person(app, "grace@example.com", "Grace", roles=("manager",))
    client = browser(app, "grace@example.com")
    assert client.get("/manage/members").status_code == 200
    change(app, grace, members.set_roles, ["advocate"])
    assert client.get("/manage/members").status_code == 403


@pytest.mark.parametrize(
    ("roles", "pause", "stays"),
    [
        (("advocate",), 6 * DAY, True),
        (("advocate",), 8 * DAY, False),
        (("rep",), 11 * HOUR, True),
        (("rep",), 13 * HOUR, False),
        (("manager",), 25 * MINUTE, True),
        (("manager",), 35 * MINUTE, False),
        (("advocate", "admin"), 35 * MINUTE, False),
    ],
)
def test_a_session_left_alone_ends(
    app: Flask, roles: tuple[str, ...], pause: dt.timedelta, stays: bool
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        person(app, roles=roles)
        client = browser(app)
        clock.shift(pause)
        assert is_in(client) is stays


@pytest.mark.parametrize(
    ("roles", "step", "most"), [(("advocate",), 5 * DAY, 30 * DAY), (("manager",), 20 * MINUTE, 12 * HOUR)]
)
def test_no_session_lasts_for_ever(
    app: Flask, roles: tuple[str, ...], step: dt.timedelta, most: dt.timedelta
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        person(app, roles=roles)
        client = browser(app)
        passed = dt.timedelta()
        while passed + step <= most:
            clock.shift(step)
            passed += step
            assert is_in(client), passed
        clock.shift(step)
        assert not is_in(client)


def test_what_htmx_fetches_by_itself_keeps_no_session_alive(app: Flask) -> None:
    with time_machine.travel(START, tick=False) as clock:
        person(app, roles=("manager",))
        client = browser(app)
        for _ in range(4):
            clock.shift(8 * MINUTE)
            polled = client.get("/settings", headers={"HX-Request": "true"})
        assert polled.status_code == 401


def test_without_the_tick_the_cookie_ends_with_the_browser(app: Flask) -> None:
    person(app)
    form = {"email": "ada@example.com", "password": PASSWORD}
    assert "Expires" not in app_cookie(app, form)
    assert "Expires" in app_cookie(app, {**form, "remember": "y"})


def app_cookie(app: Flask, form: dict[str, str]) -> str:
    cookie = browser(app, None).post("/sign-in", data=form).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    return cookie


@pytest.mark.parametrize("odd", ["", "1", "1.", ".0", "1.0.0", "x.y", "1.-1", "9" * 30 + ".0", "²." + "0"])
def test_an_odd_user_in_a_session_is_nobody(app: Flask, odd: str) -> None:
    person(app)
    client = browser(app, None)
    with client.session_transaction() as session:
        session["_user_id"] = odd
    assert client.get("/settings").status_code == 303


def test_ended_sessions_are_forgotten_when_their_cookies_have_expired(app: Flask) -> None:
    person(app)
    browser(app).post("/sign-out")
    with app.app_context():
        for days, left in ((29, 1), (31, 0)):
            with edges.unit():
                actions.forget_ended(now=now() + days * DAY)
            assert db.session.query(EndedSession).count() == left
