"""What this room tells somebody of themselves, and what is left of them when they go; what reviewers' mails say."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from challenges import actions
from challenges.asks import caring
from challenges.models import BetaSeat, Challenge, Decision, DecisionNote, StepAnswer, Submission
from hub import members
from hub.core import edges, personal, registry
from hub.core.clock import now
from hub.core.db import db
from hub.core.uploads import Upload
from hub.notices import letters
from hub.notices.composing import reader_of
from hub.notices.letters import Occasion
from tests.challenges.world import act, answer, balance, challenge, state, submit
from tests.hub.members.people import browser, person

NO = "Ada Marlowe, please show the whole screen."


def differences(app: Flask) -> list[str]:
    with app.app_context(), edges.reading():
        return [line for check in registry.checks.values() for line in check()]


def test_somebody_who_goes_leaves_decisions_and_points_but_no_words(each_database: Flask) -> None:
    app = each_database
    ada, kim = person(app), person(app, "kim@example.com", "Kim")
    grace = person(app, "grace@example.com", "Grace", roles=("manager",))
    done = submit(app, challenge(app, "question", "upload", review="reviewed", points=80), ada)
    act(app, actions.send_back, done, by_id=grace, words=NO)
    capped = challenge(app, "question", review="reviewed", cap_total=1, title="Capped")
    waiting = submit(app, capped, ada)
    paid = submit(app, challenge(app, "quiz", points=30, title="Quiz"), ada)
    beta = challenge(app, "beta", title="Beta")
    for number in (ada, kim):
        answer(app, beta, number)
    with app.app_context(), edges.unit():
        caring.set_aside(capped, kim, reason="time", now=now())
        told = dict(personal.everything(ada))
        assert {row["id"] for row in told["submissions"]} >= {done, waiting, paid}
        assert told["decision_notes"][0]["words"] == NO
        assert "digest" not in told["uploads"][0]
        files = list(Path(app.instance_path, "uploads").glob("??/*.webp"))
        assert len(files) == 1
    with app.app_context(), edges.unit():
        found = members.get(ada)
        assert found is not None
        members.erase(found, now=now(), by=None)
    assert [state(app, number) for number in (done, waiting, paid)] == ["withdrawn", "withdrawn", "approved"]
    assert balance(app, ada) > 0
    assert not files[0].exists()
    with app.app_context(), edges.reading():
        mine = select(Submission.id).where(Submission.member_id == ada)
        kept = db.session.scalars(select(StepAnswer).where(StepAnswer.submission_id.in_(mine))).all()
        assert kept
        assert all(one.data == {} and one.fingerprint is None and one.digest is None for one in kept)
        assert db.session.scalar(select(func.count()).select_from(DecisionNote)) == 0
        assert db.session.scalar(select(func.count()).select_from(Upload)) == 0
        assert db.session.scalar(select(func.count()).select_from(Decision)) == 4
        assert db.session.get_one(Challenge, capped).taken == 0
        seats = {seat.member_id: seat.state for seat in db.session.scalars(select(BetaSeat))}
        assert seats == {ada: "given_back", kim: "seated"}
    assert "Former member" in browser(app, "grace@example.com").get(f"/manage/reviews/{paid}").text
    assert differences(app) == []


@pytest.mark.parametrize(
    ("verdict", "folder"), [("sent_back", "submission_sent_back"), ("refused", "submission_refused")]
)
def test_a_mail_says_what_the_reviewer_said_while_it_holds(app: Flask, verdict: str, folder: str) -> None:
    ada, grace = person(app), person(app, "grace@example.com", "Grace Hopper", roles=("manager",))
    made = submit(app, challenge(app, "question", review="reviewed", points=80, title="Story"), ada)
    decision = act(app, actions.decide, made, verdict, by_id=grace, words=NO)
    assert written(app, ada, made, verdict) == (folder, NO, "Grace Hopper")
    act(app, actions.undo, decision, by_id=grace)
    assert written(app, ada, made, verdict) is None, "nobody is mailed what was taken back"
    assert written(app, ada, made, "undone") == ("submission_undone", "", "")
    act(app, actions.approve, made, by_id=grace, words="Lovely.")
    assert written(app, ada, made, "approved") == ("submission_approved", "Lovely.", "Grace Hopper")
    assert written(app, grace, made, "approved") is None, "nor what is somebody else's"


def written(app: Flask, member_id: int, submission_id: int, verdict: str) -> tuple[str, str, str] | None:
    """Which mail a notice makes for somebody: its folder, the words in it, and whose they are."""
    with app.app_context(), edges.reading():
        found = members.get(member_id)
        assert found is not None
        told = Occasion(kind=f"submission.{verdict}", subject=f"submission:{submission_id}", at=now())
        letter = letters.write(told, reader_of(found))
        return (letter.folder, letter.words["words"], letter.words["by"]) if letter else None
