"""How well things go with customers: said by hand, or read from a sheet that another system wrote."""

import csv
import datetime as dt
import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, delete, func, select

from hub import activity
from hub.core.db import db
from hub.members.models import Company, CustomerHealth, Member
from hub.members.names import Refusal, company_key
from hub.members.queries import companies_in

BANDS = (("risk", "At risk", 0, 39), ("fair", "Fair", 40, 69), ("good", "Good", 70, 100))
MOST_ROWS = 20_000
CHUNK = 500


@dataclass(kw_only=True, slots=True)
class Read:
    """What a sheet said: values by company and by member, and the lines that can't be meant, with the reason."""

    companies: dict[int, int] = field(default_factory=dict)
    members: dict[int, int] = field(default_factory=dict)
    bad: list[tuple[int, str]] = field(default_factory=list)

    @property
    def known(self) -> int:
        """How many lines could be used."""
        return len(self.companies) + len(self.members)


def say(
    value: int | None, *, now: dt.datetime, by_id: int | None, member_id: int | None = None,
    company_id: int | None = None,
) -> None:  # fmt: skip
    """Sets the health of a company or of one member; None takes it back. Refuses what isn't from 0 to 100."""
    if value is not None and not 0 <= value <= 100:
        raise Refusal("Health is a whole number from 0 to 100.")
    column, number = (
        (CustomerHealth.member_id, member_id) if member_id else (CustomerHealth.company_id, company_id)
    )
    db.session.execute(delete(CustomerHealth).where(column == number))
    if value is not None:
        row = CustomerHealth(member_id=member_id, company_id=company_id, value=value, by_id=by_id, at=now)
        db.session.add(row)
    db.session.flush()
    subject = f"member:{member_id}" if member_id else f"company:{company_id}"
    activity.record("health.said", subject=subject, by_id=by_id, now=now, data={"value": value})


def read(words: str) -> Read:
    """A sheet with a heading: `company` or `email`, and `health`. Nothing is changed."""
    lines = list(csv.DictReader(io.StringIO(words.removeprefix("\ufeff"))))[: MOST_ROWS + 1]
    rows = [
        {str(k or "").strip().lower(): v.strip() for k, v in one.items() if isinstance(v, str)}
        for one in lines
    ]
    if not rows or "health" not in rows[0] or not {"company", "email"} & set(rows[0]):
        raise Refusal("The first line names the columns: health, and company or email.")
    if len(rows) > MOST_ROWS:
        raise Refusal(f"A sheet has at most {MOST_ROWS:,} lines.")
    found = Read()
    companies = companies_in({company_key(row["company"]) for row in rows if row.get("company")})
    people = _people({row["email"].lower() for row in rows if row.get("email")})
    for number, row in enumerate(rows, 2):
        why = _place(found, row, companies, people)
        if why:
            found.bad.append((number, why))
    return found


def _place(found: Read, row: dict[str, str], companies: dict[str, Company], people: dict[str, int]) -> str:
    """Puts a line where it belongs; or why it can't be."""
    text = row.get("health", "").removesuffix("%").strip()
    if not (text.isascii() and text.isdecimal()) or int(text) > 100:
        return f"“{text[:20]}” is no whole number from 0 to 100."
    if row.get("email"):
        member_id = people.get(row["email"].lower())
        if member_id is None:
            return f"Nobody here has the address {row['email'][:80]}."
        found.members[member_id] = int(text)
        return ""
    company = companies.get(company_key(row.get("company", "")))
    if company is None:
        return f"There is no company called “{row.get('company', '')[:80]}”."
    found.companies[company.id] = int(text)
    return ""


def _people(emails: Iterable[str]) -> dict[str, int]:
    lowered = func.lower(Member.email)
    found: dict[str, int] = {}
    for part in _chunks(sorted(emails)):
        rows = db.session.execute(
            select(lowered, Member.id).where(lowered.in_(part), Member.erased_at.is_(None))
        )
        found |= {str(email): member_id for email, member_id in rows}
    return found


def bring_in(found: Read, *, now: dt.datetime, by_id: int | None) -> None:
    """Writes what a sheet said; what it doesn't name stays as it is."""
    for column, values in (
        (CustomerHealth.company_id, found.companies),
        (CustomerHealth.member_id, found.members),
    ):
        for part in _chunks(sorted(values)):
            db.session.execute(delete(CustomerHealth).where(column.in_(part)))
            db.session.add_all(
                CustomerHealth(**{column.key: number}, value=values[number], by_id=by_id, at=now)
                for number in part
            )
        db.session.flush()
    if found.known:
        data = {"companies": len(found.companies), "members": len(found.members)}
        activity.record("health.imported", subject="hub:1", by_id=by_id, now=now, data=data)


def of_member() -> ColumnElement[int | None]:
    """A member's own, else their company's, else NULL: SQL, correlated to Member."""
    own = select(CustomerHealth.value).where(CustomerHealth.member_id == Member.id)
    firm = select(CustomerHealth.value).where(CustomerHealth.company_id == Member.company_id)
    mine, theirs = (query.correlate(Member).scalar_subquery() for query in (own, firm))
    return func.coalesce(mine, theirs)


def of_companies() -> dict[int, int]:
    """Each company whose health is known."""
    rows = db.session.execute(
        select(CustomerHealth.company_id, CustomerHealth.value).where(CustomerHealth.company_id.is_not(None))
    )
    return {company_id: value for company_id, value in rows if company_id is not None}


def known_of(member_ids: Collection[int]) -> dict[int, int]:
    """What counts for each of these members."""
    rows = db.session.execute(select(Member.id, of_member()).where(Member.id.in_(member_ids)))
    return {member_id: value for member_id, value in rows if value is not None}


def own_of(member_id: int) -> int | None:
    """What was said of the member in person."""
    return db.session.scalar(select(CustomerHealth.value).where(CustomerHealth.member_id == member_id))


def band(value: int | None) -> tuple[str, str] | None:
    """`("good", "Good")`: what a number is called."""
    return next(
        ((name, label) for name, label, low, high in BANDS if value is not None and low <= value <= high),
        None,
    )


def _chunks(values: list[int] | list[str]) -> Iterator[list]:  # type: ignore[type-arg]
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
