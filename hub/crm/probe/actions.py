"""The synthetic referral: made, signed for, received, booked, counted; then all of it is undone.

It goes through the very functions that a CRM's message goes through, in a savepoint that is rolled back: the books, the
boards and the members never see it. What stays is one row: whether it went through, how long it took, and why not.
"""

import datetime as dt
import json
import secrets
import time
from dataclasses import dataclass

import structlog
from sqlalchemy import delete, func, select

from hub import members, notices
from hub.core import edges
from hub.core.db import db
from hub.crm import connections
from hub.crm.adapters import ADAPTERS, Inbound, receive
from hub.crm.adapters.generic import sign
from hub.crm.apply import apply
from hub.crm.models import Connection
from hub.crm.probe.models import Probe
from hub.crm.probe.queries import latest
from hub.crm.receipt import keep
from hub.crm.states import pending
from hub.ledger.models import Entry
from hub.members.queries import staff
from hub.referrals.intake import Contact, refer
from hub.referrals.models import Programme
from hub.referrals.queries import programme_with_version

log = structlog.get_logger(__name__)
KEPT_DAYS = 30
NAME = "synthetic"


class Undo(Exception):
    """It went through: nothing of it may stay."""


class Stuck(Exception):
    """It didn't go through. The sentence says where."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a run found."""

    is_ok: bool
    says: str
    milliseconds: int


def look(*, now: dt.datetime) -> Probe | None:
    """One run, kept; the managers are told when it is the first that fails. None without a programme to try."""
    programme = programme_with_version()
    if programme is None:
        return None
    before = latest()
    found = run(programme, now=now)
    row = Probe(at=now, is_ok=found.is_ok, milliseconds=found.milliseconds, says=found.says[:500])
    db.session.add(row)
    db.session.execute(delete(Probe).where(Probe.at < now - dt.timedelta(days=KEPT_DAYS)))
    db.session.flush()
    if not found.is_ok and (before is None or before.is_ok):
        told = [
            {"member_id": one.id, "kind": "probe.failed", "subject": f"probe:{row.id}",
             "key": f"probe:{row.id}:{one.id}"}
            for one in {one.id: one for role in ("manager", "admin") for one in staff(role)}.values()
        ]  # fmt: skip
        notices.tell_many(told, now=now)
    return row


def run(programme: Programme, *, now: dt.datetime) -> Found:
    """Through the whole chain, and back."""
    started = time.perf_counter()
    says = ""
    try:
        with edges.attempt():
            _through(programme, now)
            raise Undo
    except Undo:
        pass
    except Stuck as stuck:
        says = str(stuck)
    except Exception as error:
        if edges.passing(error):
            raise
        log.exception("probe.failed")
        says = f"{type(error).__name__}: {error}"
    finally:
        db.session.expire_all()
    spent = round(1000 * (time.perf_counter() - started))
    return Found(is_ok=not says, says=says, milliseconds=spent)


def _through(programme: Programme, now: dt.datetime) -> None:
    """A stub introduces somebody, the CRM says that they bought, and the ladder is paid to its end."""
    mark, ladder = secrets.token_hex(8), programme.version.ladder
    advocate = members.stub("Synthetic Advocate", company_id=None, key=f"{NAME}:{mark}", now=now)
    advocate.type = programme.version.audience[0]
    contact = Contact(name="Synthetic Contact", email=f"{NAME}-{mark}@example.com")
    referral = refer(advocate, contact, programme=programme, mode="form", source="operator", now=now)
    connection, secret = connections.connect(
        f"{NAME}-{mark}", "generic", now=now, stages={rung.label: rung.key for rung in ladder.paying}
    )
    events = [{"referral_code": referral.code, "stage": ladder.won.label, "occurred_at": now.isoformat()}]
    body = json.dumps(
        {"type": "referral.stage_changed", "timestamp": now.isoformat(), "data": events}
    ).encode()
    _receive(connection, secret, body, mark, now)
    batch = pending(limit=10, now=now, connection_id=connection.id)
    if len(batch) != 1:
        raise Stuck("The message was received, and isn’t waiting to be booked.")
    apply(batch, now=now)
    booked = select(func.sum(Entry.points)).where(
        Entry.subject == referral.subject, Entry.reason == "referral_stage"
    )
    db.session.refresh(referral)
    paid = (
        db.session.scalar(booked) or 0
    ) + referral.waiting  # a programme may let points wait for days or people
    if paid != sum(ladder.amounts.values()):
        raise Stuck(f"The ladder comes to {sum(ladder.amounts.values()):,} points; {paid:,} were booked.")


def _receive(connection: Connection, secret: str, body: bytes, mark: str, now: dt.datetime) -> None:
    path = f"/webhooks/crm/{connection.name}"
    inbound = Inbound(
        method="POST", path=path, public_url="http://localhost", query="", headers=sign(secret, mark, body, now),
        body=body, tail=None, secrets=connections.plain_secrets(connections.active(connection.id)), account=None,
        now=now,
    )  # fmt: skip
    kept = keep(connection, receive(ADAPTERS["generic"], inbound), body, now=now)
    if kept.kept != 1:
        raise Stuck("The message was proved, and not kept.")
