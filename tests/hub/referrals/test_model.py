"""Ledger and referrals against a model of thirty lines, through random lives on SQLite and PostgreSQL."""

import contextlib
import datetime as dt
from dataclasses import dataclass, field

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from hub import ledger, referrals
from hub.core import edges, registry
from hub.core.db import db
from hub.ledger.queries import lines_about
from hub.members.models import Member
from hub.referrals.fairness import actions as fair
from hub.referrals.fairness import queries as fairness
from hub.referrals.fairness.limits import SECOND_ABOVE
from hub.referrals.intake import Contact, Refusal, default_programme
from hub.referrals.ladder import SAMPLE
from hub.referrals.models import Referral
from tests.faults import books

RUNGS = {rung.key: rung for rung in SAMPLE.rungs}
WON = 25_000
HEARD = ["won", "lost", "won", "submitted", "accepted", "meeting", "opportunity", "lost", "won"]
EXAMPLES = 40
STEPS = 25


@dataclass
class Life:
    """A referral as the model sees it."""

    id: int
    reached: set[tuple[int, str]] = field(default_factory=set)
    taken: int | None = None
    ceiling: int | None = None

    def highest(self) -> int:
        return max((RUNGS[key].total for _, key in self.reached), default=0)

    def earned(self) -> int:
        """What is paid: the highest rung, or the highest one below what people have let go."""
        upto = [rung.total for rung in RUNGS.values() if rung.total <= self.highest()]
        return max(total for total in upto if self.ceiling is None or total <= self.ceiling)

    def standing(self) -> str:
        rank = {"open": 0, "lost": 1, "won": 2}
        latest = max(self.reached, key=lambda it: (it[0], rank[RUNGS[it[1]].kind], RUNGS[it[1]].position))
        return latest[1]


class Books(RuleBasedStateMachine):
    """One advocate's life. Each rule does a thing to the hub and to the model; the invariant compares."""

    app: Flask
    count = 0
    people = Bundle("people")
    holds = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        Books.count += 1
        self.number = Books.count
        self.context = self.app.app_context()
        self.context.push()
        self.balance = self.held = self.lifetime = 0
        self.keys: dict[str, int] = {}
        self.tick = books.START
        with edges.unit():
            name = f"m{self.number}"
            member = Member(email=f"{name}@example.com", name=name, handle=name, created_at=books.START)
            db.session.add(member)
            db.session.flush()
            self.member_id, self.account = member.id, ledger.account_for(member_id=member.id)
            people = [
                Member(
                    email=f"{who}{name}@example.com", name=who, handle=f"{who}{name}", created_at=books.START
                )
                for who in ("first", "second")
            ]
            db.session.add_all(people)
            db.session.flush()
            self.staff = [person.id for person in people]

    def teardown(self) -> None:
        self.context.pop()

    def now(self) -> dt.datetime:
        self.tick += dt.timedelta(hours=1)
        return self.tick

    def earn(self, points: int) -> None:
        self.balance += points
        self.lifetime += points

    @rule(target=people, doubtful=st.booleans())
    def refer(self, doubtful: bool) -> Life:
        """One whose address is thrown away after use is looked at before its points arrive."""
        with edges.unit():
            advocate = db.session.get_one(Member, self.member_id)
            domain = "mailinator.com" if doubtful else "example.org"
            email = f"lead{self.number}.{self.tick.timestamp():.0f}@{domain}"
            made = referrals.refer(
                advocate,
                Contact(name="Lead", email=email),
                programme=default_programme(),
                mode="form",
                now=self.now(),
            )
            life = Life(made.id, {(-1, "submitted")}, ceiling=0 if doubtful else None)
        self.earn(0 if doubtful else 100)
        return life

    @rule(life=people, twice=st.booleans())
    def release(self, life: Life, twice: bool) -> None:
        """Two people let points go, however often they press: the first up to the limit, the second what is above it,
        once something is."""
        with edges.reading():
            asked = fairness.about(life.id)
        for by_id in self.staff * (1 + twice) if asked else ():
            with contextlib.suppress(Refusal), edges.unit():
                fair.release(asked[0].id, by_id=by_id, now=self.now())
        if life.ceiling is not None:
            before = life.earned()
            life.ceiling = None if life.highest() > SECOND_ABOVE else SECOND_ABOVE
            self.earn(life.earned() - before)
            self.claw(life)

    @rule(lives=st.lists(people, min_size=1, max_size=3), data=st.data())
    def hear(self, lives: list[Life], data: st.DataObject) -> None:
        """A batch of stage events, with repeats, in any order, about things long ago or just now."""
        events = st.tuples(
            st.sampled_from(range(len(lives))), st.integers(0, 9), st.sampled_from(sorted(RUNGS))
        )
        batch = [
            (lives[which], minute, key)
            for which, minute, key in data.draw(st.lists(events, min_size=1, max_size=5))
        ]
        before = {life.id: life.earned() for life in lives}
        with edges.unit():
            referrals.advance_many([self.advance(*event) for event in batch], now=self.now())
        for life, minute, key in batch:
            life.reached.add((minute, key))
        touched = {life.id: life for life, _, _ in batch}
        for life in touched.values():
            self.earn(life.earned() - before[life.id])
        for _, life in sorted(touched.items()):
            self.claw(life)

    def advance(self, life: Life, minute: int, key: str) -> referrals.Advance:
        at = books.START + dt.timedelta(days=400, minutes=minute)
        return referrals.Advance(referral_id=life.id, rung_key=key, happened_at=at, source="crm")

    def claw(self, life: Life) -> None:
        """Only a deal that was won and no longer is, once, and no more than is unspent; all back when won again."""
        won = life.ceiling is None and any(key == "won" for _, key in life.reached)
        if won and life.taken is None and life.standing() != "won":
            life.taken = min(WON, max(0, self.balance - self.held))
            self.earn(-life.taken)
        elif life.taken is not None and life.standing() == "won":
            self.earn(life.taken)
            life.taken = None

    @rule(key=st.integers(0, 3), points=st.sampled_from([-50, 40, 500]))
    def award(self, key: int, points: int) -> None:
        name = f"test:{self.number}:{key}"
        wish = {"reason": "manual", "key": name, "subject": f"test:{self.number}", "happened_at": self.tick}
        if self.keys.get(name, points) != points:
            with pytest.raises(ledger.KeyTaken), edges.unit():
                ledger.award(self.account, points, now=self.now(), **wish)  # type: ignore[arg-type]
            return
        with edges.unit():
            ledger.award(self.account, points, now=self.now(), **wish)  # type: ignore[arg-type]
        if name not in self.keys:
            self.keys[name] = points
            self.earn(points)

    @rule(target=holds, points=st.sampled_from([50, 5_000]))
    def hold(self, points: int) -> tuple[int, int] | None:
        key = f"hold:{self.number}:{self.tick.timestamp():.0f}"
        if points > self.balance - self.held:
            with pytest.raises(ledger.NotEnough), edges.unit():
                ledger.hold(self.account, points, key=key, subject="test:hold", now=self.now())
            return None
        with edges.unit():
            made = ledger.hold(self.account, points, key=key, subject="test:hold", now=self.now())
            held = (made.id, points)
        self.held += points
        return held

    @rule(held=consumes(holds), spend=st.booleans(), twice=st.booleans())
    def end(self, held: tuple[int, int] | None, spend: bool, twice: bool) -> None:
        if held is None:
            return
        for _ in range(1 + twice):
            with edges.unit():
                if spend:
                    ledger.settle(held[0], reason="redemption", now=self.now())
                else:
                    ledger.release(held[0], now=self.now())
        self.held -= held[1]
        self.balance -= held[1] * spend

    @invariant()
    def the_wallet_is_what_the_model_says(self) -> None:
        with edges.reading():
            wallet = ledger.wallet(self.account)
            assert (wallet.balance, wallet.held, wallet.lifetime) == (self.balance, self.held, self.lifetime)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_books_follow_the_model(make_app, kind: str) -> None:  # type: ignore[no-untyped-def]
    app = make_app(kind)
    books.found(app, referrals_made=0)
    Books.app, Books.count = app, 0
    # One hub for all examples: each has an advocate of its own, so they don't meet.
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )  # fmt: skip
    assert Books.count > EXAMPLES // 2
    with app.app_context(), edges.reading():
        assert [line for check in registry.checks.values() for line in check()] == []
        won = db.session.scalars(
            select(Referral).where(Referral.state == "won", Referral.hold.is_(None))
        ).all()
        assert won, "no referral was ever won: the test proves nothing"
        for referral in won:
            assert sum(line.points for line in lines_about(referral.subject)) == 32_000
