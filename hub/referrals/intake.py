"""Taking a referral in: who may, for whom, once; its code, its owner, its first rung."""

import datetime as dt
import re
import secrets
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from hub import activity, notices
from hub.core.db import db
from hub.members.models import Company, Member
from hub.referrals.advance import Advance, advance_many
from hub.referrals.models import ANY_CONNECTION, Deal, Programme, ProgrammeVersion, Referral
from hub.referrals.people import Contact, lead_key, person_key
from hub.referrals.queries import deal_owner, programme_with_version
from hub.referrals.rights import actions as rights
from hub.referrals.rights.left_alone import is_left_alone

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L: codes are read aloud
DEAL_ID = re.compile(r"[\w.:/-]{1,64}")
TRIES = 5


__all__ = [
    "Contact",
    "Refusal",
    "check",
    "choose_owner",
    "lead_key",
    "link_deal",
    "new_code",
    "person_key",
    "refer",
    "tidy",
]


class Refusal(Exception):
    """The referral can't be taken. `field` names what to look at, `says` is for the person who typed it."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(says)
        self.field = field
        self.says = says


def new_code() -> str:
    """A code for people: RF- and six letters or digits that can't be mistaken for each other."""
    return "RF-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


def check(
    advocate: Member, programme: Programme, contact: Contact, *, since: dt.datetime, month: dt.datetime | None,
    agreed: str | None = None,
) -> None:  # fmt: skip
    """Refuses, kindly, what `refer` would refuse: told while typing, and again on submitting.

    `since` is the start of today where the advocate is, `month` that of the month; None when no month is counted.
    """
    version = programme.version
    if programme.state != "active":
        raise Refusal("programme", "This programme has ended. Nothing was submitted.")
    if advocate.type not in version.audience:
        raise Refusal(
            "programme", f"{version.name} is for {' and '.join(f'{kind}s' for kind in version.audience)}."
        )
    check_person(advocate, programme, contact, agreed=agreed)
    caps = (
        (version.daily_cap, since, "today", "tomorrow"),
        (version.extras.monthly_cap, month, "this month", "next month"),
    )
    for cap, begin, by_now, later in caps:
        if cap is not None and begin is not None and _introduced(advocate.id, programme.id, begin) >= cap:
            people = "one person" if cap == 1 else f"{cap:,} people"
            raise Refusal(
                "form", f"You have introduced {people} {by_now}, which is as many as we can look after well. "
                f"What you typed stays here: send it {later}."
            )  # fmt: skip


def month_of(today: dt.datetime) -> dt.datetime:
    """When the month of this day began, where its clock hangs."""
    return today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def check_person(
    advocate: Member, programme: Programme, contact: Contact, *, agreed: str | None = None
) -> None:
    """Refuses oneself, somebody who said no and isn't asked themselves, and somebody who was introduced to this
    programme already."""
    key = person_key(contact)
    field = "contact_email" if lead_key(contact.email) else "contact_phone"
    if key and key == lead_key(advocate.email):
        raise Refusal(field, "That is your own e-mail. Whom would you like to introduce?")
    if agreed != rights.ASK and is_left_alone(contact):
        raise Refusal(field, "We can’t take this introduction. Thank you for thinking of them.")
    if key and _taken(programme.id, key):
        raise Refusal(
            field,
            "Somebody introduced this person already, so we are in touch with them. Thank you for thinking of them.",
        )


def _taken(programme_id: int, key: str) -> bool:
    query = select(Referral.id).where(Referral.programme_id == programme_id, Referral.lead_key == key)
    return db.session.scalar(query) is not None


def _introduced(advocate_id: int, programme_id: int, since: dt.datetime) -> int:
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
    once: str | None = None,
    agreed: str | None = None,
    answers: Mapping[str, str] | None = None,
) -> Referral:
    """Takes a referral in, gives it a code and an owner, and books what submitting pays.

    `once` makes it one however often it is sent: the same advocate's same word is answered with the first referral.
    `agreed` says how the person agreed to it already, or that they are to be asked in any case (rights.ASK); else they
    are asked or told, as the programme says. `answers` are those to its questions.
    Refuses (Refusal) an ended programme, oneself, somebody introduced before, more than the caps allow, and a deal
    that belongs to another referral. Of two who introduce the same person at once, one wins and the other is told.
    """
    # One at a time per advocate: two forms sent at once can't both be the last one that today's cap allows.
    db.session.execute(select(Member.id).where(Member.id == advocate.id).with_for_update(key_share=True))
    import_key = f"once:{advocate.id}:{once[:64]}" if once else None
    if import_key and (known := _sent(import_key)):
        return known
    contact = tidy(contact)
    begin = since or now - dt.timedelta(days=1)
    # Who counts from tomorrow on counts nobody: a stranger is never turned away for an advocate's cap.
    month = None if begin > now else month_of(since or now)
    check(advocate, programme, contact, since=begin, month=month, agreed=agreed)
    owner = (owner_id, "chosen") if owner_id else choose_owner(advocate, programme.version)
    contact, details = rights.withhold(contact, programme.version, agreed)
    referral = _write(
        advocate, contact, programme, mode=mode, source=source, now=now, owner=owner, key=import_key
    )
    if deal_id:
        link_deal(referral.id, deal_id, by_id=by_id, now=now)
    _submit(referral, programme.version, now=now, source=source, by_id=by_id or advocate.id)
    rights.begin(
        referral,
        programme.version,
        details,
        answers or {},
        agreed=agreed,
        by_id=by_id or advocate.id,
        now=now,
    )
    return referral


def _sent(import_key: str) -> Referral | None:
    return db.session.scalar(select(Referral).where(Referral.import_key == import_key))


def tidy(contact: Contact) -> Contact:
    """A contact without spaces around it, without what is empty, without NUL, which PostgreSQL keeps out of texts."""
    texts = {name: getattr(contact, name) for name in Contact.__slots__}
    kept = {name: (text or "").replace("\0", "").strip() or None for name, text in texts.items()}
    email = kept["email"]
    return replace(contact, **kept | {"name": kept["name"] or "", "email": email.lower() if email else None})  # type: ignore[arg-type]


def _write(
    advocate: Member, contact: Contact, programme: Programme, *, mode: str, source: str, now: dt.datetime,
    owner: tuple[int | None, str], key: str | None,
) -> Referral:  # fmt: skip
    first = programme.version.ladder.first
    lead = person_key(contact)
    values = {
        "programme_id": programme.id, "version_id": programme.version.id, "advocate_id": advocate.id,
        "company_id": advocate.company_id, "owner_id": owner[0], "owner_rule": owner[1], "mode": mode,
        "source": source, "import_key": key, "lead_key": lead, "contact_name": contact.name,
        "contact_email": contact.email, "contact_phone": contact.phone, "contact_company": contact.company,
        "contact_title": contact.title, "relation": contact.relation, "why": contact.why,
        "consent_note": contact.consent_note, "rung": "", "highest_rung": first.key, "created_at": now,
        "moved_at": now,
    }  # fmt: skip
    for _ in range(TRIES):
        referral = Referral(code=new_code(), **values)
        try:
            with db.session.begin_nested():
                db.session.add(referral)
            return referral
        except IntegrityError:
            if lead and _taken(programme.id, lead):
                raise Refusal(
                    "contact_email" if contact.email else "contact_phone",
                    "Somebody introduced this person a moment before you. Thank you for thinking of them.",
                ) from None
    raise RuntimeError(f"{TRIES} codes in a row were taken")


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
    key = referral.lead_key or ""
    data = {
        "mode": referral.mode, "owner_id": referral.owner_id, "owner_rule": referral.owner_rule,
        "compared_by": "nothing" if not key else "phone" if key.startswith("tel:") else "email",
    }  # fmt: skip
    activity.record("referral.submitted", subject=referral.subject, by_id=by_id, now=now, data=data)
    advance_many([step], now=now)
    if referral.owner_id is not None and referral.owner_id != by_id:
        notices.tell(
            referral.owner_id, "referral.submitted", subject=referral.subject,
            key=f"referral:{referral.id}:submitted:{referral.owner_id}", now=now, data={"by_id": referral.advocate_id},
        )  # fmt: skip
    db.session.refresh(referral)


def link_deal(referral_id: int, deal_id: str, *, by_id: int | None, now: dt.datetime) -> Deal | None:
    """Says which deal of the CRM belongs to a referral, so that news of it climbs this ladder; None when known.

    Refuses what can't be a deal's id, and a deal that belongs to another referral.
    """
    deal_id = deal_id.strip()
    if not DEAL_ID.fullmatch(deal_id):
        raise Refusal("deal_id", "A deal's number has up to 64 letters, digits, dots, dashes and no spaces.")
    if deal_owner(deal_id) == referral_id:
        return None
    deal = Deal(connection_id=ANY_CONNECTION, deal_id=deal_id, referral_id=referral_id, created_at=now)
    try:
        _refuse_taken(deal_id)
        with db.session.begin_nested():
            db.session.add(deal)
    except IntegrityError:
        _refuse_taken(deal_id)
        raise
    activity.record(
        "referral.deal_linked",
        subject=f"referral:{referral_id}",
        by_id=by_id,
        now=now,
        data={"deal_id": deal_id},
    )
    return deal


def _refuse_taken(deal_id: str) -> None:
    other = deal_owner(deal_id)
    if other is not None:
        code = db.session.scalar(select(Referral.code).where(Referral.id == other))
        raise Refusal("deal_id", f"Deal {deal_id} belongs to referral {code} already.")


def default_programme(slug: str | None = None) -> Programme:
    """The programme of this slug, or the oldest active one. Refuses when there is none."""
    found = programme_with_version(slug)
    if found is None:
        raise Refusal("programme", f"There is no active programme{f' called {slug}' if slug else ''}.")
    return found
