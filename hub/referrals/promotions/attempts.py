"""Promotions on what other rooms pay once for a thing: a challenge's submission. The room says what for, what it came
to and when; the keys name promotion and thing, so saying it again changes nothing."""

import datetime as dt

from sqlalchemy import func, select

from hub import ledger
from hub.core.db import begins, db
from hub.ledger.models import Entry
from hub.referrals.promotions import queries
from hub.referrals.promotions.extras import Standing, Wish, settle, standings
from hub.referrals.promotions.models import Promotion
from hub.referrals.promotions.room import is_narrow, lock, types


def promote(
    *,
    subject: str,
    about: str,
    member_id: int,
    account_id: int,
    points: int,
    at: dt.datetime,
    now: dt.datetime,
) -> int:
    """Brings what promotions on `about` (`challenge:5`) add to `subject` (`submission:41`) in line with the points it
    comes to now; nothing when those were taken back. Gives the difference. One statement where no promotion was
    started.
    """
    found = queries.of_subjects([about])
    if not found:
        return 0
    known = standings([subject]).get(subject, {})
    before = sum(line.total for line in known.values())
    wishes = []
    for promotion in found:
        key = f"promotion:{promotion.id}:{subject}"
        if promotion.covers(at) and _fits(promotion, key, known, member_id, account_id, at):
            wishes.append(
                Wish(key=key, account_id=account_id, points=promotion.adds(points), happened_at=at,
                     note=promotion.note(points), promotion=promotion)
            )  # fmt: skip
    ledger.award_many(settle(subject, wishes, known, now=now), now=now)
    return sum(line.total for line in standings([subject]).get(subject, {}).values()) - before


def _fits(
    promotion: Promotion,
    key: str,
    known: dict[str, Standing],
    member_id: int,
    account_id: int,
    at: dt.datetime,
) -> bool:
    """Whether there is room left for this member, and for anybody; what was counted once counts on."""
    if key in known:
        return True
    if is_narrow(promotion) and types([member_id]).at(member_id, at) not in promotion.audience:
        return False
    if promotion.first_each is None and promotion.first_all is None:
        return True
    lock([promotion])
    mine = func.count().filter(Entry.account_id == account_id)
    query = select(func.count(), mine).where(
        begins(Entry.key, f"promotion:{promotion.id}:"), Entry.corrects_id.is_(None)
    )
    everybody, own = db.session.execute(query).one()
    return not (promotion.first_each and own >= promotion.first_each) and not (
        promotion.first_all and everybody >= promotion.first_all
    )
