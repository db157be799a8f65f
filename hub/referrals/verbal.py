"""What somebody said in conversation, written down in three fields: also for people who aren't members yet."""

import datetime as dt
import re
from dataclasses import dataclass

from hub import members
from hub.members.models import Member
from hub.members.names import address, company_key
from hub.referrals import desk_queries, intake
from hub.referrals.intake import Refusal
from hub.referrals.models import Programme, Referral
from hub.referrals.people import Contact, lead_key, same_form

EMAIL = re.compile(r"[^\s,;<>()]+@[^\s,;<>()]+\.[^\s,;<>()]+")
PHONE = re.compile(r"\+?\(?\d[\d\s()/.-]{5,}\d")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as they were written into one field."""

    name: str
    email: str | None
    phone: str | None
    company: str | None


def parse(text: str) -> Person:
    """`Kim Lee, Acme, kim@acme.example, +49 30 1234567`, in any order; `Kim Lee <kim@acme.example>` too.

    The first words that are neither address nor number are the name, the next ones the company.
    """
    text = " ".join(text.split())
    email = next(iter(EMAIL.findall(text)), None)
    rest = EMAIL.sub(",", text)
    found = PHONE.search(rest)
    rest = PHONE.sub(",", rest)
    words = [part.strip(" <>()\"'") for part in re.split(r"[,;]| at (?=[A-Z])", rest)]
    words = [part for part in words if part]
    name = words[0] if words else _spoken(email)
    return Person(
        name=name, email=email.strip(".").lower() if email else None, phone=found.group().strip() if found else None,
        company=", ".join(words[1:]) or None,
    )  # fmt: skip


def _spoken(email: str | None) -> str:
    local = re.sub(r"[^\w]+", " ", (email or "").split("@")[0]).strip()
    return local.title()


def log(
    rep: Member, advocate: str, contact: str, note: str, *, programme: Programme, now: dt.datetime, since: dt.datetime,
    once: str | None = None,
) -> Referral:  # fmt: skip
    """Takes in what an advocate told a rep. Somebody we don't know becomes a stub who can join later, points waiting.

    The referral goes to the rep of the advocate's company, else to who wrote it down. Refuses (Refusal) an advocate
    who can't be told from others, a contact without e-mail and telephone, and what `refer` refuses.
    """
    person = parse(contact)
    if not person.email and not person.phone:
        raise Refusal("contact", "Add an e-mail or a telephone number, so that somebody can reach them.")
    introduced_by = who(advocate, now=now)
    if person.email and lead_key(person.email) == lead_key(introduced_by.email):
        raise Refusal("contact", "Both fields name the same person.")
    rep_of_company = members.rep_for(introduced_by)
    said = Contact(
        name=person.name, email=person.email, phone=person.phone, company=person.company,
        relation=f"Told {rep.name} in conversation", why=note or None,
    )  # fmt: skip
    try:
        return intake.refer(
            introduced_by, said, programme=programme, mode="verbal", now=now, since=since, by_id=rep.id,
            once=same_form(once, said, programme.slug) if once else None,
            owner_id=None if rep_of_company else rep.id,
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.field == "form":
            when = "this month" if "this month" in refusal.says else "today"
            says = f"{introduced_by.name} has introduced as many people {when} as this programme takes."
            raise Refusal("advocate", says) from None
        raise Refusal("contact" if refusal.field.startswith("contact") else "form", refusal.says) from None


def who(text: str, *, now: dt.datetime) -> Member:
    """The advocate meant by an e-mail, or by a name; with a company, somebody new. Refuses what stays unclear."""
    person = parse(text)
    if person.email:
        found = members.find(person.email)
        if found is not None:
            return _active(found)
        _valid(person.email)
        return _stub(person, now=now)
    namesakes = desk_queries.called(person.name)
    if person.company:
        fitting = [
            m for m in namesakes if m.company and company_key(m.company.name) == company_key(person.company)
        ]
        return _active(fitting[0]) if fitting else _stub(person, now=now)
    if len(namesakes) == 1:
        return _active(namesakes[0])
    if namesakes:
        many = f"{len(namesakes)} people here are called {person.name}."
        raise Refusal("advocate", f"{many} Type the e-mail of the right one.")
    raise Refusal(
        "advocate", f"Nobody here is called {person.name}. Add their company or e-mail, as in “{person.name}, Acme”, "
        "and we keep their points for them."
    )  # fmt: skip


def _active(member: Member) -> Member:
    if member.disabled_at or member.erased_at:
        raise Refusal("advocate", f"{member.name} is no longer a member here.")
    return member


def _valid(email: str) -> None:
    try:
        address(email)
    except members.Refusal as refusal:
        raise Refusal("advocate", str(refusal)) from None


def _stub(person: Person, *, now: dt.datetime) -> Member:
    company = members.company(person.company, now=now) if person.company else None
    known_by = person.email or f"{company_key(person.company or '')}:{company_key(person.name)}"
    return members.stub(
        person.name,
        company_id=company.id if company else None,
        key=f"verbal:{known_by}",
        now=now,
        email=person.email,
    )
