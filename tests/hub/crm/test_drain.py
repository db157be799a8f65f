"""From deliveries to the ledger, on both databases: batches, poison, order, repeats, two drains at once."""

import datetime as dt
import itertools
import random
import threading

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub import crm
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.core.registry import checks
from hub.crm import mending, queries
from hub.crm.models import DeliveryState
from hub.ledger.models import Entry
from hub.ledger.queries import wallet_of
from hub.outbox.jobs import drain_all
from hub.referrals import Advance, advance_many
from hub.referrals.models import Referral, StageEvent
from tests.hub.crm.scene import TOTALS, Scene, event, upto

DAY = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
SIX = ("accepted", "meeting", "opportunity", "lost", "accepted", "won")
AS_CRM = {
    "accepted": "qualified",
    "meeting": "meeting",
    "opportunity": "proposal",
    "lost": "Closed Lost",
    "won": "Closed Won",
}
AMOUNT = b"""[{"eventId": 1, "portalId": 44120011, "occurredAt": 1795166102001, "objectId": 17001,
  "subscriptionType": "deal.propertyChange", "propertyName": "amount", "propertyValue": "71000.5"}]"""
IN_PIPELINE_7 = b"""{"data": {"id": 21, "pipeline_id": 7, "stage_id": 4, "status": "open"}, "previous": null,
  "meta": {"id": "m1", "entity": "deal", "action": "change", "timestamp": "2026-11-20T09:15:02Z"}}"""


def stages() -> list[dict[str, str]]:
    """Six stage events of one deal, a day each: a step back and a loss among them, won in the end."""
    return [
        event(AS_CRM[rung], deal_id="D-1", occurred_at=(DAY + dt.timedelta(days=n)).isoformat())
        for n, rung in enumerate(SIX)
    ]


def proven(scene: Scene) -> list[str]:
    """What `hurrah prove` would print of differences."""
    with scene.app.app_context(), edges.reading():
        return [line for check in checks.values() for line in check()]


def set_state(scene: Scene, delivery_id: int, **values: object) -> None:
    with scene.app.app_context(), edges.unit():
        query = update(DeliveryState).where(DeliveryState.delivery_id == delivery_id)
        db.session.execute(query.values(**values))


def state(scene: Scene, delivery_id: int) -> DeliveryState:
    with scene.app.app_context(), edges.reading():
        found = db.session.get_one(DeliveryState, delivery_id)
        db.session.expunge(found)
        return found


# One bad delivery never blocks the others -----------------------------------------------------------------------


def test_a_poisonous_delivery_is_found_retried_and_set_aside(each_scene: Scene) -> None:
    each_scene.connect("generic")
    referrals = [each_scene.refer(f"R{n}", deal=f"D-{n}") for n in range(5)]
    each_scene.tell(*(event("Closed Won", deal_id=f"D-{n}") for n in range(5)))
    set_state(each_scene, 3, event={})  # as if kept by a version that knew fewer words
    each_scene.drain()
    assert each_scene.states() == ["done", "done", "pending", "done", "done"]
    assert [each_scene.paid(each) for each in referrals] == [32000, 32000, 100, 32000, 32000]
    tried = state(each_scene, 3)
    assert (tried.attempts, tried.due_at > now()) == (1, True)
    for _ in range(7):
        each_scene.drain(at=state(each_scene, 3).due_at)
    aside = state(each_scene, 3)
    assert (aside.state, aside.attempts) == ("set_aside", 8)
    assert "KeyError" in (aside.reason or "")
    assert proven(each_scene) == []


def test_a_mended_delivery_is_replayed(each_scene: Scene) -> None:
    each_scene.connect("generic")
    kim = each_scene.refer(deal="D-1")
    each_scene.tell(event("Closed Won", deal_id="D-1"))
    whole = state(each_scene, 1).event
    set_state(each_scene, 1, event={}, state="set_aside", reason="It failed 8 times. KeyError", attempts=8)
    set_state(each_scene, 1, event=whole)
    with each_scene.app.app_context(), edges.unit():
        assert mending.replay(by_id=each_scene.advocate_id, now=now()) == 1
    each_scene.drain()
    assert (each_scene.states(), each_scene.paid(kim)) == (["done"], 32000)


def test_more_than_a_batch_is_worked_off_in_order_and_once(each_scene: Scene) -> None:
    each_scene.connect("generic")
    referrals = [each_scene.refer(f"R{n}", deal=f"D-{n}") for n in range(8)]
    for part in range(2):
        each_scene.tell(*(event(stage, deal_id=f"D-{n % 8}") for n in range(350) for stage in ("qualified", "meeting")),
                        message_id=f"msg_{part}")  # fmt: skip
    assert each_scene.drain() == 1400
    assert {each_scene.paid(each) for each in referrals} == {2000}
    assert each_scene.drain() == 0


# Any order, any repeats, one ledger -----------------------------------------------------------------------------


def test_all_orders_of_six_stage_events_end_in_one_ledger(each_scene: Scene) -> None:
    orders = list(itertools.permutations(range(6)))
    if db_is_postgresql(each_scene):
        orders = random.Random(6).sample(orders, 60)  # noqa: S311 - the same sample each time
    ids = [each_scene.refer(f"R{n}") for n in range(1)]
    ids += clones(each_scene, ids[0], len(orders) - 1)
    for place in [0, 1, 2, 0, 3, 4, 5, 2, 5]:  # with repeats in between
        advances = [
            Advance(
                referral_id=referral_id, rung_key=SIX[order[place]], source="crm",
                happened_at=DAY + dt.timedelta(days=order[place]),
            )
            for referral_id, order in zip(ids, orders, strict=True)
        ]  # fmt: skip
        for start in range(0, len(advances), 240):
            with each_scene.app.app_context(), edges.unit():
                advance_many(advances[start : start + 240], now=now())
    assert {tuple(sorted(ledger.items())) for ledger in ledgers(each_scene).values()} == {
        tuple(sorted(upto("won").items()))
    }
    assert len(ledgers(each_scene)) == len(orders)
    with each_scene.app.app_context(), edges.reading():
        assert wallet_of(each_scene.advocate_id).balance == 32000 * len(orders)
        assert len(db.session.scalars(select(StageEvent.id)).all()) == 7 * len(orders)


def db_is_postgresql(scene: Scene) -> bool:
    with scene.app.app_context():
        return db.engine.dialect.name == "postgresql"


def clones(scene: Scene, referral_id: int, count: int) -> list[int]:
    """As many referrals like this one, submitted as it was."""
    with scene.app.app_context(), edges.unit():
        like = db.session.get_one(Referral, referral_id)
        columns = {c.key for c in like.__table__.columns} - {"id", "code", "lead_key", "contact_email"}
        values = {name: getattr(like, name) for name in columns}
        rows = [type(like)(**values, code=f"RF-{n:06}") for n in range(count)]
        db.session.add_all(rows)
        db.session.flush()
        steps = [
            Advance(referral_id=row.id, rung_key="submitted", happened_at=like.created_at, source="hub")
            for row in rows
        ]
        for start in range(0, len(steps), 240):
            advance_many(steps[start : start + 240], now=now(), quietly=True)
        return [row.id for row in rows]


def ledgers(scene: Scene) -> dict[str, dict[str, int]]:
    with scene.app.app_context(), edges.reading():
        found: dict[str, dict[str, int]] = {}
        for key, points in db.session.execute(select(Entry.key, Entry.points)):
            _, number, name = key.split(":", 2)
            found.setdefault(number, {})[name] = points
        return found


@pytest.mark.parametrize("seed", range(12))
def test_shuffled_and_repeated_messages_end_in_the_same_ledger(each_scene: Scene, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same shuffle each time
    each_scene.connect("generic")
    kim = each_scene.refer(deal="D-1")
    messages = [(f"msg_{n}", each) for n, each in enumerate(stages())]
    messages += dice.sample(messages, 3)
    messages += [(f"again_{n}", each) for n, (_, each) in enumerate(dice.sample(messages, 2))]
    dice.shuffle(messages)
    for message_id, each in messages:
        each_scene.tell(each, message_id=message_id)
        if dice.random() < 0.4:
            each_scene.drain()
    each_scene.drain()
    assert each_scene.ledger(kim) == upto("won")
    assert each_scene.referral(kim).state == "won"
    assert set(each_scene.states()) == {"done"}
    assert len(each_scene.rungs(kim)) == 7
    assert proven(each_scene) == []


@pytest.mark.parametrize("seed", range(6))
def test_won_and_then_lost_keeps_what_the_other_stages_earned_in_any_order(
    each_scene: Scene, seed: int
) -> None:
    each_scene.connect("generic")
    kim = each_scene.refer(deal="D-1")
    told = [
        event(AS_CRM[rung], deal_id="D-1", occurred_at=(DAY + dt.timedelta(days=n)).isoformat())
        for n, rung in enumerate(("meeting", "won", "lost"))
    ]
    for each in list(itertools.permutations(told))[seed]:
        each_scene.tell(each)
        each_scene.drain()
    assert each_scene.paid(kim) == TOTALS["opportunity"]
    assert each_scene.referral(kim).state == "lost"


# Two at once ----------------------------------------------------------------------------------------------------


@pytest.mark.postgresql
def test_two_drains_at_once_book_once(postgresql_app: Flask) -> None:
    scene = Scene(postgresql_app)
    scene.connect("generic")
    referrals = [scene.refer(f"R{n}", deal=f"D-{n}") for n in range(8)]
    events = [
        event(stage, deal_id=f"D-{n}") for _ in range(20) for n in range(8) for stage in AS_CRM.values()
    ]
    scene.tell(*events)
    done: list[int] = []
    threads = [threading.Thread(target=lambda: done.append(drain_alone(scene))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == len(events) == 800
    assert set(scene.states()) == {"done"}
    assert {scene.paid(each) for each in referrals} == {32000}
    with scene.app.app_context():
        drain_all()
    assert proven(scene) == []


def drain_alone(scene: Scene) -> int:
    total = 0
    with scene.app.app_context():
        while count := crm.drain_batch(now()):
            total += count
        db.session.remove()
    return total


# What an event says ---------------------------------------------------------------------------------------------


def test_a_clock_ahead_by_years_counts_as_five_minutes_after_we_heard(each_scene: Scene) -> None:
    each_scene.connect("generic")
    kim = each_scene.refer(deal="D-1")
    each_scene.tell(event("proposal", deal_id="D-1", occurred_at="2031-01-01T00:00:00Z"))
    each_scene.drain()
    assert each_scene.ledger(kim) == upto("opportunity")
    with each_scene.app.app_context(), edges.reading():
        assert max(db.session.scalars(select(StageEvent.happened_at))) < now() + dt.timedelta(minutes=6)
        assert max(db.session.scalars(select(Entry.happened_at))) <= now()
        assert state(each_scene, 1).event["occurred_at"] == "2031-01-01T00:00:00+00:00"


def test_amounts_are_kept_exactly_and_pay_nothing(each_scene: Scene) -> None:
    each_scene.connect("generic", "hubspot")
    kim = each_scene.refer(deal="17001")
    each_scene.tell(event("meeting", deal_id="17001", amount={"value": "60000.005", "currency": "eur"}))
    each_scene.drain()
    assert (each_scene.referral(kim).amount_hundredths, each_scene.referral(kim).currency) == (
        6_000_000,
        "EUR",
    )
    each_scene.post("hubspot", AMOUNT)
    each_scene.drain()
    assert each_scene.referral(kim).amount_hundredths == 7_100_050
    assert each_scene.ledger(kim) == upto("meeting")
    assert each_scene.states() == ["done", "done"]


def test_a_stage_mapped_to_nothing_moves_nothing(each_scene: Scene) -> None:
    each_scene.connect("generic")
    kim = each_scene.refer(deal="D-1")
    each_scene.tell(event("new", deal_id="D-1"))
    each_scene.drain()
    assert each_scene.outcomes() == [("skipped", "“new” is mapped to no stage of ours.")]
    assert each_scene.ledger(kim) == upto("submitted")


def test_an_unmapped_stage_waits_and_is_booked_when_it_is_mapped(each_scene: Scene) -> None:
    each_scene.connect("generic", stages={})
    kim = each_scene.refer(deal="D-1")
    each_scene.tell(event("Signed", deal_id="D-1"))
    each_scene.tell(event("Signed", deal_id="D-9"))  # nobody's deal: waits for a referral, not for a mapping
    each_scene.drain()
    assert each_scene.states() == ["unmapped", "waiting"]
    assert unmapped(each_scene) == [("Signed", 1)]
    assert map_stage(each_scene, "Signed", "won") == 1
    each_scene.drain()
    assert each_scene.states() == ["done", "waiting"]
    assert each_scene.ledger(kim) == upto("won")
    assert unmapped(each_scene) == []


def test_mapping_a_narrower_name_books_what_waited_for_it(each_scene: Scene) -> None:
    each_scene.connect("pipedrive", stages={})
    kim = each_scene.refer(deal="21")
    assert each_scene.post("pipedrive", IN_PIPELINE_7).status_code == 202
    each_scene.drain()
    assert each_scene.states() == ["unmapped"]
    assert map_stage(each_scene, "8/4", "won", kind="pipedrive") == 0
    assert map_stage(each_scene, "7/4", "meeting", kind="pipedrive") == 1
    each_scene.drain()
    assert each_scene.ledger(kim) == upto("meeting")


def test_a_rung_that_the_ladder_lacks_is_set_aside_until_the_mapping_is_mended(each_scene: Scene) -> None:
    each_scene.connect("generic", stages={"Signed": "closed-deal"})
    kim = each_scene.refer(deal="D-1")
    each_scene.tell(event("Signed", deal_id="D-1"))
    each_scene.tell(event("Signed", deal_id="D-1", note=5))  # refused: no mapping mends this
    each_scene.drain()
    assert each_scene.states() == ["set_aside", "set_aside"]
    assert map_stage(each_scene, "Signed", "won") == 1
    each_scene.drain()
    assert each_scene.states() == ["done", "set_aside"]
    assert each_scene.ledger(kim) == upto("won")


def test_a_changed_mapping_leaves_alone_what_staff_set_aside(each_scene: Scene) -> None:
    each_scene.connect("generic", stages={})
    kim = each_scene.refer(deal="D-1")
    each_scene.tell(event("Signed", deal_id="D-1"))
    each_scene.drain()
    with each_scene.app.app_context(), edges.unit():
        assert mending.set_aside([1], "A test of the CRM.", by_id=each_scene.advocate_id, now=now()) == 1
    assert map_stage(each_scene, "Signed", "won") == 0
    each_scene.drain()
    assert each_scene.outcomes() == [("set_aside", "Set aside by staff: A test of the CRM.")]
    assert each_scene.ledger(kim) == upto("submitted")


def map_stage(scene: Scene, crm_stage: str, rung: str, kind: str = "generic") -> int:
    """Maps a stage; the preview and what was taken back are the same number."""
    with scene.app.app_context(), edges.unit():
        connection = queries.connection(kind)
        assert connection is not None
        foreseen = mending.awaiting(connection.id, crm_stage)
        taken = mending.map_and_book(connection, crm_stage, rung, by_id=scene.advocate_id, now=now())
        assert taken == foreseen
        return taken


def unmapped(scene: Scene) -> list[tuple[str, int]]:
    with scene.app.app_context(), edges.reading():
        connection = queries.connection("generic")
        assert connection is not None
        return queries.unmapped(connection.id)


def test_replaying_what_is_done_is_impossible_and_what_moved_nothing_is_harmless(each_scene: Scene) -> None:
    each_scene.connect("generic")
    kim = each_scene.refer(deal="D-1")
    each_scene.tell(event("Closed Won", deal_id="D-1"))
    each_scene.tell(event("new", deal_id="D-1"))
    each_scene.drain()
    with each_scene.app.app_context(), edges.unit():
        assert mending.replay(by_id=each_scene.advocate_id, now=now()) == 1
    each_scene.drain()
    assert each_scene.states() == ["done", "skipped"]
    assert each_scene.ledger(kim) == upto("won")
