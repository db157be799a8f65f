"""Taking a referral in: who may, for whom, once; its code, its owner, its first rung."""

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from hub import activity
from hub.core.db import db
from hub.members.models import Company, Member
from hub.referrals.advance import Advance, advance_many
from hub.referrals.models import ANY_CONNECTION, Deal, Programme, ProgrammeVersion, Referral
from hub.referrals.queries import deal_owner, programme_with_version

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L: codes are read aloud


class Refusal(Exception):
    """The referral can't be taken. `field` names what to look at, `says` is for the person who typed it."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(says)
        self.field = field
        self.says = says


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Who is introduced, and in which words."""

    name: str = ""
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    title: str | None = None
    relation: str | None = None
    why: str | None = None
    consent_note: str | None = None


def new_code() -> str:
    """A code for people: RF- and six letters or digits that can't be mistaken for each other."""
    return "RF-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


def lead_key(email: str | None) -> str | None:
    """One person's e-mail however it is written: lower case, without what follows a plus, Gmail's dots dropped."""
    if not email or "@" not in email:
        return None
    local, _, domain = email.strip().lower().rpartition("@")
    local = local.split("+", 1)[0]
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def check(advocate: Member, programme: Programme, contact: Contact, *, since: dt.datetime) -> None:
    """Refuses, kindly, what `refer` would refuse: told while typing, and again on submitting.

    `since` is the start of today where the advocate is.
    """
    key = lead_key(contact.email)
    if programme.state != "active":
        raise Refusal("programme", "This programme has ended. Nothing was submitted.")
    if key and key == lead_key(advocate.email):
        raise Refusal("contact_email", "That is your own e-mail. Whom would you like to introduce?")
    if key and _taken(programme.id, key):
        raise Refusal(
            "contact_email",
            "Somebody introduced this person already, so we are in touch with them. Thank you for thinking of them.",
        )
    cap = programme.version.daily_cap
    if cap is not None and _today(advocate.id, programme.id, since) >= cap:
        raise Refusal(
            "form", f"You have introduced {cap} people today, which is as many as we can look after well. "
            "Your draft stays here: send it tomorrow."
        )  # fmt: skip


def _taken(programme_id: int, key: str) -> bool:
    query = select(Referral.id).where(Referral.programme_id == programme_id, Referral.lead_key == key)
    return db.session.scalar(query) is not None


def _today(advocate_id: int, programme_id: int, since: dt.datetime) -> int:
    query = select(func.count()).where(
        Referral.advocate_id == advocate_id,
        Referral.programme_id == programme_id,
        Referral.created_at >= since,
    )
    return db.session.scalar(query) or 0


def refer(
    advocate: Member,
    contact: Contact,
    *,
    programme: Programme,
    mode: str,
    now: dt.datetime,
    since: dt.datetime | None = None,
    source: str = "hub",
    by_id: int | None = None,
    deal_id: str | None = None,
    owner_id: int | None = None,
) -> Referral:
    """Takes a referral in, gives it a code and an owner, and books what submitting pays.

    Refuses (Refusal) an ended programme, oneself, somebody introduced before, more than the daily cap, and a deal
    that belongs to another referral. Of two who introduce the same person at once, one wins and the other is told.
    """
    check(advocate, programme, contact, since=since or now - dt.timedelta(days=1))
    if deal_id and deal_owner(deal_id) is not None:
        raise Refusal("deal_id", f"Deal {deal_id} belongs to another referral already.")
    referral = _write(advocate, contact, programme, mode=mode, source=source, now=now, owner_id=owner_id)
    if deal_id:
        db.session.add(
            Deal(connection_id=ANY_CONNECTION, deal_id=deal_id, referral_id=referral.id, created_at=now)
        )
        db.session.flush()
    _submit(referral, programme.version, now=now, source=source, by_id=by_id or advocate.id)
    return referral


def _write(
    advocate: Member, contact: Contact, programme: Programme, *, mode: str, source: str, now: dt.datetime,
    owner_id: int | None,
) -> Referral:  # fmt: skip
    owner, rule = (owner_id, "chosen") if owner_id else choose_owner(advocate, programme.version)
    first = programme.version.ladder.first
    referral = Referral(
        code=new_code(), programme_id=programme.id, version_id=programme.version.id, advocate_id=advocate.id,
        company_id=advocate.company_id, owner_id=owner, owner_rule=rule, mode=mode, source=source,
        lead_key=lead_key(contact.email), contact_name=contact.name.strip(), contact_email=_lower(contact.email),
        contact_phone=contact.phone, contact_company=contact.company, contact_title=contact.title,
        relation=contact.relation, why=contact.why, consent_note=contact.consent_note, rung="",
        highest_rung=first.key, created_at=now, moved_at=now,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(referral)
    except IntegrityError as error:
        raise Refusal(
            "contact_email",
            "Somebody introduced this person a moment before you. Thank you for thinking of them.",
        ) from error
    return referral


def _lower(email: str | None) -> str | None:
    return email.strip().lower() if email and email.strip() else None


def choose_owner(advocate: Member, version: ProgrammeVersion) -> tuple[int | None, str]:
    """Who follows up and by which rule: the rep of the advocate's company, else the programme's default."""
    if advocate.company_id is not None:
        owner_id = db.session.scalar(select(Company.owner_id).where(Company.id == advocate.company_id))
        if owner_id is not None:
            return owner_id, "company"
    if version.default_owner_id is not None:
        return version.default_owner_id, "programme"
    return None, "none"


def _submit(
    referral: Referral, version: ProgrammeVersion, *, now: dt.datetime, source: str, by_id: int
) -> None:
    step = Advance(
        referral_id=referral.id,
        rung_key=version.ladder.first.key,
        happened_at=now,
        source=source,
        by_id=by_id,
    )
    data = {"mode": referral.mode, "owner_id": referral.owner_id, "owner_rule": referral.owner_rule}
    activity.record("referral.submitted", subject=referral.subject, by_id=by_id, now=now, data=data)
    advance_many([step], now=now)
    db.session.refresh(referral)


def default_programme(slug: str | None = None) -> Programme:
    """The programme of this slug, or the oldest active one. Refuses when there is none."""
    found = programme_with_version(slug)
    if found is None:
        raise Refusal("programme", f"There is no active programme{f' called {slug}' if slug else ''}.")
    return found
