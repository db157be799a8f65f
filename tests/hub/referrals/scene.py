"""A hub with the sample programme and a small cast: two advocates, their reps, a manager. Who sits at which browser."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub import members
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.ledger.models import Entry
from hub.referrals import advance_many, intake, programmes, queries
from hub.referrals.advance import Advance
from hub.referrals.intake import Contact
from hub.referrals.models import ProgrammeVersion, Referral
from hub.referrals.programme_file import ProgrammeFile, read
from hub.referrals.samples import PROGRAMME

_sample = read(PROGRAMME.read_bytes())
# What is tried of stages and points is tried without a question to anybody; test_rights.py asks.
SAMPLE = replace(_sample, lead=replace(_sample.lead, ask="never"))
OURS = (
    "referrals stand where their stage events put them", "referrals are paid what their ladder says",
    "claw-backs are what won and lost again comes to",
    "whoever came by a link is credited to the touch that counts, or says why not",
    "nothing is kept of whoever said no, and little of whoever was asked",
    "a credit that moved is where the decision says",
)  # fmt: skip


@dataclass
class Scene:
    """The hub under test. Ada works at Engines, which is Kate's; Bea at Foods, which is Mary's; Grace manages."""

    app: Flask
    ids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.app.app_context(), edges.unit():
            at = now()
            for name, roles in (("kate", ("rep",)), ("mary", ("rep",)), ("grace", ("manager",))):
                self._add(name, roles=roles, type="employee")
            companies = {"engines": "kate", "foods": "mary"}
            for company, rep in companies.items():
                self.ids[company] = members.company(company.title(), now=at, owner_id=self.ids[rep]).id
            self._add("ada", company_id=self.ids["engines"])
            self._add("bea", company_id=self.ids["foods"])
            programmes.publish(SAMPLE, by_id=None, now=at)

    def _add(self, name: str, **wishes: Any) -> None:
        found = members.add(f"{name}@example.com", name=f"{name.title()} Example", now=now(), **wishes)
        db.session.flush()
        self.ids[name] = found.id

    def publish(self, file: ProgrammeFile = SAMPLE, **policies: Any) -> ProgrammeVersion:
        """Publishes the sample with other policies."""
        with self.app.app_context(), edges.unit():
            wanted = replace(file, policies=replace(file.policies, **policies))
            version = programmes.publish(wanted, by_id=self.ids["grace"], now=now())
            db.session.expunge(version)
            return version

    def refer(
        self, who: str = "ada", email: str = "kim@example.org", *, name: str = "Kim Lee", **more: Any
    ) -> int:
        """Somebody introduces somebody; gives the referral's id."""
        with self.app.app_context(), edges.unit():
            at = more.pop("at", now() - dt.timedelta(minutes=10))
            advocate = members.get(self.ids[who])
            assert advocate is not None
            programme = intake.default_programme(more.pop("programme", None))
            contact = Contact(name=name, email=email or None, **more.pop("contact", {}))
            found = intake.refer(
                advocate, contact, programme=programme, mode=more.pop("mode", "form"), now=at, **more
            )
            return found.id

    def reach(self, referral_id: int, *rungs: str, minutes: float = 1, **more: Any) -> None:
        """The referral reaches these stages, each some minutes after the one before; the last one was just now."""
        with self.app.app_context(), edges.unit():
            at = now() - dt.timedelta(minutes=minutes * (len(rungs) - 1))
            for place, rung in enumerate(rungs):
                when = at + dt.timedelta(minutes=minutes * place)
                step = {
                    "referral_id": referral_id,
                    "rung_key": rung,
                    "happened_at": when,
                    "source": "crm",
                    **more,
                }
                advance_many([Advance(**step)], now=now())

    def browser(self, who: str | None) -> FlaskClient:
        """A browser at which this person sits; nobody without a name."""
        self.app.config["WTF_CSRF_ENABLED"] = False
        client = self.app.test_client()
        if who is not None:
            with client.session_transaction() as session:
                session["_user_id"], session["_fresh"] = f"{self.ids[who]}.0", True
        return client

    def entries(self, referral_id: int) -> dict[str, int]:
        """What was booked: the end of the key → points."""
        with self.app.app_context():
            query = (
                select(Entry.key, Entry.points)
                .where(Entry.subject == f"referral:{referral_id}")
                .order_by(Entry.id)
            )
            prefix = f"referral:{referral_id}:stage:"
            return {key.removeprefix(prefix): points for key, points in db.session.execute(query)}

    def look(self, referral_id: int) -> Referral:
        """The referral as the database has it, detached."""
        with self.app.app_context():
            found = queries.referral(referral_id)
            assert found is not None
            db.session.expunge_all()
            return found

    def all(self) -> list[Referral]:
        """Every referral, oldest first."""
        with self.app.app_context():
            return list(db.session.scalars(select(Referral).order_by(Referral.id)))

    def story(self, referral_id: int, reader: str = "advocate") -> list[str]:
        """The timeline's sentences for one kind of reader, oldest first."""
        with self.app.app_context():
            moments = registry.moments(f"referral:{referral_id}")
            return [moment.text for moment in moments if reader in moment.audience]

    def prove(self, names: Iterable[str] = OURS) -> list[str]:
        """What `hurrah prove` finds in this room."""
        with self.app.app_context(), edges.reading():
            return [line for name in names for line in registry.checks[name]()]
