"""Announcing an introduction, meeting whom it is about, closing it. Nothing of a person is kept before sales met
them."""

import datetime as dt
import hashlib

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from hub import activity, notices
from hub.core.db import db
from hub.members.models import Member
from hub.referrals import intake
from hub.referrals.intake import Refusal
from hub.referrals.introductions import queries
from hub.referrals.introductions.models import Introduction, IntroductionReferral
from hub.referrals.models import Programme, Referral
from hub.referrals.people import Contact, same_form

MODES = {"warm_email": "warm_email", "lunch": "verbal", "lead": "verbal"}
MOST_OPEN, TRIES = 20, 5


def announce(
    member: Member, programme: Programme, kind: str, *, now: dt.datetime, company: str | None = None,
    held_on: dt.date | None = None, words: str | None = None, once: str | None = None,
) -> Introduction:  # fmt: skip
    """An introduction with a code of its own, for the rep of the member's company; sent twice it is one.

    Refuses (Refusal) a programme that isn't open to them, and more than twenty that are under way.
    """
    key = hashlib.sha256(f"{member.id}|{once}|{kind}".encode()).hexdigest()[:40] if once else None
    known = db.session.scalar(select(Introduction).where(Introduction.once == key)) if key else None
    if known is not None:
        return known
    if programme.state != "active" or member.type not in programme.version.audience:
        raise Refusal("programme", "This programme isn’t open to you.")
    under_way = select(Introduction.id).where(
        Introduction.member_id == member.id, Introduction.state == "open"
    )
    if len(db.session.scalars(under_way.limit(MOST_OPEN)).all()) >= MOST_OPEN:
        raise Refusal("form", f"{MOST_OPEN} introductions of yours are under way. Let us catch up first.")
    owner_id, _rule = intake.choose_owner(member, programme.version)
    values: dict[str, object] = {
        "member_id": member.id, "programme_id": programme.id, "owner_id": owner_id, "kind": kind, "created_at": now,
        "company": _clean(company), "held_on": held_on, "words": _clean(words), "once": key,
    }  # fmt: skip
    made = _keep(values, key)
    activity.record("introduction.announced", subject=f"introduction:{made.id}", by_id=member.id, now=now,
                    data={"kind": kind})  # fmt: skip
    if owner_id is not None:
        notices.tell(
            owner_id, "introduction.announced", subject=f"introduction:{made.id}", now=now,
            key=f"introduction:{made.id}:announced", data={"by_id": member.id, "kind": kind, "code": made.code},
        )  # fmt: skip
    return made


def _keep(values: dict[str, object], key: str | None) -> Introduction:
    for _ in range(TRIES):
        made = Introduction(code=intake.new_code().replace("RF-", "IN-"), **values)
        try:
            with db.session.begin_nested():
                db.session.add(made)
            return made
        except IntegrityError:
            known = db.session.scalar(select(Introduction).where(Introduction.once == key)) if key else None
            if known is not None:
                return known
    raise RuntimeError(f"{TRIES} codes in a row were taken")


def _clean(text: str | None) -> str | None:
    return (text or "").replace("\0", "").strip() or None


def meet(number: int, contact: Contact, *, rep: Member, now: dt.datetime, once: str) -> Referral:
    """Sales has met somebody of this introduction: they become a referral of its advocate, who is paid from now on.

    Refuses what `refer` refuses, an introduction that was closed, and an advocate who left meanwhile.
    """
    found = _open(number)
    advocate = db.session.get_one(Member, found.member_id)
    if advocate.disabled_at or advocate.erased_at:
        name = advocate.name if not advocate.erased_at else "Whoever introduced them"
        raise Refusal("form", f"{name} is no longer a member here, so nobody can be credited for them.")
    programme = queries.one(number).programme  # type: ignore[union-attr]
    referral = intake.refer(
        advocate, contact, programme=programme, mode=MODES[found.kind], now=now, since=now + dt.timedelta(days=1),
        by_id=rep.id, owner_id=found.owner_id or rep.id, once=f"{found.code}:{same_form(once, contact)}",
        agreed="introduced" if found.kind == "warm_email" else "spoken",
    )  # fmt: skip
    if db.session.get(IntroductionReferral, referral.id) is None:
        db.session.add(IntroductionReferral(referral_id=referral.id, introduction_id=number))
    found.state = "arrived"
    db.session.flush()
    return referral


def close(number: int, answer: str, *, by_id: int, now: dt.datetime) -> None:
    """Nothing more comes of it, or nothing did: its advocate reads why, or sales that it was taken back. Closing it
    twice is closing it once."""
    mine = update(Introduction).where(Introduction.id == number, Introduction.state != "closed")
    values = {"state": "closed", "answer": _clean(answer), "closed_at": now}
    done = db.session.execute(mine.values(values).execution_options(synchronize_session="fetch"))
    if not done.rowcount:  # type: ignore[attr-defined]
        return
    found = db.session.get_one(Introduction, number, populate_existing=True)
    activity.record("introduction.closed", subject=f"introduction:{number}", by_id=by_id, now=now)
    reader = found.member_id if found.member_id != by_id else found.owner_id
    if reader is not None:
        notices.tell(reader, "introduction.closed", subject=f"introduction:{number}",
                     key=f"introduction:{number}:closed", now=now, data={"by_id": by_id})  # fmt: skip


def _open(number: int) -> Introduction:
    found = db.session.get_one(Introduction, number, with_for_update=True, populate_existing=True)
    if found.state == "closed":
        raise Refusal("form", "This introduction was closed.")
    return found
