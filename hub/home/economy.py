"""The last ninety days under other values: what would have been paid, to how many, who would stand on which level.

It reads and never writes: a few statements over the books, whatever is asked. Challenges are paid a percentage of what
they paid; each stage of a ladder what its new total adds; everything else stays. A first version: prices and promotions
are other rooms'.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Integer, Subquery, and_, case, cast, func, select

from badges.models import Level
from badges.queries import levels
from hub.core.db import db
from hub.ledger.books import SPENDING
from hub.ledger.models import Account, Entry, Wallet
from hub.referrals.ladder import Ladder

DAYS = 90
MOST = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is proposed: challenges at a percentage, totals of stages, and a price to compare with."""

    percent: int = 100
    totals: Mapping[str, int] = field(default_factory=dict)
    price: int = 0

    def amounts(self, ladder: Ladder) -> dict[str, int]:
        """What each stage would add on being reached."""
        added, highest = {}, 0
        for rung in ladder.paying:
            total = self.totals.get(rung.key, rung.total)
            added[rung.key] = max(0, total - highest)
            highest = max(highest, total)
        return added


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What one set of values comes to."""

    points: int
    earners: int
    top_share: int
    affording: int
    levels: Sequence[int]

    @property
    def each(self) -> int:
        """Points for each who earned any."""
        return round(self.points / self.earners) if self.earners else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Today's values beside the proposed ones."""

    today: Outcome
    proposed: Outcome
    levels: Sequence[Level]


def compare(ladder: Ladder | None, wish: Wish, now: dt.datetime) -> Comparison:
    """Both outcomes of the last ninety days: five statements."""
    known = levels()
    sums = _sums(ladder, wish, now)
    return Comparison(
        today=_outcome(sums, sums.c.today, wish, known), proposed=_outcome(sums, sums.c.proposed, wish, known),
        levels=known,
    )  # fmt: skip


def _sums(ladder: Ladder | None, wish: Wish, now: dt.datetime) -> Subquery:
    """Points by member in that time, as they were and as they would have been, and what they ever had."""
    query = (
        select(
            Entry.account_id, func.sum(Entry.points).label("today"), func.max(Wallet.lifetime).label("lifetime"),
            func.sum(_proposed(ladder, wish)).label("proposed"),
        )
        .join(Account, Account.id == Entry.account_id)
        .join(Wallet, Wallet.account_id == Entry.account_id)
        .where(Entry.happened_at >= now - dt.timedelta(days=DAYS), Entry.reason.not_in(SPENDING))
        .where(Account.member_id.is_not(None))
        .group_by(Entry.account_id)
    )  # fmt: skip
    return query.subquery()


def _proposed(ladder: Ladder | None, wish: Wish) -> ColumnElement[int]:
    """An entry's points under the proposed values; a share of a split stays the same share."""
    cases = [(Entry.reason == "challenge", _scaled(wish.percent, 100))]
    for key, new in wish.amounts(ladder).items() if ladder else ():
        old = ladder.amounts[key] if ladder else 0
        if old and old != new:
            of_rung = and_(
                Entry.reason == "referral_stage",
                (Entry.key + ":").contains(f":stage:{key}:", autoescape=True),
            )
            cases.append((of_rung, _scaled(new, old)))
    return case(*cases, else_=Entry.points)


def _scaled(new: int, old: int) -> ColumnElement[int]:
    return cast(func.round(Entry.points * new * 1.0 / old), Integer)


def _outcome(sums: Subquery, points: ColumnElement[int], wish: Wish, known: Sequence[Level]) -> Outcome:
    tenth = func.ntile(10).over(order_by=points.desc())
    ranked = select(
        points.label("points"), tenth.label("tenth"), (sums.c.lifetime - sums.c.today + points).label("ever")
    )
    each = ranked.subquery()
    floors = [level.floor for level in known]
    bands = [
        _number(and_(each.c.ever >= floor, *([each.c.ever < above] if above is not None else [])))
        for floor, above in zip(floors, [*floors[1:], None], strict=True)
    ] if floors else []  # fmt: skip
    query = select(
        func.coalesce(func.sum(each.c.points), 0), _number(each.c.points > 0),
        func.coalesce(func.sum(case((each.c.tenth == 1, each.c.points), else_=0)), 0),
        _number(each.c.points >= wish.price) if wish.price else func.coalesce(func.sum(0), 0), *bands,
    )  # fmt: skip
    total, earners, top, affording, *counts = (int(value or 0) for value in db.session.execute(query).one())
    return Outcome(
        points=total, earners=earners, top_share=round(100 * top / total) if total > 0 else 0, affording=affording,
        levels=counts,
    )  # fmt: skip


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
