"""The envelope: headers that can't be forged through a name or a subject, and the one-click way out (RFC 8058)."""

import hashlib
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, Policy
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from hub.core.place import Place, place
from hub.notices.letters import Calendar, Reader
from hub.notices.models import Mail
from hub.notices.rendering import Rendered, base_url


class _Unfolded(UnstructuredHeader, BaseHeader):
    """One long line: Python would fold an address that is longer than a line into encoded words, which no mail program
    follows."""

    def fold(self, *, policy: "Policy[Any]") -> str:
        return f"{self.name}: {self}{policy.linesep}"


_registry = HeaderRegistry()
_registry.map_to_type("list-unsubscribe", _Unfolded)
PLAIN_POLICY = SMTP.clone(header_factory=_registry)
UTF8_POLICY = SMTPUTF8.clone(header_factory=_registry)


def pack(mail: Mail, reader: Reader, rendered: Rendered) -> EmailMessage:
    """A mail in its envelope, the same each time it is packed: same Message-ID, same date."""
    here, address = place(), domain_in_ascii(reader.email)
    message = EmailMessage(policy=PLAIN_POLICY if address.isascii() else UTF8_POLICY)
    message["From"] = Address(display_name=one_line(here.name), addr_spec=sender())
    message["To"] = Address(display_name=one_line(reader.name), addr_spec=address)
    message["Subject"] = one_line(rendered.subject)
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if here.contact_email:
        message["Reply-To"] = _contact(here)
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return message


def with_calendar(message: EmailMessage, calendar: Calendar) -> EmailMessage:
    """Adds an invitation twice: as another reading of the mail, for programs that file it by themselves, and as a file
    that people can open."""
    words = calendar.body.decode()
    message.add_alternative(
        words, subtype="calendar", params={"method": calendar.method}, cte="quoted-printable"
    )
    message.add_attachment(
        words, subtype="calendar", params={"method": calendar.method}, filename=calendar.name, cte="base64"
    )
    return message


def with_way_out(message: EmailMessage, url: str) -> EmailMessage:
    """Adds the one-click way out."""
    message["List-Unsubscribe"] = f"<{url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def message_id(mail: Mail) -> str:
    """Made of what the mail is about, so that a second sending has the name of the first."""
    what = f"{mail.key}\n{mail.member_id}\n{mail.created_at.isoformat()}"
    host = urlsplit(base_url()).hostname or "localhost"
    return f"<{hashlib.sha256(what.encode()).hexdigest()[:40]}@{domain_in_ascii(f'a@{host}')[2:]}>"


def sender() -> str:
    """The bare address that mails come from."""
    given = str(current_app.extensions["settings"].mail_from)
    return parseaddr(given)[1] or given


def one_line(words: str) -> str:
    """Without line breaks and control characters: a header is one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())


def domain_in_ascii(address: str) -> str:
    """The address with its domain as name servers know it."""
    local, _, domain = one_line(address).rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return f"{local}@{domain}"


def _contact(here: Place) -> Address:
    return Address(display_name=one_line(here.contact_name), addr_spec=domain_in_ascii(here.contact_email))


def unsubscribe_url(member_id: int, kind: str) -> str:
    """The address that stops mails of one kind to one member. It works without signing in, and for ever."""
    return f"{base_url()}/unsubscribe/{_signer().dumps([member_id, kind])}"


def unsubscribes(token: str) -> tuple[int, str] | None:
    """Whom and what a token stops; None when it isn't one of ours."""
    try:
        found: Any = _signer().loads(token)
    except BadData:
        return None
    match found:
        case [int(member_id), str(kind)]:
            return member_id, kind
    return None


def _signer() -> URLSafeSerializer:
    settings = current_app.extensions["settings"]
    return URLSafeSerializer([*settings.secret_key_fallbacks, settings.secret_key], salt="unsubscribe")
