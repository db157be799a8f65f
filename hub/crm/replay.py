"""The later stages of a spreadsheet as signed messages, the way a CRM would have sent them: `hurrah replay`.

A message's id is a hash of what it says, so sending the same file again sends the same messages, which the hub knows
by then. Events go in the order they happened. Nothing here touches the database.
"""

import datetime as dt
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import requests

from hub.crm.adapters.generic import STAGE_CHANGED, sign
from hub.referrals.ladder import Ladder
from hub.referrals.spreadsheet import Row, SheetMap, after

EVENTS_IN_A_MESSAGE = 100
TRIES = 8
LONGEST_WAIT_SECONDS = 60.0
CONNECT_SECONDS, ANSWER_SECONDS = 5, 30


@dataclass(frozen=True, slots=True)
class Told:
    """One stage that a row reached after it was submitted."""

    line_number: int
    at: dt.datetime | None
    event: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A body to be signed and sent, its identity for ever, and how many events it tells of."""

    id: str
    body: bytes
    events: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What the hub answered: status 0 means that it didn't."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    retry_after: float | None = None
    why: str = ""


Post = Callable[[bytes, Mapping[str, str]], Heard]


@dataclass(slots=True)
class Outcome:
    """What became of the events."""

    messages: int = 0
    kept: int = 0
    duplicates: int = 0
    refused: int = 0
    not_accepted: int = 0
    problems: list[str] = field(default_factory=list)


class CannotReplay(Exception):
    """The hub will refuse every message: why, and what to do."""


def stage_words(ladder: Ladder, sheet_map: SheetMap, mapped: Mapping[str, str]) -> dict[str, str]:
    """How to name each stage so that the connection understands: as the ladder does, else as the file does.

    A stage that is mapped under neither name goes by the ladder's: the hub shows it as waiting to be mapped.
    """
    words = {}
    for rung in ladder.rungs:
        own = sheet_map.crm_stage(rung.label) or sheet_map.crm_stage(rung.key)
        words[rung.key] = own if own and rung.label not in mapped and own in mapped else rung.label
    return words


def told(rows: Iterable[Row], ladder: Ladder, words: Mapping[str, str]) -> list[Told]:
    """Everything after the first stage, in the order it happened; stages without a date come last."""
    found = [event for row in rows for event in _of(row, ladder, words)]
    return sorted(found, key=lambda each: (each.at is None, each.at, each.line_number))


def _of(row: Row, ladder: Ladder, words: Mapping[str, str]) -> Iterator[Told]:
    later = after(row, ladder, ladder.first.key)
    for place, (key, at) in enumerate(later, 1):
        event: dict[str, Any] = {"deal_id": row.external_id, "stage": words[key]}
        if at is not None:
            event["occurred_at"] = at.isoformat().replace("+00:00", "Z")
        if place == len(later) and row.amount is not None:
            event["amount"] = {"value": str(row.amount), "currency": row.currency}
        yield Told(row.line_number, at, event)


def messages(events: Sequence[Told], *, most: int = EVENTS_IN_A_MESSAGE) -> Iterator[Message]:
    """Cuts the events into messages of at most `most`.

    Events of one deal at one instant stay together: their place in the message is all that says which came first.
    """
    batch: list[Mapping[str, Any]] = []
    for _, together in groupby(events, key=lambda each: (each.line_number, each.at)):
        group = [each.event for each in together]
        if batch and len(batch) + len(group) > most:
            yield _message(batch)
            batch = []
        batch += group
    if batch:
        yield _message(batch)


def _message(batch: Sequence[Mapping[str, Any]]) -> Message:
    body = json.dumps(
        {"type": STAGE_CHANGED, "data": list(batch)}, ensure_ascii=False, sort_keys=True
    ).encode()
    return Message(f"replay-{hashlib.sha256(body).hexdigest()[:40]}", body, len(batch))


def send(
    each: Message,
    *,
    secret: str,
    post: Post,
    clock: Callable[[], dt.datetime],
    outcome: Outcome,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Sends one message, signed anew at each try, until the hub has it or refuses it; counts what became of it.

    Refuses (CannotReplay) to go on when the hub knows no such connection or doesn't believe the signature.
    """
    heard = Heard(0)
    for attempt in range(TRIES):
        heard = post(each.body, sign(secret, each.id, each.body, clock()))
        if heard.status not in (0, 429, 502, 503, 504):
            break
        if attempt < TRIES - 1:
            sleep(min(LONGEST_WAIT_SECONDS, heard.retry_after or 0.5 * 2**attempt))
    if heard.status == 401:
        raise CannotReplay("the hub doesn't believe the signature: check the secret, and both clocks")
    if heard.status == 404:
        raise CannotReplay("the hub knows no connection of this name at this address")
    outcome.messages += 1
    if heard.status != 202:
        outcome.not_accepted += each.events
        outcome.problems.append(f"{each.id}: {heard.status or 'no answer'} {heard.why}".rstrip())
        return
    refused = heard.body.get("refused", [])
    outcome.kept += int(heard.body.get("kept", 0))
    outcome.duplicates += int(heard.body.get("duplicates", 0))
    outcome.refused += len(refused)
    outcome.problems += [f"{each.id}, event {r['index']}: {r['field']} {r['why']}" for r in refused]


def poster(url: str) -> Post:
    """Sends over HTTP, one connection for all messages."""
    session = requests.Session()
    session.headers["User-Agent"] = "hurrah-replay"

    def post(body: bytes, headers: Mapping[str, str]) -> Heard:
        try:
            answer = session.post(
                url, data=body, headers={**headers, "content-type": "application/json"},
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS), allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException as error:
            return Heard(0, why=type(error).__name__)
        return Heard(
            answer.status_code, _json(answer), _seconds(answer.headers.get("Retry-After")), answer.reason
        )

    return post


def _json(answer: requests.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdigit() else None
