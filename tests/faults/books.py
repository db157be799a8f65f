"""What the books say, in a form that two hubs can be compared by; and a small world to keep books about."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from hub import crm, referrals
from hub.core import edges, registry
from hub.core.db import db
from hub.crm.adapters import generic
from hub.ledger.models import Account, Entry, Wallet
from hub.members.models import Member
from hub.referrals.intake import Contact, default_programme
from hub.referrals.ladder import SAMPLE
from hub.referrals.models import Programme, ProgrammeVersion, Referral, write_ladder

START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
STAGES = {
    "Submitted": "submitted",
    "Accepted": "accepted",
    "Meeting": "meeting",
    "Opportunity": "opportunity",
    "Won": "won",
    "Lost": "lost",
}
SECRET = "whsec_" + "c2VjcmV0LWZvci10ZXN0cy1vbmx5LTEyMzQ="


@dataclass
class World:
    """A hub with one programme, one connection and as many referrals as asked for."""

    app: Flask
    codes: list[str]


def found(app: Flask, *, referrals_made: int = 3, clawback: str = "unspent", hold: bool = False) -> World:
    """Fills an empty hub: two advocates, the sample ladder, a generic connection called `main`."""
    with app.app_context():
        with edges.unit():
            for name in ("ada", "linus"):
                db.session.add(
                    Member(
                        email=f"{name}@example.com",
                        name=name.title(),
                        handle=name,
                        created_at=START,
                        joined_at=START,
                    )
                )
            publish(clawback=clawback, hold=hold)
            crm.connect("main", "generic", now=START, secret=SECRET, stages=STAGES)
        with edges.unit():
            codes = [_refer(number) for number in range(referrals_made)]
    return World(app, codes)


def publish(*, clawback: str, hold: bool) -> None:
    """The sample programme."""
    programme = Programme(slug="aluv", state="active", created_at=START)
    db.session.add(programme)
    db.session.flush()
    version = ProgrammeVersion(
        programme_id=programme.id, number=1, name="ALUV", audience=["customer", "partner", "employee"],
        rungs=write_ladder(SAMPLE), clawback=clawback, hold_submission=hold, payee="member", member_percent=100,
        page={}, published_at=START,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    programme.version_id = version.id
    db.session.flush()


def _refer(number: int) -> str:
    handle = ("ada", "linus")[number % 2]
    advocate = db.session.scalars(select(Member).where(Member.handle == handle)).one()
    contact = Contact(name=f"Lead {number}", email=f"lead{number}@example.org")
    made = referrals.refer(
        advocate, contact, programme=default_programme(), mode="form", now=START, source="operator"
    )
    return made.code


def message(events: Any, message_id: str) -> tuple[str, dict[str, str], bytes]:
    """A signed message of the generic kind: path, headers, body."""
    envelope = {"type": "referral.stage_changed", "timestamp": "2026-11-02T10:00:00Z", "data": events}
    body = json.dumps(envelope).encode()
    headers = generic.sign(SECRET, message_id, body, dt.datetime.now(dt.UTC))
    return "/webhooks/crm/main", {**headers, "Content-Type": "application/json"}, body


def event(code: str, stage: str, minute: int) -> dict[str, str]:
    """One stage event of a referral."""
    at = START + dt.timedelta(minutes=minute)
    return {"referral_code": code, "stage": stage, "occurred_at": at.isoformat().replace("+00:00", "Z")}


def story(codes: list[str]) -> list[dict[str, str]]:
    """Every referral climbs; the first is won, the second lost after having been won, the third skips to won."""
    first, second, third = codes[:3]
    return [
        event(first, "Accepted", 1), event(first, "Meeting", 2), event(first, "Opportunity", 3),
        event(first, "Won", 4), event(second, "Won", 5), event(second, "Lost", 6), event(third, "Won", 7),
    ]  # fmt: skip


def send(app: Flask, events: Any, message_id: str) -> int:
    """Delivers a message; the status of the answer."""
    path, headers, body = message(events, message_id)
    with app.test_client() as client:
        return client.post(path, headers=headers, data=body).status_code


def books(app: Flask) -> dict[str, Any]:
    """Entries by referral code (ids differ between hubs), wallets by member, and where referrals stand."""
    with app.app_context(), edges.reading():
        codes = {
            f"referral:{i}": contact
            for i, contact in db.session.execute(select(Referral.id, Referral.contact_email))
        }
        entries = [
            (codes[entry.subject], entry.key.split(":", 2)[2], entry.points, entry.happened_at)
            for entry in db.session.scalars(select(Entry))
        ]
        wallets = {
            handle: (wallet.balance, wallet.held, wallet.lifetime)
            for handle, wallet in db.session.execute(
                select(Member.handle, Wallet)
                .join(Account, Account.member_id == Member.id)
                .join(Wallet, Wallet.account_id == Account.id)
            )
        }
        standing = {
            r.contact_email: (r.rung, r.highest_rung, r.state) for r in db.session.scalars(select(Referral))
        }
    return {"entries": sorted(entries), "wallets": wallets, "standing": standing}


def differences(app: Flask) -> list[str]:
    """Everything `hurrah prove` would print."""
    with app.app_context(), edges.reading():
        return [f"{name}: {line}" for name, check in registry.checks.items() for line in check()]
