"""Bytes from outside into JSON values, or NotReadable: nothing else gets out."""

import json
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from hub.crm.adapters.base import NotReadable

NUMBER_LENGTH = 4300  # Python's own limit for integers


def read_json(body: bytes) -> object:
    """The body as JSON values; numbers with a point are Decimals.

    Refuses what is not UTF-8, has a byte order mark, NaN or Infinity, numbers or nesting without end, and a
    key given twice in one object: which of the two was meant nobody can say, and both were signed.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotReadable("body", f"it is not UTF-8 (byte {error.start})") from None
    if text.startswith("\ufeff"):
        raise NotReadable("body", "it begins with a byte order mark; send plain UTF-8")
    try:
        return json.loads(
            text, parse_float=_decimal, parse_constant=_refuse_constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        raise NotReadable("body", f"it is not JSON (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise NotReadable("body", "it is nested too deep") from None
    except ValueError:  # an integer of more digits than Python reads
        raise NotReadable("body", f"it has a number of more than {NUMBER_LENGTH} digits") from None


def _decimal(text: str) -> Decimal:
    if len(text) > NUMBER_LENGTH:
        raise NotReadable("body", f"it has a number of more than {NUMBER_LENGTH} digits")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise NotReadable("body", "it has a number out of all bounds") from None


def _refuse_constant(name: str) -> NoReturn:
    raise NotReadable("body", f"{name} is not JSON")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotReadable("body", "an object has the same key twice")
    return found
