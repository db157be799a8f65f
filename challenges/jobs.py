"""Work in the background: hangouts that complete challenges, files that nothing names any more."""

import datetime as dt

from challenges import actions, queries
from challenges.asks import actions as asking
from challenges.asks import caring
from challenges.asks import queries as asks
from challenges.kinds import Given
from hub import activity, outbox
from hub.activity.queries import about, fact
from hub.core import edges, uploads
from hub.core.clock import now
from hub.core.db import is_sqlite
from hub.members.queries import get as member_by_id

DAY_SECONDS = 24 * 3600
LOW = "survey.low_score"


@activity.listens("hangout.attended", "challenges.hangout_attended")
def hangout_attended(fact_id: int) -> None:
    """Completes the member's challenges that ask for nothing but this hangout; safe to run twice."""
    told = fact(fact_id)
    member = member_by_id(told.by_id) if told.by_id is not None else None
    if member is None:
        return
    for challenge in queries.asking_for_hangout(str(told.data.get("slug") or ""), now()):
        try:
            actions.answer(challenge, challenge.steps[0], member, Given(), now=now())
        except actions.Closed:
            continue  # done already, or not for them


@outbox.every(DAY_SECONDS, "challenges.sweep_uploads")
def sweep_uploads() -> None:
    """Removes files whose upload was undone after they were written."""
    for path in uploads.orphans(older_than=now() - dt.timedelta(days=1)):
        path.unlink(missing_ok=True)


def move_asks(at: dt.datetime) -> int:
    """One batch: the next audience that is due, or the next asks. Each ask is a handful of statements."""
    with edges.unit():
        if not asking.only_here():
            return 0
        if looked := asking.look_through(at):
            return looked
        done = 0
        while done < (10 if is_sqlite() else 20) and asking.move_next(at):
            done += 1
        return done


outbox.drains(outbox.Drain(name=asking.DRAIN, queue="books", oldest=asks.oldest_due, run=move_asks))


@activity.listens("survey.answered", "challenges.survey_answered")
def survey_answered(fact_id: int) -> None:
    """A good score may lead to an ask, a low one to somebody who makes good on it: never to both."""
    told = fact(fact_id)
    member = member_by_id(told.by_id) if told.by_id is not None else None
    if member is None:
        return
    score = int(told.data.get("score") or 0)
    if about(told.subject, (LOW,)):
        words = queries.words_of(told.subject)
        caring.recover(
            member, subject=told.subject, source="survey", score=score, words=words, now=told.happened_at
        )
    else:
        asking.happened("survey", member.id, {"score": score}, now=told.happened_at)


@activity.listens("challenge.completed", "challenges.completed")
def completed(fact_id: int) -> None:
    """Ends what was asked of them, and is an act of advocacy that rules may listen to."""
    told = fact(fact_id)
    if told.by_id is None:
        return
    asking.answered(told.by_id, [int(told.data.get("challenge_id") or 0)], now=told.happened_at)
    asking.happened("completed", told.by_id, {"kind": told.data.get("kind")}, now=told.happened_at)


@activity.listens("referral.submitted", "challenges.referred")
def referred(fact_id: int) -> None:
    """The same for an introduction: the challenges that lead to its programme."""
    told = fact(fact_id)
    found = queries.referral_of(told.subject)
    if found is not None:
        advocate_id, programme = found
        asking.answered(advocate_id, queries.leading_to(programme), now=told.happened_at)
        asking.happened("completed", advocate_id, {"kind": "referral"}, now=told.happened_at)
