"""Passwords: argon2id, and the few rules worth having (OWASP ASVS 6.2).

At least 8 characters, any characters, no forced mixture, nothing cut off; not one that everybody uses, and not one's
own name. Checking costs the same work whether or not the account exists.
"""

import functools
import unicodedata
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.members.names import Refusal

SHORTEST = 8
LONGEST = 1000


def new_hasher() -> PasswordHasher:
    """OWASP's first choice for argon2id: 19 MiB, two passes, one lane."""
    return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


hasher = new_hasher()


@functools.cache
def common() -> frozenset[str]:
    """Passwords that are tried first by whoever guesses."""
    lines = (Path(__file__).parent / "common_passwords.txt").read_text().split()
    return frozenset(lines)


def check_rules(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Refuses a password that is too short, too long, common, monotonous or one of the words `about` the person."""
    if len(password) < SHORTEST:
        raise Refusal(f"A password needs at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise Refusal(f"A password may have up to {LONGEST} characters.")
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(set(plain)) < 4:
        raise Refusal("That password repeats too few characters. Try three words that don't belong together.")
    if plain in common() or plain.rstrip("0123456789!.?*") in common():
        raise Refusal("That password is among the first anyone would try. Three unrelated words do better.")
    if any(plain.strip("0123456789!.?* ") == word.casefold() for word in about if word):
        raise Refusal("A password that is your name or address is easy to guess. Choose something else.")


def digest(password: str) -> str:
    """What is kept of a password."""
    return hasher.hash(_bytes(password))


def fits(password: str, kept: str | None) -> bool:
    """Whether it is the password. Does the same work when there is nothing to compare it with."""
    try:
        hasher.verify(kept or _nobody(), _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def is_outdated(kept: str) -> bool:
    """Whether the digest was made with weaker settings than today's."""
    return hasher.check_needs_rehash(kept)


@functools.cache
def _nobody() -> str:
    return hasher.hash(b"nobody has this password")


def _bytes(password: str) -> bytes:
    # The same key typed on two systems may arrive composed or decomposed. Lone surrogates can't be encoded.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
