"""What a promotion would cost: tried on what was booked in a period of the same length just before it."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from hub.core.db import db
from hub.ledger.models import Account, Entry
from hub.members.models import Member
from hub.referrals.models import Referral
from hub.referrals.promotions.models import Promotion
from hub.referrals.promotions.queries import EVERYBODY
from hub.referrals.promotions.targets import attempts

MOST = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What it would have paid, in the period `since` to `until`: entries, members, points, and what a budget kept
    back."""

    since: dt.datetime
    until: dt.datetime
    entries: int
    members: int
    points: int
    beyond: int
    is_cut: bool = False


def attempt(wished: Promotion, now: dt.datetime) -> Trial:
    """Tries a draft on the past: as long as it will run, up to now. Writes nothing."""
    length = max(wished.ends_at - wished.starts_at, dt.timedelta(hours=1))
    since = now - length
    rows = _rows(wished, since, now)
    counted: dict[int, list[str]] = defaultdict(list)
    all_of_them: list[str] = []
    points = beyond = entries = 0
    for member_id, subject, booked, _at in rows:
        if subject not in counted[member_id]:
            counted[member_id].append(subject)
        if subject not in all_of_them:
            all_of_them.append(subject)
        if wished.first_each and counted[member_id].index(subject) >= wished.first_each:
            continue
        if wished.first_all and all_of_them.index(subject) >= wished.first_all:
            continue
        extra = wished.adds(booked)
        if wished.budget is not None and points + extra > wished.budget:
            beyond += extra
            continue
        points, entries = points + extra, entries + (extra > 0)
    people = sum(bool(subjects) for subjects in counted.values())
    return Trial(
        since=since,
        until=now,
        entries=entries,
        members=people,
        points=points,
        beyond=beyond,
        is_cut=len(rows) == MOST,
    )


def _rows(
    wished: Promotion, since: dt.datetime, until: dt.datetime
) -> list[tuple[int, str, int, dt.datetime]]:
    kind, _, number = wished.subject.partition(":")
    query = (
        select(Account.member_id, Entry.subject, Entry.points, Entry.happened_at)
        .join(Account, Account.id == Entry.account_id)
        .join(Member, Member.id == Account.member_id)
        .where(Entry.happened_at >= since, Entry.happened_at < until, Entry.points > 0)
        .order_by(Entry.happened_at, Entry.id)
        .limit(MOST)
    )
    if wished.audience and set(wished.audience) != EVERYBODY:
        query = query.where(Member.type.in_(wished.audience))
    if kind == "challenge":
        found = db.session.execute(query.where(Entry.reason == "challenge", Entry.corrects_id.is_(None)))
        mine = attempts(wished.subject)
        return [(who, subject, points, at) for who, subject, points, at in found if subject in mine and who]
    referrals = select(Referral.id).where(Referral.programme_id == int(number))
    ours = {f"referral:{one}" for one in db.session.scalars(referrals.where(Referral.moved_at >= since))}
    stages: Any = db.session.execute(query.add_columns(Entry.key).where(Entry.reason == "referral_stage"))
    return [
        (who, subject, points, at)
        for who, subject, points, at, key in stages
        if who and subject in ours and wished.rung_key in (None, key.split(":")[3])
    ]
