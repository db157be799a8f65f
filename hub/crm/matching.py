"""Which referral an event is about: by the CRM's deal, then our code, then the contact's e-mail."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from hub.core.db import db
from hub.crm.adapters import ADAPTERS
from hub.crm.adapters.salesforce import normal_id
from hub.crm.states import Pending
from hub.outbox.actions import insert_ignoring
from hub.referrals.ladder import Ladder
from hub.referrals.models import ANY_CONNECTION, Deal, ProgrammeVersion, Referral
from hub.referrals.resting import last_of

CHUNK = 500


@dataclass(slots=True)
class Matches:
    """What a batch's names lead to."""

    deals: dict[tuple[int, str], int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    emails: dict[str, list[int]] = field(default_factory=dict)
    ladders: dict[int, Ladder] = field(default_factory=dict)
    resting: set[int] = field(default_factory=set)

    def by_deal(self, state: Pending) -> int | None:
        """The referral of the event's deal."""
        if state.deal_id is None:
            return None
        places = (
            (each, form) for each in (state.connection_id, ANY_CONNECTION) for form in forms(state.deal_id)
        )
        return next((found for place in places if (found := self.deals.get(place)) is not None), None)

    def referral_of(self, state: Pending) -> int | None:
        """The event's referral, or None. Two referrals with one e-mail are nobody's to choose from."""
        found = self.by_deal(state)
        if found is None and state.referral_code:
            found = self.codes.get(state.referral_code)
        if found is None and state.email and len(self.emails.get(state.email, ())) == 1:
            found = self.emails[state.email][0]
        return found

    def why_not(self, state: Pending) -> str:
        """Why an event waits, for the people who can help it along."""
        if state.email and len(self.emails.get(state.email, ())) > 1:
            return "More than one referral has this e-mail: link the deal to one of them."
        named = [
            f"{what} {value}"
            for what, value in (
                ("deal", state.deal_id),
                ("code", state.referral_code),
                ("e-mail", state.email),
            )
            if value
        ]
        return f"We know no referral by {', '.join(named)} yet. It is matched as soon as there is one."


def forms(deal_id: str) -> tuple[str, ...]:
    """The ways people may have noted the deal of an event: Salesforce sends 18 characters and shows 15."""
    return (
        (deal_id, deal_id[:15]) if len(deal_id) == 18 and normal_id(deal_id[:15]) == deal_id else (deal_id,)
    )


def sent_as(noted: str) -> set[str]:
    """The ways an event may name the deal that people noted so; the other half of `forms`."""
    return {noted, *(adapter.normal_deal_id(noted) for adapter in ADAPTERS.values())}


def match(states: Sequence[Pending], *, now: dt.datetime) -> Matches:
    """Looks up all names of a batch, and remembers the deals of events matched by code or e-mail."""
    found = Matches()
    _deals(found, {form for state in states if state.deal_id for form in forms(state.deal_id)})
    _codes(found, {state.referral_code for state in states if state.referral_code})
    _emails(found, {state.email for state in states if state.email})
    _go_on(found)
    _remember(found, states, now)
    ids = {i for i in map(found.referral_of, states) if i is not None}
    _ladders(found, sorted(ids))
    return found


def _chunks(values: Iterable[str]) -> Iterable[list[str]]:
    ordered = sorted(values)
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def _deals(found: Matches, deal_ids: set[str]) -> None:
    for part in _chunks(deal_ids):
        columns = (Deal.connection_id, Deal.deal_id, Deal.referral_id, Referral.merged_into_id)
        query = select(*columns).join(Referral, Referral.id == Deal.referral_id).where(Deal.deal_id.in_(part))
        for connection_id, deal_id, referral_id, into in db.session.execute(query):
            found.deals[(connection_id, deal_id)] = referral_id
            found.resting |= {referral_id} if into is not None else set()


def _codes(found: Matches, codes: set[str]) -> None:
    for part in _chunks(codes):
        query = select(Referral.code, Referral.id, Referral.merged_into_id).where(Referral.code.in_(part))
        for code, referral_id, into in db.session.execute(query):
            found.codes[code] = referral_id
            found.resting |= {referral_id} if into is not None else set()


def _emails(found: Matches, emails: set[str]) -> None:
    for part in _chunks(emails):
        query = select(Referral.contact_email, Referral.id).where(
            Referral.contact_email.in_(part), Referral.state != "lost", Referral.merged_into_id.is_(None)
        )
        for email, referral_id in db.session.execute(query.order_by(Referral.id)):
            assert email is not None
            found.emails.setdefault(email, []).append(referral_id)


def _go_on(found: Matches) -> None:
    """Deals and codes of a referral that rests in another one are that one's."""
    onwards = last_of(found.resting)
    for deal, referral_id in found.deals.items():
        found.deals[deal] = onwards.get(referral_id, referral_id)
    for code, referral_id in found.codes.items():
        found.codes[code] = onwards.get(referral_id, referral_id)


def _remember(found: Matches, states: Sequence[Pending], now: dt.datetime) -> None:
    """An event that names its deal and was matched otherwise tells us the deal for next time."""
    rows = {}
    for state in states:
        if state.deal_id and state.kind != "privacy" and found.by_deal(state) is None:
            referral_id = found.referral_of(state)
            if referral_id is not None:
                key = (state.connection_id, state.deal_id)
                found.deals[key] = referral_id
                rows[key] = referral_id
    if rows:
        values = [
            {
                "connection_id": connection_id,
                "deal_id": deal_id,
                "referral_id": referral_id,
                "created_at": now,
            }
            for (connection_id, deal_id), referral_id in rows.items()
        ]
        db.session.execute(insert_ignoring(Deal), values)


def _ladders(found: Matches, ids: list[int]) -> None:
    versions: dict[int, Ladder] = {}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        rows = db.session.execute(select(Referral.id, Referral.version_id).where(Referral.id.in_(part))).all()
        unknown = {version_id for _, version_id in rows} - set(versions)
        query = select(ProgrammeVersion).where(ProgrammeVersion.id.in_(unknown))
        versions |= {version.id: version.ladder for version in db.session.scalars(query)}
        found.ladders |= {referral_id: versions[version_id] for referral_id, version_id in rows}
