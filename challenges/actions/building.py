"""Building: drafts, steps, publishing, duplicating, archiving. Nothing here reaches a submission that was made."""

import datetime as dt
import re
import secrets
import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from challenges.kinds import KINDS
from challenges.models import Challenge, ChallengeApprover, ChallengeStep
from challenges.problems import Problem, problems
from challenges.queries import by_id, forget_known_approvers
from hub import activity
from hub.core.db import db, table_of

COPIED = (
    "body", "kind", "minutes", "points", "pays", "review", "sample_percent", "repeat", "repeat_times", "cap_total",
    "prerequisites", "unlocks", "segment_id", "image_id", "zone",
)  # fmt: skip


class Incomplete(Exception):
    """It can't be published yet; `problems` say what is missing and where."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__(f"{len(found)} things are missing")
        self.problems = list(found)


def create(
    title: str, *, by_id: int | None, now: dt.datetime, kind: str = "link", slug: str = "", **values: Any
) -> Challenge:
    """A draft, last in the managers' order; its address is made of its title unless given."""
    last = db.session.scalar(select(func.max(Challenge.position))) or 0
    made = Challenge(
        slug=slug or _slug(title), title=title, kind=kind, by_id=by_id, created_at=now, position=last + 10,
        state="draft", **values,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "challenge"
    taken = db.session.scalar(select(Challenge.id).where(Challenge.slug == base)) is not None
    return f"{base}-{secrets.token_hex(3)}" if taken else base


def change(challenge: Challenge, values: dict[str, Any], *, approver_ids: Sequence[int], by_id: int | None,
           now: dt.datetime) -> None:  # fmt: skip
    """Saves what a manager filled in. What was paid or promised stays as it was.

    Refuses (Incomplete) to leave an open challenge in a state in which it couldn't be published.
    """
    for name, value in values.items():
        setattr(challenge, name, value)
    db.session.execute(delete(ChallengeApprover).where(ChallengeApprover.challenge_id == challenge.id))
    if approver_ids:
        rows = [{"challenge_id": challenge.id, "member_id": number} for number in sorted(set(approver_ids))]
        db.session.execute(insert(table_of(ChallengeApprover)), rows)
    forget_known_approvers()
    _saved(challenge, by_id=by_id, now=now)


def _saved(challenge: Challenge, *, by_id: int | None, now: dt.datetime) -> None:
    """What every change ends with: the sign is its first step's, and what members see stays complete."""
    db.session.flush()
    fresh = _fresh(challenge)
    if fresh.steps:
        fresh.kind = fresh.steps[0].kind
    db.session.flush()
    if fresh.state == "open" and (missing := problems(fresh)):
        raise Incomplete(missing)
    activity.record("challenge.changed", subject=f"challenge:{challenge.id}", by_id=by_id, now=now)


def _fresh(challenge: Challenge) -> Challenge:
    found = by_id(challenge.id)
    assert found is not None
    return found


def add_step(challenge: Challenge, kind: str, **values: Any) -> ChallengeStep:
    """A new last step of a kind, empty unless given otherwise."""
    if kind not in KINDS:
        raise LookupError(f"there is no kind of step called {kind!r}")
    last = db.session.scalar(
        select(func.max(ChallengeStep.position)).where(ChallengeStep.challenge_id == challenge.id)
    )
    made = ChallengeStep(challenge_id=challenge.id, kind=kind, position=(last or 0) + 1, **values)
    db.session.add(made)
    db.session.flush()
    fresh = _fresh(challenge)
    fresh.kind = fresh.steps[0].kind
    db.session.flush()
    return made


def change_step(challenge: Challenge, step: ChallengeStep, values: dict[str, Any], *, by_id: int | None,
                now: dt.datetime) -> None:  # fmt: skip
    """Saves a step. Refuses (Incomplete) as `change` does."""
    for name, value in values.items():
        setattr(step, name, value)
    _saved(challenge, by_id=by_id, now=now)


def remove_step(challenge: Challenge, step: ChallengeStep, *, by_id: int | None, now: dt.datetime) -> None:
    """Takes a step away; the answers it has stay readable. Refuses (Incomplete) as `change` does."""
    step.removed_at = now
    _saved(challenge, by_id=by_id, now=now)


def move_step(challenge: Challenge, step: ChallengeStep, by: int) -> None:
    """Moves a step up (-1) or down (1)."""
    steps = list(_fresh(challenge).steps)
    place = next(number for number, one in enumerate(steps) if one.id == step.id)
    other = place + by
    if 0 <= other < len(steps):
        steps[place], steps[other] = steps[other], steps[place]
    for number, one in enumerate(steps, 1):
        one.position = number
    challenge.kind = steps[0].kind
    db.session.flush()


def publish(challenge: Challenge, *, by_id: int | None, now: dt.datetime) -> None:
    """Opens a challenge to its audience, at once or when its time comes. Refuses (Incomplete) with all reasons."""
    missing = problems(_fresh(challenge))
    if missing:
        raise Incomplete(missing)
    challenge.state = "open"
    challenge.published_at = challenge.published_at or now
    challenge.archived_at = None
    db.session.flush()
    data = {"slug": challenge.slug}
    activity.record(
        "challenge.published", subject=f"challenge:{challenge.id}", by_id=by_id, now=now, data=data
    )


def archive(challenge: Challenge, *, by_id: int | None, now: dt.datetime) -> None:
    """Takes it off the list. What was begun may be finished, what waits is decided, what was earned stays."""
    challenge.state, challenge.archived_at = "archived", now
    db.session.flush()
    activity.record("challenge.archived", subject=f"challenge:{challenge.id}", by_id=by_id, now=now)


def withdraw_draft(challenge: Challenge, *, by_id: int | None, now: dt.datetime) -> None:
    """Makes an open or archived challenge a draft again, so that it can be rebuilt in peace."""
    challenge.state = "draft"
    db.session.flush()
    activity.record("challenge.withdrawn", subject=f"challenge:{challenge.id}", by_id=by_id, now=now)


def duplicate(challenge: Challenge, *, by_id: int | None, now: dt.datetime) -> Challenge:
    """A draft with the same steps and rules, without its times and its submissions."""
    values = {name: getattr(challenge, name) for name in COPIED if name != "kind"}
    made = create(f"{challenge.title} (copy)"[:120], by_id=by_id, now=now, kind=challenge.kind, **values)
    for step in challenge.steps:
        given = {"title": step.title, "body": step.body, "points": step.points, "data": dict(step.data)}
        add_step(made, step.kind, **given)
    made.minutes = challenge.minutes
    db.session.flush()
    return made


def reorder(ids: Sequence[int]) -> None:
    """Puts challenges into this order."""
    for place, number in enumerate(ids, 1):
        db.session.execute(update(Challenge).where(Challenge.id == number).values(position=place * 10))
