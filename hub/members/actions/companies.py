"""Companies: found or made by name, and owned by a rep."""

import datetime as dt
from collections.abc import Iterable

from hub import activity
from hub.core.db import db
from hub.members import queries
from hub.members.models import Company
from hub.members.names import Refusal, company_key, spoken
from hub.outbox.actions import insert_ignoring


def company(
    name: str, *, now: dt.datetime, owner_id: int | None = None, domain: str | None = None
) -> Company:
    """The company of this name, made if there is none; case and spaces don't matter. Refuses an empty name.

    An owner or domain given here is only used for a company that has none yet.
    """
    if not spoken(name):
        raise Refusal("A company needs a name.")
    found = companies_by_name([name], now)[name]
    found.owner_id = found.owner_id or owner_id
    found.domain = found.domain or (domain.strip().lower() if domain and domain.strip() else None)
    return found


def companies_by_name(names: Iterable[str], now: dt.datetime) -> dict[str, Company]:
    """Companies by the names as given, those that don't exist made. Empty names are left out."""
    given = {name: company_key(name) for name in names if company_key(name)}
    known = queries.companies_in(given.values())
    missing = {key: spoken(name) for name, key in given.items() if key not in known}
    if missing:
        rows = [{"name": name, "key": key, "created_at": now} for key, name in missing.items()]
        # Two imports may meet the same new company at once: the first one makes it, both get it.
        db.session.execute(insert_ignoring(Company), rows)
        known |= queries.companies_in(missing)
    return {name: known[key] for name, key in given.items()}


def own(company_id: int, owner_id: int | None, *, by_id: int | None, now: dt.datetime) -> Company:
    """Gives a company to a rep, or to nobody. Refuses an owner who isn't an active rep."""
    found = db.session.get_one(Company, company_id)
    if owner_id is not None and owner_id not in {rep.id for rep in queries.staff("rep")}:
        raise Refusal("Only an active sales rep can look after a company.")
    if found.owner_id != owner_id:
        found.owner_id = owner_id
        data = {"owner_id": owner_id}
        activity.record(
            "company.owner_changed", subject=f"company:{found.id}", by_id=by_id, now=now, data=data
        )
    return found
