"""Whoever is erased in a CRM, or asks us, is forgotten with all that a CRM sent of them."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import select, update

from hub import members
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.crm.models import DeliveryState
from hub.crm.outward.models import Push
from hub.crm.redaction import redact
from hub.referrals import intake, programmes
from hub.referrals.models import Referral
from hub.referrals.people import Contact
from hub.referrals.rights import actions as rights
from hub.referrals.rights.left_alone import is_left_alone
from hub.referrals.rights.models import Consent
from tests.hub.crm.scene import SAMPLE, Scene, event, upto
from tests.hub.referrals.visitors import everything

PRIVACY = b"""[{"eventId": 9, "portalId": 44120011, "occurredAt": 1795166105000, "objectId": 551, "attemptNumber": 0,
  "subscriptionType": "contact.privacyDeletion", "email": "KIM@example.com"}]"""
WORDS = ("Kim Example", "kim@example.com", "lou@example.com", "Globex", "still fax", "1234567", "on leave", "kim.rep",
         "too long a name")  # fmt: skip
PROVED = "nothing is kept of whoever said no, and little of whoever was asked"


def introduce(scene: Scene, **contact: str) -> int:
    with scene.app.app_context(), edges.unit():
        ada = members.get(scene.advocate_id)
        assert ada is not None
        who = Contact(name="Kim Example", company="Globex", why="They still fax", **contact)
        return intake.refer(ada, who, programme=intake.default_programme(), mode="form", now=now()).id


def asks_first(scene: Scene) -> None:
    with scene.app.app_context(), edges.unit():
        programmes.publish(replace(SAMPLE, lead=replace(SAMPLE.lead, ask="first")), by_id=None, now=now())


def pushed(scene: Scene, number: int, connection: int) -> None:
    """What the CRM said when it was sent this person."""
    with scene.app.app_context(), edges.unit():
        db.session.add(Push(referral_id=number, connection_id=connection, state="failed", attempts=1, created_at=now(),
                            error="400: Kim Example is too long a name"))  # fmt: skip


def test_a_privacy_deletion_ends_what_was_asked_of_them_and_what_was_written(each_scene: Scene) -> None:
    each_scene.connect("hubspot", "generic")
    asks_first(each_scene)
    asked = introduce(each_scene, email="kim@example.com", phone="+49 30 1234567")
    merged = introduce(each_scene, email="lou@example.com")
    with each_scene.app.app_context(), edges.unit():
        db.session.get_one(Referral, merged).merged_into_id = asked
        intake.link_deal(asked, "D-9", by_id=None, now=now())
        token = rights.token_of(asked)
    pushed(each_scene, asked, 2)
    said = {"note": "Kim Example is on leave", "owner_email": "kim.rep@example.com"}
    each_scene.tell(event("meeting", deal_id="D-9", email="kim@example.com", **said))
    each_scene.drain()
    each_scene.post("hubspot", PRIVACY)
    each_scene.drain()
    each_scene.app.config["WTF_CSRF_ENABLED"] = False
    each_scene.app.test_client().post(f"/introduced/{token}", data={"say": "yes"})
    assert [word for word in WORDS if word in everything(each_scene.app)] == []
    assert each_scene.ledger(asked) == upto("meeting")
    with each_scene.app.app_context(), edges.reading():
        assert set(db.session.scalars(select(Consent.state))) == {"erased"}
        assert is_left_alone(Contact(phone="0049 30 123 45 67"))
        assert is_left_alone(Contact(email="lou@example.com"))
        assert list(registry.checks[PROVED]()) == []


def test_a_privacy_deletion_of_somebody_nobody_asked_is_remembered_too(scene: Scene) -> None:
    scene.connect("hubspot")
    kim = introduce(scene, email="kim@example.com")
    scene.post("hubspot", PRIVACY)
    scene.drain()
    assert [word for word in WORDS if word in everything(scene.app)] == []
    assert (scene.referral(kim).state, scene.ledger(kim)) == ("lost", upto("submitted"))
    with scene.app.app_context(), edges.reading():
        assert is_left_alone(Contact(email="kim@example.com"))


def test_who_asks_us_to_be_forgotten_is_forgotten_in_what_a_crm_sent(scene: Scene) -> None:
    scene.connect("generic")
    asks_first(scene)
    kim = introduce(scene, email="kim@example.com")
    pushed(scene, kim, 1)
    said = {"note": "Kim Example is on leave", "owner_email": "kim.rep@example.com"}
    scene.tell(event("meeting", email="kim@example.com", **said))
    scene.drain()
    with scene.app.app_context(), edges.unit():
        assert rights.erase(kim, now=now())
    scene.drain()
    assert [word for word in WORDS if word in everything(scene.app)] == []


def test_what_ends_after_its_message_was_redacted_keeps_no_words_either(scene: Scene) -> None:
    scene.connect("generic")
    scene.tell(event("meeting", email="kim@example.com", note="Kim Example is on leave"))
    scene.drain()
    long_ago = (now() - dt.timedelta(days=31)).isoformat()
    with scene.app.app_context(), edges.unit():
        redact(now=now() + dt.timedelta(days=31))
        waiting = db.session.scalars(select(DeliveryState)).one()
        changed = {**waiting.event, "received_at": long_ago}
        db.session.execute(update(DeliveryState).values(event=changed))
    kim = introduce(scene, email="kim@example.com")
    scene.drain()
    assert scene.ledger(kim) == upto("meeting")
    with scene.app.app_context(), edges.reading():
        ended = db.session.scalars(select(DeliveryState)).one()
        assert (ended.state, ended.email, ended.event["note"]) == ("done", None, None)
