"""What an e-mail address or a telephone number says without asking anybody: no network, only rules and lists.

One person writes their address in many ways (capitals, a plus and a word, dots that Gmail ignores, a domain in its own
letters); `plain_email` and `plain_phone` are what is compared.
"""

import re
import unicodedata

import phonenumbers
from disposable_email_domains import blocklist

DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
# Where private people have their mail: a domain in common says nothing there.
FREE_PROVIDERS = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com",
    "icloud.com", "me.com", "mac.com", "aol.com", "proton.me", "protonmail.com", "gmx.com", "gmx.de", "gmx.net",
    "web.de", "t-online.de", "mail.com", "mail.ru", "yandex.ru", "yandex.com", "orange.fr", "free.fr",
    "laposte.net", "wanadoo.fr", "libero.it", "virgilio.it", "telia.com", "bluewin.ch", "zoho.com", "fastmail.com",
    "hey.com", "tutanota.com", "posteo.de", "qq.com", "163.com", "126.com", "naver.com", "seznam.cz", "wp.pl",
    "o2.pl",
})  # fmt: skip
ROLES = frozenset({
    "info", "sales", "office", "contact", "hello", "admin", "administrator", "support", "help", "service", "team",
    "mail", "marketing", "billing", "accounts", "accounting", "invoice", "invoices", "hr", "jobs", "careers",
    "press", "media", "webmaster", "postmaster", "hostmaster", "abuse", "noreply", "no-reply", "kontakt",
    "vertrieb", "buero", "enquiries", "enquiry", "reception", "purchasing", "procurement", "finance",
})  # fmt: skip
SHORTEST_PHONE = 7


def plain_email(email: str | None) -> str | None:
    """One person's e-mail however it is written; None for what has no two sides."""
    if not email or "@" not in email:
        return None
    local, _, domain = unicodedata.normalize("NFKC", email).strip().casefold().rpartition("@")
    domain = plain_domain(domain)
    local = local.split("+", 1)[0]
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), DOTLESS[domain]
    return f"{local}@{domain}"


def plain_domain(domain: str) -> str:
    """A domain in the letters of the wire: bücher.example is xn--bcher-kva.example."""
    domain = unicodedata.normalize("NFKC", domain).strip().strip(".").casefold()
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


def domain_of(email: str | None) -> str:
    """The domain of an address, empty when there is none."""
    return plain_domain(email.rpartition("@")[2]) if email and "@" in email else ""


def is_free_provider(domain: str) -> bool:
    """Whether private people have their mail there."""
    return domain in FREE_PROVIDERS


def is_disposable(email: str | None) -> bool:
    """Whether the mailbox is one that is thrown away: its domain, or one above it, is on the list."""
    parts = domain_of(email).split(".")
    return any(".".join(parts[at:]) in blocklist for at in range(len(parts) - 1))


def is_role(email: str | None) -> bool:
    """Whether a desk reads the mail, not a person."""
    return bool(email) and (plain_email(email) or "").split("@")[0] in ROLES


def plain_phone(phone: str | None, region: str | None = None) -> str | None:
    """The digits of a telephone number as the world dials it; without a country in it or a region, only its digits.

    None for what is too short to be one.
    """
    typed = unicodedata.normalize("NFKC", phone or "").strip()
    typed = re.sub(r"^00(?=[1-9])", "+", typed)
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is not None and phonenumbers.is_possible_number(number):
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)).lstrip("+")
    digits = re.sub(r"\D", "", typed).lstrip("0")
    return digits if len(digits) >= SHORTEST_PHONE else None
