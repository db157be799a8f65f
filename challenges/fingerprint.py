"""Answers that resemble each other: a simhash finds candidates among numbers, shared shingles confirm them."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

FEWEST_WORDS = 4
SHINGLE = 2
NEAR_BITS = 14
ALIKE = 0.6


def normal(words: str) -> list[str]:
    """The words of a text, without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", words).casefold()
    return re.findall(r"\w+", "".join(sign for sign in plain if not unicodedata.combining(sign)))


def shingles(words: str) -> set[str]:
    """Pairs of neighbouring words."""
    found = normal(words)
    return {" ".join(found[place : place + SHINGLE]) for place in range(max(1, len(found) - SHINGLE + 1))}


def fingerprint(words: str) -> int | None:
    """64 bits of which near texts share most, as a signed number; None for a text too short to compare."""
    if len(normal(words)) < FEWEST_WORDS:
        return None
    weights = [0] * 64
    for shingle in shingles(words):
        bits = int.from_bytes(hashlib.blake2b(shingle.encode(), digest_size=8).digest())
        for place in range(64):
            weights[place] += 1 if bits >> place & 1 else -1
    number = sum(1 << place for place, weight in enumerate(weights) if weight > 0)
    return number - (1 << 64) if number >> 63 else number


def distance(one: int, other: int) -> int:
    """How many bits differ."""
    return ((one ^ other) & (1 << 64) - 1).bit_count()


def likeness(one: str, other: str) -> float:
    """The share of shingles that two texts have in common."""
    left, right = shingles(one), shingles(other)
    return len(left & right) / len(left | right) if left | right else 0.0


def nearest(fingerprint: int, others: Sequence[tuple[int, int]]) -> list[int]:
    """Of (id, fingerprint) the ids near enough to compare word by word, the nearest first; ten at most."""
    near = sorted((distance(fingerprint, other), number) for number, other in others)
    return [number for bits, number in near if bits <= NEAR_BITS][:10]
