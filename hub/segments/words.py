"""Words as this room keeps them: tags and slugs."""

import re
import unicodedata

LONGEST_TAG = 40


def tag_key(text: str) -> str:
    """A tag as kept: lower case, dashes between words, at most forty characters; empty when nothing is left."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^\w]+", "-", plain).strip("-_")[:LONGEST_TAG].strip("-")


def slug_of(name: str) -> str:
    """An address made of a name: ASCII letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "unnamed"
