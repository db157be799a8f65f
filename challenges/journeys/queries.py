"""Reads of journeys: which there are, and how far somebody is."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from challenges.journeys.models import Journey, JourneyStep
from challenges.models import Challenge, Submission
from hub import segments
from hub.core.db import db
from hub.segments.models import Segment


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

    journey: Journey
    steps: Sequence[Step]

    @property
    def next(self) -> Step | None:
        """The first that isn't done."""
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(step.is_done for step in self.steps)


def ways(member_id: int, now: dt.datetime) -> list[Way]:
    """The open journeys that are for this member, in their order, with how far they are: two statements. A challenge
    that was archived meanwhile is no step any more."""
    done = exists().where(
        Submission.challenge_id == Challenge.id,
        Submission.member_id == member_id,
        Submission.state == "approved",
    )
    query = (
        select(Journey, Segment.rules, Challenge.id, Challenge.title, Challenge.slug, done)
        .join(JourneyStep, JourneyStep.journey_id == Journey.id)
        .join(Challenge, Challenge.id == JourneyStep.challenge_id)
        .outerjoin(Segment, Segment.id == Journey.segment_id)
        .where(Journey.state == "open", Challenge.state == "open")
        .order_by(Journey.id, JourneyStep.position)
    )
    found: dict[Journey, list[Step]] = defaultdict(list)
    rules = {}
    for journey, asked, challenge_id, title, slug, is_done in db.session.execute(query):
        found[journey].append(Step(challenge_id=challenge_id, title=title, slug=slug, is_done=bool(is_done)))
        rules[journey.id] = asked
    asked_for = [number for number, one in rules.items() if one is not None]
    held = segments.holds_many([rules[number] for number in asked_for], member_id, now)
    out = {number for number, belongs in zip(asked_for, held, strict=True) if not belongs}
    return [Way(journey=one, steps=steps) for one, steps in found.items() if one.id not in out]


def is_waited_for(member_id: int, besides: int, now: dt.datetime) -> bool:
    """Whether this member is on a journey that others wait for, of which this challenge is no step."""
    return any(
        way.journey.waits
        and way.next is not None
        and besides not in {step.challenge_id for step in way.steps}
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
