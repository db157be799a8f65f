"""After 30 days the bytes and the words of a message are gone; its hash, its keys and its outcome stay."""

import datetime as dt

from sqlalchemy import select

from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.crm.models import Delivery, DeliveryBody, DeliveryState
from hub.crm.redaction import redact
from tests.hub.crm.scene import Scene, event, upto


def test_bodies_and_words_go_after_thirty_days(each_scene: Scene) -> None:
    each_scene.connect("generic")
    kim = each_scene.refer(email="kim@example.com")
    said = {"note": "Kim said yes", "owner_email": "rep@example.com"}
    each_scene.tell(event("meeting", deal_id="D-1", email="kim@example.com", **said), message_id="msg_1")
    each_scene.tell(event("meeting", deal_id="D-2", email="nobody@example.com"))
    each_scene.drain()
    assert redacted(each_scene, days=29) == 0
    assert redacted(each_scene, days=31) == 2
    assert redacted(each_scene, days=32) == 0
    with each_scene.app.app_context(), edges.reading():
        assert list(db.session.scalars(select(DeliveryBody.body))) == [None, None]
        booked, waiting = db.session.scalars(select(DeliveryState).order_by(DeliveryState.delivery_id)).all()
        assert (booked.email, booked.event["note"], booked.event["owner_email"]) == (None, None, None)
        assert waiting.email == "nobody@example.com"  # it may still find its referral by it
        assert [len(digest) for digest in db.session.scalars(select(Delivery.digest))] == [64, 64]
    # Known for ever, not for as long as the bytes are kept.
    answer = each_scene.tell(
        event("meeting", deal_id="D-1", email="kim@example.com", **said), message_id="msg_1"
    )
    assert answer.json == {"kept": 0, "duplicates": 1, "refused": []}
    assert each_scene.ledger(kim) == upto("meeting")


def test_what_waited_for_months_is_still_booked(each_scene: Scene) -> None:
    each_scene.connect("generic")
    each_scene.tell(event("Closed Won", email="kim@example.com"))
    each_scene.drain()
    redacted(each_scene, days=60)
    kim = each_scene.refer(email="kim@example.com")
    each_scene.drain()
    assert each_scene.ledger(kim) == upto("won")


def redacted(scene: Scene, *, days: int) -> int:
    with scene.app.app_context(), edges.unit():
        return redact(now=now() + dt.timedelta(days=days))
