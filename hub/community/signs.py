"""Reactions and watching: small things that members switch on and off."""

import datetime as dt

from sqlalchemy import delete

from hub.community.models import KINDS, Reaction, Watch
from hub.community.queries import placed, thread_of
from hub.community.rules import circle
from hub.core.db import db
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring


def react(post_id: int, member: Member, kind: str, now: dt.datetime, *, on: bool) -> bool:
    """Puts or takes back one sign under a post; twice is once. It brings nobody points.

    False where there is nothing to react to: an unknown kind, a post that is gone, one's own, one they may not read.
    """
    found = placed(post_id)
    if kind not in KINDS or found is None or not found[0].is_shown or found[0].by_id == member.id:
        return False
    if circle(found[1], member) is None:
        return False
    if on:
        row = {"post_id": post_id, "member_id": member.id, "kind": kind, "created_at": now}
        db.session.execute(insert_ignoring(Reaction).values(**row))
    else:
        mine = delete(Reaction).where(
            Reaction.post_id == post_id, Reaction.member_id == member.id, Reaction.kind == kind
        )
        db.session.execute(mine)
    return True


def watch(subject: str, member: Member, now: dt.datetime, *, on: bool) -> bool:
    """Tells a member of new posts in a thread from now on, or no more; mentions are told in any case. False where
    there is no thread, or none they may read."""
    thread = thread_of(subject)
    if thread is None or circle(subject, member) is None:
        return False
    row = {"thread_id": thread.id, "member_id": member.id, "is_on": on, "created_at": now}
    fresh = insert_ignoring(Watch).values(**row).returning(Watch.member_id)
    if db.session.scalar(fresh) is None:
        known = db.session.get_one(Watch, (thread.id, member.id))
        known.is_on, known.created_at = on, known.created_at if known.is_on == on else now
    return True
