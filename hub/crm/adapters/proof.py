"""What the ways of proving a sender share: freshness, and secrets compared in constant time."""

import hmac
import re
from collections.abc import Callable
from datetime import datetime

from hub.crm.adapters.base import NotAuthentic, Secret

TOLERANCE_SECONDS = 300
# int() would also take "+1", "1_0", " 1 " and other scripts' digits, and a number of any length.
STAMP = re.compile(r"[0-9]{1,16}", re.ASCII)


def same(given: str, expected: str) -> bool:
    """Constant-time equality which no character can make raise."""
    return hmac.compare_digest(as_bytes(given), as_bytes(expected))


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def fresh(stamp: str, *, now: datetime, per_second: int) -> str:
    """The stamp as it was sent, which is what was signed. Refuses more than five minutes either way."""
    if not STAMP.fullmatch(stamp):
        raise NotAuthentic("the timestamp is not a number")
    age_seconds = now.timestamp() - int(stamp) / per_second
    if age_seconds > TOLERANCE_SECONDS:
        raise NotAuthentic("the timestamp is more than five minutes old")
    if age_seconds < -TOLERANCE_SECONDS:
        raise NotAuthentic("the timestamp is more than five minutes ahead of our clock")
    return stamp


def proven_secret(secrets: tuple[Secret, ...], proves: Callable[[str], bool]) -> int:
    """The first active secret that the message proves; a blank one proves nothing."""
    found = [index for index, secret in enumerate(secrets) if secret.value.strip() and proves(secret.value)]
    if not found:
        raise NotAuthentic("no active secret of this connection matches")
    return found[0]
