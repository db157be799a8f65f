"""`POST /webhooks/crm/<connection>` whatever is sent: never a 5xx but 503, and never a wrong point."""

import base64
import gzip
import http.client
import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from traceback import format_exception
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from hub.core import edges
from hub.core.app import csrf
from hub.core.clock import now
from hub.core.db import db
from hub.crm import connections
from hub.crm.adapters.generic import sign as sign_generic
from hub.crm.adapters.salesforce import ACK
from hub.crm.models import Delivery, DeliveryBody
from tests.conftest import MakeApp
from tests.hub.crm.adapters.senders import SENDERS, payload
from tests.hub.crm.scene import Scene, event, upto
from tests.patience import asleep
from tests.servers import free_port
from tests.site import Site

SUBMITTED = upto("submitted")
SECRET = SENDERS["generic"].secret


def told(answer: TestResponse) -> Any:
    """The answer's JSON."""
    assert answer.json is not None
    return answer.json


# Once, whatever is repeated -------------------------------------------------------------------------------------


def test_the_same_message_again_is_known_for_ever(each_scene: Scene) -> None:
    each_scene.connect("generic")
    kim = each_scene.refer(deal="D-1")
    for expected in ((1, 0), (0, 1), (0, 1)):
        answer = each_scene.tell(event("Closed Won", deal_id="D-1"), message_id="msg_1")
        assert answer.status_code == 202
        assert (told(answer)["kept"], told(answer)["duplicates"]) == expected
        each_scene.drain()
    assert each_scene.ledger(kim) == upto("won")
    assert each_scene.deliveries() == 1


def test_the_same_id_with_another_body_is_shown_and_not_applied(each_scene: Scene) -> None:
    each_scene.connect("generic")
    kim = each_scene.refer(deal="D-1")
    each_scene.tell(event("meeting", deal_id="D-1"), message_id="msg_1")
    for _ in range(2):
        answer = each_scene.tell(event("Closed Won", deal_id="D-1"), message_id="msg_1")
        assert (answer.status_code, answer.json) == (202, {"kept": 0, "duplicates": 1, "refused": []})
    each_scene.drain()
    assert each_scene.ledger(kim) == upto("meeting")
    assert each_scene.outcomes()[1] == (
        "set_aside", "webhook-id: the same id came before with another body; this one was not applied",
    )  # fmt: skip
    assert each_scene.deliveries() == 2


def test_the_same_content_under_other_ids_pays_once(scene: Scene) -> None:
    scene.connect("generic")
    kim = scene.refer(deal="D-1")
    when = "2026-11-02T10:00:00Z"
    for number in range(5):
        scene.tell(event("Closed Won", deal_id="D-1", occurred_at=when), message_id=f"msg_{number}")
    scene.drain()
    assert scene.deliveries() == 5
    assert scene.ledger(kim) == upto("won")
    assert scene.rungs(kim) == ["submitted", "won"]


def test_an_event_twice_in_one_message_counts_once(scene: Scene) -> None:
    scene.connect("hubspot")
    scene.refer(deal="17001")
    items = json.loads(payload("hubspot/deal-stage-change.composed.json")) * 2
    answer = scene.post("hubspot", json.dumps(items).encode())
    assert answer.json == {"kept": 1, "duplicates": 1, "refused": []}


@pytest.mark.parametrize("kind", ["generic", "hubspot"])
def test_an_empty_batch_is_kept_and_shown(scene: Scene, kind: str) -> None:
    scene.connect(kind)
    body = b'{"data": []}' if kind == "generic" else b"[]"
    for _ in range(2):
        answer = scene.post(kind, body, message_id="msg_1")
        assert (answer.status_code, answer.json) == (202, {"kept": 0, "duplicates": 0, "refused": []})
    assert scene.outcomes() == [("skipped", "The message held no events.")]


def test_twenty_at_once_with_the_same_event_are_one(each_scene: Scene) -> None:
    each_scene.connect("generic")
    kim = each_scene.refer(deal="D-1")
    body = json.dumps({"data": event("Closed Won", deal_id="D-1")}).encode()
    answers: list[int] = []

    def worker() -> None:
        answers.append(each_scene.post("generic", body, message_id="msg_1").status_code)
        each_scene.drain()

    threads = [threading.Thread(target=worker) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    each_scene.drain()
    assert answers == [202] * 20
    assert each_scene.deliveries() == 1
    assert each_scene.ledger(kim) == upto("won")


# What can't be used is kept, told and harmless --------------------------------------------------------------------

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a deal that is a list": (event("meeting", deal_id=["D-1"]), "deal_id"),
    "a deal that is an object": (event("meeting", deal_id={"$ne": None}), "deal_id"),
    "a deal that is true": (event("meeting", deal_id=True), "deal_id"),
    "a huge integer": (event("meeting", deal_id=10**400), "deal_id"),
    "a deal with a NUL": (event("meeting", deal_id="D-1\0"), "deal_id"),
    "a deal with half a character": (event("meeting", deal_id="D-\ud83d"), "deal_id"),
    "a stage that is a number": (event(7, deal_id="D-1"), "stage"),  # type: ignore[arg-type]
    "a stage with a NUL": (event("Closed\0Won", deal_id="D-1"), "stage"),
    "a stage of 5,000 characters": (event("W" * 5000, deal_id="D-1"), "stage"),
    "an e-mail that is none": (event("meeting", email="nobody"), "email"),
    "an amount that is text": (event("meeting", deal_id="D-1", amount={"value": "lots"}), "value"),
    "an amount out of bounds": (event("meeting", deal_id="D-1", amount=10**30), "amount"),
    "a time without a zone": (
        event("meeting", deal_id="D-1", occurred_at="2026-11-20T09:15:01"),
        "occurred_at",
    ),
    "a time before 1970": (
        event("meeting", deal_id="D-1", occurred_at="0001-01-01T00:00:00Z"),
        "occurred_at",
    ),
    "a note that is a list": (event("meeting", deal_id="D-1", note=["x"]), "note"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_event_is_kept_with_its_reason_and_the_others_count(each_scene: Scene, name: str) -> None:
    each_scene.connect("generic")
    kim = each_scene.refer(deal="D-1")
    wrong, field = WRONG[name]
    answer = each_scene.tell(wrong, event("meeting", deal_id="D-1"))
    assert answer.status_code == 202
    assert told(answer)["kept"] == 2
    (refused,) = told(answer)["refused"]
    assert (refused["index"], field in refused["field"]) == (0, True)
    each_scene.drain()
    assert each_scene.states() == ["set_aside", "done"]
    assert each_scene.ledger(kim) == upto("meeting")


def test_nul_and_lone_surrogates_in_words_are_cleaned(each_scene: Scene) -> None:
    each_scene.connect("generic")
    kim = each_scene.refer(deal="D-1")
    answer = each_scene.tell(event("meeting", deal_id="D-1", note="Great\0 fit \ud83d \udc00!"))
    assert (answer.status_code, told(answer)["kept"]) == (202, 1)
    each_scene.drain()
    assert each_scene.states() == ["done"]
    assert each_scene.ledger(kim) == upto("meeting")


@pytest.mark.parametrize("missing", ["stage", "name"])
def test_our_own_format_without_required_fields_is_400_and_says_which(scene: Scene, missing: str) -> None:
    scene.connect("generic")
    answer = scene.tell({"deal_id": "D-1"} if missing == "stage" else {"stage": "meeting"})
    assert answer.status_code == 400
    assert told(answer)["error"]["field"] == ("stage" if missing == "stage" else "referral_code")
    assert scene.deliveries() == 0


HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "words": b"hello",
    "not UTF-8": b'{"data": "\xff\xfe"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "NaN": b'{"data": {"stage": "a", "deal_id": "1", "amount": NaN}}',
    "a 5,000 digit integer": b'{"data": {"stage": "a", "deal_id": ' + b"9" * 5000 + b"}}",
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"data":' * 90_000 + b"1" + b"}" * 90_000,
    "a key twice": b'{"data": {"stage": "a", "stage": "b", "deal_id": "1"}}',
    "XML": b"<a/>",
    "an entity bomb": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><l>&c;</l>',
    "an external entity": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]><l>&x;</l>',
    "a megabyte of tags": b"<a>" * 300_000,
    "random bytes": random.Random(7).randbytes(5000),  # noqa: S311 - the same damage each time
}


@pytest.mark.parametrize("kind", ["generic", "hubspot", "salesforce", "pipedrive"])
@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_is_400_and_leaves_nothing(scene: Scene, kind: str, name: str) -> None:
    scene.connect(kind)
    began = time.thread_time()
    answer = scene.post(kind, HOSTILE[name])
    assert answer.status_code == 400
    assert told(answer)["error"]["message"]
    assert time.thread_time() - began < 2
    assert scene.deliveries() == 0


# Who sends ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["generic", "hubspot", "pipedrive", "salesforce"])
def test_a_wrong_signature_is_401_and_leaves_nothing(scene: Scene, kind: str) -> None:
    scene.connect(kind)
    body = payload(SENDERS[kind].payload)
    path = f"/webhooks/crm/{kind}" + ("/wrong-secret" if kind == "salesforce" else "")
    good = scene.signed(kind, body, path)
    wrong = {name: value[:-3] + "AAA" if len(value) > 20 else value for name, value in good.items()}
    if kind == "pipedrive":
        wrong["Authorization"] = "Basic " + base64.b64encode(b"pipedrive:wrong").decode()
    for headers in (wrong, {}):
        answer = scene.post(kind, body, headers=headers, path=path)
        assert answer.status_code == 401
    if kind in ("generic", "hubspot"):
        assert scene.post(kind, body + b" ", headers=good).status_code == 401
    assert scene.deliveries() == 0


@pytest.mark.parametrize("seconds", [-301, 302])
@pytest.mark.parametrize("kind", ["generic", "hubspot"])
def test_a_stale_or_future_signature_is_401(scene: Scene, kind: str, seconds: int) -> None:
    scene.connect(kind)
    body = payload(SENDERS[kind].payload)
    headers = scene.signed(kind, body, f"/webhooks/crm/{kind}", "msg_1", ahead_seconds=seconds)
    assert scene.post(kind, body, headers=headers).status_code == 401
    assert scene.deliveries() == 0


def test_hubspot_signs_the_public_address_and_the_host_header_is_nobodys_proof(make_app: MakeApp) -> None:
    scene = Scene(make_app(PUBLIC_URL="https://hub.example.org", SECRET_KEY="a-long-enough-secret-key"))
    scene.connect("hubspot")
    body = payload("hubspot/deal-stage-change.composed.json")
    headers = scene.signed("hubspot", body, "/webhooks/crm/hubspot")
    other = {"Host": "inside.example.net"}
    assert scene.post("hubspot", body, headers={**headers, **other}).status_code == 202
    forged = scene.signed("hubspot", body, "/webhooks/crm/hubspot", public_url="http://inside.example.net")
    assert scene.post("hubspot", body, headers={**forged, **other}).status_code == 401


def test_two_secrets_work_while_one_replaces_the_other(scene: Scene) -> None:
    scene.connect("generic")
    with scene.app.app_context(), edges.unit():
        _, fresh = connections.rotate("generic", now=now())
    body = json.dumps({"data": event("meeting", deal_id="D-1")}).encode()
    for secret in (SECRET, fresh):
        assert (
            scene.post(
                "generic", body, headers=sign_generic(secret, f"m{secret[6:9]}", body, now())
            ).status_code
            == 202
        )
    with scene.app.app_context(), edges.unit():
        connections.retire_secret("generic", now=now())
    answers = [
        scene.post("generic", body, headers=sign_generic(secret, f"n{secret[6:9]}", body, now())).status_code
        for secret in (SECRET, fresh)
    ]
    assert answers == [401, 202]


@pytest.mark.parametrize("name", ["nobody", "UPPER", "a%00b", "a" * 300, "%F0%9F", "..%2Fetc"])
def test_an_unknown_connection_is_404(each_scene: Scene, name: str) -> None:
    answer = each_scene.app.test_client().post(f"/webhooks/crm/{name}", data=b"{}")
    assert answer.status_code == 404
    assert told(answer)["error"]["code"] == "not_found"


def test_only_post_is_answered(scene: Scene) -> None:
    scene.connect("generic")
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert scene.app.test_client().open("/webhooks/crm/generic", method=method).status_code == 405


# How much -------------------------------------------------------------------------------------------------------


def test_more_than_a_megabyte_is_413_by_what_is_announced(scene: Scene) -> None:
    scene.connect("generic")
    body = json.dumps({"data": event("meeting", deal_id="D-1"), "padding": "x" * 1_000_000}).encode()
    assert scene.post("generic", body).status_code == 413
    assert scene.deliveries() == 0


def test_a_megabyte_less_a_little_is_kept(scene: Scene) -> None:
    scene.connect("generic")
    events = [event("meeting", deal_id=f"D-{n}", note="x" * 900) for n in range(1000)]
    assert scene.tell(*events).json == {"kept": 1000, "duplicates": 0, "refused": []}


def test_more_than_a_megabyte_in_chunks_is_413(site: Site) -> None:
    scene = Scene(site.app)
    scene.connect("generic")
    body = json.dumps({"data": event("meeting", deal_id="D-1"), "padding": "x" * 1_500_000}).encode()
    headers = scene.signed("generic", body, "/webhooks/crm/generic")
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    chunks = (body[start : start + 65_536] for start in range(0, len(body), 65_536))
    connection.request("POST", "/webhooks/crm/generic", chunks, headers, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()
    assert scene.deliveries() == 0


def test_a_packed_body_is_400_whatever_it_unpacks_to(scene: Scene) -> None:
    scene.connect("generic")
    body = gzip.compress(b"0" * 5_000_000)
    headers = scene.signed("generic", body, "/webhooks/crm/generic") | {"Content-Encoding": "gzip"}
    assert scene.post("generic", body, headers=headers).status_code == 400


# What is behind us ----------------------------------------------------------------------------------------------


def test_a_database_that_cannot_keep_it_is_503_with_a_time_to_come_back(each_scene: Scene) -> None:
    each_scene.connect("generic")
    with each_scene.app.app_context(), edges.unit():
        db.session.execute(text("ALTER TABLE delivery_bodies RENAME TO gone"))
    answer = each_scene.tell(event("meeting", deal_id="D-1"), message_id="msg_1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    with each_scene.app.app_context(), edges.unit():
        db.session.execute(text("ALTER TABLE gone RENAME TO delivery_bodies"))
    assert each_scene.tell(event("meeting", deal_id="D-1"), message_id="msg_1").json == {
        "kept": 1,
        "duplicates": 0,
        "refused": [],
    }


def test_a_postgresql_that_is_gone_is_503(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app("postgresql")
    Scene(app).connect("generic")
    with app.app_context():
        db.session.remove()
        engine = db.engine
        engine.dispose()
        whole = engine.url.set(host="127.0.0.1", port=free_port(), query={"connect_timeout": "2"})
    monkeypatch.setattr(engine.dialect, "connect", lambda *_args, **_more: _refused(whole.port))
    answer = Scene.__new__(Scene)
    answer.app = app
    got = answer.tell(event("meeting", deal_id="D-1"))
    assert (got.status_code, got.headers["Retry-After"]) == (503, "30")


def _refused(port: int | None) -> Any:
    return psycopg.connect(host="127.0.0.1", port=port or 1, dbname="nobody", connect_timeout=2)


def test_a_secret_sealed_under_a_lost_key_is_503_not_500(make_app: MakeApp) -> None:
    app = make_app(SECRET_KEY="the-first-key-of-this-hub")
    scene = Scene(app)
    scene.connect("generic")
    settings = app.extensions["settings"]
    app.extensions["settings"] = type(settings)(
        **{**settings.__dict__, "secret_key": "another-key-altogether"}
    )
    assert scene.tell(event("meeting", deal_id="D-1")).status_code == 503


@pytest.fixture
def hung_redis() -> Iterator[str]:
    """A Redis that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def answers_within_a_second(scene: Scene) -> None:
    scene.connect("generic")
    kim = scene.refer(deal="D-1")
    for number, stage in enumerate(("qualified", "meeting", "Closed Won")):
        with asleep() as waiting:
            answer = scene.tell(event(stage, deal_id="D-1"), message_id=f"msg_{number}")
        assert answer.status_code == 202
        assert waiting.seconds < 1
    scene.drain()
    assert scene.ledger(kim) == upto("won")


def test_a_redis_that_refuses_costs_nothing(make_app: MakeApp) -> None:
    answers_within_a_second(Scene(make_app(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")))


def test_a_redis_that_hangs_costs_less_than_a_second(make_app: MakeApp, hung_redis: str) -> None:
    answers_within_a_second(Scene(make_app(REDIS_URL=hung_redis)))


# What is kept, and what never shows -----------------------------------------------------------------------------


def test_the_bytes_are_kept_as_they_came(each_scene: Scene) -> None:
    each_scene.connect("generic")
    body = b'{"data": {"stage": "meeting", "deal_id": "D-1", "note": "caf\\u00e9 \xc3\xa9 \\u0000"}  }\n'
    assert each_scene.post("generic", body).status_code == 202
    with each_scene.app.app_context(), edges.reading():
        assert [each.body for each in db.session.query(DeliveryBody)] == [body]
        assert [each.position for each in db.session.query(Delivery)] == [0]


def test_salesforce_hears_its_ack_also_for_what_we_cannot_use(scene: Scene) -> None:
    scene.connect("salesforce")
    single = payload("salesforce/om-opportunity-single.composed.xml")
    for body in (
        single,
        single,
        single.replace(b"StageName", b"Nothing"),
        single.replace(b":Opportunity", b":Lead"),
    ):
        answer = scene.post("salesforce", body)
        assert (answer.status_code, answer.data) == (200, ACK)
    assert "waiting" not in scene.states()


def test_another_organization_is_401(scene: Scene) -> None:
    scene.connect("salesforce")
    body = payload("salesforce/om-opportunity-single.composed.xml").replace(
        b"00D5g000001aBcDEAU", b"00D5g000001aBcEEAU"
    )
    assert scene.post("salesforce", body).status_code == 401


def test_the_secret_in_salesforces_address_is_never_logged(scene: Scene) -> None:
    scene.connect("salesforce")
    with capture_logs() as lines:
        misfortunes_of_salesforce(scene)
    told = [{**line, "exc_info": "".join(format_exception(line.get("exc_info")))} for line in lines]
    assert {"request.failed", "webhook.not_kept", "webhook.not_authentic"} <= {line["event"] for line in told}
    assert SENDERS["salesforce"].secret not in json.dumps(told, default=str)


def misfortunes_of_salesforce(scene: Scene) -> None:
    secret = SENDERS["salesforce"].secret
    body = payload("salesforce/om-opportunity-single.composed.xml")
    scene.post("salesforce", body)
    scene.post("salesforce", b"<broken")
    scene.post("salesforce", body.replace(b"00D5g000001aBcDEAU", b"00D5g000001aBcEEAU"))
    scene.app.test_client().get(f"/webhooks/crm/salesforce/{secret}")
    with scene.app.app_context(), edges.unit():
        db.session.execute(text("ALTER TABLE delivery_bodies RENAME TO gone"))
    assert scene.post("salesforce", body.replace(b"AAA01", b"AAA99")).status_code == 503
    scene.app.testing = False
    scene.app.view_functions["crm.webhook_with_tail"] = csrf.exempt(broken)
    assert scene.post("salesforce", body).status_code == 500


def broken(**_: object) -> None:
    raise RuntimeError("something nobody thought of")


broken.public = True  # type: ignore[attr-defined]
