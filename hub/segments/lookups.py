"""Names behind the ids that rules keep."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from hub.core.db import db
from hub.members.models import Company
from hub.members.names import company_key
from hub.members.queries import companies_in


def companies_named(names: Sequence[str]) -> dict[str, int]:
    """The companies of these names, however they are written: name as given → id."""
    found = companies_in(company_key(name) for name in names)
    return {name: found[key].id for name in names if (key := company_key(name)) in found}


def company_names(ids: Collection[int]) -> dict[int, str]:
    """What these companies are called."""
    rows = db.session.execute(select(Company.id, Company.name).where(Company.id.in_(ids)))
    return {company_id: name for company_id, name in rows}
