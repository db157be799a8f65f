"""What a referral brings besides points: not while people look at it, once whoever races, to whom the credit is."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.core.models import Hub
from hub.core.place import place
from hub.members.models import Member
from hub.referrals import intake
from hub.referrals.disputes import actions as disputes
from hub.referrals.fairness import actions as fair
from hub.referrals.fairness import queries as reviews
from hub.referrals.intake import Contact
from hub.rewards import commissions, programmes
from hub.rewards.actions import moving
from hub.rewards.models import Payout, RedemptionNote, RewardDecision
from hub.rewards.programmes import Wish
from hub.rewards.queries import money
from hub.rewards.wishes import Refusal
from tests.hub.referrals.scene import Scene
from tests.hub.rewards.scene import act, choose, differences, look, person, reward, together
from tests.hub.rewards.test_money import drain, given
from tests.hub.rewards.test_pages import browser
from tests.hub.rewards.test_redeeming import limit

DAY = dt.timedelta(days=1)
CHECK = "commissions are what their terms come to, once for each year"


@pytest.fixture
def hub(each_database: Flask) -> Flask:
    return each_database


@pytest.fixture
def world(hub: Flask) -> Scene:
    return Scene(hub)


def plan(world: Scene, *, days: int = 1, **wish: Any) -> None:
    wished = Wish(programme_id=1, **{"stage": "won", "percent_bp": 1_000, "years": 3, **wish})
    act(world.app, programmes.keep, wished, by_id=None, at=now() - days * DAY)


def won(world: Scene, who: str = "ada", email: str = "kim@example.org", **more: Any) -> int:
    """A referral that was won and is worth 1,000.00."""
    number = world.refer(who, email, at=more.pop("at", now() - 500 * DAY))
    world.reach(number, "won", amount_hundredths=100_000, currency="USD", **more)
    return number


def owed(world: Scene) -> list[tuple[int | None, int, str]]:
    """Payouts: (referral, year, state)."""
    with world.app.app_context():
        query = select(Payout.referral_id, Payout.year, Payout.state).order_by(Payout.id)
        return [(number, year, state) for number, year, state in db.session.execute(query)]


def test_what_people_look_at_brings_nothing_until_they_let_it_go(world: Scene) -> None:
    plan(world)
    first, second = (won(world, email=f"{name}@mailinator.com") for name in ("kim", "lou"))
    drain(world)
    act(world.app, programmes.decide_missing)
    assert (given(world), owed(world)) == ([], [])
    with world.app.app_context(), edges.unit():
        world._add("joan", roles=("manager",), type="employee")
    with world.app.app_context():
        ids = [reviews.about(number)[0].id for number in (first, second)]
    act(world.app, fair.refuse, ids[1], by_id=world.ids["grace"], words="Nobody there knows you.")
    act(world.app, fair.release, ids[0], by_id=world.ids["grace"])
    drain(world)
    assert given(world) == [], "one person alone lets go of a part"
    act(world.app, fair.release, ids[0], by_id=world.ids["joan"])
    drain(world)
    assert (given(world), owed(world)) == ([("given", first)], [(first, 1, "closed")])
    with pytest.raises(Refusal, match="refused"):
        act(world.app, programmes.decide, second, by_id=world.ids["grace"])
    assert act(world.app, programmes.decide_missing) == 0


def test_a_credit_that_moves_takes_what_nobody_confirmed_along_and_renews_for_one(world: Scene) -> None:
    plan(world)
    won(world, at=now() - DAY)
    drain(world)
    with world.app.app_context(), edges.unit():
        bea, kim = db.session.get_one(Member, world.ids["bea"]), Contact(email="kim@example.org")
        programme = intake.default_programme(None)
        dispute = disputes.doubt(bea, programme, kim, "I wrote to her in October.", now=now()).id
    with world.app.app_context(), edges.unit():
        grace = db.session.get_one(Member, world.ids["grace"])
        disputes.decide(dispute, moves=True, answer="Bea’s is older.", by=grace, now=now())
    drain(world)
    old, new = (one.id for one in world.all())
    assert owed(world) == [(old, 1, "void"), (new, 1, "closed")]
    assert act(world.app, commissions.renew, at=now() + 366 * DAY) == 1
    assert owed(world)[2:] == [(new, 2, "closed")]


def test_whoever_is_not_due_keeps_nobody_waiting(world: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programmes, "AT_ONCE", 1)
    monkeypatch.setattr(commissions, "AT_ONCE", 1)
    plan(world, days=450)
    before, late = (won(world, email=f"{n}@x.example", happened_at=now() - n * DAY) for n in (460, 100))
    due = won(world, email="due@x.example", happened_at=now() - 400 * DAY)
    world.reach(before, "lost", "won")
    assert act(world.app, programmes.decide_missing) == 1
    assert act(world.app, programmes.decide_missing) == 1
    assert given(world) == [("given", late), ("given", due)]
    assert act(world.app, commissions.renew) == 1
    assert owed(world)[2:] == [(due, 2, "closed")]


def test_lost_by_mistake_and_won_again_is_owed_again_unless_a_person_said_no(world: Scene) -> None:
    plan(world, payee="split", member_percent=50)
    number = won(world)
    drain(world)
    with world.app.app_context():
        theirs = db.session.scalars(select(Payout.id).where(Payout.company_id.is_not(None))).one()
    assert act(world.app, moving.paid_on, theirs, "void", by_id=world.ids["grace"])
    for rung, states in (
        ("lost", ["void", "void"]),
        ("meeting", ["void", "void"]),
        ("won", ["closed", "void"]),
    ):
        world.reach(number, rung, minutes=0)
        drain(world)
        assert [state for *_, state in owed(world)] == states


def test_nobody_decides_about_their_own_money(world: Scene) -> None:
    plan(world, payee="split", member_percent=50)
    number = won(world, "grace")
    own = {"by_id": world.ids["grace"]}
    with pytest.raises(Refusal, match="Somebody else"):
        act(world.app, programmes.decide, number, **own)
    drain(world)
    for payout_id in (1, 2)[: len(owed(world))]:
        for step in ("rewarded", "void"):
            with pytest.raises(Refusal, match="Somebody else"):
                act(world.app, moving.paid_on, payout_id, step, **own)
    page = world.browser("grace").post(
        "/manage/rewards/payouts/1", data={"step": "weigh", "worth": "9,000"}, follow_redirects=True
    )
    assert page.status_code == 409
    assert "Somebody else" in page.text
    with world.app.app_context():
        assert db.session.get_one(Payout, 1).amount_hundredths == 10_000


def test_something_or_nothing_is_decided_once_whoever_races(world: Scene) -> None:
    number = won(world, happened_at=now() - 2 * DAY)
    plan(world)
    grace = world.ids["grace"]
    give = partial(act, world.app, programmes.decide, number, by_id=grace)
    none = partial(
        act, world.app, programmes.give_nothing, number, by_id=grace, words="The old scheme paid it."
    )
    together(world.app, *(work for _ in range(4) for work in (none, give)))
    ((outcome, _),) = given(world)
    assert len(owed(world)) == (outcome == "given")


def test_prove_finds_a_commission_that_is_not_what_its_terms_come_to(world: Scene) -> None:
    plan(world, payee="split", member_percent=40)
    number = won(world)
    drain(world)

    def found() -> list[str]:
        with world.app.app_context(), edges.reading():
            return list(registry.checks[CHECK]())

    assert found() == []
    with world.app.app_context(), edges.unit():
        db.session.execute(update(Payout).where(Payout.id == 1).values(amount_hundredths=4_001))
        db.session.execute(
            update(Payout).where(Payout.id == 2).values(share_percent=70, amount_hundredths=7_000)
        )
        db.session.execute(update(RewardDecision).values(outcome="none", plan_id=None))
    assert found() == [
        "payout 1: says 40.01, its terms come to 40.00",
        f"referral {number}: its payouts of year 1 share out 110 % of its commission",
        f"referral {number}: is owed a commission that nobody decided",
    ]


def test_what_finance_pays_arrives_by_being_paid_and_is_paid_once_it_is_there(app: Flask) -> None:
    ada, grace = person(app, points=900), person(app, "grace", roles=("manager",))
    number = choose(app, ada, reward(app, "Funds", kind="funds", provider="commission"))
    assert act(app, moving.paid_on, 1, "rewarded", by_id=grace)
    assert "It has arrived" not in browser(app, ada).get(f"/redemptions/{number}").text
    act(app, moving.deliver, number, by_id=ada)
    client = browser(app, grace)
    assert "It has arrived" not in client.get(f"/manage/redemptions/{number}").text
    assert client.post("/manage/rewards/payouts/1", data={"step": "paid"}).status_code == 303
    with app.app_context():
        assert db.session.get_one(Payout, 1).state == "paid"
    assert differences(app) == []


def test_money_of_several_currencies_is_never_added_up(hub: Flask) -> None:
    world = Scene(hub)
    plan(world)
    for number, currency in enumerate(("EUR", "USD", "EUR")):
        one = world.refer(email=f"{number}@x.example")
        world.reach(one, "won", amount_hundredths=100_000, currency=currency)
    drain(world)
    grace = world.ids["grace"]
    for payout_id in (1, 2, 3):
        act(hub, moving.paid_on, payout_id, "rewarded", by_id=grace)
        act(hub, moving.paid_on, payout_id, "paid", by_id=grace)
    with hub.app_context():
        sheet = [row[-2:] for row in money.tax_rows(now().year)]
        costs = [(one.currency, one.referrals, one.payouts_hundredths, one.deals_hundredths)
                 for one in money.programme_costs("USD") if one.slug == "aluv"]  # fmt: skip
    assert sheet == [(20_000, "EUR"), (10_000, "USD")]
    assert costs == [("USD", 3, 10_000, 100_000), ("EUR", 0, 20_000, 200_000)]
    page = world.browser("grace").get("/manage/rewards/costs").text
    assert "EUR 200" in page
    assert world.browser("grace").get("/manage/rewards/costs/tax.csv").text.count("ada@example.com") == 2
    plan(world, percent_bp=None, seat_hundredths=4_000)
    seats = world.refer(email="seats@x.example")
    world.reach(seats, "won", amount_hundredths=100_000, currency="EUR")
    drain(world)
    with hub.app_context():
        last = db.session.scalars(select(Payout).order_by(Payout.id.desc()).limit(1)).one()
        assert (last.referral_id, last.currency) == (seats, "USD"), (
            "a seat costs what the plan says, in its money"
        )


def test_the_strictest_limit_on_gifts_counts_and_only_its_own_money_is_compared(hub: Flask) -> None:
    mugs = [
        reward(hub, name, currency=currency, cost_hundredths=cost, kind=kind)
        for name, currency, cost, kind in (
            ("A", "USD", 900, "product"),
            ("B", "GBP", 1, "product"),
            ("C", "USD", 0, "experience"),
        )
    ]
    limit(hub, country="*", amount_hundredths=800, words="Look at it.")
    limit(hub, country="GB", amount_hundredths=1_000, words="A form first.")
    limit(hub, country="*", amount_hundredths=5_000, action="donate", words="Never above.")
    ada, bea = person(hub, points=9_000), person(hub, "bea", points=9_000)
    held = choose(hub, ada, mugs[0])
    assert look(hub, held).state == "held"
    foreign = choose(hub, bea, mugs[1])
    assert look(hub, foreign).state == "held"
    with hub.app_context():
        words = list(db.session.scalars(select(RedemptionNote.words).order_by(RedemptionNote.id)))
    assert words[0].startswith("Look at it. (gifts of a calendar year above USD 8)")
    assert "GBP 0.01 can’t be compared with USD 8" in words[1]
    limit(hub, country="*", amount_hundredths=850, action="donate", words="Donate.")
    with pytest.raises(Refusal, match="Donate"):
        choose(hub, person(hub, "cal", points=900), mugs[0])
    with pytest.raises(Refusal, match="donation"):
        choose(hub, person(hub, "dot", points=900), mugs[2], takes_no_gifts=True)


def test_a_year_of_gifts_begins_where_the_hub_is(hub: Flask) -> None:
    mug = reward(hub, currency="USD", cost_hundredths=900)
    limit(hub, amount_hundredths=1_000)
    with hub.app_context(), edges.unit():
        db.session.merge(Hub(id=1, zone="Pacific/Auckland"))
        db.session.flush()
        place(fresh=True)
    ada = person(hub, points=9_000)
    year = now().year + 1
    before, after = (dt.datetime(year, 12, 31, hour, tzinfo=dt.UTC) for hour in (9, 12))
    states = [look(hub, choose(hub, ada, mug, f"t-{at.hour}", at=at)).state for at in (before, after)]
    assert states == ["approved", "approved"], "it is the first of January there"
