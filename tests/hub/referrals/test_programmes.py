"""Publishing, ending, and taking open referrals over to a changed ladder."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.outbox.jobs import drain_all
from hub.referrals import jobs, programmes, queries
from hub.referrals.intake import Refusal
from hub.referrals.ladder import Ladder, Rung
from hub.referrals.models import Programme, ProgrammeVersion
from hub.referrals.programme_file import dump, read
from tests.hub.referrals.scene import SAMPLE, Scene


def _ladder(**totals: int) -> Ladder:
    kinds = {"won": "won", "lost": "lost"}
    rungs = [
        Rung(key, key.title(), total, kinds.get(key, "open"), place)  # type: ignore[arg-type]
        for place, (key, total) in enumerate(totals.items(), 1)
    ]
    return Ladder(tuple(rungs))


RICHER = _ladder(
    submitted=200, accepted=500, demo=1_500, meeting=3_000, opportunity=8_000, won=40_000, lost=0
)


def _apply(scene: Scene, version: ProgrammeVersion) -> programmes.Applied:
    with scene.app.app_context(), edges.unit():
        return programmes.apply_to_open(version.programme_id, version.id, by_id=scene.ids["grace"], now=now())


def _versions(scene: Scene) -> list[int]:
    with scene.app.app_context():
        return list(db.session.scalars(select(ProgrammeVersion.number).order_by(ProgrammeVersion.id)))


def test_the_first_publication_makes_the_programme(each_scene: Scene) -> None:
    with each_scene.app.app_context():
        found = queries.programme_with_version("aluv")
        assert found is not None
        assert (found.state, found.version.number, found.version.ladder) == ("active", 1, SAMPLE.ladder)


def test_publishing_the_same_again_makes_no_version(scene: Scene) -> None:
    assert scene.publish().number == 1
    assert _versions(scene) == [1]


@pytest.mark.parametrize("change", [
    {"name": "Other"}, {"audience": ("partner",)}, {"ladder": RICHER},
    {"policies": replace(SAMPLE.policies, daily_cap=None)}, {"page": replace(SAMPLE.page, faq=())},
])  # fmt: skip
def test_any_change_makes_a_version(scene: Scene, change: dict[str, Any]) -> None:
    assert scene.publish(replace(SAMPLE, **change)).number == 2


def test_the_default_owner_is_found_by_e_mail(scene: Scene) -> None:
    assert scene.publish(default_owner="Mary@example.com").default_owner_id == scene.ids["mary"]


def test_an_unknown_default_owner_is_refused_with_its_field(scene: Scene) -> None:
    with pytest.raises(Refusal, match=r"nobody@example\.com") as refused:
        scene.publish(default_owner="nobody@example.com")
    assert refused.value.field == "default_owner"
    assert _versions(scene) == [1]


def test_a_published_programme_goes_back_into_the_same_text_file(scene: Scene) -> None:
    scene.publish(default_owner="mary@example.com", payee="split", member_percent=70)
    with scene.app.app_context():
        found = queries.programme_with_version("aluv")
        assert found is not None
        file = programmes.as_file(found, found.version, "mary@example.com")
    wanted = replace(SAMPLE.policies, default_owner="mary@example.com", payee="split", member_percent=70)
    assert file == replace(SAMPLE, policies=wanted)
    assert read(dump(file)) == file


def test_ending_keeps_referrals_climbing(scene: Scene) -> None:
    referral_id = scene.refer()
    with scene.app.app_context(), edges.unit():
        programmes.set_state(1, "ended", by_id=None, now=now())
    with pytest.raises(Refusal, match="no active programme"):
        scene.refer("bea", "other@example.org")
    scene.reach(referral_id, "won")
    assert sum(scene.entries(referral_id).values()) == 32_000


def test_an_unknown_state_is_refused(scene: Scene) -> None:
    with scene.app.app_context(), pytest.raises(Refusal), edges.unit():
        programmes.set_state(1, "paused", by_id=None, now=now())


def test_referrals_keep_the_version_they_began_under(scene: Scene) -> None:
    referral_id = scene.refer()
    scene.publish(replace(SAMPLE, ladder=RICHER))
    scene.reach(referral_id, "won")
    assert sum(scene.entries(referral_id).values()) == 32_000
    assert scene.prove() == []


def test_open_referrals_come_along_and_get_what_is_newly_due(each_scene: Scene) -> None:
    meeting, fresh = each_scene.refer(), each_scene.refer("bea", "b@example.org")
    won = each_scene.refer(email="w@example.org")
    each_scene.reach(meeting, "meeting")
    each_scene.reach(won, "won")
    applied = _apply(each_scene, each_scene.publish(replace(SAMPLE, ladder=RICHER)))
    assert (applied.moved, applied.stayed) == (2, 0)
    # Meeting and below stay as they were paid; the new rung between them was passed on the way, so it pays.
    assert each_scene.entries(meeting) == {"submitted": 100, "accepted": 400, "meeting": 1_500, "demo": 1_000}
    assert each_scene.entries(fresh) == {"submitted": 100}
    assert applied.points == 1_000
    assert sum(each_scene.entries(won).values()) == 32_000
    assert each_scene.prove() == []


def test_coming_along_twice_changes_nothing(scene: Scene) -> None:
    referral_id = scene.refer()
    scene.reach(referral_id, "meeting")
    version = scene.publish(replace(SAMPLE, ladder=RICHER))
    _apply(scene, version)
    before = scene.entries(referral_id)
    assert _apply(scene, version).moved == 0
    assert scene.entries(referral_id) == before


def test_a_referral_on_a_stage_that_is_gone_keeps_its_ladder(scene: Scene) -> None:
    stays, comes = scene.refer(), scene.refer("bea", "b@example.org")
    scene.reach(stays, "meeting")
    without = _ladder(submitted=100, accepted=500, opportunity=9_000, won=20_000, lost=0)
    applied = _apply(scene, scene.publish(replace(SAMPLE, ladder=without)))
    assert (applied.moved, applied.stayed, applied.points) == (1, 1, 0)
    scene.reach(stays, "won")
    scene.reach(comes, "won")
    assert sum(scene.entries(stays).values()) == 32_000
    assert sum(scene.entries(comes).values()) == 20_000
    assert scene.prove() == []


def test_a_poorer_ladder_takes_nothing_from_anybody(scene: Scene) -> None:
    referral_id = scene.refer()
    scene.reach(referral_id, "opportunity")
    poorer = _ladder(submitted=10, accepted=20, meeting=30, opportunity=40, won=1_000, lost=0)
    applied = _apply(scene, scene.publish(replace(SAMPLE, ladder=poorer)))
    assert applied.points == 0
    assert sum(scene.entries(referral_id).values()) == 7_000
    scene.reach(referral_id, "won")
    assert scene.entries(referral_id)["won"] == 960
    assert scene.prove() == []


def test_another_programmes_version_is_refused(scene: Scene) -> None:
    other = scene.publish(replace(SAMPLE, slug="other"))
    with scene.app.app_context(), pytest.raises(Refusal, match="another programme"), edges.unit():
        programmes.apply_to_open(1, other.id, by_id=None, now=now())


def test_in_the_background_batch_by_batch(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programmes, "BATCH", 2)
    made = [scene.refer(email=f"p{number}@example.org") for number in range(5)]
    version = scene.publish(replace(SAMPLE, ladder=RICHER))
    with scene.app.app_context():
        with edges.unit():
            jobs.take_along(version.programme_id, version.id, by_id=None)
        drain_all()
    assert [scene.look(referral_id).version_id for referral_id in made] == [version.id] * 5
    assert scene.prove() == []


def test_the_preview_counts_what_coming_along_would_book(scene: Scene) -> None:
    for number in range(3):
        scene.reach(scene.refer(email=f"p{number}@example.org"), "meeting")
    with scene.app.app_context():
        found = db.session.scalars(select(Programme)).one()
        current = db.session.get_one(ProgrammeVersion, found.version_id)
        change = programmes.difference(found.id, current, RICHER)
    assert change.now == 3_000
    assert _apply(scene, scene.publish(replace(SAMPLE, ladder=RICHER))).points == change.now


def test_the_preview_covers_referrals_on_older_ladders(scene: Scene) -> None:
    scene.reach(scene.refer(), "meeting")
    scene.publish(replace(SAMPLE, ladder=_ladder(submitted=100, accepted=500, won=9_000, lost=0)))
    with scene.app.app_context():
        found = db.session.scalars(select(Programme)).one()
        current = db.session.get_one(ProgrammeVersion, found.version_id)
        change = programmes.difference(found.id, current, RICHER)
    assert [(move.label, move.count, move.now) for move in change.open_referrals] == [("Meeting", 1, 1_000)]
