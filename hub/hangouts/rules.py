"""Who may see a hangout, who may hold it, and who may talk about it."""

import datetime as dt
from typing import Any

from sqlalchemy import exists, or_, select

from hub import community, segments
from hub.core.db import db
from hub.hangouts.models import Cohost, Guest, Hangout
from hub.members.models import Member

MANAGERS = frozenset({"manager", "admin"})
HOSTS = frozenset({"host", *MANAGERS})


def holds(hangout: Hangout, member: Any) -> bool:
    """Whether they may run it: its host, its co-hosts and managers."""
    return bool(member.roles & MANAGERS) or in_person(hangout, member)


def in_person(hangout: Hangout, member: Any) -> bool:
    """Whether they sit at its head: its host and co-hosts. A manager who doesn't may be a guest like any other."""
    if hangout.by_id == member.id:
        return True
    query = select(Cohost.member_id).where(Cohost.hangout_id == hangout.id, Cohost.member_id == member.id)
    return db.session.scalar(query) is not None


def sees(hangout: Hangout, member: Any, guest: Guest | None, *, is_host: bool, now: dt.datetime) -> bool:
    """Whether it is there for them: published and for everybody, for a segment they belong to, or they were
    invited. Once invited they may always look; a draft is its hosts'."""
    if is_host:
        return True
    if hangout.state == "draft":
        return False
    if guest is not None or hangout.audience == "everybody":
        return True
    if hangout.audience == "picked" or hangout.segment_id is None:
        return False
    return bool(segments.belonging([hangout.segment_id], member.id, now))


def _admits(hangout_id: int, member: Member) -> set[int] | None:
    hangout = db.session.get(Hangout, hangout_id)
    if hangout is None or hangout.state == "draft":
        return None
    if hangout.by_id == member.id or member.roles & MANAGERS:
        return set()
    return set() if _still(hangout_id, {member.id}) else None


def _still(hangout_id: int, member_ids: set[int]) -> set[int]:
    hangout = db.session.get(Hangout, hangout_id)
    if hangout is None:
        return set()
    if hangout.audience == "everybody":
        return member_ids
    meant = [
        exists().where(Guest.hangout_id == hangout_id, Guest.member_id == Member.id),
        exists().where(Cohost.hangout_id == hangout_id, Cohost.member_id == Member.id),
        Member.id == hangout.by_id,
    ]
    if hangout.audience == "segment" and hangout.segment_id is not None:
        meant.append(segments.within([hangout.segment_id])[hangout.segment_id])
    return set(db.session.scalars(select(Member.id).where(Member.id.in_(member_ids), or_(*meant))))


community.admits("hangout", _admits, is_open=True, still=_still)
