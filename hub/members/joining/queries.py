"""Reads of codes, of the door, and of who asked."""

import datetime as dt

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import joinedload

from hub.core import crypto
from hub.core.db import db
from hub.members.addresses import DOTLESS, plain_email
from hub.members.joining.models import JoinCode, JoinDoor, Joining, JoinRequest
from hub.members.models import Member

LONGEST_WORD = 60
SHOWN = 100


def by_word(word: str) -> JoinCode | None:
    """The code of an address, whatever its case, with its company; switched off and ended ones too."""
    word = word.strip().lower()
    if not word or len(word) > LONGEST_WORD or not (word.isascii() and word.isprintable()):
        return None
    query = select(JoinCode).where(or_(JoinCode.code == word, JoinCode.alias == word))
    return db.session.scalar(query.options(joinedload(JoinCode.company)))


def get(code_id: int) -> JoinCode | None:
    """One with its company."""
    return db.session.scalar(
        select(JoinCode).where(JoinCode.id == code_id).options(joinedload(JoinCode.company))
    )


def listed() -> list[JoinCode]:
    """All codes with their companies, the newest first."""
    query = select(JoinCode).options(joinedload(JoinCode.company)).order_by(JoinCode.id.desc())
    return list(db.session.scalars(query))


def is_taken(word: str, *, except_id: int | None = None) -> bool:
    """Whether a word stands for another code."""
    query = select(JoinCode.id).where(or_(JoinCode.code == word, JoinCode.alias == word))
    return any(number != except_id for number in db.session.scalars(query))


def door() -> JoinDoor:
    """The door; until somebody sets it, people come in by a code they were given."""
    return db.session.get(JoinDoor, 1) or JoinDoor(id=1, state="code", code_id=None)


def shown(now: dt.datetime) -> JoinCode | None:
    """The code that everybody is shown; None while the door isn't open, or the code lets nobody in."""
    query = select(JoinCode).join(JoinDoor, JoinDoor.code_id == JoinCode.id).where(JoinDoor.state == "open")
    found = db.session.scalar(query)
    return found if found is not None and not found.why_not(now) else None


def came_by(code_id: int) -> list[Row[Member, dt.datetime]]:
    """The latest hundred who joined by a code, and when; those still here."""
    query = (
        select(Member, Joining.at)
        .join(Joining, Joining.member_id == Member.id)
        .where(Joining.code_id == code_id, Member.erased_at.is_(None))
        .order_by(Joining.at.desc(), Member.id.desc())
        .limit(SHOWN)
    )
    return list(db.session.execute(query))


def miscounted() -> list[Row[int, int, int]]:
    """Codes whose count isn't the number of those who came by them: id, kept, came."""
    came = select(func.count()).where(Joining.code_id == JoinCode.id).correlate(JoinCode).scalar_subquery()
    query = select(JoinCode.id, JoinCode.uses, came).where(JoinCode.uses != came)
    return list(db.session.execute(query.order_by(JoinCode.id)))


def request_of(token: str, now: dt.datetime) -> JoinRequest | None:
    """What a mailed link stands for, with its code and company; None when it is used, too old or unknown."""
    query = select(JoinRequest).where(
        JoinRequest.token_digest == crypto.digest(token), JoinRequest.expires_at > now
    )
    with_code = joinedload(JoinRequest.code).joinedload(JoinCode.company)
    return db.session.scalar(query.options(with_code))


def request(request_id: int) -> JoinRequest | None:
    """One by its number; the mail asks for it when it goes."""
    return db.session.get(JoinRequest, request_id)


def in_mailbox(email: str) -> Member | None:
    """Who is here already by the same mailbox, however its address is written: not those who have yet to join."""
    plain = plain_email(email)
    if plain is None:
        return None
    local, _, domain = plain.rpartition("@")
    column = func.lower(Member.email)
    if domain in DOTLESS.values():
        column, domains = func.replace(column, ".", ""), [name.replace(".", "") for name in DOTLESS]
    else:
        domains = [email.rpartition("@")[2].strip().lower()]
    alike = [
        or_(column == f"{local}@{there}", and_(column.startswith(f"{local}+", autoescape=True),
                                               column.endswith(f"@{there}", autoescape=True)))
        for there in domains
    ]  # fmt: skip
    query = select(Member).where(or_(*alike), ~Member.is_stub).order_by(Member.id)
    return next((one for one in db.session.scalars(query) if plain_email(one.email) == plain), None)
