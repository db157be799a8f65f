"""Visitors of landing pages for tests: a link, a click, a page with its hidden fields, a form that is sent."""

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub import sharing
from hub.core import crypto, edges
from hub.core.clock import now
from hub.core.db import Base, db
from hub.notices.models import Notice
from hub.referrals import queries
from hub.referrals.landing.models import Touch
from hub.referrals.lead_terms import LeadTerms
from hub.referrals.models import Referral
from hub.referrals.rights.models import Consent
from hub.sharing import codes
from tests.hub.referrals.scene import SAMPLE, Scene

KIM = {"contact_name": "Kim Lee", "contact_email": "kim@example.org", "contact_company": "Globex"}
HIDDEN = re.compile(r'name="seen" type="hidden" value="([^"]*)"')


@dataclass
class Visitor:
    """A browser that nobody is signed in at."""

    scene: Scene
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.scene.browser(None)

    def open(self, code: str, via: str = "") -> TestResponse:
        """Looks at a page."""
        return self.client.get(f"/r/{code}" + (f"?via={via}" if via else ""))

    def seen(self, code: str, via: str = "") -> str:
        """The hidden field of a page just opened."""
        found = HIDDEN.search(self.open(code, via).text)
        assert found is not None
        return unescape(found[1])

    def send(self, code: str, via: str = "", **typed: str) -> TestResponse:
        """Opens a page and sends its form."""
        data = {**KIM, "seen": self.seen(code, via), **typed}
        return self.client.post(f"/r/{code}", data=data)

    def agree(self, code: str, via: str = "") -> None:
        """Lets a cookie remember who sent them."""
        data = {"say": "yes", "seen": self.seen(code, via)}
        assert self.client.post(f"/r/{code}/remembering", data=data).status_code == 303


def terms(scene: Scene, **changes: Any) -> LeadTerms:
    """Publishes the sample programme with other terms for those who are referred."""
    lead = replace(SAMPLE.lead, **changes)
    scene.publish(replace(SAMPLE, lead=lead))
    return lead


def linked(scene: Scene, who: str = "ada", channel: str = "copy", programme: int = 1) -> str:
    """The code of a member's link to a programme."""
    with scene.app.app_context(), edges.unit():
        return sharing.link(scene.ids[who], f"programme:{programme}", channel, now()).code


def mark(scene: Scene, code: str, *, ago: dt.timedelta = dt.timedelta(0)) -> str:
    """The mark that a click on a link leaves, as the door in front of Flask makes it."""
    with scene.app.app_context():
        key = codes.key_of(scene.app.extensions["settings"].secret_key)
        return codes.mark(codes.click_id(int((now() - ago).timestamp() * 1000)), code, key)


def touches(scene: Scene, referral_id: int) -> list[tuple[int, bool, bool]]:
    """What led to a referral: (advocate, verified, credited), first things first."""
    with scene.app.app_context():
        query = select(Touch).where(Touch.referral_id == referral_id).order_by(Touch.place)
        return [(one.advocate_id, one.is_verified, one.is_credited) for one in db.session.scalars(query)]


def consent(scene: Scene, referral_id: int) -> Consent | None:
    """What the person of a referral said, as the database has it."""
    with scene.app.app_context():
        found = db.session.get(Consent, referral_id)
        if found is not None:
            db.session.expunge(found)
        return found


def token(scene: Scene, referral_id: int) -> str:
    """The token of a person's own page."""
    with scene.app.app_context():
        found = db.session.get(Consent, referral_id)
        assert found is not None
        return crypto.unseal(found.sealed_token or "")


def everything(app: Flask) -> str:
    """All that the database holds as words; the bytes of CRMs' messages go after thirty days."""
    with app.app_context():
        tables = [table for table in Base.metadata.sorted_tables if table.name != "delivery_bodies"]
        return "\n".join(repr(row) for table in tables for row in db.session.execute(select(table)))


def told(scene: Scene, who: str) -> list[str]:
    """The kinds of notices a member got, oldest first."""
    with scene.app.app_context():
        query = select(Notice.kind).where(Notice.member_id == scene.ids[who]).order_by(Notice.id)
        return list(db.session.scalars(query))


def whole(scene: Scene, referral_id: int) -> Referral:
    """A referral with its people."""
    with scene.app.app_context():
        found = queries.referral(referral_id)
        assert found is not None
        db.session.expunge_all()
        return found
