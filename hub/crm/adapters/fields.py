"""The fields of one event, each read strictly and refused by name.

Absent, null and blank are the same: None. What identifies something is refused when it cannot be stored as it
is; what is only shown is cleaned.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

IDENTIFIER_LENGTH = 200
NOTE_LENGTH = 4000
LARGEST_AMOUNT = Decimal(10**15)
LARGEST_INTEGER = 2**63 - 1
SMALLEST_PART = Decimal("0.0001")
LAST_MILLISECOND = 253_402_300_799_999  # the end of the year 9999

# PostgreSQL's text refuses U+0000 and lone surrogates; other control characters only hide things.
UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SURROGATE = re.compile("[\ud800-\udfff]")
EMAIL = re.compile(r"""[^@\s<>(),;:"\\]+@[^@\s<>(),;:"\\]+""")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)
CURRENCY = re.compile(r"[A-Za-z]{3}", re.ASCII)
INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}):([0-9]{2})(?:\.([0-9]{1,20}))?"
    r"([Zz]|[+-][0-9]{2}:?[0-9]{2})",
    re.ASCII,
)


class FieldError(Exception):
    """This field of this event can't be used; the others of the message can."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


class Fields:
    """An object of the message; `within` is its own name, so that a refusal says `meta.id`."""

    def __init__(self, values: Mapping[str, object], within: str = "") -> None:
        self.values = values
        self.within = within

    def has(self, name: str) -> bool:
        value = self.values.get(name)
        return value is not None and not (isinstance(value, str) and not value.strip())

    def refuse(self, name: str, why: str) -> FieldError:
        return FieldError(self.within + name, why)

    def text(self, name: str, *, numbers: bool = False) -> str | None:
        """What names something: at most 200 characters, all of them storable. Numbers only where ids are."""
        value = self.values.get(name)
        if value is None:
            return None
        return self.name_of(value, name, numbers=numbers) or None

    def name_of(self, value: object, name: str, *, numbers: bool = False) -> str:
        if numbers and isinstance(value, int) and not isinstance(value, bool):
            return str(self._bounded(value, name))
        if not isinstance(value, str):
            expected = "text or a whole number" if numbers else "text"
            raise self.refuse(name, f"must be {expected}, not {kind_of(value)}")
        found = value.strip()
        if UNSTORABLE.search(found):
            raise self.refuse(name, "has a control character or half a character in it")
        if len(found) > IDENTIFIER_LENGTH:
            raise self.refuse(name, f"is longer than {IDENTIFIER_LENGTH} characters")
        return found

    def required(self, name: str, *, numbers: bool = False, why: str = "is missing") -> str:
        found = self.text(name, numbers=numbers)
        if found is None:
            raise self.refuse(name, why)
        return found

    def email(self, name: str) -> str | None:
        found = self.text(name)
        if found is not None and not EMAIL.fullmatch(found):
            raise self.refuse(name, "is not an e-mail address")
        return found

    def note(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.refuse(name, f"must be text, not {kind_of(value)}")
        return shown(value, NOTE_LENGTH) or None

    def integer(self, name: str) -> int | None:
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refuse(name, f"must be a whole number, not {kind_of(value)}")
        return self._bounded(value, name)

    def amount(self, name: str, *, below_zero_is_none: bool = False) -> Decimal | None:
        """Money as a number or text, to four places. A CRM's credit notes are left out: they are no sales."""
        if not self.has(name):
            return None
        found = self._decimal(self.values[name], name)
        # Compared as it is: arithmetic, even abs(), overflows on 1e999999999.
        if not -LARGEST_AMOUNT <= found <= LARGEST_AMOUNT:
            raise self.refuse(name, "is out of bounds")
        if found < 0:
            if below_zero_is_none:
                return None
            raise self.refuse(name, "is below zero")
        return plain(found)

    def currency(self, name: str) -> str | None:
        found = self.text(name)
        if found is not None and not CURRENCY.fullmatch(found):
            raise self.refuse(name, "must be three letters, such as USD")
        return found.upper() if found else None

    def instant(self, name: str) -> datetime | None:
        found = self.text(name)
        if found is None:
            return None
        match = INSTANT.fullmatch(found)
        if match is None:
            raise self.refuse(name, "must be an RFC 3339 time with its zone, such as 2026-11-20T09:15:02Z")
        try:
            moment = moment_of(match)
        except (ValueError, OverflowError):
            raise self.refuse(name, "is not a time that exists") from None
        if moment.year < 1970:
            raise self.refuse(name, "lies before 1970")
        return moment

    def instant_ms(self, name: str) -> datetime | None:
        """An instant sent as milliseconds since 1970."""
        found = self.integer(name)
        if found is None:
            return None
        if not 0 <= found <= LAST_MILLISECOND:
            raise self.refuse(name, "is not a time in milliseconds since 1970")
        return datetime.fromtimestamp(found // 1000, UTC).replace(microsecond=found % 1000 * 1000)

    def inner(self, name: str) -> "Fields | None":
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.refuse(name, f"must be an object, not {kind_of(value)}")
        return Fields(value, f"{self.within}{name}.")

    def _decimal(self, value: object, name: str) -> Decimal:
        if isinstance(value, Decimal):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        if isinstance(value, str):
            found = value.strip()
            if len(found) <= 100 and NUMBER.fullmatch(found):
                return Decimal(found)
            raise self.refuse(name, "is not an amount such as 60000.00")
        raise self.refuse(name, f"must be an amount, not {kind_of(value)}")

    def _bounded(self, value: int, name: str) -> int:
        if abs(value) > LARGEST_INTEGER:
            raise self.refuse(name, "is too large a number")
        return value


def moment_of(match: re.Match[str]) -> datetime:
    day, minutes, seconds, fraction, zone = match.groups()
    if seconds == "60":  # a leap second; Python has none
        seconds = "59"
    micro = (fraction or "").ljust(6, "0")[:6]
    offset = "+00:00" if zone in "Zz" else f"{zone[:3]}:{zone[-2:]}"
    return datetime.fromisoformat(f"{day}T{minutes}:{seconds}.{micro}{offset}").astimezone(UTC)


def plain(amount: Decimal) -> Decimal:
    """Without an exponent, without minus zero, and with at most four places: floats carry dust."""
    exponent = amount.as_tuple().exponent
    found = amount.copy_abs()
    if isinstance(exponent, int) and exponent > 0:
        return found.quantize(Decimal(1))
    if isinstance(exponent, int) and exponent < -4:
        return found.quantize(SMALLEST_PART)
    return found


def shown(text: str, length: int) -> str:
    """Text for people: without what can't be stored or seen, cut where it is too long."""
    cleaned = SURROGATE.sub("\ufffd", UNSHOWABLE.sub("", text.replace("\r\n", "\n"))).strip()
    if len(cleaned) <= length:
        return cleaned
    end = length - 1
    while end and unicodedata.combining(cleaned[end]):  # an accent stays with its letter
        end -= 1
    return cleaned[:end].rstrip() + "…"


def kind_of(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else "a number"
