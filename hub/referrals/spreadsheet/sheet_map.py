"""The map of a spreadsheet: which column holds what, and which stages a value of its stage column means."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hub.referrals.spreadsheet.rows import tidy
from hub.referrals.textfile import Fields, Problem, TextFileError, parse

DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
SINGLE_COLUMNS = ("id", "stage", "company", "owner", "contact", "contact_email", "amount")


@dataclass(frozen=True, slots=True)
class Passed:
    """One stage that a row has been through, by the programme's name for it, and the column with its date."""

    stage: str
    column: str | None


@dataclass(frozen=True, slots=True)
class SheetMap:
    """How to read one kind of spreadsheet. Stage values and spellings are looked up as `folded` text."""

    columns: Mapping[str, str]
    notes: tuple[str, ...]
    stages: Mapping[str, tuple[Passed, ...]]
    labels: Mapping[str, str]
    date_formats: tuple[str, ...]
    spellings: Mapping[str, Mapping[str, str]]
    delimiter: str | None = None
    encodings: tuple[str, ...] = ENCODINGS
    currency: str | None = None
    decimal: str = "."

    @property
    def needed(self) -> list[str]:
        """Every column of the file that this map asks for, once."""
        dated = [passed.column for history in self.stages.values() for passed in history if passed.column]
        return list(dict.fromkeys([*self.columns.values(), *self.notes, *dated]))

    def crm_stage(self, stage: str) -> str | None:
        """The file's own word for having just reached this stage: the value whose history ends there."""
        for value, history in self.stages.items():
            if history and folded(history[-1].stage) == folded(stage):
                return self.labels[value]
        return None


def folded(text: str) -> str:
    return tidy(text).casefold()


def read_map(text: str | bytes) -> SheetMap:
    """The map in this text; refuses with TextFileError, which names every wrong field, why and what to do."""
    problems: list[Problem] = []
    fields = Fields(parse(text), problems)
    file = fields.within("file")
    delimiter, encodings = _delimiter(file), _encodings(file)
    file.close()
    columns, notes = _columns(fields.within("columns"))
    amount = fields.within("amount")
    currency, decimal = _currency(amount), amount.choice("decimal", (".", ","), default=".")
    amount.close()
    dates = fields.within("dates")
    formats = _formats(dates)
    dates.close()
    stages, labels = _stages(fields)
    spellings = _spellings(fields)
    fields.close()
    if problems:
        raise TextFileError(problems)
    return SheetMap(
        columns, notes, stages, labels, formats, spellings, delimiter, encodings, currency, decimal
    )


def _delimiter(file: Fields) -> str | None:
    chosen = file.choice("delimiter", ("auto", *DELIMITERS), default="auto")
    return None if chosen == "auto" else chosen


def _encodings(file: Fields) -> tuple[str, ...]:
    listed = tuple(file.texts("encodings") or ENCODINGS)
    for name in listed:
        try:
            known = codecs.lookup(name)._is_text_encoding
        except LookupError:
            known = False
        if not known:
            file.wrong("encodings", f"has {name!r}, which is no encoding", "use utf-8-sig, cp1252 or latin-1")
    return listed


def _columns(fields: Fields) -> tuple[dict[str, str], tuple[str, ...]]:
    columns = {}
    for name in SINGLE_COLUMNS:
        column = fields.text(name, default=None if name in ("id", "stage") else "")
        if column:
            columns[name] = column
    notes = tuple(filter(None, fields.texts("note") or []))
    fields.close()
    return columns, notes


def _currency(fields: Fields) -> str | None:
    code = fields.text("currency", default="")
    if code and not (len(code) == 3 and code.isascii() and code.isupper()):
        fields.wrong("currency", f"is {code!r}", "write three capitals, as in USD")
    return code or None


def _formats(fields: Fields) -> tuple[str, ...]:
    listed = tuple(fields.texts("formats") or ("%Y-%m-%d",))
    probe = datetime(2001, 11, 23, tzinfo=UTC)
    for pattern in listed:
        try:
            right = datetime.strptime(probe.strftime(pattern), pattern).date() == probe.date()  # noqa: DTZ007
        except ValueError:
            right = False
        if not right:
            fields.wrong("formats", f"has {pattern!r}, which gives no whole date", 'write as in "%m/%d/%Y"')
    return listed


def _stages(fields: Fields) -> tuple[dict[str, tuple[Passed, ...]], dict[str, str]]:
    stages: dict[str, tuple[Passed, ...]] = {}
    labels: dict[str, str] = {}
    table = fields.table("stages")
    if not table:
        fields.wrong(
            "stages", "is missing or empty", 'add [stages], as in Won = [{ stage = "Won", on = "closed" }]'
        )
    for label, listed in table.items():
        value = folded(label)
        if value in stages:
            fields.wrong(f"stages.{label}", "is there twice, but for case or spaces", "keep one of them")
        stages[value] = tuple(filter(None, _history(fields, label, listed)))
        labels[value] = tidy(label)
    return stages, labels


def _history(fields: Fields, label: str, listed: Any) -> list[Passed | None]:
    if not isinstance(listed, list) or not listed or not all(isinstance(item, dict) for item in listed):
        fields.wrong(f"stages.{label}", "is not a list of stages", 'write [{ stage = "Submitted" }]')
        return []
    return [_passed(Fields(item, fields.problems, f"stages.{label}")) for item in listed]


def _passed(fields: Fields) -> Passed | None:
    stage, column = fields.text("stage"), fields.text("on", default="")
    fields.close()
    return Passed(stage, column or None) if stage else None


def _spellings(fields: Fields) -> dict[str, dict[str, str]]:
    """Per column, from the spelling as written to the one that is meant."""
    spelling = fields.within("spelling")
    found: dict[str, dict[str, str]] = {}
    for column in fields.table("spelling"):
        words = spelling.within(column)
        found[folded(column)] = {tidy(written): words.text(written) for written in spelling.table(column)}
    return found
