"""How names, addresses and handles are written before they are compared or kept."""

import re
import secrets
import unicodedata

from email_validator import EmailNotValidError, validate_email

HANDLE_LENGTH = 40
SUFFIX_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

# Which languages members may say they like to be spoken to in, in their own words.
LANGUAGES = {
    "en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "pt": "Português", "it": "Italiano",
    "nl": "Nederlands", "sv": "Svenska", "da": "Dansk", "nb": "Norsk", "fi": "Suomi", "pl": "Polski", "cs": "Čeština",
    "hu": "Magyar", "ro": "Română", "tr": "Türkçe", "el": "Ελληνικά", "uk": "Українська", "he": "עברית",
    "ar": "العربية", "hi": "हिन्दी", "ja": "日本語", "ko": "한국어", "zh": "中文",
}  # fmt: skip


class Refusal(ValueError):
    """A wish this room refuses; the message is a sentence for the person who had it."""


def address(email: str) -> str:
    """The e-mail address as we keep it: valid and in lower case. Refuses what can't be an address."""
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Refusal(f"“{email.strip()[:80]}” is not an e-mail address we can use.") from None


def spoken(name: str) -> str:
    """A name without the spaces, line breaks and control characters that copying brings along."""
    visible = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", name))
    return " ".join(visible.split())


def company_key(name: str) -> str:
    """What makes two spellings one company: case and spaces don't matter."""
    return spoken(name).casefold()


def handle_base(name: str) -> str:
    """ada-marlowe from “Ada Marlowe”; `member` from a name without Latin letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: HANDLE_LENGTH - 9].strip("-") or "member"


def handle_variant(base: str) -> str:
    """Another handle on the same base, unlikely to be taken."""
    return f"{base}-{''.join(secrets.choice(SUFFIX_ALPHABET) for _ in range(8))}"


def chosen_handle(wish: str) -> str:
    """A handle somebody typed. Refuses what would not fit into an address of a page."""
    wish = wish.strip().lower()
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", wish):
        raise Refusal("A handle has up to 40 letters a–z, digits and dashes inside.")
    return wish
