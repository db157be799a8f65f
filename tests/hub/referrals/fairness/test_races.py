"""Many people at once, on both databases: a release pays once, and one person is never two."""

import threading
from collections.abc import Callable

from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.ledger.models import Entry
from hub.referrals.advance import Advance, advance_many
from hub.referrals.fairness import actions
from hub.referrals.intake import Refusal
from tests.hub.referrals.fairness.test_reviews import CHECKS, WHOLE, doubtful, review, staff
from tests.hub.referrals.scene import Scene


def at_once(scene: Scene, works: list[Callable[[], object]]) -> list[object]:
    """Runs all of them in the same moment; gives what each came to, a refusal as itself."""
    start, done = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            with scene.app.app_context(), edges.unit():
                found = work()
        except Refusal as refusal:
            found = refusal
        done.append(found)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_twenty_releases_at_once_pay_once_and_one_person_stays_one(each_scene: Scene) -> None:
    scene = each_scene
    number = doubtful(scene)
    scene.reach(number, "won", minutes=0)
    asked, grace = review(scene, number).id, scene.ids["grace"]
    done = at_once(scene, [lambda: actions.release(asked, by_id=grace, now=now())] * 20)
    assert [one for one in done if not isinstance(one, Refusal)] == [2_000]
    assert scene.look(number).waiting == 30_000
    found = review(scene, number)
    assert (found.state, found.first_by_id, found.second_by_id) == ("open", grace, None)
    assert scene.prove(CHECKS) == []


def test_ten_people_and_the_crm_at_once_end_in_exactly_what_was_due(each_scene: Scene) -> None:
    scene = each_scene
    staff(scene, *(f"staff{count}" for count in range(10)))
    number = doubtful(scene)
    asked = review(scene, number).id
    people = [scene.ids[f"staff{count}"] for count in range(10)]

    def release(by_id: int) -> Callable[[], object]:
        return lambda: actions.release(asked, by_id=by_id, now=now())

    def reach(rung: str) -> Callable[[], object]:
        step = Advance(referral_id=number, rung_key=rung, happened_at=now(), source="crm")
        return lambda: len(advance_many([step], now=now()))

    at_once(scene, [*map(release, people), *map(reach, ("accepted", "meeting", "won", "won"))])
    found = review(scene, number)
    if found.second_by_id is None:
        at_once(scene, [release(by_id) for by_id in people if by_id != found.first_by_id])
        found = review(scene, number)
    assert found.first_by_id != found.second_by_id
    assert (found.state, found.ceiling) == ("released", None)
    assert scene.entries(number) == WHOLE
    with scene.app.app_context(), edges.reading():
        assert sum(points for (points,) in db.session.query(Entry.points)) == 32_000
    assert scene.prove(CHECKS) == []
