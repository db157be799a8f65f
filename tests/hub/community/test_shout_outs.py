"""Shout-outs: nobody is named in public who hasn't said yes, and whoever said yes can change their mind."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub.community import TooFast, Unsayable, checks, shout_outs
from hub.community.models import ShoutOut
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from tests.hub.community.board import at_once, body_of, cast, change, member, told
from tests.hub.members.people import browser, stub

WORDS = "You sat with us on a *Friday*."


@pytest.fixture
def people(app: Flask) -> dict[str, int]:
    return cast(app)


def thank(app: Flask, to: str = "@kim-novak", who: str = "ada@example.com", body: str = WORDS) -> str:
    answer = browser(app, who).post("/community/thanks", data={"to": to, "body": body})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def sees(app: Flask, who: str) -> bool:
    client = browser(app, f"{who}@example.com")
    seen = {
        "Friday" in client.get(path).text
        for path in ("/community", "/community/thanks", "/community/thanks/1")
    }
    return True in seen


def test_it_is_shown_when_and_only_when_the_named_member_says_yes(
    app: Flask, people: dict[str, int], work: Callable[[], int]
) -> None:
    url = thank(app)
    work()
    assert told(app, people["kim"]) == ["community.thanked"]
    assert [sees(app, who) for who in ("ada", "kim", "linus", "grace")] == [True, True, False, False]
    linus, kim = browser(app, "linus@example.com"), browser(app, "kim@example.com")
    assert linus.get(url).status_code == 404
    assert linus.get("/threads/shout_out/1").status_code == 404
    assert linus.post("/threads/posts/1/reactions", data={"on": "thanks"}).status_code == 404
    assert "Friday" not in linus.get("/home/rest").text + linus.get("/community/happened").text
    assert "Ada Marlowe would like to thank you in public" in kim.get("/").text
    assert "May we show this?" in kim.get(url).text
    assert kim.post(f"{url}/answer", data={"yes": "1"}).status_code == 303
    assert [sees(app, who) for who in ("ada", "kim", "linus", "grace")] == [True] * 4
    assert told(app, people["ada"]) == ["community.thanks_shown"]
    assert "would like to thank you" not in kim.get("/").text
    assert "was thanked in public" in linus.get("/community/happened").text
    assert linus.post("/threads/posts/1/reactions", data={"on": "thanks"}).status_code == 303
    assert (
        linus.post("/threads/shout_out/1", data={"body": "Me too."}).location
        == "/community/thanks/1#talk-shout_out-1"
    )
    page = kim.get(url).text
    assert "Me too." in page
    assert page.count("You sat with us") == 1


def test_no_is_between_the_two_and_nobody_hears_of_it(
    app: Flask, people: dict[str, int], work: Callable[[], int]
) -> None:
    url = thank(app)
    kim = browser(app, "kim@example.com")
    kim.post(f"{url}/answer", data={"no": "1"})
    work()
    assert [sees(app, who) for who in ("ada", "kim", "linus")] == [True, True, False]
    assert told(app, people["ada"]) == []
    assert kim.post(f"{url}/answer", data={"no": "1"}).status_code == 409
    assert kim.post(f"{url}/answer", data={"yes": "1"}).status_code == 303  # a no may become a yes
    assert sees(app, "linus")


@pytest.mark.parametrize("who", ["ada", "linus", "grace"])
def test_nobody_answers_for_somebody_else(app: Flask, people: dict[str, int], who: str) -> None:
    url = thank(app)
    answer = browser(app, f"{who}@example.com").post(f"{url}/answer", data={"yes": "1"})
    assert answer.status_code == (409 if who == "ada" else 404)
    assert not sees(app, "linus")


@pytest.mark.parametrize("who", ["ada", "kim"])
def test_either_of_the_two_takes_it_down_for_good(app: Flask, people: dict[str, int], who: str) -> None:
    url = thank(app)
    kim = browser(app, "kim@example.com")
    kim.post(f"{url}/answer", data={"yes": "1"})
    assert browser(app, "linus@example.com").post(f"{url}/withdrawal").status_code == 409
    assert browser(app, f"{who}@example.com").post(f"{url}/withdrawal").status_code == 303
    assert [sees(app, one) for one in ("ada", "kim", "linus")] == [False] * 3
    assert body_of(app, 1) == ""
    assert kim.post(f"{url}/answer", data={"yes": "1"}).status_code == 404
    assert "was thanked" not in browser(app, "linus@example.com").get("/community/happened").text


def test_somebody_erased_is_named_no_more(app: Flask, people: dict[str, int]) -> None:
    url = thank(app)
    browser(app, "kim@example.com").post(f"{url}/answer", data={"yes": "1"})
    change(app, people["kim"], erased_at=now(), email=None)
    page = browser(app, "linus@example.com").get("/community/thanks").text
    assert "Friday" not in page
    assert "Kim" not in page


def test_a_pseudonym_holds_here_too(app: Flask, people: dict[str, int]) -> None:
    change(app, people["kim"], pseudonym="Night Owl")
    url = thank(app, to="Night Owl")
    browser(app, "kim@example.com").post(f"{url}/answer", data={"yes": "1"})
    page = browser(app, "linus@example.com").get("/community/thanks").text
    assert "Night Owl" in page
    assert "Kim" not in page
    assert "kim-novak" not in page


@pytest.mark.parametrize(
    ("to", "body", "says"),
    [
        ("@ada-marlowe", WORDS, "Nobody here goes by exactly that"),
        ("Nobody Such", WORDS, "Nobody here goes by exactly that"),
        ("kim%", WORDS, "Nobody here goes by exactly that"),
        ("@kim-novak", " ", "Write something first"),
        ("@kim-novak", "", "Say what they did"),
        ("@kim-novak", "x" * 601, "Up to 600"),
        ("", WORDS, "Name somebody"),
    ],
)
def test_what_cannot_be_asked_comes_back(
    app: Flask, people: dict[str, int], to: str, body: str, says: str
) -> None:
    answer = browser(app).post("/community/thanks", data={"to": to, "body": body})
    assert answer.status_code == 422
    assert says in answer.text


@pytest.mark.parametrize("to", ["@kim-novak", "kim-novak", "Kim Novak", " kim novak "])
def test_people_are_found_by_handle_or_whole_name(app: Flask, people: dict[str, int], to: str) -> None:
    thank(app, to)
    with app.app_context():
        assert db.session.scalars(select(ShoutOut.for_id)).one() == people["kim"]


def test_whoever_has_not_joined_cannot_be_asked(app: Flask, people: dict[str, int]) -> None:
    named = stub(app, "Stub Person")
    with app.app_context(), edges.unit(), pytest.raises(Unsayable):
        shout_outs.thank(member(people["ada"]), member(named), WORDS, now())


def test_one_waits_at_a_time_whoever_clicks_twice(each_database: Flask) -> None:
    people = cast(each_database)
    act = lambda: shout_outs.thank(member(people["ada"]), member(people["kim"]), WORDS, now()).id  # noqa: E731
    results = at_once(each_database, act, act)
    assert sorted(isinstance(one, Unsayable) for one in results) == [False, True], results
    with each_database.app_context():
        assert len(list(db.session.scalars(select(ShoutOut)))) == 1
    assert told(each_database, people["kim"]) == ["community.thanked"]


def test_yes_and_take_it_down_at_once_end_hidden_or_never_shown(each_database: Flask) -> None:
    people = cast(each_database)
    with each_database.app_context(), edges.unit():
        number = shout_outs.thank(member(people["ada"]), member(people["kim"]), WORDS, now()).id
    at_once(
        each_database,
        lambda: shout_outs.answer(number, member(people["kim"]), now(), yes=True),
        lambda: shout_outs.withdraw(number, member(people["ada"]), now()),
    )
    with each_database.app_context():
        assert db.session.get_one(ShoutOut, number).state == "withdrawn"


def test_a_sixth_in_a_day_waits(app: Flask, people: dict[str, int]) -> None:
    with app.app_context(), edges.unit():
        for count in range(5):
            found = shout_outs.thank(member(people["ada"]), member(people["kim"]), f"{count}", now())
            shout_outs.withdraw(found.id, member(people["ada"]), now())
        with pytest.raises(TooFast):
            shout_outs.thank(member(people["ada"]), member(people["kim"]), "six", now())
        later = now() + dt.timedelta(days=1, minutes=1)
        assert (
            shout_outs.thank(member(people["ada"]), member(people["kim"]), "next day", later).state == "asked"
        )


def test_prove_finds_what_is_shown_without_a_yes(app: Flask, people: dict[str, int]) -> None:
    thank(app)
    with app.app_context():
        assert list(checks.consent()) == []
        with edges.unit():
            db.session.execute(update(ShoutOut).values(state="shown", shown_at=now()))
        assert list(checks.consent()) == ["shout-out 1 is shown, but nobody said yes"]


def test_the_form_can_name_somebody_already(app: Flask, people: dict[str, int]) -> None:
    client = browser(app)
    assert 'value="@kim-novak"' in client.get("/community/thanks/new?to=kim-novak").text
    change(app, people["kim"], pseudonym="Night Owl")
    assert "kim-novak" not in client.get("/community/thanks/new?to=kim-novak").text
