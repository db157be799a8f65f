"""What people may accept: limits by country and day, what somebody's employer allows, and the sum of a calendar
year."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, or_, select

from hub.core.db import db
from hub.core.place import place
from hub.core.words import money
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring
from hub.rewards.models import TAKING, GiftLimit, Redemption, RewardProfile
from hub.rewards.rules import rules

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


def accepted(member_id: int, year: int) -> dict[str, int]:
    """What somebody's gifts of a calendar year (of the hub) come to in each currency, those on their way among them, as
    they were valued then."""
    since, until = calendar_year(year)
    query = select(Redemption.currency, func.sum(Redemption.counted_hundredths)).where(
        Redemption.member_id == member_id, Redemption.state.in_(TAKING), Redemption.counted_hundredths > 0,
        Redemption.created_at >= since, Redemption.created_at < until,
    )  # fmt: skip
    return {
        currency: int(worth) for currency, worth in db.session.execute(query.group_by(Redemption.currency))
    }


def calendar_year(year: int) -> tuple[dt.datetime, dt.datetime]:
    """Its first instant where the hub is, and that of the next one."""
    since, until = (dt.datetime(y, 1, 1, tzinfo=place().zone) for y in (year, year + 1))
    return since, until


def ruling(
    member: Member, counted_hundredths: int, *, counts: bool = True, currency: str, now: dt.datetime
) -> Ruling:
    """Whether this member may have a gift of this value now: the strictest of the limits says so. Locks what it adds
    up. Limits are in the house's currency; what can't be compared is for a person to look at."""
    if not counts:
        return FINE
    known = locked_profile(member.id, now)
    if known.takes_no_gifts:
        return Ruling("donate", NO_GIFTS)
    if not counted_hundredths:
        return FINE
    today = now.astimezone(place().zone).date()
    limits = in_force(known.country, member.type, today)
    worth = accepted(member.id, today.year) if any(one.span == "year" for one in limits) else {}
    worth[currency] = worth.get(currency, 0) + counted_hundredths
    house = rules().currency
    found = [_held_to(one, counted_hundredths, currency, worth, house) for one in limits]
    order = {"donate": 0, "hold": 1, "fine": 2}
    strictest = min(zip(found, limits, strict=True), default=None,
                    key=lambda pair: (order[pair[0].verdict], pair[1].amount_hundredths))  # fmt: skip
    return FINE if strictest is None else strictest[0]


def _held_to(
    limit: GiftLimit, counted_hundredths: int, currency: str, worth: dict[str, int], house: str
) -> Ruling:
    """What one limit says to a gift; `worth` are all of the year with this one, by currency."""
    of_year = limit.span == "year"
    what = "gifts of a calendar year" if of_year else "a single gift"
    most = money(limit.amount_hundredths, house)
    mine = worth if of_year else {currency: counted_hundredths}
    if mine.get(house, 0) > limit.amount_hundredths:
        verdict: Literal["hold", "donate"] = "donate" if limit.action == "donate" else "hold"
        return Ruling(verdict, f"{limit.words} ({what} above {most})")
    if others := [money(other, name) for name, other in sorted(mine.items()) if name != house]:
        return Ruling("hold", f"{limit.words} ({what}: {' and '.join(others)} can’t be compared with {most})")
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
