"""What a mail says: a room tells which letter a notice makes, the templates in templates/email/<folder> do the rest.

    @notices.letter("referral.advanced", samples={"referral_won": sample})
    def advanced(told, reader): return Letter(folder="referral_won", words={...})

`told` is the notice with what was looked up for it, `reader` whom it goes to. None means that there is nothing to write
any more. `samples` names every folder the letter may use, with made-up words for the desk's preview and the tests. A
kind without a letter of its own gets the plain one: its sentence and a button.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from hub.notices.queries import Line

PLAIN = "news"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Whom a mail goes to."""

    id: int
    name: str
    first_name: str
    email: str
    zone: ZoneInfo

    def day(self, instant: dt.datetime) -> str:
        """Sat 21 Nov, as the reader's calendar has it."""
        local = instant.astimezone(self.zone)
        return f"{local:%a} {local.day} {local:%b}"

    def when(self, instant: dt.datetime) -> str:
        """Sat 21 Nov, 09:15, by the reader's clock."""
        return f"{self.day(instant)}, {instant.astimezone(self.zone):%H:%M}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """Why a mail is written: a notice in words, or a one-time link."""

    kind: str
    subject: str
    at: dt.datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    line: Line | None = None
    token: str = ""
    by: str = ""

    @property
    def subject_id(self) -> int:
        """7 of `referral:7`."""
        return int(self.subject.partition(":")[2])


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """A calendar file that goes with a mail: what it asks of calendars (REQUEST, CANCEL), and what it is called."""

    body: bytes
    method: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """Which templates, and the words they need besides the reader and the hub; maybe an invitation for calendars."""

    folder: str
    words: Mapping[str, Any]
    calendar: Calendar | None = None


Write = Callable[[Occasion, Reader], Letter | None]
Sample = Callable[[], Mapping[str, Any]]
WRITERS: dict[str, Write] = {}
SAMPLES: dict[str, tuple[str, Sample]] = {}


def letter(kind: str, *, samples: Mapping[str, Sample]) -> Callable[[Write], Write]:
    """Registers who writes the mail of a kind, and made-up words for each of its folders."""

    def keep(write: Write) -> Write:
        WRITERS[kind] = write
        SAMPLES.update({folder: (kind, sample) for folder, sample in samples.items()})
        return write

    return keep


def write(occasion: Occasion, reader: Reader) -> Letter | None:
    """The letter for an occasion; None when what it would speak of is gone."""
    writer = WRITERS.get(occasion.kind, _plain)
    return writer(occasion, reader)


def sample(folder: str) -> Letter | None:
    """A letter with made-up words; None for a folder that nobody writes from."""
    found = SAMPLES.get(folder)
    return Letter(folder=folder, words=found[1]()) if found else None


def _plain(occasion: Occasion, _reader: Reader) -> Letter | None:
    line = occasion.line
    if line is None:
        return None
    words = {"text": line.text, "path": line.url, "action": line.kind.label, "points": line.points}
    return Letter(folder=PLAIN, words=words)


SAMPLES[PLAIN] = (
    "", lambda: {"text": "Your answer about month-end reports was approved.", "path": "/challenges", "points": 250,
                 "action": "See the challenge"},
)  # fmt: skip
