"""What the scale is told of introductions that are in the database: on SQLite, and once on PostgreSQL."""

import datetime as dt

from flask import Flask

from hub import members
from hub.core import doubts, edges
from hub.core.clock import now
from hub.core.doubts import Doubt
from hub.referrals.fairness.gathering import gather
from hub.referrals.fairness.signals import SIGNALS, Case
from hub.referrals.fairness.signals.known import every_signal
from tests.hub.referrals.scene import Scene
from tests.statements import statements

HOUR = dt.timedelta(hours=1)


def cases(scene: Scene, *ids: int) -> list[Case]:
    with scene.app.app_context(), edges.reading():
        found = gather(ids)
        return [found[number] for number in ids]


def signals(scene: Scene, number: int) -> set[str]:
    return {reason["signal"] for reason in scene.look(number).reasons or ()}


def test_what_was_introduced_before_is_found_however_it_is_written(each_scene: Scene) -> None:
    scene = each_scene
    at = now() - dt.timedelta(days=2)
    first = scene.refer(
        name="Kim Lee", email="kim.lee@acme.example", contact={"phone": "+46 70 123 45 67"}, at=at
    )
    scene.reach(first, "lost", minutes=0)
    phone = scene.refer("bea", "other@else.example", name="Jo Park", contact={"phone": "0046 (0)70-1234567"})
    person = scene.refer("bea", "k.lee@acme.example", name="Lee Kim")
    again = scene.refer("bea", "Kim.Lee+x@acme.example", name="Kim Lee")
    by_phone, by_person, by_email = cases(scene, phone, person, again)
    assert [twin.id for twin in by_phone.same_phone] == [first]
    assert [twin.id for twin in by_person.same_person] == [first]
    assert [twin.id for twin in by_email.same_email] == [first]
    assert (signals(scene, phone), signals(scene, person), signals(scene, again)) == ({"duplicate"},) * 3


def test_a_circle_is_seen_at_whatever_length(each_scene: Scene) -> None:
    scene = each_scene
    with scene.app.app_context(), edges.unit():
        for name in ("cleo", "dan"):
            scene._add(name)
    for who, whom in (("ada", "bea"), ("bea", "cleo"), ("cleo", "dan")):
        number = scene.refer(who, f"{whom}@example.com", name=f"{whom.title()} Two", at=now())
        assert "ring" not in signals(scene, number)
    back = scene.refer("dan", "ada@example.com", name="Ada Two", at=now())
    assert cases(scene, back)[0].circle == 4
    assert {"ring", "already_here"} <= signals(scene, back)
    assert scene.look(back).hold == "review"


def test_pace_counts_what_a_member_typed_and_nothing_that_was_brought_in(scene: Scene) -> None:
    scene.publish(daily_cap=None)
    at = now() - 2 * HOUR
    typed = [
        scene.refer(email=f"p{n}@x{n}.example", name=f"P {n}", at=at + n * dt.timedelta(seconds=1))
        for n in range(11)
    ]
    brought = [
        scene.refer("bea", f"q{n}@y{n}.example", name=f"Q {n}", at=at, source="operator") for n in range(25)
    ]
    assert [case.in_hour for case in cases(scene, typed[0], typed[10])] == [1, 11]
    assert "velocity" in signals(scene, typed[10])
    assert all(scene.look(number).hold is None for number in (*typed, *brought))


def test_what_a_rep_logs_for_one_advocate_again_and_again_is_looked_at(scene: Scene) -> None:
    at = now() - dt.timedelta(days=3)
    logged = [
        scene.refer(
            email=f"r{n}@z{n}.example",
            name=f"R {n}",
            mode="verbal",
            by_id=scene.ids["kate"],
            at=at + n * HOUR,
        )
        for n in range(6)
    ]
    last = cases(scene, logged[-1])[0]
    assert (last.is_logged, last.told_by_pair, last.told_by_rep) == (True, 6, 6)
    assert signals(scene, logged[3]) == set()
    assert signals(scene, logged[4]) == {"rep_cluster"}
    scene.reach(logged[-1], "opportunity", minutes=0, source="crm")
    assert scene.look(logged[-1]).hold is None, "days later that is no late log"


def test_weighing_costs_the_same_for_one_and_for_many(scene: Scene) -> None:
    scene.publish(daily_cap=None)
    ids = [scene.refer(email=f"s{n}@w{n}.example", name=f"S {n}") for n in range(12)]
    counts = []
    for some in (ids[:1], ids):
        with statements(scene.app) as seen:
            cases(scene, *some)
        counts.append(len([line for line in seen if line.startswith("SELECT")]))
    assert counts[0] == counts[1]


def test_other_rooms_measure_and_the_scale_weighs(app: Flask) -> None:
    scene = Scene(app)
    heavy = Doubt(
        name="made_up", title="Made-up clicks", about="Most clicks on the advocate’s links were filtered out.",
        weight=60,
        kindly="Most clicks on your links came from programs.", from_percent=80,
        measure=lambda ids, _now: dict.fromkeys(ids, 90),
    )  # fmt: skip
    doubts.doubt(heavy)
    try:
        every_signal()
        held = scene.look(scene.refer())
        assert (held.hold, held.score) == ("review", 60)
    finally:
        doubts.DOUBTS.pop("made_up")
        SIGNALS.pop("made_up")


def test_members_are_known_by_their_address(scene: Scene) -> None:
    with scene.app.app_context(), edges.unit():
        members.stub("Nell", company_id=None, key="n", now=now(), email="nell@example.com")
    known, waiting = (
        scene.refer(email="BEA@example.com", name="B Two", at=now()),
        scene.refer(email="nell@example.com", name="N Two", at=now()),
    )
    assert [case.is_member for case in cases(scene, known, waiting)] == [True, False]
