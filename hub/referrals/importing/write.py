"""Granting a batch of wishes in the current transaction: people, referrals, deals, steps, points."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select, update

from hub import activity, members
from hub.core.db import db
from hub.ledger.models import Entry
from hub.members.models import Member
from hub.members.queries import staff, stubs_in
from hub.outbox.actions import insert_ignoring
from hub.referrals.advance import Advance, advance_many, book_again
from hub.referrals.importing.plan import Steps, Target, Wish, import_key
from hub.referrals.intake import new_code
from hub.referrals.models import ANY_CONNECTION, Deal, Referral
from hub.referrals.spreadsheet import Row, name_key

SOURCE = "import"
TRIES = 5


def put_in(wishes: Sequence[Wish], to: Target, *, now: dt.datetime) -> int:
    """Writes what the wishes ask for and returns the points it booked. Wishes that ask for nothing cost nothing."""
    wishes = [wish for wish in wishes if wish.outcome != "unchanged"]
    if not wishes:
        return 0
    advocates = _advocates([w.row for w in wishes if w.known is None or w.gains_advocate], now)
    ids = _new_referrals([wish for wish in wishes if wish.known is None], advocates, to, now)
    ids |= {wish.row.external_id: wish.known.id for wish in wishes if wish.known is not None}
    gained = [wish for wish in wishes if wish.gains_advocate]
    _credit(gained, ids, advocates)
    last_entry = db.session.scalar(select(func.max(Entry.id))) or 0
    advance_many([step for wish in wishes for step in _advances(wish, ids)], now=now, quietly=True)
    book_again([ids[wish.row.external_id] for wish in gained], now=now, quietly=True)
    points = _booked(ids.values(), last_entry)
    data = {
        "new": sum(wish.known is None for wish in wishes), "moved": sum(wish.known is not None for wish in wishes),
        "points": points,
    }  # fmt: skip
    activity.record("referrals.imported", subject=f"programme:{to.programme_id}", now=now, data=data)
    return points


def advocate_key(company_name: str) -> str:
    """The stub key of the unregistered advocate of a company, however the company is spelt."""
    return f"import:{name_key(company_name)}"


def _advocates(rows: Iterable[Row], now: dt.datetime) -> dict[str, Member]:
    """One stub per company name, by its key; somebody who claimed it since is answered too."""
    names = {
        advocate_key(row.company_name): row.company_name for row in reversed(list(rows)) if row.company_name
    }
    found = stubs_in(names)
    missing = {key: name for key, name in names.items() if key not in found}
    companies = members.companies_by_name(missing.values(), now)
    fresh = members.stubs(
        [
            {"key": key, "name": f"Advocate at {name}", "company_id": companies[name].id}
            for key, name in missing.items()
        ],
        now,
    )
    return found | fresh


def _owners(rows: Iterable[Row], now: dt.datetime) -> dict[str, int]:
    """Reps by the key of their name: the one rep here of that name, else a stub who can claim the role later."""
    names = {name_key(row.owner_name): row.owner_name for row in reversed(list(rows)) if row.owner_name}
    if not names:
        return {}
    found: dict[str, int] = {}
    several: set[str] = set()
    for rep in staff("rep"):
        key = name_key(rep.name)
        if found.setdefault(key, rep.id) != rep.id:
            several.add(key)
    keys = {f"import-owner:{key}": key for key in names if key not in found or key in several}
    here = stubs_in(keys)
    fresh = members.stubs([{"key": k, "name": names[key]} for k, key in keys.items() if k not in here], now)
    for rep in fresh.values():
        members.set_roles(rep, ["rep"], now=now)
    return found | {keys[k]: rep.id for k, rep in (here | fresh).items()}


def _new_referrals(
    wishes: Sequence[Wish], advocates: dict[str, Member], to: Target, now: dt.datetime
) -> dict[str, int]:
    """Inserts referrals and their deals; external id → referral."""
    if not wishes:
        return {}
    owners = _owners([wish.row for wish in wishes], now)
    rows = {import_key(w.row.external_id): _referral_row(w, advocates, owners, to) for w in wishes}
    ids: dict[str, int] = {}
    # Codes are drawn at random, so among thousands one may be taken: that row draws again.
    for _ in range(TRIES):
        missing = [{**row, "code": new_code()} for key, row in rows.items() if key not in ids]
        if not missing:
            break
        db.session.execute(insert_ignoring(Referral), missing)
        query = select(Referral.import_key, Referral.id).where(Referral.import_key.in_(list(rows)))
        ids = {key: referral_id for key, referral_id in db.session.execute(query) if key is not None}
    found = {wish.row.external_id: ids[import_key(wish.row.external_id)] for wish in wishes}
    deals = [
        {"connection_id": ANY_CONNECTION, "deal_id": deal_id, "referral_id": referral_id, "created_at": now}
        for deal_id, referral_id in found.items()
    ]
    db.session.execute(insert(Deal), deals)
    return found


def _referral_row(
    wish: Wish, advocates: dict[str, Member], owners: dict[str, int], to: Target
) -> dict[str, Any]:
    row = wish.row
    advocate = advocates[advocate_key(row.company_name)] if row.company_name else None
    owner_id, rule = _owner(row, owners, to)
    return {
        "programme_id": to.programme_id, "version_id": to.version_id,
        "advocate_id": advocate.id if advocate else None, "company_id": advocate.company_id if advocate else None,
        "breakage": row.breakage, "owner_id": owner_id, "owner_rule": rule, "mode": "form", "source": SOURCE,
        "import_key": import_key(row.external_id), "lead_key": None, "contact_name": row.contact_name or "",
        "contact_email": row.contact_email.lower() if row.contact_email else None, "why": row.note or None,
        "rung": "", "highest_rung": to.ladder.first.key, "state": "open", **_begun(wish.steps),
    }  # fmt: skip


def _begun(steps: Steps) -> dict[str, dt.datetime]:
    """An old deal was made then, not today: nobody's cap for today is used up by it."""
    began = min(at for _, at in steps)
    return {"created_at": began, "moved_at": began}


def _owner(row: Row, owners: dict[str, int], to: Target) -> tuple[int | None, str]:
    if row.owner_name:
        return owners[name_key(row.owner_name)], SOURCE
    return to.default_owner_id, "programme" if to.default_owner_id else "none"


def _credit(wishes: Iterable[Wish], ids: dict[str, int], advocates: dict[str, Member]) -> None:
    """Referrals whose row has an account now get its advocate; what their stages pay follows."""
    for wish in wishes:
        advocate = advocates[advocate_key(wish.row.company_name or "")]
        query = update(Referral).where(
            Referral.id == ids[wish.row.external_id], Referral.advocate_id.is_(None)
        )
        values = {"advocate_id": advocate.id, "company_id": advocate.company_id, "breakage": None}
        db.session.execute(query.values(**values).execution_options(synchronize_session=False))


def _advances(wish: Wish, ids: dict[str, int]) -> Iterable[Advance]:
    """The steps to record. What the deal is worth came with the last one of the row."""
    last = wish.row.history[-1][0] if wish.is_whole and wish.row.history else None
    for key, at in wish.steps:
        amount = wish.row.amount if key == last else None
        yield Advance(
            referral_id=ids[wish.row.external_id], rung_key=key, happened_at=at, source=SOURCE,
            amount_hundredths=None if amount is None else hundredths(amount),
            currency=wish.row.currency if amount is not None else None,
        )  # fmt: skip


def hundredths(amount: Decimal) -> int:
    """60000.00 → 6000000; what is finer than a hundredth is rounded half to even."""
    return int((amount * 100).to_integral_value())


def _booked(referral_ids: Iterable[int], last_entry: int) -> int:
    """What this transaction booked for these referrals, read from the ledger itself."""
    subjects = [f"referral:{referral_id}" for referral_id in referral_ids]
    query = select(func.sum(Entry.points)).where(Entry.subject.in_(subjects), Entry.id > last_entry)
    return int(db.session.scalar(query) or 0)
