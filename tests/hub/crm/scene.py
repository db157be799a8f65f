"""A hub with the sample programme, an advocate, referrals with known codes and a connection of each kind.

Everything goes the real way: a signed request to the Flask route, then the drain.
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.crm import connections, drain_batch
from hub.crm.adapters.generic import sign as sign_generic
from hub.crm.models import Delivery, DeliveryState
from hub.ledger.models import Entry
from hub.outbox.jobs import drain_all
from hub.referrals import intake, programmes
from hub.referrals.intake import Contact
from hub.referrals.models import ANY_CONNECTION, Deal, Referral, StageEvent
from hub.referrals.programme_file import read
from hub.referrals.samples import PROGRAMME
from tests.hub.crm.adapters.senders import SENDERS, sign_hubspot, sign_pipedrive

# What a CRM says and is told is tried without a question to anybody; tests of rights ask.
_SAMPLE = read(PROGRAMME.read_bytes())
SAMPLE = replace(_SAMPLE, lead=replace(_SAMPLE.lead, ask="never"))
TOTALS = {"submitted": 100, "accepted": 500, "meeting": 2000, "opportunity": 7000, "won": 32000}
LONG_AGO = dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC)
STAGES = {
    "generic": {
        "new": "-", "qualified": "accepted", "meeting": "meeting", "proposal": "opportunity",
        "Closed Won": "won", "Closed Lost": "lost",
    },
    "hubspot": {
        "appointmentscheduled": "meeting", "presentationscheduled": "opportunity", "qualifiedtobuy": "accepted",
        "closedwon": "won", "closedlost": "lost",
    },
    "salesforce": {
        "Qualification": "accepted", "Proposal/Price Quote": "opportunity", "Closed Won": "won",
        "Closed Lost": "lost", "Perception Analysis": "meeting",
    },
    "pipedrive": {"2": "accepted", "1/3": "meeting", "won": "won", "lost": "lost"},
}  # fmt: skip


@dataclass
class Scene:
    """One hub under test: what is in it, how to speak to it, what came of it."""

    app: Flask
    referrals: dict[str, int] = field(default_factory=dict)
    advocate_id: int = 0

    def __post_init__(self) -> None:
        with self.app.app_context(), edges.unit():
            at = now()
            programmes.publish(SAMPLE, by_id=None, now=at)
            company = members.company("Analytical Engines", now=at)
            db.session.flush()
            ada = members.add("ada@example.com", name="Ada Marlowe", now=at, company_id=company.id)
            db.session.flush()
            self.advocate_id = ada.id

    def connect(
        self, *kinds: str, stages: Mapping[str, str] | None = None, account: str | None = None
    ) -> None:
        """A connection of each kind, named after it, with the senders' secrets."""
        with self.app.app_context(), edges.unit():
            for kind in kinds:
                sender = SENDERS[kind]
                connections.connect(
                    kind, kind, now=now(), secret=sender.secret, account=account or sender.account,
                    stages=STAGES[kind] if stages is None else stages,
                )  # fmt: skip

    def refer(
        self, name: str = "Kim", *, email: str | None = None, deal: str | None = None, code: str | None = None,
    ) -> int:  # fmt: skip
        """A referral of Ada's, submitted weeks ago, a day each; `code` and `deal` as the payloads have them."""
        at = LONG_AGO + dt.timedelta(days=len(self.referrals))
        with self.app.app_context(), edges.unit():
            ada = members.get(self.advocate_id)
            assert ada is not None
            address = email or f"{name.lower()}@{uuid.uuid4().hex[:8]}.example.org"
            referral = intake.refer(
                ada, Contact(name=name, email=address), programme=intake.default_programme(), mode="form", now=at,
                deal_id=deal,
            )  # fmt: skip
            if code:
                referral.code = code
            self.referrals[name] = referral.id
            return referral.id

    def post(self, kind: str, body: bytes, **given: Any) -> TestResponse:
        """Sends a signed message to the connection of this kind."""
        path = given.pop("path", None) or f"/webhooks/crm/{kind}" + (
            f"/{SENDERS[kind].secret}" if kind == "salesforce" else ""
        )
        headers = given.pop("headers", None)
        if headers is None:
            headers = self.signed(kind, body, path, given.pop("message_id", None))
        given.pop("message_id", None)
        return self.app.test_client().post(path, data=body, headers=headers, **given)

    def signed(
        self, kind: str, body: bytes, path: str, message_id: str | None = None, *, ahead_seconds: int = 0,
        public_url: str | None = None,
    ) -> dict[str, str]:  # fmt: skip
        """The headers that this kind's CRM would send now, or with a clock that is ahead."""
        secret, more = SENDERS[kind].secret, {"Content-Type": "application/json"}
        at = now() + dt.timedelta(seconds=ahead_seconds)
        if kind == "generic":
            return more | sign_generic(secret, message_id or f"msg_{uuid.uuid4().hex}", body, at)
        if kind == "hubspot":
            public_url = public_url or self.app.extensions["settings"].public_url
            return more | sign_hubspot(secret, "POST", public_url + path, body, at)
        if kind == "pipedrive":
            return more | sign_pipedrive(SENDERS[kind].account or "", secret)
        return {"Content-Type": "text/xml"}

    def tell(self, *events: Mapping[str, Any], message_id: str | None = None) -> TestResponse:
        """Sends generic stage events, one or many in a message."""
        data: object = events[0] if len(events) == 1 else list(events)
        body = json.dumps({"type": "referral.stage_changed", "data": data}).encode()
        return self.post("generic", body, message_id=message_id)

    def drain(self, at: dt.datetime | None = None) -> int:
        """Books everything that is due, and does what follows from it."""
        with self.app.app_context():
            done = 0
            while count := drain_batch(at or now()):
                done += count
            drain_all()
            return done

    def ledger(self, referral_id: int) -> dict[str, int]:
        """What a referral paid: rung → points."""
        with self.app.app_context(), edges.reading():
            query = select(Entry.key, Entry.points).where(Entry.subject == f"referral:{referral_id}")
            return {key.split(":", 2)[2]: points for key, points in db.session.execute(query)}

    def paid(self, referral_id: int) -> int:
        """All points of a referral."""
        return sum(self.ledger(referral_id).values())

    def outcomes(self) -> list[tuple[str, str | None]]:
        """What became of the deliveries, in the order they came: state and reason."""
        with self.app.app_context(), edges.reading():
            query = select(DeliveryState.state, DeliveryState.reason).order_by(DeliveryState.delivery_id)
            return [(state, reason) for state, reason in db.session.execute(query)]

    def states(self) -> list[str]:
        return [state for state, _ in self.outcomes()]

    def deliveries(self) -> int:
        with self.app.app_context(), edges.reading():
            return len(db.session.scalars(select(Delivery.id)).all())

    def referral(self, referral_id: int) -> Referral:
        """A referral as it is, detached."""
        with self.app.app_context(), edges.reading():
            found = db.session.get_one(Referral, referral_id)
            db.session.refresh(found)
            db.session.expunge(found)
            return found

    def rungs(self, referral_id: int) -> list[str]:
        """The stage events of a referral in the order they were heard."""
        with self.app.app_context(), edges.reading():
            query = (
                select(StageEvent.to_rung)
                .where(StageEvent.referral_id == referral_id)
                .order_by(StageEvent.id)
            )
            return list(db.session.scalars(query))

    def own(self, referral_id: int, *deals: str, connection_id: int = ANY_CONNECTION) -> None:
        """Deals of a referral, as if matched before."""
        with self.app.app_context(), edges.unit():
            for deal in deals:
                row = Deal(
                    connection_id=connection_id, deal_id=deal, referral_id=referral_id, created_at=now()
                )
                db.session.add(row)


def won_in(*rungs: str) -> dict[str, int]:
    """What the entries of these rungs come to: each total less the one below it."""
    order = list(TOTALS)
    return {
        f"stage:{rung}": TOTALS[rung] - (TOTALS[order[order.index(rung) - 1]] if order.index(rung) else 0)
        for rung in rungs
    }


def event(stage: str, **names: Any) -> dict[str, Any]:
    """A generic stage event."""
    return {"stage": stage, **names}


def upto(rung: str) -> dict[str, int]:
    """The entries of everything up to a rung."""
    order = list(TOTALS)
    return won_in(*order[: order.index(rung) + 1])
