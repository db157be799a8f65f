"""A hub that sends referrals to fakes of CRMs: referred, drained, looked at."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from hub import members
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.core.registry import Hop
from hub.crm import connections
from hub.crm.outward import actions
from hub.crm.outward.models import Push
from hub.members.models import Company, Member
from hub.outbox.jobs import drain_all, drain_here
from hub.outbox.models import Message
from hub.referrals.models import Deal
from tests.hub.crm.outward.fakes import OPTIONS, SECRETS, Fake
from tests.hub.crm.scene import Scene


@dataclass
class Outside(Scene):
    """A scene with a rep who looks after the advocate's company, and connections that send."""

    fakes: dict[str, Fake] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app.config["OUTGOING_ALLOW_PRIVATE"] = True
        super().__post_init__()
        with self.app.app_context(), edges.unit():
            rep = members.add("rep@example.com", name="Rhea Rep", now=now(), roles=("rep",))
            db.session.flush()
            company = db.session.scalars(select(Company).where(Company.name == "Analytical Engines")).one()
            company.owner_id = rep.id

    def sends(self, kind: str, fake: Fake, options: Mapping[str, str] | None = None) -> None:
        """A connection of this kind that sends to this fake."""
        self.fakes[kind] = fake
        if not self.has(kind):
            self.connect(kind)
        with self.app.app_context(), edges.unit():
            connection = connections.find(kind)
            assert connection is not None
            actions.switch_on(
                connection, now=now(), address=fake.url, token=SECRETS[kind], options=options or OPTIONS[kind],
                allow_private=True,
            )  # fmt: skip

    def has(self, kind: str) -> bool:
        with self.app.app_context(), edges.reading():
            return connections.find(kind) is not None

    def work(self) -> None:
        """Everything that is due, as the workers would."""
        with self.app.app_context():
            drain_all()

    def later(self, **ahead: float) -> None:
        """Everything that will be due by then."""
        self.hurry(dt.timedelta(**ahead))
        self.work()

    def hurry(self, ahead: dt.timedelta) -> None:
        """Moves what waits closer by so much, as if that time had passed."""
        with self.app.app_context(), edges.unit():
            for message in db.session.scalars(select(Message).where(Message.done_at.is_(None))):
                message.due_at -= ahead
            for push in db.session.scalars(select(Push)):
                push.taken_until = push.taken_until - ahead if push.taken_until else None

    def post_once(self) -> None:
        with self.app.app_context():
            drain_here("messages.post")

    def pushes(self) -> list[Push]:
        with self.app.app_context(), edges.reading():
            found = list(db.session.scalars(select(Push).order_by(Push.id)))
            db.session.expunge_all()
            return found

    def push(self) -> Push:
        (found,) = self.pushes()
        return found

    def messages(self) -> list[Message]:
        with self.app.app_context(), edges.reading():
            found = list(
                db.session.scalars(select(Message).where(Message.name == actions.SEND).order_by(Message.id))
            )
            db.session.expunge_all()
            return found

    def deals(self) -> list[tuple[str, int]]:
        with self.app.app_context(), edges.reading():
            query = select(Deal.deal_id, Deal.referral_id).where(Deal.connection_id > 0).order_by(Deal.id)
            return [(deal_id, referral_id) for deal_id, referral_id in db.session.execute(query)]

    def told(self, referral_id: int, reader: str = "manager") -> list[str]:
        """What the timeline says of sending it."""
        with self.app.app_context(), edges.reading():
            moments = registry.moments(f"referral:{referral_id}")
            return [each.text for each in moments if each.icon == "send" and reader in each.audience]

    def hop(self, kind: str) -> Hop | None:
        with self.app.app_context(), edges.reading():
            hops = {hop.name: hop for hop in registry.hops["crm.push"]()}
            return hops.get(f"crm.push.{kind}")

    def differences(self) -> list[str]:
        with self.app.app_context(), edges.reading():
            return list(registry.checks["every referral sent to a CRM has its deal, or was told no number"]())

    def owner(self) -> Member:
        with self.app.app_context(), edges.reading():
            return db.session.scalars(select(Member).where(Member.email == "rep@example.com")).one()
