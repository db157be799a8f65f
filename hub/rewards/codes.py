"""Pools of codes: sealed as they come in, each given once, each to be traced back to whom it was given."""

import csv
import datetime as dt
import hashlib
import hmac
import io
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy import case, func, select, update

from hub import activity
from hub.core.crypto import Unreadable, seal, unseal
from hub.core.db import db
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring
from hub.rewards.models import OPEN, Redemption, Reward, RewardCode

LONGEST, MOST = 200, 20_000
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
HEADINGS = {"code", "codes", "voucher", "coupon"}


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: how many codes are new, and each line that isn't, with its reason."""

    kept: int
    wrong: list[tuple[int, str]] = field(default_factory=list)


def _marks(code: str) -> list[str]:
    """How a code is known again: under today's key first, then under the keys it may have come in with."""
    settings = current_app.extensions["settings"]
    keys = (settings.secret_key, *settings.secret_key_fallbacks)
    return [
        hmac.new(b"hurrah code:" + key.encode(), code.encode(), hashlib.sha256).hexdigest() for key in keys
    ]


def read(text: str) -> list[tuple[int, str]]:
    """The first column of a sheet: (line, code), without a heading and without empty lines."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    found = [(number, row[0].strip()) for number, row in enumerate(rows, 1) if row and row[0].strip()]
    return found[1:] if found and found[0][1].casefold() in HEADINGS else found


def put_in(reward: Reward, lines: Sequence[tuple[int, str]], *, by_id: int | None, now: dt.datetime) -> Taken:
    """Keeps the good ones, and names the others: too long, not printable, twice in the file, or known already. The
    stock grows by what was kept."""
    wrong: list[tuple[int, str]] = []
    fresh: dict[str, tuple[int, str]] = {}
    for number, code in lines[:MOST]:
        if len(code) > LONGEST or not code.isprintable():
            wrong.append((number, f"is longer than {LONGEST} characters, or has some that can’t be seen"))
        elif code in fresh:
            wrong.append((number, f"is the same as line {fresh[code][0]}"))
        else:
            fresh[code] = (number, code)
    wrong += [
        (number, f"is more than {MOST:,} at once: send the rest in another file")
        for number, _ in lines[MOST:]
    ]
    kept = 0
    for code, (number, _) in fresh.items():
        if _keep(reward.id, code, by_id, now):
            kept += 1
        else:
            wrong.append((number, "came in before"))
    if kept:
        _stock(reward.id, kept)
        activity.record("reward.stocked", subject=reward.subject, by_id=by_id, now=now, data={"codes": kept})
    return Taken(kept, sorted(wrong))


def _keep(reward_id: int, code: str, by_id: int | None, now: dt.datetime) -> bool:
    marks = _marks(code)
    if marks[1:] and db.session.scalar(select(RewardCode.id).where(RewardCode.mark.in_(marks[1:]))):
        return False
    row = {"reward_id": reward_id, "mark": marks[0], "sealed": seal(code), "by_id": by_id, "created_at": now}
    made = insert_ignoring(RewardCode).values(**row).returning(RewardCode.id)
    return db.session.execute(made).scalar_one_or_none() is not None


def _stock(reward_id: int, more: int) -> None:
    """A pool's stock is its codes."""
    put = update(Reward).where(Reward.id == reward_id)
    db.session.execute(
        put.values(
            stock=func.coalesce(Reward.stock, 0) + more,
            stocked=func.coalesce(Reward.stocked, Reward.taken) + more,
        ).execution_options(synchronize_session="fetch")
    )


def count_anew(reward_id: int) -> None:
    """A reward that is fulfilled from its pool from now on has as many left as codes are free and promised to nobody.
    Its row is locked by whoever changes it, so nobody chooses it meanwhile."""
    free = select(func.count()).where(
        RewardCode.reward_id == reward_id, RewardCode.redemption_id.is_(None), RewardCode.withdrawn_at.is_(None)
    )  # fmt: skip
    promised = (
        select(func.count())
        .outerjoin(RewardCode, RewardCode.redemption_id == Redemption.id)
        .where(
            Redemption.reward_id == reward_id, Redemption.provider == "codes", Redemption.state.in_(OPEN),
            RewardCode.id.is_(None),
        )
    )  # fmt: skip
    spare = free.scalar_subquery() - promised.select_from(Redemption).scalar_subquery()
    left_ = case((spare > 0, spare), else_=0)
    put = update(Reward).where(Reward.id == reward_id).values(stock=left_, stocked=Reward.taken + left_)
    db.session.execute(put.execution_options(synchronize_session=False))


def make(reward: Reward, count: int, *, by_id: int | None, now: dt.datetime) -> Taken:
    """Coupons of our own: so many new codes that nobody can guess."""
    made = [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3)) for _ in range(count)
    ]
    return put_in(reward, list(enumerate(made, 1)), by_id=by_id, now=now)


def claim(redemption_id: int, reward_id: int, *, now: dt.datetime) -> int | None:
    """Gives the oldest free code to a redemption, once; None when there is none. Nobody else gets it, whoever races."""
    mine = select(RewardCode.id).where(RewardCode.redemption_id == redemption_id)
    known = db.session.scalar(mine)
    if known is not None:
        return known
    free = (
        select(RewardCode.id)
        .where(RewardCode.reward_id == reward_id, RewardCode.redemption_id.is_(None), RewardCode.withdrawn_at.is_(None))
        .order_by(RewardCode.id).limit(1).with_for_update(skip_locked=True)
    )  # fmt: skip
    found = db.session.scalar(free)
    if found is None:
        return None
    take = update(RewardCode).where(RewardCode.id == found, RewardCode.redemption_id.is_(None))
    done = db.session.execute(take.values(redemption_id=redemption_id, claimed_at=now))
    return found if done.rowcount else None  # type: ignore[attr-defined]


def shown(redemption_id: int) -> str | None:
    """The code of a redemption, for the member it belongs to."""
    found = db.session.scalar(select(RewardCode.sealed).where(RewardCode.redemption_id == redemption_id))
    try:
        return unseal(found) if found else None
    except Unreadable:
        return None


def left(reward_id: int) -> int:
    """How many codes are free."""
    free = select(func.count()).where(
        RewardCode.reward_id == reward_id,
        RewardCode.redemption_id.is_(None),
        RewardCode.withdrawn_at.is_(None),
    )
    return db.session.scalar(free) or 0


def withdraw(redemption_id: int, *, now: dt.datetime) -> None:
    """The code of a refunded redemption stays where it is, and is marked: it is nobody's gift any more."""
    db.session.execute(
        update(RewardCode).where(RewardCode.redemption_id == redemption_id).values(withdrawn_at=now)
    )


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a code went."""

    code: RewardCode
    redemption: Redemption | None
    member: Member | None
    reward: Reward


def traced(code: str) -> Trace | None:
    """Who was given a code, and whether it was used; None when it isn't one of ours."""
    query = (
        select(RewardCode, Redemption, Member, Reward)
        .join(Reward, Reward.id == RewardCode.reward_id)
        .outerjoin(Redemption, Redemption.id == RewardCode.redemption_id)
        .outerjoin(Member, Member.id == Redemption.member_id)
        .where(RewardCode.mark.in_(_marks(code.strip())))
    )
    row = db.session.execute(query).first()
    return Trace(row[0], row[1], row[2], row[3]) if row else None


def use(code_id: int, *, by_id: int, now: dt.datetime) -> bool:
    """Writes down that a code was used, once."""
    given = update(RewardCode).where(
        RewardCode.id == code_id, RewardCode.used_at.is_(None), RewardCode.redemption_id.is_not(None)
    )
    done = db.session.execute(given.values(used_at=now).execution_options(synchronize_session=False))
    if done.rowcount:  # type: ignore[attr-defined]
        activity.record("reward.code_used", subject=f"code:{code_id}", by_id=by_id, now=now)
    return bool(done.rowcount)  # type: ignore[attr-defined]


def tallies(reward_ids: Iterable[int]) -> dict[int, tuple[int, int, int]]:
    """Reward → codes free, given, used."""
    query = (
        select(
            RewardCode.reward_id,
            func.count().filter(RewardCode.redemption_id.is_(None), RewardCode.withdrawn_at.is_(None)),
            func.count(RewardCode.redemption_id), func.count(RewardCode.used_at),
        )
        .where(RewardCode.reward_id.in_(list(reward_ids)))
        .group_by(RewardCode.reward_id)
    )  # fmt: skip
    return {reward_id: (free, given, used) for reward_id, free, given, used in db.session.execute(query)}
