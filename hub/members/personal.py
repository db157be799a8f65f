"""What this room keeps of one person; the person's own row is blanked last, by `actions.erase`."""

import datetime as dt

from sqlalchemy import delete, func, select, update

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.members.joining.models import Joining, JoinRequest
from hub.members.models import Company, CustomerHealth, Identity, Member, Ticket


@registry.export("members")
def tell(member_id: int) -> registry.Told:
    """The profile without the digest of the password; sign-ins at providers; links handed out, without their tokens."""
    yield told(Member, Member.id == member_id, without=("password_hash", "session_epoch", "stub_key"))
    yield told(Company, Company.owner_id == member_id)
    yield told(CustomerHealth, CustomerHealth.member_id == member_id, without=("by_id",))
    yield told(Identity, Identity.member_id == member_id)
    yield told(Ticket, Ticket.member_id == member_id, without=("token_digest", "by_id"))
    yield told(Joining, Joining.member_id == member_id, without=("mailbox",))


@registry.erasure("members")
def forget(member_id: int, _now: dt.datetime) -> None:
    """Nobody gets in as them any more, and nobody's company is looked after by them."""
    db.session.execute(delete(Identity).where(Identity.member_id == member_id))
    db.session.execute(delete(Ticket).where(Ticket.member_id == member_id))
    theirs = select(func.lower(Member.email)).where(Member.id == member_id).scalar_subquery()
    db.session.execute(delete(JoinRequest).where(JoinRequest.email == theirs))
    db.session.execute(update(Joining).where(Joining.member_id == member_id).values(mailbox=None))
    db.session.execute(delete(CustomerHealth).where(CustomerHealth.member_id == member_id))
    db.session.execute(update(Company).where(Company.owner_id == member_id).values(owner_id=None))
