"""What comes out of a spreadsheet: rows that can go in, and rows that can't, with the reason."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from hub.referrals.ladder import Ladder

# (rung key, when it was reached); without a time it counts from the moment of the import.
History = tuple[tuple[str, datetime | None], ...]

UNSEEN = ("Cc", "Cf")
JOINERS = "\u200c\u200d"  # invisible, yet letters differ by them in Persian and in Indian scripts

NOBODY_TO_CREDIT = "no account in the row: nobody to credit"


@dataclass(frozen=True, slots=True)
class Row:
    """One referral of the file. With `breakage` it is kept and shown, but nobody can be paid for it."""

    line_number: int
    external_id: str
    company_name: str | None
    owner_name: str | None
    contact_name: str | None
    contact_email: str | None
    stage_label: str
    history: History
    amount: Decimal | None
    currency: str | None
    note: str
    breakage: str | None = None

    def history_at(self, imported_at: datetime) -> tuple[tuple[str, datetime], ...]:
        """The history with the import's time where the file has none."""
        return tuple((key, happened_at or imported_at) for key, happened_at in self.history)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that can't go in: what is wrong with which cell, and how to mend it. The other lines aren't
    affected.
    """

    line_number: int
    field: str
    value: str
    why: str
    what_to_do: str

    def __str__(self) -> str:
        shown = f" {self.value!r}" if self.value else ""
        return f"line {self.line_number}: {self.field}{shown} {self.why}; {self.what_to_do}"


def until(row: Row, ladder: Ladder, stage: str) -> Row:
    """The row with its history cut after this stage (its key or label); later stages are left to the CRM.

    A loss ends a referral as a win does, so it stays only when the cut is at the won or lost stage. Refuses a
    stage that the ladder doesn't have, with UnknownRungError.
    """
    return replace(row, history=tuple(step for step in row.history if not _later(step[0], ladder, stage)))


def after(row: Row, ladder: Ladder, stage: str) -> History:
    """What `until` cuts off: the steps that come after this stage."""
    return tuple(step for step in row.history if _later(step[0], ladder, stage))


def _later(key: str, ladder: Ladder, stage: str) -> bool:
    limit, rung = ladder.find(stage), ladder.rung(key)
    if limit.kind != "open":
        return False
    return rung.kind != "open" or rung.position > limit.position


def tidy(text: str) -> str:
    """The text as a person reads it: composed characters, single spaces, nothing invisible."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    visible = "".join(c for c in text if c.isspace() or c in JOINERS or unicodedata.category(c) not in UNSEEN)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def name_key(name: str) -> str:
    """What two spellings of one name have in common: no case, no spaces, no punctuation ("GTX Pro" =
    "gtxpro").

    For finding a company or a person that is already here, never for showing.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in folded if unicodedata.category(c)[0] not in "PZC") or folded
