"""The codes of personal links, and the marks that a click leaves in the address it leads to.

A code has eight letters and digits that nobody mixes up and that make no words. A mark (`?via=`) names the click and
the link, and is signed: whoever makes one up is found out without a look at the database.
"""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app

LETTERS = "23456789bcdfghjkmnpqrstvwxyz"
LENGTH = 8
CLICK = 16  # characters of a click's id: the milliseconds, then four random bytes
MARK = CLICK + LENGTH + 8


@dataclass(frozen=True, slots=True)
class Via:
    """What a mark says: which click, on which link's code, when."""

    click_id: str
    code: str
    at: dt.datetime


def new_code() -> str:
    """A code nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def digest(name: str) -> str:
    """How a readable name is kept when it may be given up."""
    return hashlib.sha256(name.encode()).hexdigest()


def is_code(text: str) -> bool:
    """Whether this has the form of a code."""
    return len(text) == LENGTH and all(letter in LETTERS for letter in text)


def click_id(milliseconds: int) -> str:
    """A fresh id for a click of this instant; later ones sort after it."""
    raw = milliseconds.to_bytes(6, "big") + secrets.token_bytes(4)
    return base64.b32hexencode(raw).decode().lower()


def clicked_at(found: str) -> dt.datetime:
    """When the click of this id happened."""
    milliseconds = int.from_bytes(base64.b32hexdecode(found.upper())[:6], "big")
    return dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(milliseconds=milliseconds)


def mark(click: str, code: str, key: bytes) -> str:
    """The mark of a click on a link."""
    return f"{click}{code}{_seal(click + code, key)}"


def read_mark(text: str, keys: Sequence[bytes]) -> Via | None:
    """What a mark says; None for one that isn't ours."""
    text = text.lower()
    if len(text) != MARK or not text.isascii():
        return None
    named, sealed = text[: CLICK + LENGTH], text[CLICK + LENGTH :]
    if not any(hmac.compare_digest(_seal(named, key), sealed) for key in keys):
        return None
    return Via(named[:CLICK], named[CLICK:], clicked_at(named[:CLICK]))


def clicked(via: str) -> Via | None:
    """Which click on which link a mark (`?via=`) names; None for one that this hub didn't give out. It needs no
    statement: the click itself may be written a few seconds later."""
    settings = current_app.extensions["settings"]
    keys = [key_of(secret) for secret in (settings.secret_key, *settings.secret_key_fallbacks)]
    return read_mark(via, keys)


def key_of(secret: str) -> bytes:
    """The key of marks, from the hub's secret."""
    return hashlib.sha256(b"hurrah clicks:" + secret.encode()).digest()


def _seal(named: str, key: bytes) -> str:
    raw = hmac.digest(key, named.encode(), "sha256")[:5]
    return base64.b32hexencode(raw).decode().lower()
