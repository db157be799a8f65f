"""Who belongs: rules as conditions, and what is asked with them. One statement each, whatever the number of members."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Boolean, ColumnElement, and_, false, func, not_, or_, select, true
from sqlalchemy.orm import joinedload

from hub.core.clock import now as clock_now
from hub.core.db import db
from hub.members.models import Member
from hub.segments.models import MemberTag, Segment
from hub.segments.rules import KINDS, Rule, Rules

COUNTED = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """How many belong; `more` when counting stopped before the end."""

    members: int
    more: bool = False


def reachable() -> ColumnElement[bool]:
    """The members an audience may hold: not those who haven't joined yet, were switched off or erased."""
    return and_(~Member.is_stub, Member.disabled_at.is_(None), Member.erased_at.is_(None))


def condition(rules: Rules, now: dt.datetime | None = None) -> ColumnElement[bool]:
    """The condition on Member under which they belong. Never true of whom nobody can reach; never NULL."""
    return and_(reachable(), _group(rules, now or clock_now()))


def _group(group: Rules, now: dt.datetime) -> ColumnElement[bool]:
    parts = [_group(part, now) if "match" in part else _rule(part, now) for part in group["rules"]]
    if not parts:
        return true()
    if group["match"] == "all":
        return and_(*parts)
    return or_(*parts) if group["match"] == "any" else not_(or_(*parts))


def _rule(rule: Rule, now: dt.datetime) -> ColumnElement[bool]:
    # A rule whose room has moved out fits nobody: rather too few are asked than too many.
    kind = KINDS.get(rule["kind"])
    return false() if kind is None else func.coalesce(kind.condition(rule, now), false(), type_=Boolean())


def members(rules: Rules, *, after: int = 0, limit: int = 50, now: dt.datetime | None = None) -> list[Member]:
    """Those who belong with their companies, by id, from the one after `after` on."""
    query = select(Member).where(condition(rules, now), Member.id > after).order_by(Member.id).limit(limit)
    return list(db.session.scalars(query.options(joinedload(Member.company))))


def count(rules: Rules, *, most: int = COUNTED, now: dt.datetime | None = None) -> Count:
    """How many belong. Counting stops at `most`, so that a page never waits for a million."""
    some = select(Member.id).where(condition(rules, now)).limit(most + 1).subquery()
    found = db.session.scalar(select(func.count()).select_from(some)) or 0
    return Count(members=min(found, most), more=found > most)


def holds(rules: Rules, member_id: int, now: dt.datetime | None = None) -> bool:
    """Whether this member belongs."""
    return holds_many([rules], member_id, now)[0]


def holds_many(many: Sequence[Rules], member_id: int, now: dt.datetime | None = None) -> list[bool]:
    """Whether this member belongs to each of these audiences, in their order: one statement."""
    if not many:
        return []
    now = now or clock_now()
    asked = select(*(condition(rules, now) for rules in many)).where(Member.id == member_id)
    row = db.session.execute(asked.select_from(Member)).one_or_none()
    return [bool(value) for value in row] if row is not None else [False] * len(many)


def of(segment_ids: Collection[int]) -> dict[int, Segment]:
    """Segments by their ids, archived ones too."""
    if not segment_ids:
        return {}
    found = db.session.scalars(select(Segment).where(Segment.id.in_(segment_ids)))
    return {segment.id: segment for segment in found}


def belonging(segment_ids: Collection[int], member_id: int, now: dt.datetime | None = None) -> set[int]:
    """To which of these segments this member belongs: two statements."""
    known = of(segment_ids)
    held = holds_many([segment.rules for segment in known.values()], member_id, now)
    return {segment_id for segment_id, belongs in zip(known, held, strict=True) if belongs}


def within(segment_ids: Collection[int], now: dt.datetime | None = None) -> Mapping[int, ColumnElement[bool]]:
    """The condition of each of these segments, for statements of other rooms."""
    return {segment_id: condition(found.rules, now) for segment_id, found in of(segment_ids).items()}


def by_slug(slug: str) -> Segment | None:
    """One segment by its address."""
    return db.session.scalar(select(Segment).where(Segment.slug == slug))


def listed(*, archived: bool = False) -> list[Segment]:
    """Segments by name: those in use of mind, or the archived ones."""
    query = select(Segment).where(Segment.is_archived == archived)
    return list(db.session.scalars(query.order_by(func.lower(Segment.name), Segment.id)))


def choices() -> list[tuple[str, str]]:
    """For a select on another room's form: (id, name) of those not archived."""
    return [(str(segment.id), segment.name) for segment in listed()]


def counts(segments: Sequence[Segment], now: dt.datetime | None = None) -> dict[int, Count]:
    """How many belong to each, in one statement, each counted to ten thousand at most."""
    if not segments:
        return {}
    now = now or clock_now()
    columns = []
    for segment in segments:
        some = select(Member.id).where(condition(segment.rules, now)).limit(COUNTED + 1).subquery()
        columns.append(select(func.count()).select_from(some).scalar_subquery())
    row = db.session.execute(select(*columns)).one()
    return {
        segment.id: Count(members=min(found, COUNTED), more=found > COUNTED)
        for segment, found in zip(segments, row, strict=True)
    }


def tags() -> list[tuple[str, int]]:
    """Every tag with how many wear it, by tag."""
    query = select(MemberTag.tag, func.count()).group_by(MemberTag.tag).order_by(MemberTag.tag)
    return [(tag, members) for tag, members in db.session.execute(query)]


def tags_of(member_ids: Collection[int]) -> dict[int, list[str]]:
    """The tags of these members, in order."""
    query = select(MemberTag.member_id, MemberTag.tag).where(MemberTag.member_id.in_(member_ids))
    found: dict[int, list[str]] = {}
    for member_id, tag in db.session.execute(query.order_by(MemberTag.member_id, MemberTag.tag)):
        found.setdefault(member_id, []).append(tag)
    return found


def named(names: Sequence[str]) -> dict[str, int]:
    """Members by e-mail address or handle, in lower case: name → id. Nobody who was erased."""
    emails, handles = func.lower(Member.email), func.lower(Member.handle)
    lowered = sorted({name.lower().removeprefix("@") for name in names})
    query = select(Member.id, emails, handles).where(
        or_(emails.in_(lowered), handles.in_(lowered)), Member.erased_at.is_(None)
    )
    found: dict[str, int] = {}
    for member_id, email, handle in db.session.execute(query):
        found |= {name: member_id for name in (email, handle) if name}
    return found
