"""Doubting a credit, and deciding it.

A doubt is opened once per advocate and referral, within the programme's days. One conditional UPDATE decides it. Nobody
loses a point: a credit that moves begins a new referral, which takes the person, the deals and the code along, and the
old one rests with what it earned.
"""

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from hub import activity, members, notices
from hub.core.db import db
from hub.members.models import Member
from hub.referrals import intake, lead_terms
from hub.referrals.advance import Advance, advance_many, book_again
from hub.referrals.disputes.following import follow
from hub.referrals.disputes.models import Dispute
from hub.referrals.intake import Refusal
from hub.referrals.landing.models import Touch
from hub.referrals.models import Deal, Programme, ProgrammeVersion, Referral, StageEvent
from hub.referrals.people import Contact, person_key
from hub.referrals.resting import last_of, rest
from hub.referrals.rights.models import Consent, VettingAnswer

DECIDED_WITHIN = dt.timedelta(days=7)
UNKNOWN = "We know nobody like that in this programme, so nobody else is credited: introduce them, and they are yours."
LONGEST = 2_000
TICK = dt.timedelta(milliseconds=1)


def doubt(member: Member, programme: Programme, contact: Contact, words: str, *, now: dt.datetime) -> Dispute:
    """Says that somebody who is credited to another advocate was introduced by this member first.

    Refuses (Refusal) somebody we don't know, one's own referral, a day too late, and a second doubt.
    """
    key = person_key(contact)
    query = select(Referral).where(Referral.programme_id == programme.id, Referral.lead_key == key)
    found = db.session.scalar(query) if key else None
    if found is None:
        raise Refusal("contact_email", UNKNOWN)
    return _open(member, found, words, "contact_email", now)


def doubt_touch(member: Member, touch_id: int, words: str, *, now: dt.datetime) -> Dispute:
    """The same for a visit by the member's own link that wasn't credited."""
    touch = db.session.get(Touch, touch_id)
    if touch is None or touch.advocate_id != member.id:
        raise Refusal("form", "That isn’t a visit by a link of yours.")
    goes_on = last_of([touch.referral_id]).get(touch.referral_id, touch.referral_id)
    return _open(member, db.session.get_one(Referral, goes_on), words, "form", now)


def _open(member: Member, referral: Referral, words: str, field: str, now: dt.datetime) -> Dispute:
    version = db.session.get_one(ProgrammeVersion, referral.version_id)
    days = lead_terms.of_version(version.page).dispute_days
    if referral.advocate_id == member.id:
        raise Refusal(field, "You are credited for them already.")
    if now > referral.created_at + dt.timedelta(days=days):
        raise Refusal(field, f"A credit can be doubted for {days} days, and those are over.")
    dispute = Dispute(
        referral_id=referral.id, by_id=member.id, words=words.replace("\0", "").strip()[:LONGEST], opened_at=now,
        due_at=now + DECIDED_WITHIN,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(dispute)
    except IntegrityError:
        raise Refusal(field, "You have told us already. A manager decides it.") from None
    due = f"{dispute.due_at:%Y-%m-%d}"
    data = {"dispute": dispute.id, "due": due}
    activity.record("referral.disputed", subject=referral.subject, by_id=member.id, now=now, data=data)
    for manager in members.staff("manager"):
        _tell(manager.id, "dispute.opened", dispute, now)
    if referral.advocate_id is not None:
        _tell(referral.advocate_id, "dispute.doubted", dispute, now, data={"due": due})
    return dispute


def withdraw(dispute_id: int, member_id: int, *, now: dt.datetime) -> bool:
    """Takes one's own doubt back while it is open."""
    mine = update(Dispute).where(
        Dispute.id == dispute_id, Dispute.by_id == member_id, Dispute.state == "open"
    )
    done = db.session.execute(mine.values(state="withdrawn", decided_at=now))
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    found = db.session.get_one(Dispute, dispute_id, populate_existing=True)
    _record(found, "withdrawn", member_id, now)
    return True


def decide(dispute_id: int, *, moves: bool, answer: str, by: Member, now: dt.datetime) -> Dispute:
    """Leaves the credit where it is, or gives it to who doubted it; both are told, with the manager's words.

    Refuses (Refusal) who is one of the two, what has been decided, and a credit that rests in another referral.
    """
    # The referral before the doubt: whoever moves its credit points its other doubts elsewhere.
    number = db.session.scalar(select(Dispute.referral_id).where(Dispute.id == dispute_id))
    referral = db.session.get_one(Referral, number, with_for_update=True, populate_existing=True)
    dispute = db.session.get_one(Dispute, dispute_id, with_for_update=True, populate_existing=True)
    if by.id in (dispute.by_id, referral.advocate_id):
        raise Refusal("form", "You are one of the two, so another manager decides.")
    if dispute.state != "open" or dispute.referral_id != referral.id:
        raise Refusal("form", "This has been decided already.")
    rests = referral.merged_into_id is not None
    if moves and rests:
        raise Refusal(
            "form", "It rests in another referral, so no credit can move from here. Leave it where it is."
        )
    claimant = members.get(dispute.by_id)
    if moves and (claimant is None or not claimant.is_active):
        raise Refusal("form", "Who doubted it isn’t a member any more, so the credit stays.")
    into = _move(referral, claimant, by_id=by.id, now=now) if moves and claimant else None
    dispute.state, dispute.answer = (
        "moved" if into else "kept",
        answer.replace("\0", "").strip()[:LONGEST] or None,
    )
    dispute.decided_at, dispute.decided_by_id, dispute.into_id = now, by.id, into.id if into else None
    db.session.flush()
    if into is not None:
        follow(referral.id, into.id, now=now)
    _record(dispute, dispute.state, by.id, now, into)
    for role, member_id in (("first", None if rests else referral.advocate_id), ("second", dispute.by_id)):
        if member_id is not None:
            _tell(member_id, "dispute.decided", dispute, now, data={"state": dispute.state, "role": role})
    return dispute


def _move(old: Referral, claimant: Member, *, by_id: int, now: dt.datetime) -> Referral:
    """A referral of the claimant's own for the same person, as far up as the old one has come."""
    book_again([old.id], now=now, quietly=True)  # what has waited its days is the first one's still
    version = db.session.get_one(ProgrammeVersion, old.version_id)
    copied = {
        name: getattr(old, name)
        for name in (
            "programme_id", "version_id", "owner_id", "owner_rule", "mode", "lead_key", "contact_name", "contact_email",
            "contact_phone", "contact_company", "contact_title", "why", "consent_note",
        )
    }  # fmt: skip
    code, old.code, old.lead_key = old.code, intake.new_code(), None
    db.session.flush()  # what was the old one's must be free before it is the new one's
    new = Referral(
        **copied, code=code, advocate_id=claimant.id, company_id=claimant.company_id, source="manager", rung="",
        highest_rung=version.ladder.first.key, created_at=now, moved_at=now,
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    rest(old.id, new.id)
    db.session.refresh(old)
    for table in (Deal, Consent, VettingAnswer):
        theirs = update(table).where(table.referral_id == old.id).values(referral_id=new.id)
        db.session.execute(theirs.execution_options(synchronize_session=False))
    db.session.flush()
    query = select(StageEvent).where(StageEvent.referral_id == old.id)
    events = db.session.scalars(
        query.order_by(StageEvent.happened_at, StageEvent.sequence, StageEvent.id)
    ).all()
    # As fast as one can climb: the same stages in the same order, up to this instant.
    steps = [
        Advance(
            referral_id=new.id, rung_key=event.to_rung, happened_at=now - (len(events) - 1 - place) * TICK,
            source="manager", by_id=by_id,
        )
        for place, event in enumerate(events)
    ]  # fmt: skip
    advance_many(steps, now=now)
    db.session.refresh(new)
    return new


def _record(dispute: Dispute, state: str, by_id: int, now: dt.datetime, into: Referral | None = None) -> None:
    data = {"dispute": dispute.id, "state": state}
    subjects = [f"referral:{dispute.referral_id}", *([into.subject] if into else [])]
    for subject in subjects:
        activity.record("referral.dispute_decided", subject=subject, by_id=by_id, now=now, data=data)


def _tell(
    member_id: int, kind: str, dispute: Dispute, now: dt.datetime, data: dict[str, str] | None = None
) -> None:  # fmt: skip
    notices.tell(member_id, kind, subject=f"dispute:{dispute.id}", key=f"{kind}:{dispute.id}:{member_id}", now=now,
                 data=data)  # fmt: skip
