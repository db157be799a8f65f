"""What people may accept: limits by country and day, what somebody's employer allows, and the sum of a calendar
year."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, or_, select

from hub.core.db import db
from hub.core.words import money
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring
from hub.rewards.models import TAKING, GiftLimit, Redemption, RewardProfile

ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether somebody may have a gift: fine, held for a person to look at, or better a donation; and why, in words."""

    verdict: Literal["fine", "hold", "donate"]
    words: str = ""


FINE = Ruling("fine")
NO_GIFTS = (
    "You told us that you may not accept gifts. A donation in your name works: choose a good cause instead."
)


def profile(member_id: int) -> RewardProfile | None:
    """What a member told us about gifts."""
    return db.session.get(RewardProfile, member_id)


def locked_profile(member_id: int, now: dt.datetime) -> RewardProfile:
    """The same, made on first need, and nobody else adds up this member's gifts until this transaction ends."""
    row = {"member_id": member_id, "takes_no_gifts": False, "changed_at": now}
    db.session.execute(insert_ignoring(RewardProfile).values(**row))
    return db.session.get_one(RewardProfile, member_id, with_for_update=True, populate_existing=True)


def tell(member_id: int, *, country: str | None, takes_no_gifts: bool, now: dt.datetime) -> RewardProfile:
    """Keeps what a member says about gifts."""
    found = locked_profile(member_id, now)
    found.country, found.takes_no_gifts, found.changed_at = country or found.country, takes_no_gifts, now
    db.session.flush()
    return found


def in_force(country: str | None, member_type: str, on: dt.date) -> list[GiftLimit]:
    """The limits for somebody on a day, those of their country first."""
    query = (
        select(GiftLimit)
        .where(
            GiftLimit.country.in_([country, ANYWHERE] if country else [ANYWHERE]),
            GiftLimit.member_type.in_(["", member_type]), GiftLimit.from_on <= on,
            or_(GiftLimit.until_on.is_(None), GiftLimit.until_on >= on),
        )
        .order_by(GiftLimit.country.desc(), GiftLimit.id)
    )  # fmt: skip
    return list(db.session.scalars(query))


def accepted(member_id: int, year: int) -> int:
    """What somebody's gifts of a calendar year come to, those on their way among them, as they were valued then."""
    since, until = (dt.datetime(y, 1, 1, tzinfo=dt.UTC) for y in (year, year + 1))
    query = select(func.coalesce(func.sum(Redemption.counted_hundredths), 0)).where(
        Redemption.member_id == member_id, Redemption.state.in_(TAKING),
        Redemption.created_at >= since, Redemption.created_at < until,
    )  # fmt: skip
    return int(db.session.scalar(query) or 0)


def ruling(member: Member, counted_hundredths: int, *, currency: str, now: dt.datetime) -> Ruling:
    """Whether this member may have a gift of this value now. Locks what it adds up."""
    if not counted_hundredths:
        return FINE
    known = locked_profile(member.id, now)
    if known.takes_no_gifts:
        return Ruling("donate", NO_GIFTS)
    limits = in_force(known.country, member.type, now.date())
    total = accepted(member.id, now.year) if any(one.span == "year" for one in limits) else 0
    for one in limits:
        comes_to = counted_hundredths + (total if one.span == "year" else 0)
        if comes_to > one.amount_hundredths:
            most = money(one.amount_hundredths, currency)
            what = "gifts of a calendar year" if one.span == "year" else "a single gift"
            return Ruling(
                "donate" if one.action == "donate" else "hold", f"{one.words} ({what} above {most})"
            )
    return FINE


def listed() -> list[GiftLimit]:
    """Every limit, by country and day."""
    query = select(GiftLimit).order_by(GiftLimit.country, GiftLimit.from_on, GiftLimit.id).limit(200)
    return list(db.session.scalars(query))


def add(values: dict[str, object], *, by_id: int | None, now: dt.datetime) -> GiftLimit:
    """A new limit. What was redeemed before stays as it was decided."""
    made = GiftLimit(**values, by_id=by_id, created_at=now)
    db.session.add(made)
    db.session.flush()
    return made


def end(limit_id: int, *, on: dt.date) -> bool:
    """Ends a limit with this day; it stays on the list, for what was decided under it."""
    found = db.session.get(GiftLimit, limit_id)
    if found is None:
        return False
    if found.from_on > on:
        db.session.delete(found)
    elif found.until_on is None or found.until_on > on:
        found.until_on = on
    db.session.flush()
    return True
