"""The manager's desk for CRMs: secrets shown once, stages mapped and booked, deliveries found and mended."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.crm import connections, queries
from hub.crm.models import DeliveryBody, DeliveryState
from hub.crm.redaction import redact
from tests.hub.crm.adapters.senders import SENDERS, payload
from tests.hub.crm.scene import LONG_AGO, Scene, event, upto
from tests.hub.members.people import browser, person


@pytest.fixture
def grace(scene: Scene) -> FlaskClient:
    """A manager's browser."""
    person(scene.app, "grace@example.com", "Grace Whitlock", roles=("manager",))
    return browser(scene.app, "grace@example.com")


def flashed(client: FlaskClient) -> str:
    """What the last action told."""
    with client.session_transaction() as session:
        return str(session.pop("_flashes", [("", "")])[-1][1])


def copied(page: str, what: str) -> str:
    """A text that the page offers to copy."""
    found = re.search(rf'id="{what}"[^>]*>([^<]+)<', page)
    assert found, f"no {what} on the page"
    return found[1].replace("&#39;", "'")


@pytest.mark.parametrize(
    "path", ["/manage/connections", "/manage/connections/new", "/manage/connections/generic", "/manage/deliveries",
             "/manage/deliveries/1"],
)  # fmt: skip
def test_the_desk_is_for_managers(scene: Scene, path: str) -> None:
    scene.connect("generic")
    scene.tell(event("meeting", deal_id="D-1"))
    person(scene.app, "linus@example.com", "Linus", roles=("advocate", "rep"))
    assert browser(scene.app, "linus@example.com").get(path).status_code == 403
    assert browser(scene.app, None).get(path).status_code == 303
    person(scene.app, "root@example.com", "Root", roles=("admin",))
    assert browser(scene.app, "root@example.com").get(path).status_code == 200


# Connections ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["generic", "hubspot", "pipedrive", "salesforce"])
def test_a_new_connection_shows_its_secret_once_and_the_secret_works(
    scene: Scene, grace: FlaskClient, kind: str
) -> None:
    account = SENDERS[kind].account or ""
    answer = grace.post("/manage/connections/new", data={"name": kind, "kind": kind, "account": account})
    assert answer.status_code == 200
    address = copied(answer.text, "address")
    assert address.startswith(f"http://127.0.0.1:8000/webhooks/crm/{kind}")
    secret = address.rsplit("/", 1)[1] if kind == "salesforce" else copied(answer.text, "secret")
    SENDERS_SECRET[kind] = secret
    body = payload(SENDERS[kind].payload)
    path = address.removeprefix("http://127.0.0.1:8000")
    headers = sign_with(scene, kind, secret, path, body)
    assert scene.post(kind, body, path=path, headers=headers).status_code in (200, 202)
    for page in (
        "/manage/connections",
        f"/manage/connections/{kind}",
        "/manage/deliveries",
        "/manage/deliveries/1",
    ):
        shown = grace.get(page)
        assert shown.status_code == 200
        assert secret not in shown.text


SENDERS_SECRET: dict[str, str] = {}


def sign_with(scene: Scene, kind: str, secret: str, path: str, body: bytes) -> dict[str, str]:
    """Signed with another secret than the senders' own."""
    before = SENDERS[kind]
    SENDERS[kind] = type(before)(secret, before.account, before.payload)
    try:
        return scene.signed(kind, body, path)
    finally:
        SENDERS[kind] = before


WRONG = {
    "no name": ({"name": ""}, "Give it a short name."),
    "a name with spaces": ({"name": "Our CRM"}, "Use 1 to 40 of a-z, 0-9 and -"),
    "a name that is taken": ({"name": "generic"}, "There is a connection called generic already"),
    "the name of a page": ({"name": "new"}, "is the address of a page here"),
    "an unknown kind": ({"kind": "sugar"}, "Not a valid choice"),
    "no organization": ({"kind": "salesforce"}, "needs the account"),
    "a short secret": ({"secret": "abc"}, "Use at least 8 characters"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_connection_is_told_and_what_was_typed_stays(
    scene: Scene, grace: FlaskClient, name: str
) -> None:
    scene.connect("generic")
    wrong, says = WRONG[name]
    typed = {"name": "sales-eu", "kind": "generic", "account": "typed here"} | wrong
    if name == "no organization":
        typed["account"] = ""
    answer = grace.post("/manage/connections/new", data=typed)
    assert answer.status_code == 422
    assert says.lower() in answer.text.replace("&#39;", "'").lower()
    assert f'value="{typed["name"]}"' in answer.text
    with scene.app.app_context(), edges.reading():
        assert [each.name for each in queries.connections()] == ["generic"]


def test_rotating_and_retiring(scene: Scene, grace: FlaskClient) -> None:
    scene.connect("generic")
    assert grace.post("/manage/connections/generic/retire").status_code == 422
    shown = grace.post("/manage/connections/generic/rotate", data={"secret": ""})
    fresh = copied(shown.text, "secret")
    assert fresh.startswith("whsec_")
    assert grace.post("/manage/connections/generic/rotate", data={"secret": ""}).status_code == 422
    page = grace.get("/manage/connections/generic").text
    assert "The new secret has not been used yet" in page
    body = b'{"data": {"stage": "meeting", "deal_id": "D-1"}}'
    headers = sign_with(scene, "generic", fresh, "", body)
    assert scene.post("generic", body, headers=headers).status_code == 202
    assert "The new secret has been used" in grace.get("/manage/connections/generic").text
    assert grace.post("/manage/connections/generic/retire").status_code == 303
    assert scene.tell(event("meeting", deal_id="D-1")).status_code == 401


def test_unknown_connections_and_deliveries_are_404(grace: FlaskClient) -> None:
    for path in ("/manage/connections/nobody", "/manage/connections/a%00b", "/manage/deliveries/77"):
        assert grace.get(path).status_code == 404
    for path in ("connections/nobody/rotate", "connections/nobody/stages", "deliveries/77/link"):
        assert grace.post(f"/manage/{path}", data={"code": "RF-111111"}).status_code == 404


# Stages ---------------------------------------------------------------------------------------------------------


def test_an_unknown_stage_is_listed_with_its_count_and_one_click_books_it(
    scene: Scene, grace: FlaskClient
) -> None:
    scene.connect("generic", stages={})
    kim = scene.refer(deal="D-1")
    for _ in range(3):
        scene.tell(event("Signed & <sealed>", deal_id="D-1"))
    scene.drain()
    page = grace.get("/manage/connections/generic").text
    assert "Signed &amp; &lt;sealed&gt;" in page
    assert "Map and book 3" in page
    preview = grace.get(
        "/manage/connections/generic/stages/preview", query_string={"crm_stage": "Signed & <sealed>"}
    )
    assert "3 deliveries wait" in preview.text
    answer = grace.post(
        "/manage/connections/generic/stages", data={"crm_stage": "Signed & <sealed>", "rung": "won"}
    )
    assert answer.status_code == 303
    assert flashed(grace) == "“Signed & <sealed>” is mapped. 3 deliveries are being booked."
    scene.drain()
    assert scene.ledger(kim) == upto("won")
    assert "nobody has mapped" not in grace.get("/manage/connections/generic").text


def test_the_rungs_to_choose_from_are_those_of_the_ladders_by_their_labels(
    scene: Scene, grace: FlaskClient
) -> None:
    scene.connect("generic", stages={"Old": "long-gone"})
    page = grace.get("/manage/connections/generic").text
    for key, label in (("submitted", "Submitted"), ("won", "Won"), ("lost", "Lost"), ("-", "Moves nothing")):
        assert re.search(rf'<option value="{key}"[^>]*>{label}</option>', page), key
    assert "long-gone (in no active programme)" in page
    answer = grace.post(
        "/manage/connections/generic/stages", data={"crm_stage": "New", "rung": "no-such-rung"}
    )
    assert answer.status_code == 422
    assert (
        grace.post("/manage/connections/generic/stages", data={"crm_stage": " ", "rung": "won"}).status_code
        == 422
    )


def test_a_mapping_may_change_and_be_forgotten(scene: Scene, grace: FlaskClient) -> None:
    scene.connect("generic", stages={"Won": "meeting"})
    one, two, three = (scene.refer(name, deal=f"D-{name}") for name in "ABC")
    scene.tell(event("Won", deal_id="D-A"))
    scene.drain()
    grace.post("/manage/connections/generic/stages", data={"crm_stage": "Won", "rung": "won"})
    scene.tell(event("Won", deal_id="D-B"))
    scene.drain()
    grace.post("/manage/connections/generic/stages/forget", data={"crm_stage": "Won"})
    scene.tell(event("Won", deal_id="D-C"))
    scene.drain()
    assert [scene.paid(each) for each in (one, two, three)] == [2000, 32000, 100]
    assert scene.states() == ["done", "done", "unmapped"]


# Deliveries -----------------------------------------------------------------------------------------------------


@pytest.fixture
def arrived(scene: Scene) -> Scene:
    """One delivery in each state: 1 done, 2 skipped, 3 waiting, 4 unmapped, 5 set aside."""
    scene.connect("generic", "salesforce")
    scene.refer("Kim Example", deal="D-1", code="RF-7Q2M9K")
    scene.tell(event("meeting", deal_id="D-1", note="<script>alert(1)</script>"), message_id="msg_first")
    scene.tell(event("new", deal_id="D-1"))
    scene.tell(event("meeting", deal_id="D-404", email="lost@example.com"))
    scene.tell(event("Parked", deal_id="D-1"))
    scene.tell(event("meeting", deal_id="D-1", amount="lots"))
    scene.drain()
    assert scene.states() == ["done", "skipped", "waiting", "unmapped", "set_aside"]
    return scene


def listed(client: FlaskClient, **query: object) -> list[int]:
    page = client.get("/manage/deliveries", query_string=query)
    assert page.status_code == 200
    return [int(each) for each in re.findall(r'<tr id="delivery-(\d+)"', page.text)]


def test_deliveries_are_found_by_what_they_say_and_what_became_of_them(
    arrived: Scene, grace: FlaskClient
) -> None:
    assert listed(grace) == [5, 4, 3, 2, 1]
    assert listed(grace, q="D-404") == [3]
    assert listed(grace, q=" LOST@example.com ") == [3]
    assert listed(grace, q="parked") == [4]
    assert listed(grace, q="msg_first") == [1]
    assert listed(grace, q="nothing like it\x00") == []
    assert listed(grace, state="waiting") == [3]
    assert listed(grace, state="'; DROP") == [5, 4, 3, 2, 1]
    assert listed(grace, connection=2) == []
    assert listed(grace, before=3) == [2, 1]


def test_salesforces_fifteen_characters_find_its_eighteen(arrived: Scene, grace: FlaskClient) -> None:
    arrived.post("salesforce", payload("salesforce/om-opportunity-single.composed.xml"))
    assert listed(grace, q="0065g00000Opp01") == [6]
    assert listed(grace, q="rf-7q2m9k") == [6]


def test_pages_go_by_key(scene: Scene, grace: FlaskClient) -> None:
    scene.connect("generic")
    scene.tell(*(event("meeting", deal_id=f"D-{n}") for n in range(60)))
    first = listed(grace)
    assert (first[0], len(first)) == (60, 50)
    assert "before=11" in grace.get("/manage/deliveries").text
    assert listed(grace, before=11) == list(range(10, 0, -1))


def test_a_delivery_tells_what_it_says_and_why(arrived: Scene, grace: FlaskClient) -> None:
    page = grace.get("/manage/deliveries/1").text
    assert "Deal D-1 is at “meeting”" in page
    assert "Kim Example" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "We know no referral by deal D-404" in grace.get("/manage/deliveries/3").text.replace("&#39;", "'")
    assert "Nobody has mapped the stage “Parked” yet." in grace.get("/manage/deliveries/4").text
    unusable = grace.get("/manage/deliveries/5").text
    assert "is not an amount" in unusable
    assert "Have the CRM send it again" in unusable
    assert "/manage/deliveries/replay" not in unusable


def test_after_thirty_days_the_page_says_that_the_words_are_gone(arrived: Scene, grace: FlaskClient) -> None:
    with arrived.app.app_context(), edges.unit():
        db.session.execute(update(DeliveryBody).values(received_at=LONG_AGO))
        redact(now=now())
    page = grace.get("/manage/deliveries/1").text
    assert "Its text was removed" in page
    assert "alert(1)" not in page


def test_bytes_that_are_no_text_are_shown_without_harm(arrived: Scene, grace: FlaskClient) -> None:
    with arrived.app.app_context(), edges.unit():
        db.session.execute(update(DeliveryBody).values(body=b"\xff\x00<b>" + b"x" * 60_000))
    page = grace.get("/manage/deliveries/1")
    assert page.status_code == 200
    assert "&lt;b&gt;" in page.text
    assert "10,005 bytes more" in page.text


def test_staff_link_a_waiting_delivery_to_its_referral(arrived: Scene, grace: FlaskClient) -> None:
    refused = grace.post("/manage/deliveries/3/link", data={"code": "RF-NOBODY"})
    assert (refused.status_code, "No referral has the code RF-NOBODY" in refused.text) == (422, True)
    other = arrived.refer("Other", code="RF-222222")
    assert grace.post("/manage/deliveries/3/link", data={"code": "rf-222222"}).status_code == 303
    arrived.drain()
    assert arrived.ledger(other) == upto("meeting")
    assert arrived.states()[2] == "done"
    assert grace.post("/manage/deliveries/3/link", data={"code": "RF-7Q2M9K"}).status_code == 422


def test_the_chosen_are_set_aside_with_a_reason_and_what_is_booked_stays(
    arrived: Scene, grace: FlaskClient
) -> None:
    chosen = {"id": ["1", "3", "4", "999", "abc"]}
    without = grace.post("/manage/deliveries/set-aside", data=chosen | {"reason": " "})
    assert without.status_code == 422
    assert re.search(r'value="3" checked', without.text)
    assert (
        grace.post("/manage/deliveries/set-aside", data=chosen | {"reason": "A test account"}).status_code
        == 303
    )
    assert arrived.states() == ["done", "skipped", "set_aside", "set_aside", "set_aside"]
    assert arrived.outcomes()[2][1] == "Set aside by staff: A test account"
    kim = arrived.referrals["Kim Example"]
    assert arrived.ledger(kim) == upto("meeting")


def test_the_chosen_or_all_that_fit_are_replayed(arrived: Scene, grace: FlaskClient) -> None:
    with arrived.app.app_context(), edges.unit():
        connection = connections.find("generic")
        assert connection is not None
        connections.map_stage(connection, "Parked", "opportunity", now=now())
    assert "Replay the one that fits" in grace.get("/manage/deliveries?state=unmapped").text
    grace.post("/manage/deliveries/replay", data={"all": "1", "state": "waiting"})
    assert flashed(grace) == "1 delivery is looked at again."
    grace.post("/manage/deliveries/replay", data={"id": ["1", "4", "5"]})
    assert flashed(grace) == "1 delivery is looked at again."
    arrived.drain()
    assert arrived.states() == ["done", "skipped", "waiting", "done", "set_aside"]
    assert arrived.ledger(arrived.referrals["Kim Example"]) == upto("opportunity")
    grace.post("/manage/deliveries/replay", data={"id": "5", "from": "5"})
    assert flashed(grace).startswith("None of these can be replayed")


def test_writing_needs_a_token(arrived: Scene, grace: FlaskClient) -> None:
    arrived.app.config["WTF_CSRF_ENABLED"] = True
    for path in (
        "deliveries/replay",
        "deliveries/set-aside",
        "connections/new",
        "connections/generic/stages",
    ):
        assert grace.post(f"/manage/{path}", data={"id": "3"}).status_code == 400
    with arrived.app.app_context(), edges.reading():
        assert db.session.get_one(DeliveryState, 3).state == "waiting"
