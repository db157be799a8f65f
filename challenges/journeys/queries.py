"""Reads of journeys: which there are, and how far somebody is."""

import datetime as dt
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select

from challenges.journeys.models import Journey, JourneyStep
from challenges.models import Challenge, Submission
from hub import segments
from hub.core.db import db
from hub.segments.models import Segment
from hub.segments.rules import Rules

KEPT_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One challenge on the way."""

    challenge_id: int
    title: str
    slug: str
    is_done: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A journey as one member walks it."""

    journey_id: int
    name: str
    says: str
    waits: bool
    steps: Sequence[Step]

    @property
    def next(self) -> Step | None:
        """The first that isn't done."""
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(step.is_done for step in self.steps)


def ways(member_id: int, now: dt.datetime, done: Collection[int] | None = None) -> list[Way]:
    """The open journeys that are for this member, in their order, with how far they are. What they have done is asked
    for, unless the caller knows; whom a journey is for is asked once for all of them, if any is for some only."""
    plans = _plans()
    if not plans:
        return []
    known = (
        done if done is not None else _done(member_id, {step for plan in plans for step, _, _ in plan.steps})
    )
    asked = [plan for plan in plans if plan.rules is not None]
    held = segments.holds_many([plan.rules or {} for plan in asked], member_id, now)
    out = {plan.journey_id for plan, belongs in zip(asked, held, strict=True) if not belongs}
    return [
        Way(
            journey_id=plan.journey_id, name=plan.name, says=plan.says, waits=plan.waits,
            steps=[
                Step(challenge_id=number, title=title, slug=slug, is_done=number in known)
                for number, title, slug in plan.steps
            ],
        )
        for plan in plans if plan.journey_id not in out
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """An open journey as it is set: its audience and its steps."""

    journey_id: int
    name: str
    says: str
    waits: bool
    rules: Rules | None
    steps: list[tuple[int, str, str]]


def _plans() -> list[Plan]:
    """Open journeys with their steps. Read at most every few seconds per process, for every home page asks; a challenge
    that was archived meanwhile is no step any more."""
    read_at, kept = current_app.extensions.get("journeys", (0.0, []))
    if read_at and time.monotonic() - read_at < KEPT_SECONDS:
        return list(kept)
    query = (
        select(Journey, Segment.rules, Challenge.id, Challenge.title, Challenge.slug)
        .join(JourneyStep, JourneyStep.journey_id == Journey.id)
        .join(Challenge, Challenge.id == JourneyStep.challenge_id)
        .outerjoin(Segment, Segment.id == Journey.segment_id)
        .where(Journey.state == "open", Challenge.state == "open")
        .order_by(Journey.id, JourneyStep.position)
    )
    found: dict[int, Plan] = {}
    for one, rules, challenge_id, title, slug in db.session.execute(query):
        plan = found.setdefault(
            one.id,
            Plan(journey_id=one.id, name=one.name, says=one.says, waits=one.waits, rules=rules, steps=[]),
        )
        plan.steps.append((challenge_id, title, slug))
    current_app.extensions["journeys"] = (time.monotonic(), list(found.values()))
    return list(found.values())


def forget_known() -> None:
    """What was kept of journeys is read again by whoever asks next."""
    current_app.extensions.pop("journeys", None)


def _done(member_id: int, challenge_ids: Collection[int]) -> set[int]:
    query = select(Submission.challenge_id).where(
        Submission.member_id == member_id,
        Submission.state == "approved",
        Submission.challenge_id.in_(challenge_ids),
    )
    return set(db.session.scalars(query))


def is_waited_for(member_id: int, besides: int, now: dt.datetime) -> bool:
    """Whether this member is on a journey that others wait for, of which this challenge is no step."""
    return any(
        way.waits and way.next is not None and besides not in {step.challenge_id for step in way.steps}
        for way in ways(member_id, now)
    )


def listed() -> list[tuple[Journey, str | None, int]]:
    """All journeys, those that are open first, with their audience and how many steps they have."""
    count = (
        select(func.count()).where(JourneyStep.journey_id == Journey.id).correlate(Journey).scalar_subquery()
    )
    query = select(Journey, Segment.name, count).outerjoin(Segment, Segment.id == Journey.segment_id)
    rows = db.session.execute(query.order_by(Journey.state.desc(), Journey.id.desc()))
    return [(journey, name, steps) for journey, name, steps in rows]


def one(journey_id: int) -> Journey | None:
    """One journey."""
    return db.session.get(Journey, journey_id)


def steps_of(journey_id: int) -> dict[int, int]:
    """Challenge → its place on a journey."""
    query = select(JourneyStep.challenge_id, JourneyStep.position).where(JourneyStep.journey_id == journey_id)
    return {challenge_id: place for challenge_id, place in db.session.execute(query)}


def for_segments(segment_ids: Sequence[int]) -> list[Journey]:
    """The journeys of these audiences."""
    return list(
        db.session.scalars(select(Journey).where(Journey.segment_id.in_(segment_ids)).order_by(Journey.id))
    )


def choices() -> list[Challenge]:
    """What can be a step: open challenges, in the members' order."""
    query = (
        select(Challenge)
        .where(Challenge.state == "open")
        .order_by(Challenge.position, Challenge.id)
        .limit(200)
    )
    return list(db.session.scalars(query))
