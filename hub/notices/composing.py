"""From the row of a mail to the mail itself: who reads it, what it says, its envelope."""

import datetime as dt
from dataclasses import dataclass
from email.message import EmailMessage

from sqlalchemy import select

from hub.core import crypto
from hub.core.db import db
from hub.members.models import Member
from hub.notices import envelope, queries, strangers, ways_in
from hub.notices.digests import DIGEST, digest_letter
from hub.notices.kinds import KINDS
from hub.notices.letters import Letter, Occasion, Reader, write
from hub.notices.models import Mail, Notice
from hub.notices.planning import Reached, unreachable, zone_of
from hub.notices.rendering import Footing, give_addresses, render

STALE = dt.timedelta(hours=1)
DIGEST_WHY = "This is your digest: what you wanted to hear about, but not mail by mail."


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to send any more, and why."""

    why: str


def compose(mail: Mail, *, at: dt.datetime) -> EmailMessage | Nothing:
    """The mail in its envelope, or why there is none."""
    member = db.session.get(Member, mail.member_id)
    why_not = unreachable(reached(member), mail.kind)
    if why_not or member is None:
        return Nothing(why_not or "their membership has ended")
    notice = db.session.get(Notice, mail.notice_id) if mail.notice_id else None
    if (
        notice is not None
        and notice.read_at
        and at - notice.created_at > STALE
        and not goes_anyway(mail.kind)
    ):
        return Nothing("read in the app meanwhile")
    give_addresses()
    reader = reader_of(member)
    letter = digest_letter(mail.id) if mail.kind == DIGEST else write(occasion(mail, notice), reader)
    if letter is None:
        return Nothing("nothing new" if mail.kind == DIGEST else "what it was about is gone")
    mail.message_id = mail.message_id or envelope.message_id(mail)
    footing = footing_of(mail.kind, mail.member_id)
    packed = envelope.pack(mail, reader, render(letter, reader, footing))
    if letter.calendar is not None:
        packed = envelope.with_calendar(packed, letter.calendar)
    return envelope.with_way_out(packed, footing.stop_url) if footing.stop_url else packed


def goes_anyway(kind: str) -> bool:
    """Whether mails of this kind go whatever their reader chose."""
    return kind in ways_in.KINDS or (kind in KINDS and KINDS[kind].is_security)


def occasion(mail: Mail, notice: Notice | None) -> Occasion:
    """Why the mail is written."""
    if notice is not None:
        return of_notice(notice)
    by_id = mail.data.get("by_id")
    by = db.session.scalar(select(Member.name).where(Member.id == by_id)) if by_id else None
    return Occasion(
        kind=mail.kind, subject=f"member:{mail.member_id}", at=mail.created_at, data=mail.data, by=by or "",
        token=crypto.unseal(mail.sealed) if mail.sealed else "",
    )  # fmt: skip


def of_notice(notice: Notice) -> Occasion:
    """A notice as an occasion to write."""
    return Occasion(
        kind=notice.kind, subject=notice.subject, at=notice.created_at, data=notice.data,
        line=queries.lines([notice])[0],
    )  # fmt: skip


def reader_of(member: Member) -> Reader:
    """Whom a mail goes to."""
    return Reader(
        id=member.id, name=member.name, first_name=member.first_name, email=member.email or "",
        zone=zone_of(member.zone),
    )  # fmt: skip


def reached(member: Member | None) -> Reached | None:
    """What decides whether somebody may be written to."""
    if member is None:
        return None
    return Reached(member.email, member.is_stub, bool(member.disabled_at or member.erased_at))


def footing_of(kind: str, member_id: int) -> Footing:
    """Why a mail comes, and how to stop it."""
    if kind == DIGEST:
        return Footing(why=DIGEST_WHY, stop_url=envelope.unsubscribe_url(member_id, kind))
    if found := strangers.footing(kind):
        return found
    if goes_anyway(kind):
        return Footing(why="This mail is about your account, so it comes whatever you chose.")
    topic = KINDS[kind].topic if kind in KINDS else "Other news"
    return Footing(
        why=f"You get this mail because of “{topic}”.", stop_url=envelope.unsubscribe_url(member_id, kind)
    )


def preview(folder: str, kind: str, member: Member) -> tuple[Letter | None, bool]:
    """A letter from this folder as the member got it last, or with made-up words; and whether they are made up."""
    reader = reader_of(member)
    for notice in queries.latest_of(member.id, kind):
        letter = write(of_notice(notice), reader)
        if letter is not None and letter.folder == folder:
            return letter, False
    return None, True
