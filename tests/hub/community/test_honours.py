"""Customer of the month: rules suggest, a manager picks, the member agrees; one a month."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from hub import ledger
from hub.community import Unsayable, honours, signs
from hub.community.models import Honour
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from tests.hub.community.board import at_once, cast, change, first_post, member, told, topic
from tests.hub.members.people import browser, person

UTC = ZoneInfo("UTC")
MONTH = honours.month_of(now(), UTC)


@pytest.fixture
def people(app: Flask) -> dict[str, int]:
    return cast(app)


def choose(app: Flask, who: str = "@kim-novak", month: str = MONTH, **data: str) -> int:
    filled = {"who": who, "citation": "Helped *everybody*.", **data}
    return browser(app, "grace@example.com").post(f"/manage/community/month/{month}", data=filled).status_code


def page(app: Flask, who: str = "linus") -> str:
    client = browser(app, f"{who}@example.com")
    return (
        client.get("/community/months").text + client.get("/home/rest").text + client.get("/community").text
    )


def test_nobody_hears_before_the_member_agrees_then_everybody_does(
    app: Flask, people: dict[str, int], work: Callable[[], int]
) -> None:
    assert choose(app) == 303
    work()
    assert told(app, people["kim"]) == ["honour.asked"]
    assert "Helped" not in page(app)
    kim = browser(app, "kim@example.com")
    assert "May we announce you?" in kim.get("/").text
    assert "Helped *everybody*." in kim.get("/community/months/1").text
    assert browser(app).get("/community/months/1").status_code == 404
    assert kim.post("/community/months/1/answer", data={"yes": "1"}).status_code == 303
    work()
    assert told(app, people["kim"]) == ["honour.asked", "honour.yours"]
    assert told(app, people["linus"]) == told(app, people["ada"]) == ["honour.announced"]
    seen = page(app)
    assert seen.count("Helped *everybody*.") == 3
    assert "is the customer of the month" in seen
    assert kim.post("/community/months/1/answer", data={"no": "1"}).status_code == 409
    assert choose(app, "@linus-bergqvist") == 422


def test_no_is_told_to_the_manager_alone_who_chooses_again(
    app: Flask, people: dict[str, int], work: Callable[[], int]
) -> None:
    choose(app)
    browser(app, "kim@example.com").post("/community/months/1/answer", data={"no": "1"})
    work()
    assert told(app, people["grace"]) == ["honour.declined"]
    assert told(app, people["linus"]) == []
    assert "Helped" not in page(app)
    desk = browser(app, "grace@example.com").get("/manage/community/month").text
    assert "Kim Novak would rather not be announced" in desk
    assert choose(app, "@linus-bergqvist") == 303
    assert told(app, people["linus"]) == ["honour.asked"]
    assert (
        browser(app, "kim@example.com").post("/community/months/1/answer", data={"yes": "1"}).status_code
        == 404
    )


@pytest.mark.parametrize("who", ["ada", "grace", "linus"])
def test_nobody_agrees_for_somebody_else(app: Flask, people: dict[str, int], who: str) -> None:
    choose(app)
    answer = browser(app, f"{who}@example.com").post("/community/months/1/answer", data={"yes": "1"})
    assert answer.status_code == (409 if who == "grace" else 404)
    assert "Helped" not in page(app)


def test_a_name_comes_off_the_page_whenever_its_owner_likes(app: Flask, people: dict[str, int]) -> None:
    choose(app)
    kim = browser(app, "kim@example.com")
    kim.post("/community/months/1/answer", data={"yes": "1"})
    assert "Kim Novak" in page(app)
    assert browser(app).post("/community/months/1/withdrawal").status_code == 409
    assert kim.post("/community/months/1/withdrawal").status_code == 303
    assert "Kim Novak" not in browser(app, "linus@example.com").get("/community/months").text


@pytest.mark.parametrize(
    "hidden", [{"is_opted_out": True}, {"disabled_at": now()}, {"erased_at": now()}, {"is_staff": True}]
)
def test_whoever_does_not_want_to_be_seen_any_more_is_not(
    app: Flask, people: dict[str, int], hidden: dict[str, object]
) -> None:
    choose(app)
    browser(app, "kim@example.com").post("/community/months/1/answer", data={"yes": "1"})
    change(app, people["kim"], **hidden)
    assert "Helped" not in page(app)


@pytest.mark.parametrize(
    "unfit", [{"is_opted_out": True}, {"is_staff": True}, {"type": "employee"}, {"disabled_at": now()}]
)
def test_some_are_neither_suggested_nor_chosen(
    app: Flask, people: dict[str, int], unfit: dict[str, object]
) -> None:
    with app.app_context(), edges.unit():
        ledger.award(
            ledger.account_for(member_id=people["kim"]), 500, reason="manual", key="t:1", subject="t:1",
            happened_at=now(), now=now(),
        )  # fmt: skip
    grace = browser(app, "grace@example.com")
    assert "500 points" in grace.get("/manage/community/month").text
    change(app, people["kim"], **unfit)
    assert "500 points" not in grace.get("/manage/community/month").text
    assert choose(app) == 422
    with app.app_context():
        assert list(db.session.scalars(select(Honour))) == []


def test_helpful_counts_people_and_not_clicks(app: Flask, people: dict[str, int]) -> None:
    ada, kim = (first_post(app, topic(app, people[who], at=now())) for who in ("ada", "kim"))
    other = person(app, "mo@example.com", "Mo Ray")
    with app.app_context(), edges.unit():
        for kind in ("thanks", "love", "agree", "idea", "cheer"):
            signs.react(ada, member(people["linus"]), kind, now(), on=True)
        signs.react(kim, member(people["linus"]), "thanks", now(), on=True)
        signs.react(kim, member(other), "thanks", now(), on=True)
    with app.app_context():
        found = honours.suggestions("helpful", MONTH, UTC)
        assert [(one.member.id, one.value) for one in found] == [(people["kim"], 2), (people["ada"], 1)]
        before = honours.months_before(MONTH, 2)[1]
        assert honours.suggestions("helpful", f"{before:%Y-%m}", UTC) == []
        assert honours.suggestions("nothing like this", MONTH, UTC) == []


def test_of_two_managers_one_chooses(each_database: Flask) -> None:
    people = cast(each_database)

    def pick(who: str) -> Callable[[], int]:
        return lambda: (
            honours.pick(
                MONTH, member(people[who]), by=member(people["grace"]), citation="", now=now(), zone=UTC
            ).id
        )

    results = at_once(each_database, pick("kim"), pick("linus"))
    assert sorted(isinstance(one, Unsayable) for one in results) == [False, True], results
    with each_database.app_context():
        assert len(list(db.session.scalars(select(Honour)))) == 1
    assert sorted(told(each_database, people["kim"]) + told(each_database, people["linus"])) == [
        "honour.asked"
    ]


def test_yes_and_no_at_once_is_one_of_them(each_database: Flask) -> None:
    people = cast(each_database)
    with each_database.app_context(), edges.unit():
        number = honours.pick(
            MONTH, member(people["kim"]), by=member(people["grace"]), citation="", now=now(), zone=UTC
        ).id
    acts = [
        lambda yes=yes: honours.answer(number, member(people["kim"]), now(), yes=yes) for yes in (True, False)
    ]
    assert sorted(at_once(each_database, *acts)) == [False, True]


def test_a_choice_can_be_called_off_until_it_is_answered(app: Flask, people: dict[str, int]) -> None:
    choose(app)
    grace, kim = browser(app, "grace@example.com"), browser(app, "kim@example.com")
    assert grace.post(f"/manage/community/month/{MONTH}/calling-off").status_code == 303
    assert kim.post("/community/months/1/answer", data={"yes": "1"}).status_code == 409
    assert "May we announce you?" not in kim.get("/").text
    assert choose(app, "@linus-bergqvist") == 303
    browser(app, "linus@example.com").post("/community/months/1/answer", data={"yes": "1"})
    assert grace.post(f"/manage/community/month/{MONTH}/calling-off").status_code == 409


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "x", "1999-01", "2026-11-01", "2999-01"])
def test_other_months_are_not_there(app: Flask, people: dict[str, int], month: str) -> None:
    grace = browser(app, "grace@example.com")
    assert grace.get(f"/manage/community/month?month={month}").status_code == 404
    assert choose(app, month=month) in (404, 422)
    with app.app_context():
        assert list(db.session.scalars(select(Honour))) == []


def test_a_month_is_the_hubs() -> None:
    at = dt.datetime(2026, 10, 31, 23, 30, tzinfo=dt.UTC)
    assert honours.month_of(at, ZoneInfo("Europe/Berlin")) == "2026-11"
    since, until = honours.span("2026-12", ZoneInfo("Asia/Tokyo"))
    assert (since.isoformat(), until.isoformat()) == (
        "2026-11-30T15:00:00+00:00",
        "2026-12-31T15:00:00+00:00",
    )


def test_the_suggestion_is_remembered_only_for_whom_it_named(app: Flask, people: dict[str, int]) -> None:
    choose(app, "@linus-bergqvist", rule="points", value="500", **{"for": "kim-novak"})
    with app.app_context():
        found = db.session.scalars(select(Honour)).one()
        assert (found.measure, found.value) == ("picked", None)
