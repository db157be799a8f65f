"""What was promised is paid once, whoever decides at the same time; both databases, real threads."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DBAPIError

from challenges import actions, queries
from challenges.actions import building
from challenges.models import BetaSeat, Challenge, ChallengeStep, Decision, Submission
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.ledger.models import Entry
from hub.notices.models import Notice
from tests.challenges.world import DAY, MINUTE, act, answer, balance, challenge, state, submit
from tests.hub.members.people import person

NO = "Please show the whole screen."


@pytest.fixture
def hub(each_database: Flask) -> Flask:
    return each_database


@pytest.fixture
def ada(hub: Flask) -> int:
    return person(hub)


@pytest.fixture
def grace(hub: Flask) -> int:
    return person(hub, "grace@example.com", "Grace Hopper", roles=("manager",))


def together(app: Flask, *works: Callable[[], Any]) -> list[Any]:
    """Runs all at once, each as a request of its own; a refusal is a result, too."""

    def run(work: Callable[[], Any]) -> Any:
        try:
            with app.app_context():
                return edges.persistent(work)()
        except (actions.Gone, actions.Closed) as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def worked(results: list[Any]) -> int:
    return sum(not isinstance(one, actions.Gone | actions.Closed) and one is not False for one in results)


def entries(app: Flask, submission_id: int) -> list[tuple[str, int]]:
    with app.app_context():
        rows = db.session.execute(
            select(Entry.key, Entry.points)
            .where(Entry.subject == f"submission:{submission_id}")
            .order_by(Entry.id)
        )
        return [(key, points) for key, points in rows]


def taken(app: Flask, challenge_id: int) -> int:
    with app.app_context():
        return db.session.get_one(Challenge, challenge_id).taken


def differences(app: Flask) -> list[str]:
    with app.app_context(), edges.reading():
        return [line for check in registry.checks.values() for line in check()]


def verdicts(app: Flask, submission_id: int) -> list[str]:
    with app.app_context():
        return [one.decision.verdict for one in queries.decisions(submission_id)]


def test_an_automatic_challenge_pays_at_once_under_its_key(hub: Flask, ada: int) -> None:
    number = submit(hub, challenge(hub, "quiz", points=120), ada)
    assert state(hub, number) == "approved"
    assert entries(hub, number) == [(f"submission:{number}", 120)]
    assert balance(hub, ada) == 120
    assert differences(hub) == []


def test_twenty_approvals_at_once_are_one(hub: Flask, ada: int, grace: int) -> None:
    number = submit(hub, challenge(hub, "question", review="reviewed", points=80), ada)
    reviewers = [grace, *(person(hub, f"r{n}@example.com", f"R {n}", roles=("manager",)) for n in range(3))]
    results = together(
        hub,
        *(lambda by=reviewers[n % 4]: actions.approve(number, by_id=by, now=now()) for n in range(20)),
    )
    assert worked(results) == 1
    assert entries(hub, number) == [(f"submission:{number}", 80)]
    assert verdicts(hub, number) == ["approved"]
    assert differences(hub) == []


def test_approving_while_it_is_withdrawn_ends_one_way(hub: Flask, ada: int, grace: int) -> None:
    for round_ in range(4):
        number = submit(
            hub, challenge(hub, "question", review="reviewed", points=80, title=f"Round {round_}"), ada
        )
        results = together(
            hub,
            partial(actions.approve, number, by_id=grace, now=now()),
            partial(actions.withdraw, number, ada, now=now()),
        )
        assert worked(results) == 1
        ended = state(hub, number)
        assert [points for _, points in entries(hub, number)] == ([80] if ended == "approved" else [])
        assert ended in ("approved", "withdrawn")
    assert differences(hub) == []


def test_two_verdicts_at_once_are_one(hub: Flask, ada: int, grace: int) -> None:
    number = submit(hub, challenge(hub, "question", review="reviewed", points=80), ada)
    results = together(
        hub,
        lambda: actions.approve(number, by_id=grace, now=now()),
        lambda: actions.refuse(number, by_id=grace, now=now(), words=NO),
        lambda: actions.send_back(number, by_id=grace, now=now(), words=NO),
    )
    assert worked(results) == 1
    assert len(verdicts(hub, number)) == 1
    assert balance(hub, ada) == (80 if state(hub, number) == "approved" else 0)


def test_submitting_at_once_in_two_windows_is_one_submission(hub: Flask, ada: int) -> None:
    number = challenge(hub, "quiz", points=50)
    results = together(hub, *(lambda: _answer(hub, number, ada) for _ in range(6)))
    assert worked(results) == 1
    assert balance(hub, ada) == 50
    with hub.app_context():
        assert db.session.scalar(select(func.count()).select_from(Submission)) == 1


def _answer(app: Flask, challenge_id: int, member_id: int) -> Any:
    return answer(app, challenge_id, member_id)


def test_archiving_while_somebody_submits_loses_nothing(hub: Flask, ada: int) -> None:
    number = challenge(hub, "quiz", "question", points=50)
    answer(hub, number, ada, step=0)

    def archive() -> None:
        found = queries.by_id(number)
        assert found is not None
        building.archive(found, by_id=None, now=now())

    together(hub, archive, lambda: answer(hub, number, ada, step=1))
    assert balance(hub, ada) == 50
    assert differences(hub) == []


def test_what_was_begun_may_be_finished_after_the_end_and_nobody_else_may_begin(hub: Flask, ada: int) -> None:
    number = challenge(hub, "quiz", "question", points=50)
    answer(hub, number, ada, step=0)
    with hub.app_context(), edges.unit():
        found = queries.by_id(number)
        assert found is not None
        building.archive(found, by_id=None, now=now())
    with pytest.raises(actions.Closed):
        answer(hub, number, person(hub, "kim@example.com", "Kim"), step=0)
    answer(hub, number, ada, step=1)
    assert balance(hub, ada) == 50


def test_the_last_place_goes_to_one(hub: Flask) -> None:
    number = challenge(hub, "quiz", points=50, cap_total=2)
    people = [person(hub, f"p{n}@example.com", f"P {n}") for n in range(8)]
    results = together(hub, *(lambda p=p: _answer(hub, number, p) for p in people))
    assert worked(results) == 2
    assert taken(hub, number) == 2
    assert sum(balance(hub, p) for p in people) == 100
    assert differences(hub) == []


def test_a_place_comes_back_when_it_is_refused_or_withdrawn(hub: Flask, ada: int, grace: int) -> None:
    number = challenge(hub, "question", review="reviewed", cap_total=1)
    first = submit(hub, number, ada)
    kim = person(hub, "kim@example.com", "Kim")
    with pytest.raises(actions.Closed, match="Every place"):
        answer(hub, number, kim)
    made = act(hub, actions.refuse, first, by_id=grace, words=NO)
    second = submit(hub, number, kim)
    with pytest.raises(actions.Gone, match="given to somebody else"):
        act(hub, actions.undo, made, by_id=grace)
    assert act(hub, actions.withdraw, second, kim)
    act(hub, actions.undo, made, by_id=grace)
    assert (state(hub, first), taken(hub, number)) == ("pending", 1)
    assert differences(hub) == []


def test_undo_corrects_and_approving_again_pays_what_was_promised(hub: Flask, ada: int, grace: int) -> None:
    number = submit(hub, challenge(hub, "question", review="reviewed", points=80), ada)
    made = act(hub, actions.approve, number, by_id=grace)
    assert balance(hub, ada) == 80
    back = act(hub, actions.undo, made, by_id=grace)
    assert (balance(hub, ada), state(hub, number)) == (0, "pending")
    assert entries(hub, number)[1] == (f"submission:{number}:decision:{back}", -80)
    again = act(hub, actions.approve, number, by_id=grace)
    assert balance(hub, ada) == 80
    assert entries(hub, number)[2] == (f"submission:{number}:decision:{again}", 80)
    assert verdicts(hub, number) == ["approved", "undone", "approved"]
    assert differences(hub) == []


def test_undoing_twice_is_undoing_once(hub: Flask, ada: int, grace: int) -> None:
    number = submit(hub, challenge(hub, "question", review="reviewed", points=80), ada)
    made = act(hub, actions.approve, number, by_id=grace)
    results = together(hub, *(lambda: actions.undo(made, by_id=grace, now=now()) for _ in range(6)))
    assert worked(results) == 1
    assert [points for _, points in entries(hub, number)] == [80, -80]


@pytest.mark.parametrize(("minutes", "undone"), [(9, True), (11, False)])
def test_undo_is_for_ten_minutes(hub: Flask, ada: int, grace: int, minutes: int, undone: bool) -> None:
    number = submit(hub, challenge(hub, "question", review="reviewed", points=80), ada)
    at = now() - minutes * MINUTE
    with hub.app_context(), edges.unit():
        db.session.execute(update(Submission).values(submitted_at=at - DAY))
    made = act(hub, actions.approve, number, by_id=grace, at=at)
    if undone:
        act(hub, actions.undo, made, by_id=grace)
    else:
        with pytest.raises(actions.Gone, match="10 minutes"):
            act(hub, actions.undo, made, by_id=grace)
    assert balance(hub, ada) == (0 if undone else 80)


def test_editing_changes_neither_what_was_paid_nor_what_was_promised(
    hub: Flask, ada: int, grace: int
) -> None:
    number = challenge(hub, "question", review="reviewed", points=80)
    first = submit(hub, number, ada)
    with hub.app_context(), edges.unit():
        found = queries.by_id(number)
        assert found is not None
        building.change(found, {"points": 5}, approver_ids=[], by_id=grace, now=now())
    act(hub, actions.approve, first, by_id=grace)
    assert balance(hub, ada) == 80
    kim = person(hub, "kim@example.com", "Kim")
    act(hub, actions.approve, submit(hub, number, kim), by_id=grace)
    assert balance(hub, kim) == 5
    assert differences(hub) == []


def test_steps_pay_each_by_itself_and_the_reviewed_ones_once_approved(
    hub: Flask, ada: int, grace: int
) -> None:
    number = challenge(hub, "quiz", "question", review="reviewed", pays="steps", step_points=(30, 50))
    answer(hub, number, ada, step=0)
    assert balance(hub, ada) == 30
    made = answer(hub, number, ada, step=1)
    assert (made.state, balance(hub, ada)) == ("pending", 30)
    decision = act(hub, actions.approve, made.id, by_id=grace)
    assert balance(hub, ada) == 80
    act(hub, actions.undo, decision, by_id=grace)
    assert balance(hub, ada) == 30
    act(hub, actions.refuse, made.id, by_id=grace, words=NO)
    assert balance(hub, ada) == 30
    with hub.app_context():
        steps = list(db.session.scalars(select(ChallengeStep.id).order_by(ChallengeStep.position)))
    assert [key for key, _ in entries(hub, made.id)][:2] == [f"submission:{made.id}:step:{n}" for n in steps]
    assert differences(hub) == []


def test_sent_back_it_is_done_again_and_paid_once(hub: Flask, ada: int, grace: int) -> None:
    number = challenge(hub, "quiz", "question", review="reviewed", points=80)
    made = submit(hub, number, ada)
    act(hub, actions.send_back, made, by_id=grace, words=NO)
    assert state(hub, made) == "sent_back"
    again = answer(hub, number, ada, {"answer": "The whole screen, now"}, step=1)
    assert (again.id, again.state) == (made, "pending")
    act(hub, actions.approve, made, by_id=grace)
    assert balance(hub, ada) == 80
    with hub.app_context():
        kinds = list(
            db.session.scalars(select(Notice.kind).where(Notice.member_id == ada).order_by(Notice.id))
        )
    assert kinds == ["submission.sent_back", "submission.approved"]


def test_nobody_decides_about_their_own_and_a_no_has_words(hub: Flask, ada: int, grace: int) -> None:
    number = challenge(hub, "question", review="reviewed")
    own = submit(hub, number, grace)
    with pytest.raises(actions.Gone, match="your own"):
        act(hub, actions.approve, own, by_id=grace)
    made = submit(hub, number, ada)
    for verb in (actions.refuse, actions.send_back):
        with pytest.raises(actions.Gone, match="Say why"):
            act(hub, verb, made, by_id=grace, words=" ")
    assert state(hub, made) == "pending"


@pytest.mark.parametrize(("percent", "look"), [(100, "waiting"), (0, "none")])
def test_second_looks_are_drawn_by_their_share(
    hub: Flask, ada: int, grace: int, percent: int, look: str
) -> None:
    number = challenge(hub, "quiz", review="sampled", sample_percent=percent or 1, points=40)
    with hub.app_context(), edges.unit():
        db.session.execute(update(Challenge).values(sample_percent=percent))
    made = submit(hub, number, ada)
    assert balance(hub, ada) == 40
    with hub.app_context():
        assert db.session.get_one(Submission, made).second_look == look


def test_a_second_look_upholds_or_takes_back_once(hub: Flask, ada: int, grace: int) -> None:
    number = challenge(hub, "quiz", review="sampled", sample_percent=100, points=40)
    made, kim = submit(hub, number, ada), person(hub, "kim@example.com", "Kim")
    other = submit(hub, number, kim)
    act(hub, actions.look_again, made, agrees=True, by_id=grace)
    results = together(
        hub,
        *(
            lambda: actions.look_again(other, agrees=False, by_id=grace, now=now(), words=NO)
            for _ in range(5)
        ),
    )
    assert worked(results) == 1
    assert (balance(hub, ada), balance(hub, kim)) == (40, 0)
    assert (state(hub, made), state(hub, other)) == ("approved", "refused")
    with pytest.raises(actions.Gone, match="already"):
        act(hub, actions.look_again, made, agrees=False, by_id=grace, words=NO)
    assert differences(hub) == []


def test_the_first_reviewer_does_not_take_the_second_look(hub: Flask, ada: int, grace: int) -> None:
    made = submit(hub, challenge(hub, "question", review="reviewed", sample_percent=100), ada)
    act(hub, actions.approve, made, by_id=grace)
    with pytest.raises(actions.Gone, match="somebody else"):
        act(hub, actions.look_again, made, agrees=True, by_id=grace)
    other = person(hub, "kim@example.com", "Kim", roles=("manager",))
    act(hub, actions.look_again, made, agrees=True, by_id=other)
    assert verdicts(hub, made) == ["approved", "upheld"]


@pytest.mark.parametrize(
    ("repeat", "later", "expected"),
    [
        ("once", 30 * DAY, 1), ("daily", dt.timedelta(hours=1), 1), ("daily", DAY, 2), ("weekly", DAY, 1),
        ("weekly", 7 * DAY, 2), ("times", MINUTE, 2),
    ],
)  # fmt: skip
def test_it_is_done_as_often_as_its_rule_says(
    hub: Flask, ada: int, repeat: str, later: dt.timedelta, expected: int
) -> None:
    monday = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
    number = challenge(hub, "quiz", points=10, repeat=repeat, repeat_times=2)
    answer(hub, number, ada, at=monday)
    if expected == 1:
        with pytest.raises(actions.Closed):
            answer(hub, number, ada, at=monday + later)
    else:
        answer(hub, number, ada, at=monday + later)
        with pytest.raises(actions.Closed):
            answer(hub, number, ada, at=monday + later + MINUTE)
    assert balance(hub, ada) == 10 * expected


def test_a_day_begins_in_the_challenges_zone(hub: Flask, ada: int) -> None:
    number = challenge(hub, "quiz", points=10, repeat="daily", zone="Pacific/Auckland")
    answer(hub, number, ada, at=dt.datetime(2026, 11, 16, 10, 59, tzinfo=dt.UTC))  # 23:59 there
    answer(hub, number, ada, at=dt.datetime(2026, 11, 16, 11, 1, tzinfo=dt.UTC))
    assert balance(hub, ada) == 20


def test_seats_go_to_the_first_and_the_next_moves_up(hub: Flask) -> None:
    number = challenge(hub, "beta", points=10)
    people = [person(hub, f"p{n}@example.com", f"P {n}") for n in range(5)]
    together(hub, *(lambda p=p: _answer(hub, number, p) for p in people))
    assert sum(balance(hub, p) for p in people) == 50
    with hub.app_context(), edges.unit():
        seats = list(db.session.scalars(select(BetaSeat).order_by(BetaSeat.asked_at, BetaSeat.id)))
        assert sorted(seat.state for seat in seats) == ["seated", *["waiting"] * 4]
        lucky = next(seat for seat in seats if seat.state == "seated")
        step = db.session.get_one(ChallengeStep, lucky.step_id)
        assert actions.give_back(step, lucky.member_id, now=now())
        assert not actions.give_back(step, lucky.member_id, now=now())
        left = list(db.session.scalars(select(BetaSeat.state)))
    assert sorted(left) == ["given_back", "seated", *["waiting"] * 3]
    assert differences(hub) == []


def test_the_database_keeps_decisions_and_an_attempt_single(hub: Flask, ada: int, grace: int) -> None:
    made = submit(hub, challenge(hub, "question", review="reviewed"), ada)
    decision = act(hub, actions.approve, made, by_id=grace)
    with hub.app_context(), pytest.raises(DBAPIError, match="append-only"), edges.unit():
        db.session.execute(update(Decision).where(Decision.id == decision).values(by_id=ada))
    row = {"challenge_id": 1, "member_id": ada, "occurrence": "once", "pays": "whole", "started_at": now()}
    with hub.app_context(), pytest.raises(DBAPIError), edges.unit():
        db.session.execute(insert(Submission).values(**row))


def test_prove_tells_a_payment_nobody_decided_and_a_miscounted_place(
    hub: Flask, ada: int, grace: int
) -> None:
    number = challenge(hub, "question", review="reviewed", points=80)
    made = submit(hub, number, ada)
    act(hub, actions.approve, made, by_id=grace)
    assert differences(hub) == []
    with hub.app_context(), edges.unit():
        db.session.execute(update(Submission).values(state="refused"))
    told = differences(hub)
    assert any(f"submission {made}" in line and "80" in line for line in told)
    assert any(f"challenge {number}" in line for line in told)


def test_prove_tells_a_state_no_decision_explains_and_a_seat_nobody_gave(hub: Flask) -> None:
    beta = challenge(hub, "beta")
    first, second = (person(hub, f"p{n}@example.com", f"P {n}") for n in range(2))
    made = [answer(hub, beta, number).id for number in (first, second)]
    assert differences(hub) == []
    with hub.app_context(), edges.unit():
        db.session.execute(update(BetaSeat).where(BetaSeat.state == "seated").values(state="given_back"))
        db.session.execute(update(Submission).where(Submission.id == made[0]).values(decision_id=None))
    told = differences(hub)
    assert any(f"submission {made[0]}" in line and "decision" in line for line in told)
    assert any("waiting for 1 seats" in line for line in told)
