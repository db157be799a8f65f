"""The vendors' own examples, which are not ours to ship: `make test-data DATA=folder` with crm-payloads in it.

Without --data the folder is looked for in HURRAH_SHARED and beside the project.
"""

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from hub.crm.adapters import ADAPTERS, Event, Inbound, NotAuthentic, Secret, receive
from tests.hub.crm.adapters.senders import PAYLOADS, arrive

pytestmark = pytest.mark.data
ROOT = Path(__file__).parents[4]


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> Path:
    given = request.config.getoption("--data", default=None)
    shared = Path(os.environ.get("HURRAH_SHARED", ROOT.parent / "shared"))
    places = [Path(given), Path(given) / "crm-payloads"] if given else [shared / "data" / "crm-payloads"]
    for place in places:
        if (place / "hubspot").is_dir():
            return place
    pytest.skip(f"no crm-payloads in {places[-1]}")


def read(kind: str, body: bytes, account: str | None) -> tuple[Event, ...]:
    return receive(ADAPTERS[kind], arrive(kind, body, account=account)).events


def test_the_captured_opportunity(folder: Path) -> None:
    body = (folder / "salesforce/om-opportunity.captured.xml").read_bytes()
    expected = Event(
        key="00D7F00000107XsUAI:04l7F000008aeAyQAI", position=0, stage="Perception Analysis",
        deal_id="0067F000003pmdWQAQ", amount=Decimal("120000.0"),
    )  # fmt: skip
    for account in ("00D7F00000107XsUAI", "00D7F00000107Xs"):
        assert read("salesforce", body, account) == (expected,)
    with pytest.raises(NotAuthentic):
        read("salesforce", body, "00D5g000001aBcDEAU")


def test_the_documented_ack_is_ours(folder: Path) -> None:
    documented = (folder / "salesforce/om-ack-response.documented.xml").read_bytes()
    assert ADAPTERS["salesforce"].answer(1, 0, [])[2].split() == documented.split()


def test_pipedrives_own_examples(folder: Path) -> None:
    def one(name: str) -> Event:
        (event,) = read(
            "pipedrive", (folder / f"pipedrive/deal-{name}.verbatim.json").read_bytes(), "pipedrive"
        )
        return event

    created, changed, deleted = one("create"), one("change"), one("delete")
    assert created == Event(
        key="71825ee0-0054-4267-b5fd-d28b7a414212", position=0, stage="2", aliases=("1/2",), deal_id="8",
        amount=Decimal(100), currency="EUR", occurred_at=datetime(2022, 11, 24, 13, 18, 56, 89_000, UTC),
    )  # fmt: skip
    assert (changed.kind, changed.stage, changed.deal_id) == ("stage", "2", "8")
    assert changed.occurred_at == datetime(2022, 11, 24, 15, 11, 55, 724_000, UTC)
    assert (deleted.kind, deleted.stage, deleted.deal_id) == ("deleted", None, "8")
    assert len({created.key, changed.key, deleted.key}) == 3


def test_hubspots_own_examples_are_contacts_and_move_nothing(folder: Path) -> None:
    batch = read("hubspot", (folder / "hubspot/docs-example-batch.verbatim.json").read_bytes(), "33")
    (contact,) = read(
        "hubspot", (folder / "hubspot/docs-contact-creation.verbatim.json").read_bytes(), "62515"
    )
    assert [event.skip for event in (*batch, contact)] == [
        "HubSpot sent contact.propertyChange; only deals move referrals.",
        "HubSpot sent contact.creation; only deals move referrals.",
        "HubSpot sent contact.creation; only deals move referrals.",
    ]


def test_hubspots_signature_vectors(folder: Path) -> None:
    vectors = json.loads((folder / "hubspot/signature-vectors.json").read_text("utf-8"))["vectors"]
    taken = []
    for vector in vectors:
        stamp = int(vector.get("timestamp", "1700000300000"))
        header = {"v3": "X-HubSpot-Signature-v3"}.get(vector["version"], "X-HubSpot-Signature")
        inbound = Inbound(
            method=vector.get("method", "POST"), path="/webhook_uri", public_url="https://www.example.com", query="",
            headers={header: vector["signature"], "X-HubSpot-Request-Timestamp": str(stamp)},
            body=vector["body"].encode(), tail=None, secrets=(Secret(vector["secret"]),), account=None,
            now=datetime.fromtimestamp(stamp / 1000, UTC),
        )  # fmt: skip
        try:
            ADAPTERS["hubspot"].authenticate(inbound)
            taken.append(vector["name"])
        except NotAuthentic:
            pass
    assert taken == ["py-sdk-v3", "rb-sdk-v3"]


def test_the_standards_signature_vectors(folder: Path) -> None:
    whole = json.loads((folder / "generic/standard-webhooks-vectors.json").read_text("utf-8"))
    vector = whole["vectors"][0]

    def good(*, header: str = vector["signature"], secret: str = vector["secret"], stamp: str = "") -> bool:
        headers = {
            "webhook-id": vector["id"],
            "webhook-timestamp": stamp or vector["timestamp"],
            "webhook-signature": header,
        }
        now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
        body = vector["body"].encode()
        try:
            inbound = arrive("generic", body, headers=headers, secrets=(Secret(secret),), now=now)
            return ADAPTERS["generic"].authenticate(inbound) == 0
        except NotAuthentic:
            return False

    assert good()
    for case in whole["must_accept"]:
        assert good(**{name: case[name] for name in ("header", "secret") if name in case}), case["why"]
    for case in whole["must_reject"]:
        if "header" in case:
            assert not good(header=case["header"]), case["why"]
    for stamp in ("hello", str(int(vector["timestamp"]) - 301), str(int(vector["timestamp"]) + 301)):
        assert not good(stamp=stamp)


def test_our_composed_files_are_these(folder: Path) -> None:
    for ours in PAYLOADS.rglob("*.composed.*"):
        assert ours.read_bytes() == (folder / ours.relative_to(PAYLOADS)).read_bytes(), ours.name
