"""Every kind of challenge keeps one contract; the pages show effort and worth before one begins."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from challenges.cards import cards
from challenges.kinds import KINDS, Others, Progress, Worth
from challenges.models import Challenge
from challenges.queries import open_now
from challenges.seed import plant
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.core.web import own_path
from hub.members.models import Member
from hub.referrals.models import Programme
from tests.hub.home.world import programme, refer
from tests.hub.members.people import browser, person
from tests.statements import statements

DATA = {"referral": {"programme": "aluv"}}
DAY = dt.timedelta(days=1)


@pytest.fixture
def ada(app: Flask) -> int:
    programme(app)
    return person(app)


def add(app: Flask, kind: str = "referral", slug: str = "one", **changes: Any) -> None:
    values = {
        "title": "Do it",
        "state": "open",
        "minutes": 3,
        "data": DATA[kind],
        "created_at": now(),
        **changes,
    }
    with app.app_context(), edges.unit():
        db.session.add(Challenge(slug=slug, kind=kind, **values))


def all_open() -> Sequence[Challenge]:
    return open_now(now())


def test_every_kind_has_data_to_be_tested_with() -> None:
    assert set(DATA) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(DATA))
def test_a_kind_says_what_it_is(kind: str) -> None:
    found = KINDS[kind]
    assert found.name == kind
    assert found.title
    assert found.action
    assert found.icon
    assert found.hue is None or 0 <= found.hue < 12


@pytest.mark.parametrize("kind", sorted(DATA))
def test_a_kind_leads_to_a_page_of_ours_and_says_what_it_is_worth(app: Flask, ada: int, kind: str) -> None:
    add(app, kind)
    with app.app_context():
        challenges = all_open()
        assert own_path(KINDS[kind].url(challenges[0]))
        worth, progress = KINDS[kind].look(challenges, ada)[challenges[0].id]
    assert worth.points >= worth.first >= 0
    assert progress == Progress()


@pytest.mark.parametrize("kind", sorted(DATA))
def test_a_kind_costs_the_same_for_one_challenge_and_for_ten(app: Flask, ada: int, kind: str) -> None:
    counts = []
    for number in range(10):
        add(app, kind, f"c{number}")
        if number in (0, 9):
            with app.app_context(), statements(app) as sent:
                cards(all_open(), ada, now=now())
            counts.append(len(sent))
    assert counts[0] == counts[1] <= 3


def test_a_referral_is_worth_its_ladder_by_steps(app: Flask, ada: int) -> None:
    add(app)
    with app.app_context():
        (card,) = cards(all_open(), ada, now=now())
    steps = (("Submitted", 100), ("Accepted", 400), ("Meeting", 1500), ("Opportunity", 5000), ("Won", 25_000))
    assert card.worth == Worth(points=32_000, first=100, up_to=True, steps=steps)


def test_referring_counts_each_time_and_there_is_always_another(app: Flask, ada: int) -> None:
    add(app)
    refer(app, ada, "One A")
    refer(app, ada, "Two B")
    with app.app_context():
        (card,) = cards(all_open(), ada, now=now())
    assert (card.progress.times, card.state) == (2, "open")
    assert card.progress.last_at is not None


def test_without_its_programme_a_challenge_is_not_offered(app: Flask, ada: int) -> None:
    add(app)
    with app.app_context(), edges.unit():
        db.session.execute(update(Programme).values(state="ended"))
    client = browser(app)
    assert "No challenge is open" in client.get("/challenges").text
    page = client.get("/challenges/one").text
    assert "not open at the moment" in page
    assert "/referrals/new?programme" not in page


@pytest.mark.parametrize(
    ("changes", "is_open"),
    [
        ({}, True),
        ({"state": "draft"}, False),
        ({"state": "archived"}, False),
        ({"opens_at": now() + DAY}, False),
        ({"opens_at": now() - DAY, "closes_at": now() + DAY}, True),
        ({"closes_at": now() - DAY}, False),
    ],
)
def test_a_challenge_is_open_in_its_time(
    app: Flask, ada: int, changes: dict[str, Any], is_open: bool
) -> None:
    add(app, **changes)
    with app.app_context():
        assert bool(all_open()) is is_open
        assert db.session.scalars(select(Challenge)).one().is_open(now()) is is_open
    assert ("Do it" in browser(app).get("/challenges").text) is is_open


def test_a_draft_is_nobodys_business(app: Flask, ada: int) -> None:
    add(app, state="draft")
    client = browser(app)
    assert client.get("/challenges/one").status_code == 404
    assert client.get("/challenges/none").status_code == 404


def test_the_pages_say_effort_worth_and_who_did_it_before_one_begins(app: Flask, ada: int) -> None:
    add(app, body="Think of a team. <script>alert(1)</script>")
    refer(app, person(app, "kim@example.com", "Kim Novak"), "Marit Osei")
    client = browser(app)
    card, page = client.get("/challenges").text, client.get("/challenges/one").text
    for words in ("3 min", "32,000", "Kim did this"):
        assert words in card
    for words in ("3 minutes", "32,000", "Kim did this", "+25,000", "/referrals/new?programme=aluv"):
        assert words in page
    assert "<script>alert" not in page
    assert "Marit" not in card + page


@pytest.mark.parametrize("hidden", [{"is_opted_out": True}, {"is_staff": True}, {"erased_at": now()}])
def test_who_does_not_want_to_be_seen_is_not_among_the_faces(
    app: Flask, ada: int, hidden: dict[str, object]
) -> None:
    add(app)
    kim = person(app, "kim@example.com", "Kim Novak")
    refer(app, kim)
    with app.app_context(), edges.unit():
        db.session.execute(update(Member).where(Member.id == kim).values(**hidden))
    assert "Kim" not in browser(app).get("/challenges").text


@pytest.mark.parametrize(
    ("names", "more", "text"),
    [
        ([], False, ""),
        (["Ana B"], False, "Ana did this"),
        (["Ana B", "Kim C"], False, "Ana and Kim did this"),
        (["Ana B", "Kim C", "Lu D"], False, "Ana, Kim and others did this"),
        (["Ana B", "Kim C"], True, "Ana, Kim and others did this"),
    ],
)
def test_who_did_it_in_words(names: list[str], more: bool, text: str) -> None:
    assert Others(people=[Member(name=name) for name in names], more=more).text == text


@pytest.mark.parametrize(
    "wrong",
    [{"state": "odd"}, {"minutes": 0}, {"points_label": -1}, {"opens_at": now(), "closes_at": now() - DAY}],
)
def test_the_database_refuses_what_makes_no_sense(app: Flask, ada: int, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        add(app, **wrong)


def test_seeding_twice_makes_one(app: Flask, ada: int) -> None:
    for _ in range(2):
        with app.app_context(), edges.unit():
            plant(now=now())
    with app.app_context():
        number = db.session.scalars(select(Challenge.id)).one()
        assert registry.links([f"challenge:{number}"]) == {
            f"challenge:{number}": ("Introduce us to a team like yours", "/challenges/refer-somebody")
        }
