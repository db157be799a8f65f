"""What replay sends: the same messages each time, in order, signed, and tried again while the hub is away."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from hub.crm.adapters import ADAPTERS, Inbound, Secret, receive
from hub.crm.replay import CannotReplay, Heard, Message, Outcome, messages, send, stage_words, told
from hub.referrals.ladder import SAMPLE
from hub.referrals.samples import PIPELINE_MAP
from hub.referrals.spreadsheet import Row, read_map

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
SECRET = "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0"
MAP = read_map(PIPELINE_MAP.read_bytes())
WORDS = stage_words(SAMPLE, MAP, {})
DAY = dt.timedelta(days=1)
START = dt.datetime(2025, 1, 5, tzinfo=dt.UTC)


def row(line: int, *steps: tuple[str, dt.datetime | None], amount: str | None = "10.50") -> Row:
    return Row(
        line_number=line, external_id=f"D{line}", company_name="Oakmere", owner_name=None, contact_name=None,
        contact_email=None, stage_label="Won", history=steps, amount=Decimal(amount) if amount else None,
        currency="USD" if amount else None, note="",
    )  # fmt: skip


def data_of(found: list[Message]) -> list[list[dict[str, object]]]:
    return [json.loads(message.body)["data"] for message in found]


def test_the_first_stage_is_left_to_the_import() -> None:
    rows = [row(1, ("submitted", START), ("opportunity", START), ("won", START + DAY))]
    (data,) = data_of(list(messages(told(rows, SAMPLE, WORDS))))
    assert data == [
        {"deal_id": "D1", "stage": "Opportunity", "occurred_at": "2025-01-05T00:00:00Z"},
        {
            "deal_id": "D1", "stage": "Won", "occurred_at": "2025-01-06T00:00:00Z",
            "amount": {"value": "10.50", "currency": "USD"},
        },
    ]  # fmt: skip


def test_events_go_in_the_order_they_happened_and_undated_ones_last() -> None:
    rows = [
        row(1, ("opportunity", START + 3 * DAY), ("won", None)),
        row(2, ("opportunity", START), ("lost", START + 5 * DAY)),
    ]
    found = [(each.event["deal_id"], each.event["stage"]) for each in told(rows, SAMPLE, WORDS)]
    assert found == [("D2", "Opportunity"), ("D1", "Opportunity"), ("D2", "Lost"), ("D1", "Won")]
    assert "occurred_at" not in told(rows, SAMPLE, WORDS)[-1].event


@pytest.mark.parametrize("most", [1, 2, 3, 5, 100])
def test_one_deals_events_of_one_instant_stay_in_one_message_in_order(most: int) -> None:
    rows = [row(line, ("opportunity", START), ("won", START)) for line in range(1, 8)]
    found = data_of(list(messages(told(rows, SAMPLE, WORDS), most=most)))
    assert [event["deal_id"] for data in found for event in data] == [
        f"D{n}" for n in range(1, 8) for _ in range(2)
    ]
    for data in found:
        assert len(data) <= max(most, 2)
        for first, second in zip(data[::2], data[1::2], strict=True):
            assert (first["stage"], second["stage"]) == ("Opportunity", "Won")
            assert first["deal_id"] == second["deal_id"]


def test_the_same_file_makes_the_same_messages_and_another_file_others() -> None:
    rows = [row(n, ("submitted", START), ("won", START + n * DAY)) for n in range(1, 250)]
    once, again = (list(messages(told(rows, SAMPLE, WORDS))) for _ in range(2))
    assert once == again
    assert [message.events for message in once] == [100, 100, 49]
    assert len({message.id for message in once}) == 3
    changed = [replace(rows[0], amount=Decimal(11)), *rows[1:]]
    other = list(messages(told(changed, SAMPLE, WORDS)))
    assert other[0].id != once[0].id
    assert other[1:] == once[1:]


def test_stages_are_named_so_that_the_connection_understands() -> None:
    assert WORDS["opportunity"] == "Opportunity"
    assert stage_words(SAMPLE, MAP, {"Engaging": "opportunity"})["opportunity"] == "Engaging"
    both = {"Engaging": "opportunity", "Opportunity": "opportunity"}
    assert stage_words(SAMPLE, MAP, both)["opportunity"] == "Opportunity"


class Hub:
    """Answers as told, and keeps what it was sent."""

    def __init__(self, *answers: Heard) -> None:
        self.answers = list(answers)
        self.heard: list[tuple[bytes, Mapping[str, str]]] = []
        self.waits: list[float] = []

    def post(self, body: bytes, headers: Mapping[str, str]) -> Heard:
        self.heard.append((body, headers))
        return self.answers.pop(0)

    def send(self, *, clock: dt.datetime = NOW) -> Outcome:
        outcome = Outcome()
        (message,) = messages(told([row(1, ("won", START))], SAMPLE, WORDS))
        send(
            message,
            secret=SECRET,
            post=self.post,
            clock=lambda: clock,
            outcome=outcome,
            sleep=self.waits.append,
        )
        return outcome


OK = Heard(202, {"kept": 1, "duplicates": 0, "refused": []})


def test_a_message_is_authentic_to_the_hub() -> None:
    hub = Hub(OK)
    assert hub.send().kept == 1
    ((body, headers),) = hub.heard
    inbound = Inbound(
        method="POST", path="/webhooks/crm/sheet", public_url="http://example.com", query="", headers=headers,
        body=body, tail=None, secrets=(Secret(SECRET),), account=None, now=NOW,
    )  # fmt: skip
    (event,) = receive(ADAPTERS["generic"], inbound).events
    assert (event.deal_id, event.stage, event.amount) == ("D1", "Won", Decimal("10.50"))


def test_it_waits_as_long_as_the_hub_asks_and_tries_again() -> None:
    hub = Hub(Heard(503, retry_after=30), Heard(0, why="ConnectionError"), Heard(503, retry_after=900), OK)
    outcome = hub.send()
    assert (outcome.kept, outcome.not_accepted) == (1, 0)
    assert hub.waits == [30, 1.0, 60]
    assert len({headers["webhook-id"] for _, headers in hub.heard}) == 1


def test_a_hub_that_stays_away_is_told_of() -> None:
    hub = Hub(*[Heard(0, why="ConnectionError")] * 8)
    outcome = hub.send()
    assert (outcome.kept, outcome.not_accepted, len(hub.waits)) == (0, 1, 7)
    assert "no answer ConnectionError" in outcome.problems[0]


@pytest.mark.parametrize("status", [401, 404])
def test_it_stops_where_every_message_would_be_refused(status: int) -> None:
    hub = Hub(Heard(status))
    with pytest.raises(CannotReplay):
        hub.send()


def test_what_the_hub_can_not_use_is_named() -> None:
    refused = [{"index": 0, "field": "stage", "why": "is required"}]
    outcome = Hub(Heard(202, {"kept": 1, "duplicates": 0, "refused": refused})).send()
    assert (outcome.refused, outcome.problems[0].split(", ")[1]) == (1, "event 0: stage is required")
    assert Hub(Heard(400, why="BAD REQUEST")).send().not_accepted == 1
