"""What was paid stands: whatever somebody corrected by hand, whoever a member is by now, however many come at once."""

import datetime as dt
import threading
from dataclasses import replace

from sqlalchemy import select

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.ledger import by_hand
from hub.ledger.models import Entry
from hub.members.actions import people
from hub.referrals.ladder import Ladder
from hub.referrals.promotions import queries
from tests.hub.referrals.promotions.test_promotions import added, prove, refer, start
from tests.hub.referrals.scene import SAMPLE, Scene

HOUR = dt.timedelta(hours=1)


def restate(scene: Scene, key: str, comes_to: int) -> None:
    """A manager corrects a line by hand."""
    with scene.app.app_context(), edges.unit():
        entry = db.session.scalars(select(Entry).where(Entry.key == key)).one()
        by_hand.restate(
            entry.id, comes_to=comes_to, was=entry.points, words="Agreed otherwise.", token=key,
            by_id=scene.ids["grace"], now=now(),
        )  # fmt: skip


def larger(ladder: Ladder) -> Ladder:
    """The same ladder, with a last stage that brings 300,000 points."""
    *others, won, lost = ladder.rungs
    return Ladder((*others, replace(won, total=others[-1].total + 300_000), lost))


def become(scene: Scene, who: str, kind: str) -> None:
    with scene.app.app_context(), edges.unit():
        found = members.get(scene.ids[who])
        assert found is not None
        people.place_in(
            found, company_id=found.company_id, type=kind, title=None, by_id=scene.ids["grace"], now=now()
        )


def test_what_a_manager_corrected_is_all_that_a_lost_deal_takes(each_scene: Scene) -> None:
    scene = each_scene
    scene.publish(clawback="always")
    start(scene)
    (number,) = refer(scene, 1)
    scene.reach(number, "won", minutes=0)
    won = f"referral:{number}:stage:won"
    restate(scene, won, 10_000)
    restate(scene, f"promotion:1:{won}", 4_000)
    before = sum(scene.entries(number).values())
    for rung, comes_to in (("lost", before - 14_000), ("won", before), ("lost", before - 14_000)):
        scene.reach(number, rung, minutes=0)
        assert sum(scene.entries(number).values()) == comes_to
        assert prove(scene) == []


def test_a_line_of_a_promotion_that_was_corrected_to_nothing_stays_at_nothing(scene: Scene) -> None:
    promotion = start(scene)
    (number,) = refer(scene, 1)
    scene.reach(number, "accepted", minutes=0)
    restate(scene, f"promotion:{promotion}:referral:{number}:stage:accepted", 0)
    before = sum(scene.entries(number).values())
    scene.reach(number, "accepted", minutes=0, happened_at=now() - 3 * HOUR)
    assert sum(scene.entries(number).values()) == before - 100, "both were before it; of one nothing is left"
    assert prove(scene) == []


def test_who_somebody_is_by_now_changes_nothing_that_was_paid(each_scene: Scene) -> None:
    scene = each_scene
    start(scene, audience=("customer",))
    start(scene, audience=("partner",), name="For partners")
    (number,) = refer(scene, 1)
    scene.reach(number, "accepted", minutes=0)
    paid = {"stage:submitted": 100, "stage:accepted": 400}
    assert added(scene, number) == paid
    become(scene, "ada", "partner")
    scene.reach(number, "meeting", minutes=0)
    assert added(scene, number) == {**paid, "stage:meeting": 1_500}, "once, by the promotion for partners"
    assert prove(scene) == []


def test_the_first_of_all_are_those_it_is_for_and_who_are_credited(scene: Scene) -> None:
    become(scene, "bea", "partner")
    start(scene, first_all=1, audience=("customer",))
    refer(scene, 2, "bea")
    (number,) = refer(scene, 1)
    assert added(scene, number) == {"stage:submitted": 100}
    assert prove(scene) == []


def test_no_more_than_the_first_of_all_are_counted_whoever_introduces_at_once(each_scene: Scene) -> None:
    scene = each_scene
    promotion = start(scene, first_all=2)
    ready = threading.Barrier(6)

    def introduce(number: int) -> None:
        ready.wait()
        scene.refer("ada" if number % 2 else "bea", f"r{number}@r{number}.example", name=f"R {number}")

    threads = [threading.Thread(target=introduce, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scene.app.app_context(), edges.reading():
        assert queries.booked([promotion])[promotion] == (2, 200)
    assert prove(scene) == []


def test_a_line_is_never_larger_than_the_books_allow_and_says_so(scene: Scene) -> None:
    start(scene, percent=1000)
    scene.publish(replace(SAMPLE, ladder=larger(SAMPLE.ladder)))
    (number,) = refer(scene, 1)
    scene.reach(number, "won", minutes=0)
    assert added(scene, number)["stage:won"] == 1_000_000
    assert "Double days (a line is at most 1,000,000 points)" in scene.browser("ada").get("/points").text
    assert prove(scene) == []
    form = {
        "name": "Tenfold", "subject": "programme:1", "kind": "multiplier", "percent": "1000", "do": "try",
        "starts_at": f"{now() + HOUR:%Y-%m-%dT%H:%M}", "ends_at": f"{now() + 9 * HOUR:%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    client = scene.browser("grace")
    assert "Won would come to more than 1,000,000" in client.post("/manage/promotions/new", data=form).text
    form["percent"] = "400"
    assert "would come to more" not in client.post("/manage/promotions/new", data=form).text
