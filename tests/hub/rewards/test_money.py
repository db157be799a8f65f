"""Codes, refunds, points that lapse, what won referrals bring: each once, and provable."""

import datetime as dt
import threading
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from hub import ledger, rewards
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.ledger.queries import account_for
from hub.notices.models import Notice
from hub.outbox.jobs import drain_all
from hub.rewards import codes, commissions, lapses, payouts, programmes, refunds, rules, upkeep
from hub.rewards.actions import composing, fulfilling, moving
from hub.rewards.models import (
    Lapse,
    Payout,
    Redemption,
    RedemptionAddress,
    Refund,
    Reward,
    RewardCode,
    RewardDecision,
)
from hub.rewards.programmes import Wish
from hub.rewards.queries import money
from hub.rewards.wishes import KeyUsed, Refusal
from tests.hub.referrals.scene import Scene
from tests.hub.rewards.scene import (
    HOME,
    act,
    choose,
    differences,
    entries,
    look,
    person,
    purse,
    reward,
    stock,
    together,
)

DAY = dt.timedelta(days=1)


@pytest.fixture
def hub(each_database: Flask) -> Flask:
    return each_database


def pool(app: Flask, *lines: str, **values: object) -> int:
    """A reward with these codes."""
    made = reward(app, "A voucher", publish=False, provider="codes", kind="gift", **values)
    put_in(app, made, "\n".join(lines))
    with app.app_context(), edges.unit():
        rewards.actions.composing.publish(db.session.get_one(Reward, made), by_id=None, now=now())
    return made


def put_in(app: Flask, reward_id: int, text: str) -> codes.Taken:
    with app.app_context(), edges.unit():
        found = db.session.get_one(Reward, reward_id)
        taken = codes.put_in(found, codes.read(text), by_id=None, now=now())
        fulfilling.go_on(reward_id, now=now())
        return taken


def test_who_cancels_while_codes_come_in_gets_the_points_and_no_code(hub: Flask) -> None:
    grace, voucher = person(hub, "grace"), pool(hub, "C-0", needs_approval=True)
    with hub.app_context(), edges.unit():
        db.session.execute(update(Reward).values(stock=5, stocked=5))
    for name in ("first", "ada"):
        number = choose(hub, person(hub, name, points=500), voucher)
        act(hub, moving.approve, number, by_id=grace)
    ada = look(hub, number).member_id
    assert look(hub, number).state == "approved", "there is no code yet"
    with hub.app_context(), edges.unit():
        codes.put_in(db.session.get_one(Reward, voucher), [(1, "C-1")], by_id=None, now=now())
    cancelled, go = threading.Event(), threading.Event()

    def cancel() -> None:
        with hub.app_context(), edges.unit():
            moving.cancel(number, member_id=ada, now=now())
            cancelled.set()
            go.wait(5)

    def give() -> None:
        cancelled.wait(5)
        threading.Timer(0.3, go.set).start()
        with hub.app_context(), edges.unit():
            fulfilling.go_on(voucher, now=now())

    together(hub, cancel, give)
    assert (look(hub, number).state, purse(hub, ada), code_of(hub, number)) == (
        "cancelled",
        (500, 0, 500),
        None,
    )
    act(hub, begin, number)
    assert code_of(hub, number) is None


def begin(redemption_id: int, *, now: dt.datetime) -> None:
    fulfilling.begin(db.session.get_one(Redemption, redemption_id), now=now)


def test_a_reward_that_turns_to_its_codes_has_as_many_as_there_are(hub: Flask) -> None:
    mug = reward(hub, stock=20)
    ada = person(hub, points=9_000)
    choose(hub, ada, mug)
    turn(hub, mug, state="draft", provider="codes")
    assert stock(hub, mug) == (0, 1), "nobody has put a code in"
    put_in(hub, mug, "C-1\nC-2\nC-3")
    assert stock(hub, mug) == (3, 1)
    turn(hub, mug, provider="manual", state="open")
    turn(hub, mug, provider="codes")
    for n in range(3):
        assert look(hub, choose(hub, ada, mug, f"token-code-{n}")).state == "delivered"
    with pytest.raises(Refusal, match="just gone"):
        choose(hub, ada, mug, "token-more")
    assert differences(hub) == []


def turn(app: Flask, reward_id: int, **values: object) -> None:
    with app.app_context(), edges.unit():
        composing.change(db.session.get_one(Reward, reward_id), values, by_id=None, now=now())


def code_of(app: Flask, redemption_id: int) -> str | None:
    with app.app_context(), edges.reading():
        return codes.shown(redemption_id)


def test_good_lines_of_a_file_are_kept_and_the_others_named(app: Flask) -> None:
    voucher = pool(app, "code", "V!AAA,note", "V!BBB", "", "V!AAA", "x" * 201, "C\x07C")
    assert stock(app, voucher) == (2, 0)
    again = put_in(app, voucher, "V!CCC\nV!BBB\n")
    assert (again.kept, again.wrong) == (1, [(2, "came in before")])
    other = put_in(app, reward(app, "Other", publish=False, provider="codes"), "V!AAA")
    assert (other.kept, other.wrong) == (0, [(1, "came in before")]), "no code comes in twice, anywhere"
    with app.app_context():
        assert all("V!" not in kept for kept in db.session.scalars(select(RewardCode.sealed)))


def test_no_code_is_given_twice_whoever_races(hub: Flask) -> None:
    voucher = pool(hub, *(f"CODE-{n}" for n in range(10)))
    people = [person(hub, f"m{n}", points=500) for n in range(20)]
    got = [
        one
        for one in together(hub, *(partial(choose, hub, who, voucher) for who in people))
        if isinstance(one, int)
    ]
    assert len(got) == 10
    assert {code_of(hub, one) for one in got} == {f"CODE-{n}" for n in range(10)}
    assert {look(hub, one).state for one in got} == {"delivered"}
    assert stock(hub, voucher) == (0, 10)
    assert differences(hub) == []


def test_a_code_is_traced_back_and_used_once_also_after_the_key_has_changed(app: Flask) -> None:
    ada, grace = person(app, points=900), person(app, "grace", roles=("manager",))
    number = choose(app, ada, pool(app, "HAND-ON-1"))
    settings = app.extensions["settings"]
    with app.app_context(), edges.unit():
        object.__setattr__(settings, "secret_key_fallbacks", (settings.secret_key,))
        object.__setattr__(settings, "secret_key", "another key, as long as the first one was")
        assert codes.shown(number) == "HAND-ON-1"
        found = codes.traced(" HAND-ON-1 ")
        assert found is not None
        assert found.member is not None
        assert found.member.id == ada
        assert [codes.use(found.code.id, by_id=grace, now=now()) for _ in range(2)] == [True, False]
        assert codes.traced("HAND-ON-2") is None
        kept = codes.put_in(
            db.session.get_one(Reward, found.reward.id), [(1, "HAND-ON-1")], by_id=None, now=now()
        )
        assert kept.wrong == [(1, "came in before")], "known under its old key"


def test_coupons_of_our_own_are_made_and_whoever_waited_gets_one(app: Flask) -> None:
    ada, voucher = person(app, points=900), pool(app, "ONE")
    with app.app_context(), edges.unit():
        db.session.execute(update(RewardCode).values(withdrawn_at=now()))
    number = choose(app, ada, voucher)
    assert (look(app, number).state, purse(app, ada)[1]) == ("approved", 500)
    assert "No code is left" in look(app, number).error
    put_in(app, voucher, "TWO")
    assert (look(app, number).state, code_of(app, number)) == ("delivered", "TWO")


def fulfilled(app: Flask, points: int = 6_000) -> tuple[int, list[int]]:
    """Something that was sent, and three managers."""
    ada = person(app, points=9_000)
    managers = [person(app, name, roles=("manager",)) for name in ("grace", "mary", "joan")]
    number = choose(app, ada, reward(app, price=points))
    act(app, rewards.dispatch, number, by_id=managers[0])
    return number, managers


def test_a_refund_is_a_new_line_that_names_the_old_one_once(hub: Flask) -> None:
    number, (grace, *_) = fulfilled(hub)
    ask = partial(act, hub, refunds.ask, number, 2_000, words="It came torn.", token="token-1", by_id=grace)
    assert len(set(together(hub, *(ask for _ in range(6))))) == 1
    assert entries(hub, "refund:") == [("refund:1", 2_000, "refund")]
    with pytest.raises(Refusal, match="1 to 4,000"):
        act(hub, refunds.ask, number, 4_001, words="More.", token="token-2", by_id=grace)
    with pytest.raises(Refusal, match="Say why"):
        act(hub, refunds.ask, number, 10, words=" ", token="token-3", by_id=grace)
    assert purse(hub, look(hub, number).member_id) == (5_000, 0, 9_000)
    assert differences(hub) == []


def test_above_the_limit_a_second_person_decides_and_the_database_knows(hub: Flask) -> None:
    number, (grace, mary, joan) = fulfilled(hub)
    ask = partial(act, hub, refunds.ask, number, 6_000, words="Never came.", by_id=grace)
    refund = ask(token="token-1")
    assert entries(hub, "refund:") == []
    with pytest.raises(Refusal, match="nothing to give back"):
        ask(token="token-2")
    for who in (grace, look(hub, number).member_id):
        with pytest.raises(Refusal, match="second person"):
            act(hub, refunds.decide, refund, agrees=True, by_id=who)
    with hub.app_context(), pytest.raises(DBAPIError), edges.unit():
        db.session.execute(update(Refund).values(second_by_id=grace))
    decide = [partial(act, hub, refunds.decide, refund, agrees=True, by_id=who) for who in (mary, joan)]
    assert sum(isinstance(one, int) for one in together(hub, *decide)) == 1
    assert entries(hub, "refund:") == [(f"refund:{refund}", 6_000, "refund")]
    assert differences(hub) == []


def test_many_small_refunds_are_one_large_one_and_the_same_form_is_one_number(hub: Flask) -> None:
    number, (grace, mary, _) = fulfilled(hub)
    ask = partial(act, hub, refunds.ask, number, words="It came torn.", by_id=grace)
    ask(4_000, token="token-1")
    with pytest.raises(KeyUsed, match="4,000"):
        ask(1_000, token="token-1")
    second = ask(1_500, token="token-2")
    assert entries(hub, "refund:") == [("refund:1", 4_000, "refund")], "5,500 of it are two people’s to give"
    act(hub, refunds.decide, second, agrees=False, by_id=mary)
    ask(1_000, token="token-3")
    assert [points for _, points, _ in entries(hub, "refund:")] == [4_000, 1_000], (
        "what was not given doesn’t count"
    )
    assert differences(hub) == []


def silent(app: Flask, name: str, days: int, points: int = 700) -> int:
    """Somebody whose last line of the books is so old."""
    made = person(app, name)
    with app.app_context(), edges.unit():
        at = now() - days * DAY
        ledger.award(account_for(member_id=made), points, reason="manual", key=f"old:{name}", subject=f"member:{made}",
                     happened_at=at, now=at)  # fmt: skip
    return made


def test_points_lapse_only_when_the_hub_says_so_after_a_warning_and_once(hub: Flask) -> None:
    quiet, back, fresh, waits = (
        silent(hub, n, d) for n, d in (("quiet", 420), ("back", 420), ("fresh", 30), ("waits", 420))
    )
    mug = reward(hub, price=100, needs_approval=True)
    act(hub, lapses.look)
    with hub.app_context():
        assert db.session.scalars(select(Lapse)).all() == [], "off unless somebody switched it on"
    act(hub, rules.change, {"lapse_months": 12, "warn_days": 30}, by_id=None)
    choose(hub, waits, mug)
    for _ in range(2):
        act(hub, lapses.look)
    with hub.app_context():
        warned = {one.account_id: one.due_on for one in db.session.scalars(select(Lapse))}
        told = set(db.session.scalars(select(Notice.member_id).where(Notice.kind == "points.lapsing")))
    assert told == {quiet, back}, "neither who was here lately nor who waits for a reward"
    assert set(warned.values()) == {now().date() + 30 * DAY}
    with hub.app_context(), edges.unit():
        ledger.award(
            account_for(member_id=back),
            1,
            reason="manual",
            key="back",
            subject="member:1",
            happened_at=now(),
            now=now(),
        )
    assert act(hub, lapses.look, at=now() + 29 * DAY) == 0
    assert act(hub, lapses.look, at=now() + 31 * DAY) == 1
    assert act(hub, lapses.look, at=now() + 31 * DAY) == 0
    assert [(points, reason) for _, points, reason in entries(hub, "lapse:")] == [(-700, "lapse")]
    assert (purse(hub, quiet), purse(hub, back)) == ((0, 0, 700), (701, 0, 701)), "what was earned ever stays"
    assert (purse(hub, fresh), purse(hub, waits)[0]) == ((700, 0, 700), 700)
    assert differences(hub) == []


def test_an_address_goes_a_month_after_it_was_sent_whether_anybody_says_so_or_not(app: Flask) -> None:
    ada, grace = person(app, points=900), person(app, "grace", roles=("manager",))
    number = choose(app, ada, reward(app, needs_address=True), address=HOME)
    assert act(app, upkeep.forget_addresses, at=now() + 90 * DAY) == 0, "it is still to be sent"
    act(app, rewards.dispatch, number, by_id=grace)
    assert act(app, upkeep.forget_addresses, at=now() + 29 * DAY) == 0
    assert act(app, upkeep.forget_addresses, at=now() + 31 * DAY) == 1
    with app.app_context():
        assert db.session.scalars(select(RedemptionAddress)).all() == []


@pytest.fixture
def world(hub: Flask) -> Scene:
    return Scene(hub)


def plan(world: Scene, **wish: Any) -> None:
    found = world.all()
    number = found[0].programme_id if found else 1
    act(
        world.app,
        programmes.keep,
        Wish(programme_id=number, **{"stage": "won", **wish}),
        by_id=None,
        at=now() - DAY,
    )


def drain(world: Scene) -> None:
    with world.app.app_context():
        drain_all()


def given(world: Scene) -> list[tuple[str, int | None]]:
    with world.app.app_context():
        query = select(RewardDecision.outcome, RewardDecision.referral_id).order_by(RewardDecision.id)
        return [(outcome, number) for outcome, number in db.session.execute(query)]


def test_a_won_referral_brings_the_standard_reward_once(world: Scene) -> None:
    gift = pool(world.app, "G-1", "G-2")
    plan(world, reward_id=gift)
    number = world.refer()
    world.reach(number, "accepted", "meeting")
    drain(world)
    assert given(world) == [], "only once it is won"
    world.reach(number, "won")
    together(world.app, *(partial(act, world.app, programmes.decide, number) for _ in range(6)))
    drain(world)
    world.reach(number, "lost", "won")
    drain(world)
    act(world.app, programmes.decide_missing)
    assert given(world) == [("given", number)]
    with world.app.app_context():
        made = db.session.scalars(select(Redemption)).one()
        assert (made.points, made.state, made.member_id) == (0, "delivered", world.ids["ada"])
        assert money.speed(now() - DAY).rewarded == 1
    assert any("brought a reward" in line for line in world.story(number))
    assert stock(world.app, gift) == (1, 1)
    assert differences(world.app) == []


def test_what_can_not_be_given_is_owed_and_given_later(world: Scene) -> None:
    gift = reward(world.app, "A cap", stock=0)
    plan(world, reward_id=gift)
    number = world.refer()
    world.reach(number, "won")
    drain(world)
    assert given(world) == [("owed", number)]
    with world.app.app_context(), edges.unit():
        rewards.actions.composing.restock(gift, 1, by_id=None, now=now())
    act(world.app, programmes.decide_missing)
    assert given(world) == [("given", number)]
    assert differences(world.app) == []


def test_what_was_won_before_a_plan_is_for_a_person_to_decide(world: Scene) -> None:
    first, second = world.refer(), world.refer(email="lee@example.org")
    world.reach(first, "won")
    world.reach(second, "won")
    act(
        world.app,
        programmes.keep,
        Wish(programme_id=world.look(first).programme_id, stage="won", percent_bp=1_000),
        by_id=None,
        at=now() + dt.timedelta(seconds=5),
    )
    act(world.app, programmes.decide_missing)
    with world.app.app_context():
        assert [row[0].id for row in money.undecided()] == [first, second]
    grace = world.ids["grace"]
    with pytest.raises(Refusal):
        act(world.app, programmes.give_nothing, first, by_id=grace, words="")
    assert act(world.app, programmes.give_nothing, first, by_id=grace, words="Paid by the old scheme.")
    act(world.app, programmes.decide, second, by_id=grace)
    with world.app.app_context():
        assert money.undecided() == []
    assert given(world) == [("none", first), ("given", second)]


def test_the_narrowest_plan_counts(world: Scene) -> None:
    plan(world, percent_bp=1_000)
    plan(world, for_key="mode:verbal", percent_bp=2_000)
    plan(world, for_key=f"member:{world.ids['bea']}", member_id=world.ids["bea"], percent_bp=3_000)
    for who, email, mode in (
        ("ada", "a@example.org", "form"),
        ("ada", "b@example.org", "verbal"),
        ("bea", "c@example.org", "verbal"),
    ):
        world.reach(world.refer(who, email, mode=mode), "won", amount_hundredths=100_000, currency="EUR")
    drain(world)
    with world.app.app_context():
        assert list(db.session.scalars(select(Payout.amount_hundredths).order_by(Payout.id))) == [
            10_000,
            20_000,
            30_000,
        ]


def test_a_commission_closes_is_confirmed_and_paid_each_with_its_time_and_comes_again_each_year(
    world: Scene,
) -> None:
    plan(world, percent_bp=2_500, years=3, payee="split", member_percent=40, due_days=10)
    number = world.refer()
    world.reach(number, "won", amount_hundredths=6_000_000, currency="USD")
    drain(world)
    with world.app.app_context():
        rows = db.session.scalars(select(Payout).order_by(Payout.id)).all()
        assert [(one.holder[:7], one.amount_hundredths) for one in rows] == [
            ("member:", 600_000),
            ("company", 900_000),
        ]
        mine = rows[0].id
    step = partial(act, world.app, moving.paid_on, mine, by_id=world.ids["grace"])
    assert not step("paid"), "nobody pays what nobody confirmed"
    assert [step("rewarded"), step("rewarded"), step("paid", reference="T-1"), step("paid")] == [
        True,
        False,
        True,
        False,
    ]
    with world.app.app_context():
        found = db.session.get_one(Payout, mine)
        assert found.closed_at <= (found.rewarded_at or now()) <= (found.paid_at or now())
        assert money.speed(now() - DAY).on_time_percent == 100
    assert [
        act(world.app, commissions.renew, at=now() + days * DAY) for days in (364, 366, 366, 731, 1_200)
    ] == [0, 2, 0, 2, 0]
    world.reach(number, "lost", minutes=0)
    drain(world)
    with world.app.app_context():
        states = list(db.session.scalars(select(Payout.state).order_by(Payout.id)))
    assert states == ["paid", *["void"] * 5], "what was confirmed and paid stays"


def test_a_commission_for_seats_or_of_a_deal_without_a_worth_waits_for_a_number(world: Scene) -> None:
    plan(world, seat_hundredths=4_000)
    number = world.refer()
    world.reach(number, "won")
    drain(world)
    with world.app.app_context():
        found = db.session.scalars(select(Payout)).one()
        mine, amount = found.id, found.amount_hundredths
    assert amount is None
    assert not act(world.app, moving.paid_on, mine, "rewarded", by_id=world.ids["grace"])
    with world.app.app_context(), edges.unit():
        assert payouts.weigh(mine, base_hundredths=None, seats=12)
    assert act(world.app, moving.paid_on, mine, "rewarded", by_id=world.ids["grace"])
    with world.app.app_context():
        assert db.session.get_one(Payout, mine).amount_hundredths == 48_000


def test_a_reward_that_finance_pays_moves_with_its_payout(app: Flask) -> None:
    ada, grace = person(app, points=900), person(app, "grace", roles=("manager",))
    number = choose(app, ada, reward(app, "Funds", kind="funds", provider="commission"))
    with app.app_context():
        mine = db.session.scalars(select(Payout.id)).one()
    assert (look(app, number).state, purse(app, ada)[1]) == ("approved", 500)
    act(app, moving.paid_on, mine, "rewarded", by_id=grace)
    assert (look(app, number).state, purse(app, ada)) == ("sent", (400, 0, 900))
    act(app, moving.paid_on, mine, "paid", by_id=grace)
    assert look(app, number).state == "delivered"
    assert differences(app) == []


@pytest.mark.parametrize(
    ("given", "comes_to"),
    [
        ({"kind": "percent", "base_hundredths": 6_000_000, "percent_bp": 2_500}, 1_500_000),
        ({"kind": "percent", "base_hundredths": 101, "percent_bp": 5_000}, 51),
        (
            {"kind": "percent", "base_hundredths": 6_000_000, "percent_bp": 2_500, "share_percent": 40},
            600_000,
        ),
        ({"kind": "percent", "percent_bp": 2_500}, None),
        ({"kind": "seats", "seats": 12, "seat_hundredths": 4_000}, 48_000),
        ({"kind": "seats", "seat_hundredths": 4_000}, None),
        ({"kind": "flat", "base_hundredths": 50_000}, 50_000),
    ],
)
def test_what_a_payout_comes_to(given: dict[str, int | str], comes_to: int | None) -> None:
    assert payouts.worth(**given) == comes_to  # type: ignore[arg-type]
