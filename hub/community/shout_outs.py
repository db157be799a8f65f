"""Shout-outs: a public thank-you to a member, shown once that member has said yes, and no longer than they wish."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, contains_eager, joinedload

from hub import activity, notices
from hub.community.actions import TooFast, Unsayable, cleaned, recount, say
from hub.community.models import Post, ShoutOut
from hub.community.news import named
from hub.community.people import Face, face, here, seen_name
from hub.community.queries import Sign, named_in, signs_of
from hub.community.rules import admits
from hub.community.text import html
from hub.core import edges
from hub.core.db import db
from hub.members.models import Member

LONGEST = 600
A_DAY = 5
PAGE = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Thanks:
    """A shout-out as it is shown."""

    id: int
    by: Face
    named: Face
    body: Markup
    at: dt.datetime
    state: str
    post_id: int
    signs: list[Sign]
    is_mine: bool
    is_for_me: bool

    @property
    def url(self) -> str:
        """Its page."""
        return f"/community/thanks/{self.id}"


def thank(by: Member, to: Member, body: str, now: dt.datetime) -> ShoutOut:
    """Writes a thank-you and asks the member it names. Until they say yes, only the two of them see it.

    Refuses (Unsayable) oneself, members who haven't joined or are gone, a second one while the first waits for an
    answer, blanks and more than 600 characters; (TooFast) a sixth one within a day.
    """
    words = cleaned(body, longest=LONGEST)
    if to.id == by.id:
        raise Unsayable("Thank somebody else. Somebody may thank you, too.")
    if not to.is_active:
        raise Unsayable("They aren’t here to be asked, so this can’t be shown.")
    since = now - dt.timedelta(days=1)
    lately = select(func.count()).where(
        ShoutOut.by_id == by.id, ShoutOut.created_at > since, ShoutOut.created_at <= now
    )
    if (db.session.scalar(lately) or 0) >= A_DAY:
        raise TooFast(f"{A_DAY} a day are the most, so that each is read.")
    shout = ShoutOut(by_id=by.id, for_id=to.id, created_at=now)
    try:
        with edges.attempt():
            db.session.add(shout)
    except IntegrityError:
        raise Unsayable("Your last thank-you to them still waits for their answer.") from None
    shout.post_id = say(shout.subject, by.id, words, now).id
    db.session.flush()
    activity.record("community.thanks_asked", subject=shout.subject, by_id=by.id, now=now)
    notices.tell(
        to.id, "community.thanked", subject=shout.subject, key=f"{shout.subject}:asked", now=now,
        data=named(by, is_open=True),
    )  # fmt: skip
    return shout


def answer(shout_id: int, member: Member, now: dt.datetime, *, yes: bool) -> bool:
    """The named member's answer. Yes shows it and tells its writer; no keeps it between the two, and tells nobody.
    False when it isn't theirs to answer, or was answered."""
    shout = _locked(shout_id)
    if shout is None or shout.for_id != member.id or shout.state not in ("asked", "declined"):
        return False
    if shout.state == "declined" and not yes:
        return False
    shout.state, shout.answered_at = ("shown", now) if yes else ("declined", now)
    shout.shown_at = now if yes else None
    db.session.flush()
    notices.read_about(member.id, shout.subject, "community.thanked", now=now)
    if yes:
        activity.record("community.thanks_shown", subject=shout.subject, by_id=shout.by_id, now=now,
                        data={"member_id": shout.for_id})  # fmt: skip
        notices.tell(
            shout.by_id, "community.thanks_shown", subject=shout.subject, key=f"{shout.subject}:shown", now=now,
            data=named(member, is_open=True),
        )  # fmt: skip
    return True


def withdraw(shout_id: int, member: Member, now: dt.datetime) -> bool:
    """Takes a shout-out away at once and for good: either of the two may, at any time. Its words are blanked."""
    shout = _locked(shout_id)
    if shout is None or member.id not in (shout.for_id, shout.by_id) or shout.state == "withdrawn":
        return False
    shout.state, shout.answered_at, shout.shown_at = "withdrawn", now, None
    if shout.post_id is not None:
        post = db.session.get_one(Post, shout.post_id)
        post.removed_at, post.body = post.removed_at or now, ""
        db.session.flush()
        recount(post.thread_id)
    notices.read_about(shout.for_id, shout.subject, "community.thanked", now=now)
    activity.record("community.thanks_withdrawn", subject=shout.subject, by_id=member.id, now=now)
    return True


def _locked(shout_id: int) -> ShoutOut | None:
    query = select(ShoutOut).where(ShoutOut.id == shout_id).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def _admits(shout_id: int, member: Member) -> set[int] | None:
    shout = db.session.get(ShoutOut, shout_id)
    if shout is None or not may_read(shout, member):
        return None
    return set()


def may_read(shout: ShoutOut, member: Member) -> bool:
    """Whether a member may read it: everybody once it is shown, before that the two whom it concerns."""
    return shout.state == "shown" or (shout.state != "withdrawn" and member.id in (shout.by_id, shout.for_id))


def _still(shout_id: int, member_ids: set[int]) -> set[int]:
    shout = db.session.get(ShoutOut, shout_id)
    if shout is None or shout.state == "withdrawn":
        return set()
    return member_ids if shout.state == "shown" else member_ids & {shout.by_id, shout.for_id}


admits("shout_out", _admits, is_open=True, still=_still, is_headed=True)


def one(shout_id: int, member: Member) -> Thanks | None:
    """One shout-out, for those who may read it."""
    found = db.session.scalar(_query().where(ShoutOut.id == shout_id))
    return _drawn([found], member)[0] if found is not None and may_read(found, member) else None


def listed(
    member: Member, *, before: int | None = None, limit: int = PAGE, for_id: int | None = None
) -> tuple[list[Thanks], int | None]:
    """Shown shout-outs of people who are still here (or those for one of them), newest first, and where the next page
    begins: three statements."""
    query = _query().where(ShoutOut.state == "shown")
    query = query.where(ShoutOut.for_id == for_id) if for_id is not None else query
    query = query.where(ShoutOut.id < before) if before else query
    rows = list(db.session.scalars(query.order_by(ShoutOut.id.desc()).limit(limit + 1)))
    return _drawn(rows[:limit], member), rows[limit - 1].id if len(rows) > limit else None


def waiting(member: Member) -> list[Thanks]:
    """Shout-outs that wait for this member's answer, and those of theirs that wait for somebody's, newest first."""
    mine = (ShoutOut.for_id == member.id) | (ShoutOut.by_id == member.id)
    query = _query().where(ShoutOut.state == "asked", mine).order_by(ShoutOut.id.desc()).limit(PAGE)
    return _drawn(list(db.session.scalars(query)), member)


def _query() -> Select[ShoutOut]:
    named_member = aliased(Member)
    return (
        select(ShoutOut)
        .join(ShoutOut.post)
        .join(named_member, ShoutOut.named)
        .options(contains_eager(ShoutOut.post), contains_eager(ShoutOut.named.of_type(named_member)),
                 joinedload(ShoutOut.by))
        .where(Post.removed_at.is_(None), Post.hidden_at.is_(None), named_member.erased_at.is_(None))
    )  # fmt: skip


def _drawn(rows: list[ShoutOut], member: Member) -> list[Thanks]:
    ids = [row.post_id for row in rows if row.post_id]
    mentions = named_in(ids, among_strangers=True) if ids else {}
    signs = signs_of(ids, member.id) if ids else {}
    return [
        Thanks(
            id=row.id, by=face(row.by), named=face(row.named), state=row.state, post_id=row.post.id,
            body=html(row.post.body, mentions.get(row.post.id)), at=row.shown_at or row.created_at,
            signs=signs.get(row.post.id, []), is_mine=row.by_id == member.id, is_for_me=row.for_id == member.id,
        )
        for row in rows
    ]  # fmt: skip


def titles(ids: Collection[int]) -> Select[int, str]:
    """Whom shout-outs thank, as others see them; not those withdrawn."""
    query = select(ShoutOut.id, seen_name()).join(Member, Member.id == ShoutOut.for_id)
    return query.where(ShoutOut.id.in_(ids), ShoutOut.state != "withdrawn")


def nameable(words: str, by: Member) -> Member | None:
    """The member somebody means: by handle, or by the whole name or pseudonym if only one has it."""
    plain = words.strip().removeprefix("@").lower()
    handle: Member | None = db.session.scalar(
        select(Member).where(func.lower(Member.handle) == plain, here(), Member.id != by.id)
    )
    if handle is not None:
        return handle
    shown = func.lower(func.coalesce(Member.pseudonym, Member.name))
    same: list[Member] = list(
        db.session.scalars(select(Member).where(shown == plain, here(), Member.id != by.id).limit(2))
    )
    return same[0] if len(same) == 1 else None
