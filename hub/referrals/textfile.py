"""Reading a text file (TOML) that a person wrote, so that everything wrong in it is told at once."""

from __future__ import annotations

import difflib
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Table = dict[str, Any]
LONGEST_FILE = 1_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong field: where it is, why it is wrong and what to do about it."""

    field: str
    why: str
    what_to_do: str

    def __str__(self) -> str:
        return f"{self.field}: {self.why}; {self.what_to_do}"


class TextFileError(ValueError):
    """A text file that can't be used; `problems` has all that is wrong with it, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def parse(text: str | bytes) -> Table:
    """The tables of a TOML text; refuses one that isn't UTF-8 or isn't TOML, naming the line."""
    if len(text) > LONGEST_FILE:
        raise TextFileError([Problem("file", "is longer than a megabyte", "give a text file of this kind")])
    try:
        return tomllib.loads(text if isinstance(text, str) else text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        why = f"is not UTF-8 text (byte {error.start + 1})"
        raise TextFileError([Problem("file", why, "save it as UTF-8")]) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise TextFileError([Problem("file", f"is not TOML: {error}", "correct that line")]) from error


class Fields:
    """One table of the file. Each reader returns a usable value, or notes a problem and returns the default.

    `close()` at the end notes every field that nobody asked for, because a misspelt name would else be
    ignored.
    """

    def __init__(self, table: Table, problems: list[Problem], inside: str = "") -> None:
        self._table = table
        self.problems = problems
        self._inside = inside
        self._asked: list[str] = []

    def has(self, name: str) -> bool:
        return name in self._table

    def take(self, name: str) -> Any:
        """The raw value, None when absent; marks the name as known."""
        self._asked.append(name)
        return self._table.get(name)

    def wrong(self, name: str, why: str, what_to_do: str) -> None:
        where = f"{self._inside}.{name}" if self._inside and name else name or self._inside
        self.problems.append(Problem(where, why, what_to_do))

    def text(self, name: str, *, default: str | None = None, longest: int = 200, lines: bool = False) -> str:
        """A text without control characters; required when there is no default."""
        value = self.take(name)
        if value is None:
            if default is None:
                self.wrong(name, "is missing", f'add {name} = "…"')
            return default or ""
        if not isinstance(value, str):
            self.wrong(name, f"is {_kind(value)}", "write a text in double quotes")
        elif default is None and not value.strip():
            self.wrong(name, "is empty", "write something between the quotes")
        elif len(value) > longest:
            self.wrong(name, f"has {len(value):,} characters", f"use at most {longest:,}")
        elif odd := [c for c in value if unicodedata.category(c) == "Cc" and not (lines and c in "\r\n\t")]:
            self.wrong(name, f"has the control character U+{ord(odd[0]):04X}", "remove it")
        else:
            return value.strip()
        return default or ""

    def number(self, name: str, *, default: int | None, least: int, most: int) -> int | None:
        value = self.take(name)
        if value is None:
            return default
        if type(value) is int and least <= value <= most:
            return value
        shown = f"{value:,}" if type(value) is int else _kind(value)
        self.wrong(name, f"is {shown}", f"use a whole number from {least:,} to {most:,}, without quotes")
        return default

    def yes_or_no(self, name: str, *, default: bool) -> bool:
        value = self.take(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.wrong(name, f"is {_kind(value)}", "write true or false, without quotes")
        return default

    def choice(self, name: str, options: Sequence[str], *, default: str) -> str:
        value = self.take(name)
        if value is None or value in options:
            return default if value is None else str(value)
        self.wrong(name, f"is {value!r}", f"use one of {', '.join(options)}")
        return default

    def texts(self, name: str) -> list[str] | None:
        """A list of texts (one text counts as a list of one); None when absent or wrong."""
        value = self.take(name)
        listed = [value] if isinstance(value, str) else value
        if listed is None:
            return None
        if isinstance(listed, list) and all(isinstance(item, str) for item in listed):
            return [item.strip() for item in listed]
        self.wrong(name, f"is {_kind(value)}", 'write a list of texts, as in ["one", "two"]')
        return None

    def table(self, name: str) -> Table:
        """A table of the file as it is, empty when absent or wrong."""
        value = self.take(name)
        if value is None or isinstance(value, dict):
            return value or {}
        self.wrong(name, f"is {_kind(value)}", f"write a table: [{name}] on a line of its own")
        return {}

    def within(self, name: str) -> Fields:
        """The fields of a table inside this one."""
        return Fields(self.table(name), self.problems, f"{self._inside}.{name}" if self._inside else name)

    def close(self) -> None:
        for name in self._table:
            if name not in self._asked:
                near = difflib.get_close_matches(name, self._asked, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(self._asked))}"
                self.wrong(name, "is not a field of this file", hint)


def _kind(value: object) -> str:
    words = {bool: "true or false", str: "a text", int: "a number", float: "a number", list: "a list"}
    return words.get(type(value), "a table" if isinstance(value, dict) else "a date")
