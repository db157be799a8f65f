"""Making, changing, archiving segments; putting tags on members."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, literal, select

from hub import activity
from hub.core.db import db
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring
from hub.segments import queries
from hub.segments.fields import Unclear
from hub.segments.models import MemberTag, Segment
from hub.segments.rules import Rules
from hub.segments.tree import read
from hub.segments.uses import used_by
from hub.segments.words import slug_of, tag_key


def create(
    name: str, rules: Any, *, now: dt.datetime, by_id: int | None = None, purpose: str = "", slug: str = ""
) -> Segment:
    """A new segment. Refuses (Unclear) an empty name and rules that can't be meant."""
    segment = Segment(
        slug=_free_slug(slug or slug_of(_named(name))), name=_named(name), purpose=purpose.strip()[:300],
        rules=read(rules), by_id=by_id, created_at=now, changed_at=now,
    )  # fmt: skip
    db.session.add(segment)
    db.session.flush()
    _told("segment.made", segment, by_id, now)
    return segment


def change(
    segment: Segment, *, name: str, rules: Any, purpose: str, now: dt.datetime, by_id: int | None
) -> Segment:
    """Another name or other rules, at once wherever it is used. Refuses as `create`."""
    segment.name, segment.rules, segment.purpose = _named(name), read(rules), purpose.strip()[:300]
    segment.changed_at = now
    _told("segment.changed", segment, by_id, now)
    return segment


def archive(segment: Segment, *, now: dt.datetime, by_id: int | None, is_archived: bool = True) -> Segment:
    """Takes a segment out of what is offered, or back. Where it is used, it goes on working."""
    if segment.is_archived != is_archived:
        segment.is_archived, segment.changed_at = is_archived, now
        _told("segment.archived" if is_archived else "segment.taken_back", segment, by_id, now)
    return segment


def remove(segment: Segment, *, now: dt.datetime, by_id: int | None) -> None:
    """Deletes a segment for good. Refuses one that is used: that one is archived instead."""
    places = used_by([segment.id]).get(segment.id, [])
    if places:
        where = f"{places[0].title}{f' and {len(places) - 1} more' if len(places) > 1 else ''}"
        raise Unclear(f"It is used by {where}. Archive it: it is offered no more, and goes on working there.")
    _told("segment.deleted", segment, by_id, now)
    db.session.delete(segment)


def tag(member_ids: Sequence[int], word: str, *, now: dt.datetime) -> int:
    """Puts a tag on members; who wears it already keeps it. Gives how many got it. Refuses an empty tag."""
    name = _tagged(word)
    worn = select(MemberTag.member_id).where(MemberTag.tag == name, MemberTag.member_id.in_(member_ids))
    fresh = sorted(set(member_ids) - set(db.session.scalars(worn)))
    if fresh:
        rows = [{"member_id": member_id, "tag": name, "created_at": now} for member_id in fresh]
        db.session.execute(insert_ignoring(MemberTag), rows)
    return len(fresh)


def tag_all(rules: Rules, word: str, *, now: dt.datetime) -> None:
    """Puts a tag on everybody who belongs to an audience now, in one statement."""
    name = _tagged(word)
    worn = select(MemberTag.member_id).where(MemberTag.tag == name)
    those = select(Member.id, literal(name), literal(now, MemberTag.created_at.type)).where(
        queries.condition(rules, now), Member.id.not_in(worn)
    )
    db.session.execute(insert(MemberTag).from_select(["member_id", "tag", "created_at"], those))


def untag(member_ids: Sequence[int], word: str) -> None:
    """Takes a tag off these members."""
    db.session.execute(
        delete(MemberTag).where(MemberTag.tag == tag_key(word), MemberTag.member_id.in_(member_ids))
    )


def forget_tag(word: str) -> None:
    """Takes a tag off everybody."""
    db.session.execute(delete(MemberTag).where(MemberTag.tag == tag_key(word)))


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        raise Unclear("Give it a name of at most 80 characters.", "name")
    return name


def _tagged(word: str) -> str:
    name = tag_key(word)
    if not name:
        raise Unclear("A tag has at least one letter or digit.", "tag")
    return name


def _free_slug(wish: str) -> str:
    taken = set(db.session.scalars(select(Segment.slug).where(Segment.slug.startswith(wish))))
    return next(slug for slug in (wish, *(f"{wish}-{n}" for n in range(2, 9999))) if slug not in taken)


def _told(kind: str, segment: Segment, by_id: int | None, now: dt.datetime) -> None:
    activity.record(kind, subject=f"segment:{segment.id}", by_id=by_id, now=now)
