"""With promotions, holds, n-th wins and sizes of deals, every order of the same things ends in one ledger; on both
databases."""

import datetime as dt
import itertools
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core import edges, registry
from hub.core.db import db
from hub.ledger.models import Account, Entry
from hub.members.models import Member
from hub.referrals import queries, refer
from hub.referrals.advance import Advance, advance_many
from hub.referrals.extras import Extras
from hub.referrals.fairness import actions as fair
from hub.referrals.fairness import queries as reviews
from hub.referrals.intake import Contact, Refusal
from hub.referrals.models import Referral
from hub.referrals.promotions import actions as promote
from hub.referrals.promotions.actions import Draft
from hub.referrals.promotions.extras import base_key
from tests.hub.referrals.scene import Scene

START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
HEARD = START + dt.timedelta(days=60)
EXTRAS = Extras(nth=((2, 1_000), (3, 4_000)), sizes=((1_000_000, 500), (5_000_000, 2_500)), currency="USD")
# Of three referrals, the second is doubtful. Stage, days after the start, and the size of the deal that came with it.
EVENTS: list[tuple[int, str, float, int | None]] = [
    (0, "accepted", 1, None), (0, "won", 9, 6_000_000), (0, "won", 12, 2_000_000),
    (1, "meeting", 2, None), (1, "won", 4, 1_500_000), (2, "accepted", 3, None), (2, "won", 5, None),
    (2, "lost", 8, None), (2, "won", 20, None),
]  # fmt: skip
Act = tuple[str, Any]
ACTS: list[Act] = [*(("event", event) for event in EVENTS), ("release", "first"), ("release", "second")]


class World:
    """A hub; each run has an advocate of its own."""

    def __init__(self, app: Flask) -> None:
        self.app, self.runs = app, itertools.count(1)
        scene = Scene(app)
        scene.publish(extras=EXTRAS, clawback="always")
        with app.app_context(), edges.unit():
            for name in ("first", "second"):
                scene._add(name, roles=("manager",), type="employee")
            for name, wishes in (
                ("Double week", {"percent": 200}),
                ("A bonus", {"kind": "bonus", "bonus": 70, "rung_key": "meeting"}),
            ):
                found = promote.write(draft(name, **wishes), by_id=None, now=START)
                promote.start(found.id, by_id=None, now=START)
        self.ids = scene.ids

    def live(self, acts: list[Act]) -> dict[str, int]:
        """One life: three introductions, then these acts in this order; what each key comes to in the end."""
        run = next(self.runs)
        with self.app.app_context():
            with edges.unit():
                made = self._introduce(run)
            for verb, what in acts:
                with edges.unit():
                    self._act(made, verb, what)
            with edges.reading():
                return self._books(made)

    def _introduce(self, run: int) -> list[int]:
        name = f"w{run}"
        member = Member(
            email=f"{name}@example.com", name=name, handle=name, created_at=START, joined_at=START
        )
        db.session.add(member)
        db.session.flush()
        programme = queries.programme_with_version("aluv")
        assert programme is not None
        people = (f"a{run}@one.example", f"b{run}@mailinator.com", f"c{run}@three.example")
        return [
            refer(
                member,
                Contact(name=f"L {n}", email=email),
                programme=programme,
                mode="form",
                now=START + dt.timedelta(hours=n),
            ).id
            for n, email in enumerate(people)
        ]

    def _act(self, made: list[int], verb: str, what: Any) -> None:
        if verb == "release":
            review = reviews.about(made[1])[0]
            try:
                fair.release(review.id, by_id=self.ids[what], now=HEARD)
            except Refusal:
                return
            return
        which, rung, days, amount = what
        step = Advance(
            referral_id=made[which], rung_key=rung, happened_at=START + dt.timedelta(days=days), source="crm",
            amount_hundredths=amount, currency="USD" if amount else None,
        )  # fmt: skip
        advance_many([step], now=HEARD)

    def _books(self, made: list[int]) -> dict[str, int]:
        member = db.session.get_one(Referral, made[0]).advocate_id
        books: dict[str, int] = {}
        query = db.session.query(Entry.key, Entry.points).join(Account).filter(Account.member_id == member)
        for key, points in query:
            name = base_key(key)
            for place, number in enumerate(made):
                name = name.replace(f"referral:{number}:", f"referral:#{place}:").replace(
                    f"size:referral:{number}", f"size:#{place}"
                )
            name = name.replace(f":{member}:", ":me:")
            books[name] = books.get(name, 0) + points
        return {key: points for key, points in books.items() if points}


def draft(name: str, **wishes: Any) -> Draft:
    usual = {
        "name": name, "words": "", "subject": "programme:1", "kind": "multiplier", "percent": 200, "bonus": 0,
        "rung_key": None, "audience": (), "starts_at": START, "ends_at": START + dt.timedelta(days=6),
        "first_each": None, "first_all": None, "budget": None,
    }  # fmt: skip
    return Draft(**{**usual, **wishes})


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, make_app: Any) -> World:
    return World(make_app(request.param))


def test_every_order_of_events_repeats_and_releases_ends_in_one_ledger(world: World) -> None:
    expected = world.live(ACTS)
    assert expected["nth:1:me:2"] == 1_000
    assert expected["nth:1:me:3"] == 4_000
    assert expected["referral:#2:stage:won"] == 25_000, "lost, and won again"
    assert expected["promotion:1:referral:#1:stage:won"] == 25_000, (
        "its win fell into the week, whenever it was released"
    )
    assert "promotion:1:referral:#0:stage:won" not in expected, "won after the week was over"
    ladder = sum(points for key, points in expected.items() if key.startswith("referral:"))
    assert ladder == 3 * 32_000

    @settings(max_examples=16, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(order=st.permutations(ACTS), repeats=st.lists(st.sampled_from(ACTS), max_size=4))
    def orders(order: list[Act], repeats: list[Act]) -> None:
        acts = [*order, *repeats, ("release", "first"), ("release", "second")]
        found = world.live(acts)
        assert without_sizes(found) == without_sizes(expected)

    orders()
    with world.app.app_context(), edges.reading():
        assert [line for check in registry.checks.values() for line in check()] == []


def without_sizes(books: dict[str, int]) -> dict[str, int]:
    """A deal's size is what was said last, so its points follow the order of saying; `prove` recomputes them."""
    return {key: points for key, points in books.items() if not key.startswith("size:")}
