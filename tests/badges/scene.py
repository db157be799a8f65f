"""Badges, deeds and members for tests of this room."""

import datetime as dt
import itertools
from typing import Any

from sqlalchemy import func, insert, select

from badges import actions, checks
from badges.models import Award, Badge, Level
from hub import activity, ledger
from hub.activity.models import Fact
from hub.core import edges
from hub.core.db import db, table_of
from hub.members.models import Member
from hub.outbox.jobs import drain_all

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
numbers = itertools.count(1)


def members(count: int, **more: Any) -> list[int]:
    """Members called Member 1, Member 2, …; gives their ids."""
    rows = [
        {"email": f"m{n}@example.com", "name": f"Member {n}", "handle": f"m{n}", "created_at": NOW, "joined_at": NOW,
         **more}
        for n in itertools.islice(numbers, count)
    ]  # fmt: skip
    with edges.unit():
        return list(
            db.session.scalars(insert(Member).returning(Member.id, sort_by_parameter_order=True), rows)
        )


def badge(rule: str, data: dict[str, Any], *, live: bool = True, slug: str = "") -> Badge:
    """A badge with this rule, published unless it is to stay a draft."""
    slug = slug or f"badge-{next(numbers)}"
    with edges.unit():
        made = Badge(
            slug=slug,
            name=slug.title(),
            shape="hex",
            sign="star",
            hue=1,
            rule=rule,
            data=data,
            created_at=NOW,
        )
        db.session.add(made)
        db.session.flush()
        if live:
            actions.publish(made, now=NOW, by_id=None)
    return made


def level(name: str, floor: int, metal: int = 1) -> Level:
    """A rung."""
    with edges.unit():
        made = Level(name=name, floor=floor, metal=metal)
        db.session.add(made)
    return made


def pay(member_id: int, points: int, at: dt.datetime = NOW, *, reason: str = "manual") -> int:
    """Books points and gives the entry's id."""
    with edges.unit():
        account_id = ledger.account_for(member_id=member_id)
        return ledger.award(
            account_id, points, reason=reason, key=f"badges:{next(numbers)}", subject="test:1", happened_at=at,
            now=max(at, NOW),
        ).id  # fmt: skip


def did(member_id: int, kind: str, subject: str = "", at: dt.datetime = NOW, /, **data: Any) -> None:
    """A fact by this member, as the room it belongs to would record it."""
    with edges.unit():
        activity.record(kind, subject=subject or f"test:{next(numbers)}", by_id=member_id, now=at, data=data)


def did_long_ago(member_id: int, kind: str, *at: dt.datetime) -> None:
    """Facts of a time before this room listened: nobody is told."""
    with edges.unit():
        rows = [
            {
                "kind": kind,
                "subject": f"test:{next(numbers)}",
                "by_id": member_id,
                "data": {},
                "happened_at": one,
            }
            for one in at
        ]
        db.session.execute(insert(table_of(Fact)), rows)


def holders(found: Badge) -> list[int]:
    """Who has a badge, everything drained."""
    drain_all()
    with edges.reading():
        query = select(Award.member_id).where(Award.badge_id == found.id).order_by(Award.member_id)
        return list(db.session.scalars(query))


def differences() -> list[str]:
    """What prove says of this room."""
    with edges.reading():
        return [*checks.justified(), *checks.complete(), *checks.levels(), *checks.streak_rows()]


def count(model: Any, *where: Any) -> int:
    """How many rows."""
    with edges.reading():
        return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0
