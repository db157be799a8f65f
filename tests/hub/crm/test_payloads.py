"""Every payload of the four kinds goes through the real route and the drain: status, answer, states, ledger."""

import json
import os
from pathlib import Path

import pytest

from hub.crm.adapters.salesforce import ACK
from tests.hub.crm.adapters.senders import PAYLOADS, payload
from tests.hub.crm.scene import Scene, upto, won_in

ROOT = Path(__file__).parents[3]
LOST = {"stage:submitted": 100}


def kept(count: int) -> dict[str, object]:
    return {"kept": count, "duplicates": 0, "refused": []}


def test_generic_stage_changed(each_scene: Scene) -> None:
    each_scene.connect("generic")
    kim = each_scene.refer(code="RF-7Q2M9K")
    answer = each_scene.post("generic", payload("generic/referral-stage-changed.composed.json"))
    assert (answer.status_code, answer.json) == (202, kept(1))
    each_scene.drain()
    assert each_scene.states() == ["done"]
    assert each_scene.ledger(kim) == upto("opportunity")
    found = each_scene.referral(kim)
    assert (found.rung, found.amount_hundredths, found.currency) == ("opportunity", 4_800_000, "USD")


def test_generic_recorded_request_is_refused_for_its_age_and_its_body_is_the_composed_one(
    scene: Scene,
) -> None:
    scene.connect("generic")
    recorded = json.loads(payload("generic/signed-request.composed.json"))
    answer = scene.post("generic", recorded["body"].encode(), headers=recorded["headers"])
    assert answer.status_code == 401
    assert scene.deliveries() == 0
    assert recorded["body"].encode() == payload("generic/referral-stage-changed.composed.json")


def test_hubspot_files_end_in_the_right_books(each_scene: Scene) -> None:
    each_scene.connect("hubspot")
    one, two, three = (each_scene.refer(name, deal=deal) for name, deal in zip("ABC", DEALS, strict=True))
    for name, events in HUBSPOT.items():
        answer = each_scene.post("hubspot", payload(f"hubspot/{name}.composed.json"))
        assert (answer.status_code, answer.json) == (202, kept(events)), name
        each_scene.drain()
    assert each_scene.ledger(one) == upto("opportunity")
    assert each_scene.ledger(two) == upto("won")
    assert each_scene.ledger(three) == LOST
    assert each_scene.referral(three).state == "lost"
    assert each_scene.referral(one).amount_hundredths == 4_800_000
    # 17001 and 17002 became 17009: the earlier referral goes on, the other keeps what it earned.
    assert each_scene.referral(two).merged_into_id == one
    assert set(each_scene.states()) == {"done", "skipped"}


DEALS = ("17001", "17002", "17003")
HUBSPOT = {
    "deal-creation": 1, "deal-stage-change": 1, "deal-batch-two-deals": 4,
    "generic-object-propertychange-deal": 1, "deal-deletion": 1, "deal-merge": 1,
}  # fmt: skip


def test_hubspot_recorded_request_is_refused_for_its_age(scene: Scene) -> None:
    scene.connect("hubspot")
    recorded = json.loads(payload("hubspot/signed-request.composed.json"))
    answer = scene.post("hubspot", recorded["body"].encode(), headers=recorded["headers"])
    assert answer.status_code == 401
    assert scene.deliveries() == 0


def test_salesforce_single_and_batch(each_scene: Scene) -> None:
    each_scene.connect("salesforce")
    codes = ("RF-7Q2M9K", "RF-1A2B3C", "RF-ZZ99XX")
    one, two, three = (each_scene.refer(name, code=code) for name, code in zip("ABC", codes, strict=True))
    for name in ("single", "batch3"):
        answer = each_scene.post("salesforce", payload(f"salesforce/om-opportunity-{name}.composed.xml"))
        assert (answer.status_code, answer.data) == (200, ACK), name
    each_scene.drain()
    assert each_scene.states() == ["done"] * 4
    assert each_scene.ledger(one) == upto("opportunity")
    assert each_scene.ledger(two) == upto("won")
    assert each_scene.ledger(three) == LOST
    assert each_scene.referral(one).amount_hundredths == 5_250_000


def test_pipedrive_stage_and_won(each_scene: Scene) -> None:
    each_scene.connect("pipedrive")
    kim = each_scene.refer(code="RF-7Q2M9K")
    for name, ledger in (("deal-change-stage", upto("meeting")), ("deal-won", upto("won"))):
        answer = each_scene.post("pipedrive", payload(f"pipedrive/{name}.composed.json"))
        assert (answer.status_code, answer.json) == (202, kept(1)), name
        each_scene.drain()
        assert each_scene.ledger(kim) == ledger
    assert each_scene.referral(kim).currency == "EUR"


def test_each_file_twice_is_kept_once_and_paid_once(scene: Scene) -> None:
    scene.connect("generic", "hubspot", "salesforce", "pipedrive")
    kim = scene.refer(code="RF-7Q2M9K", deal="17001")
    for name in sorted(BODIES):
        kind = name.split("/")[0]
        first, second = (scene.post(kind, payload(name), message_id="msg_same") for _ in range(2))
        assert first.status_code == second.status_code == (200 if kind == "salesforce" else 202), name
        if first.json:
            assert second.json == {"kept": 0, "duplicates": first.json["kept"], "refused": []}, name
    scene.drain()
    assert scene.ledger(kim) == upto("won")
    assert scene.deliveries() == 1 + 9 + 4 + 2


BODIES = [
    path.relative_to(PAYLOADS).as_posix()
    for path in PAYLOADS.rglob("*.composed.*")
    if not path.name.startswith("signed-request")
]


def test_no_payload_is_left_out() -> None:
    tested = {f"hubspot/{name}.composed.json" for name in HUBSPOT} | {
        "generic/referral-stage-changed.composed.json", "salesforce/om-opportunity-single.composed.xml",
        "salesforce/om-opportunity-batch3.composed.xml", "pipedrive/deal-change-stage.composed.json",
        "pipedrive/deal-won.composed.json",
    }  # fmt: skip
    assert set(BODIES) == tested


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> Path:
    given = request.config.getoption("--data", default=None)
    shared = Path(os.environ.get("HURRAH_SHARED", ROOT.parent / "shared"))
    places = [Path(given), Path(given) / "crm-payloads"] if given else [shared / "data" / "crm-payloads"]
    found = next((place for place in places if (place / "hubspot").is_dir()), None)
    return found or pytest.skip(f"no crm-payloads in {places[-1]}")


@pytest.mark.data
def test_the_captured_opportunity_is_acknowledged_and_booked(scene: Scene, folder: Path) -> None:
    scene.connect("salesforce", account="00D7F00000107Xs")
    kim = scene.refer(deal="0067F000003pmdW")  # the fifteen characters that Salesforce shows
    answer = scene.post("salesforce", (folder / "salesforce/om-opportunity.captured.xml").read_bytes())
    assert (answer.status_code, answer.data) == (200, ACK)
    documented = (folder / "salesforce/om-ack-response.documented.xml").read_bytes()
    assert answer.data.split() == documented.split()
    scene.drain()
    assert scene.states() == ["done"]
    assert scene.ledger(kim) == upto("meeting")
    assert scene.referral(kim).amount_hundredths == 12_000_000


@pytest.mark.data
def test_pipedrives_own_examples_are_booked(scene: Scene, folder: Path) -> None:
    scene.connect("pipedrive")
    kim = scene.refer(deal="8")
    for name in ("create", "change", "delete"):
        body = (folder / f"pipedrive/deal-{name}.verbatim.json").read_bytes()
        answer = scene.post("pipedrive", body)
        assert (answer.status_code, answer.json) == (202, kept(1)), name
        scene.drain()
    assert scene.states() == ["done", "done", "skipped"]
    assert scene.ledger(kim) == upto("accepted")


@pytest.mark.data
def test_hubspots_own_examples_are_kept_and_move_nothing(scene: Scene, folder: Path) -> None:
    scene.connect("hubspot", account="33")
    kim = scene.refer(deal="123")
    answer = scene.post("hubspot", (folder / "hubspot/docs-example-batch.verbatim.json").read_bytes())
    assert answer.status_code == 202
    # Another portal's message: authentic, kept, not applied.
    answer = scene.post("hubspot", (folder / "hubspot/docs-contact-creation.verbatim.json").read_bytes())
    assert answer.status_code == 202
    scene.drain()
    assert set(scene.states()) <= {"skipped", "set_aside"}
    assert scene.ledger(kim) == won_in("submitted")
