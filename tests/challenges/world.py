"""Challenges for tests: made by the room's own verbs, done through the pages or the verbs."""

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict

from challenges import actions, queries
from challenges.actions import building
from challenges.kinds import Given, Outcome
from challenges.models import Decision, Submission
from hub import activity
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.ledger.queries import wallet_of
from hub.members.models import Member
from tests.challenges.examples import EXAMPLES


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came of an answer, detached."""

    outcome: Outcome
    state: str
    id: int


MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


def challenge(app: Flask, *kinds: str, title: str = "Do it", publish: bool = True, **values: Any) -> int:
    """A challenge with a step of each kind, published; gives its number. `step_points` pays by steps."""
    points = values.pop("step_points", ())
    with app.app_context(), edges.unit():
        first = kinds[0] if kinds else "question"
        given = {"points": 100, "body": "For a good cause.", **values}
        made = building.create(title, by_id=None, now=now() - DAY, kind=first, **given)
        for place, kind in enumerate(kinds or ("question",)):
            step_points = points[place] if points else 0
            building.add_step(
                made, kind, data=EXAMPLES[kind].data, body=EXAMPLES[kind].body, points=step_points
            )
        if publish:
            building.publish(made, by_id=None, now=now() - DAY)
        return made.id


def given(form: dict[str, Any] | None = None) -> Given:
    """What a form sends: bytes are files."""
    form = form or {}
    files = {
        name: FileStorage(io.BytesIO(value), filename="p.png")
        for name, value in form.items()
        if isinstance(value, bytes)
    }
    return Given(
        MultiDict({name: value for name, value in form.items() if not isinstance(value, bytes)}),
        MultiDict(files),
    )


def prepare(app: Flask, challenge_id: int, member_id: int, before: str) -> None:
    """What has to have happened before a right answer."""
    with app.app_context(), edges.unit():
        member = db.session.get_one(Member, member_id)
        found = queries.by_id(challenge_id)
        assert found is not None
        if before == "profile":
            member.title = "Head of Operations"
        elif before == "attended":
            activity.record(
                "hangout.attended", subject="hangout:1", by_id=member_id, now=now(), data={"slug": "roadmap"}
            )


def answer(
    app: Flask, challenge_id: int, member_id: int, form: dict[str, Any] | None = None, *, step: int = 0,
    at: dt.datetime | None = None, opened: Any = None,
) -> "Came":  # fmt: skip
    """Answers one step by the room's verb: the example's right answer, opened two minutes ago, unless told otherwise
    (`opened=False`: never)."""
    with app.app_context(), edges.unit():
        found, member = queries.by_id(challenge_id), db.session.get_one(Member, member_id)
        assert found is not None
        one = found.steps[step]
        sent = given(EXAMPLES[one.kind].right if form is None else form)
        since = (at or now()) - 2 * MINUTE if opened is None else opened
        made = actions.answer(found, one, member, sent, now=at or now(), opened_at=since or None)
        return Came(outcome=made.outcome, state=made.submission.state, id=made.submission.id)


def submit(app: Flask, challenge_id: int, member_id: int) -> int:
    """A whole submission; gives its number."""
    with app.app_context():
        found = queries.by_id(challenge_id)
        assert found is not None
        kinds = [step.kind for step in found.steps]
    for place, kind in enumerate(kinds):
        prepare(app, challenge_id, member_id, EXAMPLES[kind].before)
        answer(app, challenge_id, member_id, step=place)
    with app.app_context():
        latest = queries.current(challenge_id, member_id)
        assert latest is not None
        return latest.id


def state(app: Flask, submission_id: int) -> str:
    """Where a submission is."""
    with app.app_context():
        return db.session.get_one(Submission, submission_id).state


def balance(app: Flask, member_id: int) -> int:
    """A member's points."""
    with app.app_context():
        return wallet_of(member_id).balance


def act(app: Flask, verb: Any, *args: Any, **wishes: Any) -> Any:
    """Does something as a request would, and keeps it; gives a decision's number."""
    with app.app_context(), edges.unit():
        made = verb(*args, now=wishes.pop("at", None) or now(), **wishes)
        return made.id if isinstance(made, Decision) else made
