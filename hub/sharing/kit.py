"""The toolkit: how to spot somebody we can help, what to say, and the logos of those who say it with us."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from hub import activity
from hub.core import uploads
from hub.core.db import db
from hub.members.models import Company, Member
from hub.sharing.models import BLOCKS, CompanyLogo, IntroEmail, ToolkitBlock

TITLES = {
    "ideal": "Whom we help best", "triggers": "What they say when they need us",
    "process": "What happens when you introduce somebody",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One of the three, as it stands; empty until somebody has written it."""

    name: str
    title: str
    body: str = ""


def blocks() -> list[Block]:
    """The three, in their order."""
    found = {row.name: row.body for row in db.session.scalars(select(ToolkitBlock))}
    return [Block(name=name, title=TITLES[name], body=found.get(name, "")) for name in BLOCKS]


def write(bodies: Mapping[str, str], *, by_id: int, now: dt.datetime) -> None:
    """Says the three anew, at once for everybody."""
    for name in BLOCKS:
        row = db.session.get(ToolkitBlock, name)
        if row is None:
            row = ToolkitBlock(name=name, body="", changed_at=now)
            db.session.add(row)
        if row.body != bodies.get(name, ""):
            row.body, row.by_id, row.changed_at = bodies.get(name, ""), by_id, now
    db.session.flush()
    activity.record("toolkit.changed", subject="toolkit:1", by_id=by_id, now=now)


def emails() -> list[IntroEmail]:
    """Sample e-mails, in their order."""
    return list(db.session.scalars(select(IntroEmail).order_by(IntroEmail.position, IntroEmail.id).limit(50)))


def email(email_id: int) -> IntroEmail | None:
    """One."""
    return db.session.get(IntroEmail, email_id)


def keep_email(
    found: IntroEmail | None, *, title: str, subject: str, body: str, by_id: int, now: dt.datetime
) -> IntroEmail:
    """Changes one, or adds it at the end."""
    if found is None:
        last = db.session.scalar(select(func.max(IntroEmail.position))) or 0
        found = IntroEmail(title=title, subject=subject, body=body, position=last + 1, changed_at=now)
        db.session.add(found)
    found.title, found.subject, found.body, found.by_id, found.changed_at = title, subject, body, by_id, now
    db.session.flush()
    activity.record("toolkit.changed", subject="toolkit:1", by_id=by_id, now=now)
    return found


def drop_email(email_id: int, *, by_id: int, now: dt.datetime) -> bool:
    """Takes one away."""
    gone = db.session.execute(delete(IntroEmail).where(IntroEmail.id == email_id))
    activity.record("toolkit.changed", subject="toolkit:1", by_id=by_id, now=now)
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def filled(text: str, member: Member, url: str) -> str:
    """A sample e-mail with the member's name and link in it."""
    company = member.company.name if member.company else "our company"
    for hole, value in (("{name}", member.first_name), ("{company}", company), ("{link}", url)):
        text = text.replace(hole, value)
    return text


def logo_of(company_id: int | None) -> CompanyLogo | None:
    """A company's logo with the company."""
    if company_id is None:
        return None
    query = select(CompanyLogo).where(CompanyLogo.company_id == company_id)
    return db.session.scalar(query.options(joinedload(CompanyLogo.upload), joinedload(CompanyLogo.company)))


def logos() -> list[CompanyLogo]:
    """All of them, by company."""
    query = select(CompanyLogo).join(CompanyLogo.company).order_by(Company.name, Company.id)
    return list(
        db.session.scalars(query.options(joinedload(CompanyLogo.upload), joinedload(CompanyLogo.company)))
    )


def set_logo(company_id: int, upload: uploads.Upload, *, by_id: int, now: dt.datetime) -> None:
    """A company's logo from now on."""
    row = db.session.get(CompanyLogo, company_id)
    if row is None:
        row = CompanyLogo(company_id=company_id, upload_id=upload.id, by_id=by_id, created_at=now)
        db.session.add(row)
    row.upload_id, row.by_id, row.created_at = upload.id, by_id, now
    db.session.flush()


def drop_logo(company_id: int) -> bool:
    """Takes a company's logo away."""
    gone = db.session.execute(delete(CompanyLogo).where(CompanyLogo.company_id == company_id))
    return bool(gone.rowcount)  # type: ignore[attr-defined]
