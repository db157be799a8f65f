"""A referral rests in another one: what it earned stays, nothing more is paid to it, and what waited goes on with the
other."""

import datetime as dt
from collections.abc import Collection, Iterable

from sqlalchemy import exists, select, update

from hub import activity
from hub.core.db import db
from hub.referrals.advance import Advance, advance_many, book_again
from hub.referrals.climbs import Climb, load
from hub.referrals.disputes.following import follow
from hub.referrals.fairness import holding
from hub.referrals.fairness.models import Review
from hub.referrals.models import Referral
from hub.referrals.standing import reached_at

GOES_ON = frozenset({"review", "approval", "days"})  # what people refused goes nowhere


def last_of(referral_ids: Collection[int]) -> dict[int, int]:
    """What these referrals go on as: those that rest in another one → the last of the chain."""
    onwards: dict[int, int] = {}
    unknown = set(referral_ids)
    while unknown:
        query = select(Referral.id, Referral.merged_into_id).where(Referral.id.in_(unknown))
        rows = db.session.execute(query.where(Referral.merged_into_id.is_not(None)))
        onwards |= {number: into for number, into in rows if into is not None}
        unknown = {onwards[number] for number in unknown & set(onwards)} - set(onwards)
    for number in onwards:
        while onwards[number] in onwards:
            onwards[number] = onwards[onwards[number]]
    return onwards


def rest(referral_id: int, into_id: int) -> None:
    """Has a referral rest in another one. Whoever calls has booked what is due already."""
    values = {"merged_into_id": into_id, "waiting": 0, "hold": None, "due_at": None}
    mine = update(Referral).where(Referral.id == referral_id).values(**values)
    db.session.execute(mine.execution_options(synchronize_session=False))


def merge(loser_id: int, winner_id: int, *, now: dt.datetime) -> None:
    """The CRM found that two are one: the winner goes on, with the stages that the other one waited to be paid for.
    Merging twice is merging once."""
    climbs = load(sorted((loser_id, winner_id)))
    loser, winner = climbs[loser_id], climbs[winner_id]
    if loser.rests:
        return
    book_again([loser_id], now=now, quietly=True)
    holding.load_gates([loser])
    steps = list(_waiting(loser, winner, now))
    rest(loser_id, winner_id)
    follow(loser_id, winner_id, now=now)
    activity.record("referral.merged", subject=f"referral:{loser_id}", now=now, data={"into": winner_id})
    doubted = loser.advocate_id == winner.advocate_id and _doubt_goes_along(loser, winner, now)
    if not advance_many(steps, now=now) and doubted:
        book_again([winner_id], now=now, quietly=True)


def _waiting(loser: Climb, winner: Climb, now: dt.datetime) -> Iterable[Advance]:
    ladder, known = loser.version.ladder, {rung.key for rung in winner.version.ladder.paying}
    for step in loser.steps:
        if step.begins or step.rung_key not in known or ladder.rung(step.rung_key).kind == "lost":
            continue
        at = reached_at(ladder, loser.steps, step.rung_key)
        if loser.gate.waits(ladder, step.rung_key, at, now) in GOES_ON:
            yield Advance(
                referral_id=winner.id, rung_key=step.rung_key, happened_at=step.happened_at, sequence=step.sequence,
                source="crm",
            )  # fmt: skip


def _doubt_goes_along(loser: Climb, winner: Climb, now: dt.datetime) -> bool:
    """Who doubts one introduction of an advocate looks at the one it goes on as, unless people do already."""
    looked = exists().where(Review.referral_id == winner.id, Review.cause == "score")
    theirs = Review.referral_id == loser.id, Review.cause == "score", Review.state == "open", ~looked
    statement = update(Review).where(*theirs).values(referral_id=winner.id).returning(Review.score)
    score = db.session.scalar(statement.execution_options(synchronize_session=False))
    if score is not None:
        data = {"score": score, "from": loser.id}
        activity.record("referral.review_opened", subject=f"referral:{winner.id}", now=now, data=data)
    return score is not None
