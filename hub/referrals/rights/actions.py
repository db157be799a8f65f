"""Asking whoever is introduced, taking their answer, forgetting them.

A person's answer is theirs: one conditional UPDATE takes the first, and what was blanked never comes back.
"""

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select, update

from hub import activity, members, notices
from hub.core import crypto
from hub.core.db import db
from hub.notices import strangers
from hub.referrals import coach, lead_terms
from hub.referrals.advance import Advance, advance_many
from hub.referrals.models import ProgrammeVersion, Referral
from hub.referrals.people import Contact
from hub.referrals.rights import forgetting, left_alone, queries
from hub.referrals.rights.models import Consent, VettingAnswer

BATCH = 100
AFTERWARDS = dt.timedelta(days=365)
ASK = "ask"  # instead of how they agreed: whatever the programme says, they are asked by their own mailbox
DETAILS = ("title", "relation", "why", "consent_note")


def withhold(
    contact: Contact, version: ProgrammeVersion, agreed: str | None
) -> tuple[Contact, dict[str, str]]:
    """What may be kept of somebody now, and what waits for their yes: all may be when they have agreed, or when the
    programme doesn't ask first."""
    if not _waits(agreed, version):
        return contact, {}
    held = {name: value for name in DETAILS if (value := getattr(contact, name))}
    return replace(contact, title=None, relation=None, why=None, consent_note=None), held


def _waits(agreed: str | None, version: ProgrammeVersion) -> bool:
    return agreed == ASK or (not agreed and lead_terms.of_version(version.page).ask == "first")


def begin(
    referral: Referral, version: ProgrammeVersion, details: Mapping[str, str], answers: Mapping[str, str],
    *, agreed: str | None, by_id: int | None, now: dt.datetime,
) -> str | None:  # fmt: skip
    """Asks or tells the person of a new referral, as its programme says, and gives the token of their page; None when
    the programme leaves it to the advocate. `agreed` says how they agreed already: then nothing is asked; or ASK."""
    terms, waits = lead_terms.of_version(version.page), _waits(agreed, version)
    if not agreed and terms.ask == "never":
        keep_answers(referral.id, version, answers)
        return None
    doubted, agreed = agreed == ASK, agreed if agreed != ASK else None
    if not waits:
        keep_answers(referral.id, version, answers)
    token = secrets.token_urlsafe(32)
    held = {**details, "answers": dict(answers)} if waits else None
    db.session.add(
        Consent(
            referral_id=referral.id, token_digest=crypto.digest(token), sealed_token=crypto.seal(token),
            state="accepted" if agreed else "asked" if waits else "told", how=agreed,
            details=crypto.seal(json.dumps(held)) if held else None, asked_at=now,
            expires_at=now + (dt.timedelta(days=terms.keep_days) if waits else AFTERWARDS),
            answered_at=now if agreed else None, by_id=by_id if agreed else None,
        )
    )  # fmt: skip
    db.session.flush()
    data = {"state": "accepted" if agreed else "asked" if waits else "told", "how": agreed or "",
            "mailed": bool(referral.contact_email and not (agreed and agreed != "self"))}  # fmt: skip
    activity.record("referral.person_asked", subject=referral.subject, by_id=by_id, now=now, data=data)
    if data["mailed"] and doubted:
        _was_it_you(referral, token, now)
    elif data["mailed"]:
        strangers.write("referral.person_asked", referral.id, token=token, now=now)
    return token


def _was_it_you(referral: Referral, token: str, now: dt.datetime) -> None:
    # Once a day for each person, however often somebody types their address.
    key = f"came:{left_alone.sign(referral)[:40]}:{referral.programme_id}:{now:%Y-%m-%d}"
    strangers.write("referral.person_came", referral.id, token=token, now=now, key=key)


def token_of(referral_id: int) -> str | None:
    """The token of a person's own page while it is fresh."""
    found = queries.consent(referral_id)
    return crypto.unseal(found.sealed_token) if found and found.sealed_token else None


def came(referral: Referral, contact: Contact, answers: Mapping[str, str], *, now: dt.datetime) -> None:
    """Somebody who was asked or told, and hasn't answered, fills in a page themselves, or somebody else does so in
    their name: nobody can tell, so it isn't their yes. What was typed is sealed with the rest, their mailbox is asked
    once more under the link it has, and whoever looks after them hears of it."""
    consent = db.session.get(Consent, referral.id, with_for_update=True, populate_existing=True)
    if consent is None or consent.state not in ("asked", "told"):
        return
    if consent.state == "asked":
        held = json.loads(crypto.unseal(consent.details)) if consent.details else {}
        said = {"title": contact.title or "", "why": contact.why or "", "answers": dict(answers)}
        consent.details = crypto.seal(json.dumps({**held, "said": said}))
        version = db.session.get_one(ProgrammeVersion, referral.version_id)
        days = dt.timedelta(days=lead_terms.of_version(version.page).keep_days)
        consent.expires_at = max(consent.expires_at, now + days)
        db.session.flush()
        if referral.contact_email and consent.sealed_token:
            _was_it_you(referral, crypto.unseal(consent.sealed_token), now)
    if referral.owner_id is not None:
        key = f"referral.person_came:{referral.id}:{now:%Y-%m-%d}"
        notices.tell(referral.owner_id, "referral.person_came", subject=referral.subject, key=key, now=now,
                     data={"state": consent.state})  # fmt: skip


def keep_answers(referral_id: int, version: ProgrammeVersion, answers: Mapping[str, str]) -> None:
    """Keeps what was answered to the programme's questions, in the words the questions had."""
    for question in coach.questions(lead_terms.of_version(version.page)):
        if said := answers.get(question.key):
            db.session.add(
                VettingAnswer(referral_id=referral_id, key=question.key, label=question.label, answer=said)
            )
    db.session.flush()


def accept(referral_id: int, *, how: str, now: dt.datetime, by_id: int | None = None) -> bool:
    """They said yes: what was sealed is opened for sales. False when they have answered already."""
    if not _answered(referral_id, "accepted", how, ("asked", "told"), now=now, by_id=by_id):
        return False
    consent = db.session.get_one(Consent, referral_id, populate_existing=True)
    referral = db.session.get_one(Referral, referral_id)
    if consent.details:
        _open(consent, referral)
    if how == "link":
        left_alone.unmark(referral)
    consent.expires_at = now + AFTERWARDS
    db.session.flush()
    _record(referral, "accepted", how, by_id=by_id, now=now)
    _tell(referral, "accepted", by_id, now)
    return True


def _open(consent: Consent, referral: Referral) -> None:
    held = json.loads(crypto.unseal(consent.details or ""))
    said = held.get("said", {})  # in a form of their own, after they were asked
    answers = {**held.get("answers", {}), **said.get("answers", {})}
    held["title"] = said.get("title") or held.get("title")
    held["why"] = "\n\n".join(word for word in (held.get("why"), said.get("why")) if word)
    for name in DETAILS:
        column = f"contact_{name}" if name == "title" else name
        setattr(referral, column, held.get(name) or getattr(referral, column))
    consent.details = None
    keep_answers(referral.id, db.session.get_one(ProgrammeVersion, referral.version_id), answers)


def decline(referral_id: int, *, now: dt.datetime, how: str = "link", by_id: int | None = None) -> bool:
    """They would rather not: forgotten, never asked again, and the advocate is told kindly. False when answered
    already."""
    if not _answered(referral_id, "declined", how, ("asked", "told", "accepted"), now=now, by_id=by_id):
        return False
    _end(referral_id, "declined", how, now=now, by_id=by_id)
    return True


def erase(referral_id: int, *, now: dt.datetime, how: str = "link", by_id: int | None = None) -> bool:
    """They want to be forgotten, also after they had agreed. A deal that is won stays won. False when it is done."""
    if not _answered(referral_id, "erased", how, ("asked", "told", "accepted"), now=now, by_id=by_id):
        return False
    _end(referral_id, "erased", how, now=now, by_id=by_id)
    return True


def erased_elsewhere(referral_id: int, *, now: dt.datetime) -> None:
    """The CRM has erased them: they are forgotten here, too, also where nobody had asked them anything."""
    for number in forgetting.same_person(referral_id):
        if not erase(number, now=now, how="dealing"):  # nobody had asked them, or it was done before
            _end(number, "erased", "dealing", now=now, by_id=None)


def expire_batch(now: dt.datetime) -> int:
    """Forgets up to a hundred people who never answered. Whom sales is in touch with by now has answered by that."""
    query = (
        select(Consent.referral_id, Referral.rung, Referral.version_id)
        .join(Referral, Referral.id == Consent.referral_id)
        .where(Consent.state == "asked", Consent.expires_at <= now)
        .order_by(Consent.expires_at, Consent.referral_id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Consent)
    )
    rows = db.session.execute(query).all()
    for referral_id, rung, version_id in rows:
        ladder = db.session.get_one(ProgrammeVersion, version_id).ladder
        if rung not in (ladder.first.key, _lost(ladder)):
            accept(referral_id, how="dealing", now=now)
        elif _answered(referral_id, "expired", None, ("asked",), now=now, by_id=None):
            _end(referral_id, "expired", "", now=now, by_id=None)
    return len(rows)


def _lost(ladder: object) -> str | None:
    return next((rung.key for rung in ladder.rungs if rung.kind == "lost"), None)  # type: ignore[attr-defined]


def _answered(
    referral_id: int,
    state: str,
    how: str | None,
    before: tuple[str, ...],
    *,
    now: dt.datetime,
    by_id: int | None,
) -> bool:
    mine = update(Consent).where(Consent.referral_id == referral_id, Consent.state.in_(before))
    values = {"state": state, "how": how, "answered_at": now, "by_id": by_id}
    done = db.session.execute(mine.values(values).execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _end(referral_id: int, state: str, how: str, *, now: dt.datetime, by_id: int | None) -> None:
    referral = db.session.get_one(Referral, referral_id, with_for_update=True, populate_existing=True)
    if state != "expired":
        left_alone.mark(forgetting.same_person(referral_id), now)
    forgetting.forget_person(referral_id, now)
    db.session.refresh(referral)
    lost = _lost(db.session.get_one(ProgrammeVersion, referral.version_id).ladder)
    if referral.state == "open" and lost:
        step = Advance(referral_id=referral_id, rung_key=lost, happened_at=now, source="person", by_id=by_id)
        advance_many([step], now=now, quietly=True)
    _record(referral, state, how, by_id=by_id, now=now)
    _tell(referral, state, by_id, now)


def invite(referral_id: int, *, now: dt.datetime) -> None:
    """Somebody who was introduced and won becomes an advocate, as they asked to: their way in goes to their mailbox,
    for whoever has their page need not be them.

    Refuses (members.Refusal) who isn't won, who hasn't an e-mail, and who is here already.
    """
    referral = db.session.get_one(Referral, referral_id)
    consent = db.session.get_one(Consent, referral_id)
    if referral.state != "won" or consent.state != "accepted" or not referral.contact_email:
        raise members.Refusal("This offer isn’t open any more.")
    known = members.find(referral.contact_email)
    if known is not None and not known.is_stub:
        raise members.Refusal("You are an advocate already. Sign in, and you find all of it.")
    firm = None if known is not None and known.company_id else referral.contact_company
    company = members.company(firm, now=now) if firm else None
    members.invite(
        referral.contact_email, name=referral.contact_name or "Friend", now=now, by=None,
        company_id=company.id if company else None,
    )  # fmt: skip
    joined = members.find(referral.contact_email)
    consent.joined_as_id = joined.id if joined else None
    db.session.flush()
    activity.record("referral.person_invited", subject=referral.subject, now=now)


def offer(referral_id: int, *, now: dt.datetime) -> None:
    """Writes to somebody whose deal was won, once, that they could be an advocate, too."""
    found = queries.consent(referral_id)
    if found and found.state == "accepted" and found.sealed_token and found.joined_as_id is None:
        token = crypto.unseal(found.sealed_token)
        strangers.write("referral.person_won", referral_id, token=token, now=now)
        found.sealed_token = None
        found.expires_at = now + AFTERWARDS


def _record(referral: Referral, state: str, how: str, *, by_id: int | None, now: dt.datetime) -> None:
    data = {"state": state, "how": how}
    activity.record("referral.person_answered", subject=referral.subject, by_id=by_id, now=now, data=data)


def _tell(referral: Referral, state: str, by_id: int | None, now: dt.datetime) -> None:
    kind = f"referral.person_{state}"
    for role, member_id in (("owner", referral.owner_id), ("advocate", referral.advocate_id)):
        if member_id is not None and member_id != by_id:
            notices.tell(
                member_id, kind, subject=referral.subject, key=f"{kind}:{referral.id}:{member_id}", now=now,
                data={"role": role},
            )  # fmt: skip
