"""Making codes, setting the door, asking to join, and joining."""

import datetime as dt
import json
import secrets
from collections.abc import Sequence

from sqlalchemy import delete, or_, update
from sqlalchemy.exc import IntegrityError

from hub import activity, outbox
from hub.core import crypto, edges
from hub.core.db import db
from hub.members import addresses, passwords, queries
from hub.members.actions.people import add, lasting, named, wear
from hub.members.actions.signing_links import mail_sign_in
from hub.members.actions.tickets import SPENT, join
from hub.members.joining import queries as codes
from hub.members.joining.models import JoinCode, JoinDoor, Joining, JoinRequest
from hub.members.models import TYPES, Member
from hub.members.names import SUFFIX_ALPHABET, Refusal

LASTS = dt.timedelta(days=2)
LETTERS = 12
ASKED = "members.join_asked"
WRITE = "notices.write_to_stranger"  # by name: the room that mails lies downhill
LETTER = "members.joining"
FULL = "As many people as it was made for have joined meanwhile. Ask whoever gave you the address."


class AlreadyHere(Refusal):
    """A member has this mailbox already."""


def make(
    name: str,
    *,
    by_id: int | None,
    now: dt.datetime,
    alias: str | None = None,
    type: str = "customer",  # noqa: A002 - the product's word
    company_id: int | None = None,
    domains: Sequence[str] = (),
    tag: str = "",
    most: int | None = None,
    expires_at: dt.datetime | None = None,
) -> JoinCode:
    """A new code, on at once. Refuses an unknown type and an alias that stands for another."""
    if type not in TYPES:
        raise Refusal(f"There is no type “{type}”; types are {', '.join(TYPES)}.")
    code = JoinCode(
        code="".join(secrets.choice(SUFFIX_ALPHABET) for _ in range(LETTERS)), alias=_free(alias), name=named(name),
        type=type, company_id=company_id, domains=[addresses.plain_domain(one) for one in domains], tag=tag, most=most,
        expires_at=expires_at, is_on=True, uses=0, by_id=by_id, created_at=now,
    )  # fmt: skip
    db.session.add(code)
    db.session.flush()
    activity.record("join_code.made", subject=f"join_code:{code.id}", by_id=by_id, now=now)
    return code


def change(
    code: JoinCode, *, name: str, alias: str | None, domains: Sequence[str], tag: str, most: int | None,
    expires_at: dt.datetime | None, is_on: bool, by_id: int | None, now: dt.datetime,
) -> JoinCode:  # fmt: skip
    """Changes what holds from now on; who came stays what they became. Refuses fewer than have come by it."""
    alias = _free(alias, except_id=code.id)
    values = {"name": named(name), "alias": alias, "domains": [addresses.plain_domain(one) for one in domains],
              "tag": tag, "most": most, "expires_at": expires_at, "is_on": is_on}  # fmt: skip
    mine = update(JoinCode).where(JoinCode.id == code.id)
    if most is not None:
        mine = mine.where(JoinCode.uses <= most)
    if not db.session.execute(mine.values(values)).rowcount:  # type: ignore[attr-defined]
        raise Refusal("More people than that have joined by it already.")
    activity.record("join_code.changed", subject=f"join_code:{code.id}", by_id=by_id, now=now)
    db.session.refresh(code)
    return code


def _free(alias: str | None, *, except_id: int | None = None) -> str | None:
    if alias and codes.is_taken(alias, except_id=except_id):
        raise Refusal("That word stands for another code already.")
    return alias or None


def set_door(state: str, code_id: int | None, *, by_id: int | None, now: dt.datetime) -> JoinDoor:
    """Whether people may join by themselves. Refuses an open door without a code to show."""
    if state == "open" and (code_id is None or codes.get(code_id) is None):
        raise Refusal("Choose the code that everybody is shown.")
    door = db.session.merge(JoinDoor(id=1, state=state, code_id=code_id if state == "open" else None))
    db.session.flush()
    activity.record("door.set", subject="hub:1", by_id=by_id, now=now, data={"state": state})
    return door


def ask(code: JoinCode, *, name: str, email: str, now: dt.datetime) -> None:
    """Somebody wants to join. Whether we know them is found out afterwards, by a job: the answer, and the time it
    takes, is the same for every address. Refuses a throw-away mailbox, and one that the code isn't for."""
    email = lasting(email)
    if not is_for(code, email):
        raise Refusal(f"This way in is for addresses at {' or '.join(code.domains)}.")
    wish = json.dumps({"code_id": code.id, "name": named(name), "email": email})
    outbox.post(ASKED, {"sealed": crypto.seal(wish)}, now=now)


def is_for(code: JoinCode, email: str) -> bool:
    """Whether a code is for this mailbox."""
    return not code.domains or addresses.domain_of(email) in code.domains


def answer(code_id: int, name: str, email: str, *, now: dt.datetime) -> bool:
    """Mails the link that lets somebody in; whoever is here already gets one to sign in with. False, and no mail, for
    the switched off, and when the code has ended meanwhile."""
    code = codes.get(code_id)
    if code is None or code.why_not(now) or codes.door().state == "closed":
        return False
    known = queries.find(email)
    if known is not None and known.is_stub:
        known = None if known.disabled_at is None else known
    here = known or codes.in_mailbox(email)
    if here is not None:
        return mail_sign_in(here, now=now)
    token = secrets.token_urlsafe(32)
    wish = JoinRequest(token_digest=crypto.digest(token), code_id=code_id, name=name, email=email, created_at=now,
                       expires_at=now + LASTS)  # fmt: skip
    db.session.execute(
        delete(JoinRequest).where(JoinRequest.email == email)
    )  # asking again voids the link before
    db.session.add(wish)
    db.session.flush()
    args = {"kind": LETTER, "number": wish.id, "sealed": crypto.seal(token), "asked_at": now.isoformat()}
    outbox.post(WRITE, args, now=now)
    return True


def digest_of(password: str, *, name: str, email: str) -> str:
    """What is kept of a password somebody joins with. Refuses a weak one."""
    passwords.check_rules(password, about=(email, email.split("@")[0], name))
    return passwords.digest(password)


def let_in(token: str, *, password_hash: str, now: dt.datetime) -> Member:
    """Uses a mailed link: its mailbox is proven, and its person joins; a stub with this address becomes a member, same
    row, points waiting. Refuses a used or expired link, a code that has ended or is full, and a mailbox that is here
    already (AlreadyHere)."""
    wish = codes.request_of(token, now)
    if wish is None:
        raise Refusal(SPENT)
    mine = delete(JoinRequest).where(JoinRequest.id == wish.id)
    if not db.session.execute(mine.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        raise Refusal(SPENT)
    member = admit(wish.code, name=wish.name, email=wish.email, now=now)
    member.password_hash = password_hash
    return member


def admit(code: JoinCode, *, name: str, email: str, now: dt.datetime) -> Member:
    """Makes somebody a member by a code, with an address that is proven to be theirs: one use, one mailbox, once.
    Refuses as `let_in`."""
    if codes.door().state == "closed":
        raise Refusal("This community takes nobody in by a code at the moment.")
    if not _take(code, now):
        raise Refusal(code.why_not(now) or FULL)
    known = queries.find(email)
    if codes.in_mailbox(email) is not None or (known is not None and known.disabled_at is not None):
        raise AlreadyHere("You are a member here already. Sign in, or ask for a link by mail.")
    if known is not None:
        wear(known, ("advocate",))  # what an invitation promised, that invitation gives
        known.company_id = known.company_id or code.company_id
        join(known, name=name, email=email, now=now)
    member = known or add(email, name=name, now=now, type=code.type, company_id=code.company_id)
    mailbox = crypto.keyed(f"mailbox:{addresses.plain_email(email)}")[0]
    try:
        with edges.attempt():
            db.session.add(Joining(member_id=member.id, code_id=code.id, mailbox=mailbox, at=now))
    except IntegrityError:
        raise AlreadyHere("You are a member here already. Sign in, or ask for a link by mail.") from None
    activity.record("member.came_by_code", subject=f"member:{member.id}", by_id=member.id, now=now,
                    data={"code_id": code.id})  # fmt: skip
    return member


def _take(code: JoinCode, now: dt.datetime) -> bool:
    """One use, while there is one: of several who come at once, as many get in as there are places."""
    mine = update(JoinCode).where(
        JoinCode.id == code.id, JoinCode.is_on, or_(JoinCode.expires_at.is_(None), JoinCode.expires_at > now),
        or_(JoinCode.most.is_(None), JoinCode.uses < JoinCode.most),
    )  # fmt: skip
    taken = mine.values(uses=JoinCode.uses + 1).execution_options(synchronize_session=False)
    done = db.session.execute(taken)
    db.session.refresh(code)
    return bool(done.rowcount)  # type: ignore[attr-defined]


def forget_asked(*, now: dt.datetime) -> None:
    """Drops what was asked and not answered in time."""
    db.session.execute(delete(JoinRequest).where(JoinRequest.expires_at < now))
