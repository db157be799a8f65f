"""What a manager fills in for a rule: each rule says its fields, one form draws them all, with or without a script."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Widget = Literal["number", "text", "lines", "date", "select", "checks"]
Choices = Sequence[tuple[str, str]] | Callable[[], Sequence[tuple[str, str]]]
LARGEST = 1_000_000_000


class Unclear(Exception):
    """Something was filled in that can't be meant. The sentence says what to do; `field` is where."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a rule. `choices` may be asked for when it is drawn."""

    name: str
    label: str
    widget: Widget
    choices: Choices = ()
    unit: str = ""
    help: str = ""
    multiple: bool = False
    start: Any = ""

    @property
    def options(self) -> Sequence[tuple[str, str]]:
        """What can be chosen, now."""
        return self.choices() if callable(self.choices) else self.choices


Given = Mapping[str, Any]
"""What was filled in: strings and lists of strings from a form, or a rule as it is stored."""


def one(given: Given, name: str) -> str:
    """The single value of a field, trimmed."""
    value = given.get(name, "")
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    return "" if value is None else str(value).strip()


def many(given: Given, name: str) -> list[str]:
    """All values of a field, each once, without empty ones."""
    value = given.get(name, [])
    values = [value] if isinstance(value, str | int) else list(value or [])
    return list(dict.fromkeys(str(item).strip() for item in values if str(item).strip()))


def whole(
    given: Given, name: str, *, least: int = 0, most: int = LARGEST, what: str = "number"
) -> int | None:
    """A whole number, or None when the field is empty. Refuses what isn't one, and what is out of range."""
    text = one(given, name).replace(",", "").replace(" ", "").replace("\u2009", "")
    if not text:
        return None
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 12 or not least <= int(text) <= most:
        raise Unclear(f"The {what} is a whole number from {least:,} to {most:,}.", name)
    return int(text)


def needed(given: Given, name: str, *, least: int = 1, most: int = LARGEST, what: str = "number") -> int:
    """A whole number that can't be left out."""
    found = whole(given, name, least=least, most=most, what=what)
    if found is None:
        raise Unclear(f"Say the {what}.", name)
    return found


def chosen(given: Given, name: str, known: Iterable[str], *, what: str) -> str:
    """One of the known values. Refuses anything else."""
    value = one(given, name)
    if value not in set(known):
        raise Unclear(f"Choose {what}.", name)
    return value


def picked(given: Given, name: str, known: Iterable[str], *, what: str) -> list[str]:
    """At least one of the known values, in the order of those known."""
    wanted, order = set(many(given, name)), list(known)
    if not wanted or not wanted <= set(order):
        raise Unclear(f"Choose {what}.", name)
    return [value for value in order if value in wanted]


def day(given: Given, name: str) -> dt.date:
    """A day. Refuses what isn't one."""
    try:
        return dt.date.fromisoformat(one(given, name))
    except ValueError:
        raise Unclear("Choose a day.", name) from None


def listed(words: Sequence[str], last: str = "or") -> str:
    """a, b or c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
