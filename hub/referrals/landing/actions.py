"""Taking in somebody who came by a link, and what a member's page calls them.

The first verified touch within the programme's window is credited; what came second is told, and may doubt it. Whoever
came by a link has an advocate, or it is written down why not.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from hub import activity, notices
from hub.core.db import db
from hub.members.models import Member
from hub.referrals import intake, lead_terms
from hub.referrals.advance import Advance, advance_many
from hub.referrals.landing import queries, touches
from hub.referrals.landing.models import SHOWN, LandingName, Touch
from hub.referrals.landing.touches import Visit
from hub.referrals.models import Programme, Referral
from hub.referrals.people import Contact, person_key
from hub.referrals.rights import actions as rights
from hub.referrals.rights.left_alone import is_left_alone
from hub.sharing.models import PersonalLink

LONGEST_WORDS = 280
NO_CAP = dt.timedelta(days=1)
GONE = "The advocate’s membership had ended when the form was sent"
NOT_THEIRS = "The programme isn’t open to advocates of that type any more"
TEAMS = "They came by an embed of the team, which credits nobody"
TOO_LATE = "The click was older than the programme’s window"


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What became of a form: the referral, and the token of the person's own page where no mail can bring it. Nobody's
    page is shown to whoever types an address, and nobody learns whether we knew it."""

    referral: Referral
    token: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A visit with its link and whom it belongs to."""

    seen: Visit
    link: PersonalLink
    advocate: Member


def take(
    programme: Programme, contact: Contact, visits: Sequence[Visit], *, answers: Mapping[str, str], now: dt.datetime
) -> Taken:  # fmt: skip
    """Takes somebody in who filled in the form of a landing page; the last visit is the form's own.

    Sent twice it is one referral. Somebody who is known already is thanked all the same, and the advocate who came
    second is told. A form is the yes of somebody who is new to us; who said no once, or has yet to answer, is asked by
    their own mailbox first. Refuses (intake.Refusal) a programme that has ended, and the advocate's own address.
    """
    if programme.state != "active":
        raise intake.Refusal("programme", "This programme has ended. Nothing was sent.")
    terms = lead_terms.of_version(programme.version.page)
    steps = _steps(touches.in_order(visits, window_days=terms.window_days, now=now), programme)
    agreed = rights.ASK if is_left_alone(contact) else "self"
    known = queries.taken(programme.id, person_key(contact))
    if known is not None:
        return _again(known, contact, answers, steps, now)
    wanted, why_not = _choose(steps, programme, terms.window_days, now)
    try:
        if wanted is None:
            referral = _uncredited(contact, programme, why_not, agreed=agreed, answers=answers, now=now)
        else:
            referral = intake.refer(
                wanted.advocate, contact, programme=programme, mode="link", now=now, since=now + NO_CAP,
                once=_once(visits[-1], contact), agreed=agreed, answers=answers,
            )  # fmt: skip
    except (intake.Refusal, IntegrityError):
        # Somebody else's form, or the same one sent twice, was a moment faster.
        known = queries.taken(programme.id, person_key(contact))
        if known is None:
            raise
        return _again(known, contact, answers, steps, now)
    if _touched(referral.id):
        return Taken(referral=referral, token=None)
    _write_down(referral, steps, wanted)
    _tell_others(referral, now)
    is_shown = agreed == "self" and not referral.contact_email
    return Taken(referral=referral, token=rights.token_of(referral.id) if is_shown else None)


def _steps(in_order: Sequence[Visit], programme: Programme) -> list[Step]:
    links = queries.links_of([seen.code for seen in in_order], programme.id)
    people = queries.advocates({link.member_id for link in links.values()})
    return [
        Step(seen=seen, link=links[seen.code], advocate=people[links[seen.code].member_id])
        for seen in in_order
        if seen.code in links
    ]


def _choose(
    steps: Sequence[Step], programme: Programme, window_days: int, now: dt.datetime
) -> tuple[Step | None, str]:
    by_code, why_not = {step.seen.code: step for step in steps}, TOO_LATE
    for seen in touches.credited([step.seen for step in steps], window_days=window_days, now=now):
        step = by_code[seen.code]
        if step.link.is_teams(step.advocate):
            why_not = TEAMS
        elif not step.advocate.is_active:
            why_not = GONE
        elif step.advocate.type not in programme.version.audience:
            why_not = NOT_THEIRS
        else:
            return step, ""
    return None, why_not


def _once(seen: Visit, contact: Contact) -> str:
    who = person_key(contact) or contact.name
    return hashlib.sha256(f"landing|{seen.code}|{seen.nonce}|{who}".encode()).hexdigest()[:40]


def _uncredited(
    contact: Contact, programme: Programme, why_not: str, *, agreed: str, answers: Mapping[str, str], now: dt.datetime
) -> Referral:  # fmt: skip
    """A lead without an advocate is a lead all the same: it goes to the programme's owner, and says why."""
    version = programme.version
    contact, details = rights.withhold(intake.tidy(contact), version, agreed)
    owner_id = version.default_owner_id
    referral = Referral(
        code=intake.new_code(), programme_id=programme.id, version_id=version.id, breakage=why_not, owner_id=owner_id,
        owner_rule="programme" if owner_id else "none", mode="link", lead_key=person_key(contact),
        contact_name=contact.name, contact_email=contact.email, contact_phone=contact.phone,
        contact_company=contact.company, contact_title=contact.title, why=contact.why, rung="",
        highest_rung=version.ladder.first.key, created_at=now, moved_at=now,
    )  # fmt: skip
    with db.session.begin_nested():
        db.session.add(referral)
    data = {"mode": "link", "owner_id": owner_id, "owner_rule": referral.owner_rule}
    activity.record("referral.submitted", subject=referral.subject, now=now, data=data)
    step = Advance(referral_id=referral.id, rung_key=version.ladder.first.key, happened_at=now, source="hub")
    advance_many([step], now=now)
    if owner_id is not None:
        notices.tell(owner_id, "referral.submitted", subject=referral.subject,
                     key=f"referral:{referral.id}:submitted:{owner_id}", now=now)  # fmt: skip
    db.session.refresh(referral)
    rights.begin(referral, version, details, answers, agreed=agreed, by_id=None, now=now)
    return referral


def _touched(referral_id: int) -> bool:
    return db.session.scalar(select(Touch.id).where(Touch.referral_id == referral_id).limit(1)) is not None


def _write_down(referral: Referral, steps: Sequence[Step], wanted: Step | None) -> None:
    for place, step in enumerate(steps, 1):
        db.session.add(_touch(referral.id, place, step, is_credited=step is wanted))
    db.session.flush()


def _touch(referral_id: int, place: int, step: Step, *, is_credited: bool, is_repeat: bool = False) -> Touch:
    seen = step.seen
    return Touch(
        referral_id=referral_id, place=place, advocate_id=step.advocate.id, link_id=step.link.id,
        click_id=seen.click_id or None, clicked_at=seen.clicked_at, visited_at=seen.at, is_verified=seen.is_verified,
        is_credited=is_credited, is_repeat=is_repeat,
    )  # fmt: skip


def _again(
    known: Referral, contact: Contact, answers: Mapping[str, str], steps: Sequence[Step], now: dt.datetime
) -> Taken:
    """They were here before: each further advocate whose link they came by is written down once, and told."""
    rights.came(known, intake.tidy(contact), answers, now=now)
    known_ids = set(db.session.scalars(select(Touch.advocate_id).where(Touch.referral_id == known.id)))
    last = db.session.scalar(select(func.max(Touch.place)).where(Touch.referral_id == known.id)) or 0
    fresh = [step for step in steps if step.advocate.id not in known_ids]
    for place, step in enumerate(fresh, last + 1):
        try:
            with db.session.begin_nested():
                db.session.add(_touch(known.id, place, step, is_credited=False, is_repeat=True))
        except IntegrityError:  # two forms at once: the other wrote it down
            continue
    _tell_others(known, now)
    return Taken(referral=known, token=None)


def _tell_others(referral: Referral, now: dt.datetime) -> None:
    """Whoever's link was followed as well hears that somebody else was first, and until when they may doubt it."""
    query = (
        select(Touch, PersonalLink, Member)
        .join(PersonalLink, PersonalLink.id == Touch.link_id)
        .join(Member, Member.id == Touch.advocate_id)
        .where(Touch.referral_id == referral.id, Touch.is_credited.is_(False))
        .order_by(Touch.id)
    )
    for touch, link, advocate in db.session.execute(query):
        if advocate.id != referral.advocate_id and not link.is_teams(advocate):
            notices.tell(
                touch.advocate_id, "referral.came_second", subject=f"touch:{touch.id}",
                key=f"referral:{referral.id}:second:{touch.advocate_id}", now=now,
            )  # fmt: skip


def name_page(member_id: int, shown: str, words: str, *, now: dt.datetime) -> LandingName:
    """How a member's landing pages name them, and their words to those they send. Refuses (ValueError) another way."""
    if shown not in SHOWN:
        raise ValueError(shown)
    found = db.session.get(LandingName, member_id)
    if found is None:
        found = LandingName(member_id=member_id, changed_at=now)
        db.session.add(found)
    found.shown, found.words, found.changed_at = shown, words.replace("\0", "").strip()[:LONGEST_WORDS], now
    db.session.flush()
    return found
