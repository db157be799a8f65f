"""What `hurrah prove` recomputes here: the sums of links, days and members, from the clicks that justify them.

Of months that have retired the clicks are gone; there the sums of days stand for them.
"""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import Select, func, literal, select, union_all

from hub.core import registry
from hub.core.db import db
from hub.sharing.clicks.retiring import latest_retired
from hub.sharing.clicks.writing import KINDS
from hub.sharing.models import Click, ClickDay, ClickMember

SUMS = tuple(KINDS.values())


@registry.check("sharing: clicks of links by day")
def clicks_by_day() -> Iterator[str]:
    """Compares the sums of each link and day with its clicks."""
    first = _first_day()
    counted = tuple(func.count().filter(Click.kind == kind).label(name) for kind, name in KINDS.items())
    rows = select(Click.link_id, Click.day, *counted).where(Click.day >= first)
    for link_id, day, *pairs in db.session.execute(
        _differing(rows.group_by(Click.link_id, Click.day), first)
    ):
        kept, there = pairs[: len(SUMS)], pairs[len(SUMS) :]
        words = [f"{name} {one}, clicks say {other}" for name, one, other in zip(SUMS, kept, there, strict=True)
                 if one != other]  # fmt: skip
        yield f"link {link_id} on {day}: {'; '.join(words)}"


def _first_day() -> dt.date:
    month = latest_retired()
    if month is None:
        return dt.date(1970, 1, 1)
    return (dt.date.fromisoformat(f"{month}-01") + dt.timedelta(days=32)).replace(day=1)


def _differing(rows: Select[*tuple[object, ...]], first: dt.date) -> Select[*tuple[object, ...]]:
    """(link, day, what the sums say …, what the clicks say …) where they differ, whichever side is missing."""
    there = rows.subquery()
    nothing = [literal(0).label(name) for name in SUMS]
    kept = select(
        ClickDay.link_id, ClickDay.day, *(getattr(ClickDay, name).label(f"kept_{name}") for name in SUMS), *nothing
    ).where(ClickDay.day >= first)  # fmt: skip
    none = [literal(0).label(f"kept_{name}") for name in SUMS]
    both = union_all(kept, select(there.c.link_id, there.c.day, *none, *(there.c[name] for name in SUMS)))
    side = both.subquery()
    ours = [func.sum(side.c[f"kept_{name}"]) for name in SUMS]
    theirs = [func.sum(side.c[name]) for name in SUMS]
    unequal = [one != other for one, other in zip(ours, theirs, strict=True)]
    grouped = select(side.c.link_id, side.c.day, *ours, *theirs).group_by(side.c.link_id, side.c.day)
    return grouped.having(unequal[0] | unequal[1] | unequal[2] | unequal[3]).order_by(
        side.c.link_id, side.c.day
    )


@registry.check("sharing: visitors of members")
def visitors_of_members() -> Iterator[str]:
    """Compares each member's visits with those of their links and days."""
    by_days = (
        select(ClickDay.member_id, func.sum(ClickDay.visits).label("visits"))
        .group_by(ClickDay.member_id)
        .subquery()
    )
    there = func.coalesce(by_days.c.visits, 0)
    query = (
        select(by_days.c.member_id, ClickMember.member_id, func.coalesce(ClickMember.visits, 0), there)
        .select_from(by_days)
        .outerjoin(ClickMember, ClickMember.member_id == by_days.c.member_id)
        .where(func.coalesce(ClickMember.visits, 0) != there)
        .order_by(by_days.c.member_id)
    )
    for member_id, _known, kept, counted in db.session.execute(query):
        yield f"member {member_id} has {kept} visitors, the days of their links have {int(counted)}"
