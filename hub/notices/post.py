"""Handing mails over: to a mail server, or to the log when there is none (MAIL_URL).

What can go wrong is one of four things, and the caller acts on which: the server is away (Away: no mail's fault, all
wait), it doesn't take this mail now (Later), it never will (Refused), or it may have taken it and the answer got lost
(Unknown). Only the last can end in a second copy, and that has the Message-ID of the first.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import structlog

from hub.core.settings import LOOPBACK

log = structlog.get_logger(__name__)
TIMEOUT_SECONDS = 10
PORTS = {"smtp": 25, "smtps": 465}


class Away(Exception):
    """The mail server can't be reached, or takes nothing from us."""


class Later(Exception):
    """It doesn't take this mail now."""


class Refused(Exception):
    """It doesn't take this mail, and won't."""


class Unknown(Exception):
    """The mail was handed over, and the answer never came."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """A packed mail: whose, from, to, and what."""

    mail_id: int
    sender: str
    recipient: str
    message: EmailMessage


class Outlet(Protocol):
    """Something that takes mails."""

    def send(self, parcel: Parcel) -> None:
        """Hands one over; raises one of the four."""
        ...


class Printer:
    """Prints to the log: for a laptop, and for trying things out."""

    def send(self, parcel: Parcel) -> None:
        """Always works."""
        body = parcel.message.get_body(("plain",))
        log.info(
            "mail.printed", to=parcel.recipient, subject=str(parcel.message["Subject"]),
            text=body.get_content() if body is not None else "",
        )  # fmt: skip


class Server:
    """A mail server, for as long as one connection lasts."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self.smtp = smtp

    def send(self, parcel: Parcel) -> None:
        """One mail. Up to the end of DATA nothing was taken; from there on only the server knows."""
        options = () if parcel.recipient.isascii() else ("SMTPUTF8", "BODY=8BITMIME")
        if options and not self.smtp.has_extn("smtputf8"):
            raise Refused(
                "the mail server can't write to addresses with letters other than a to z (SMTPUTF8)"
            )
        try:
            self.smtp.rset()
            _expect(self.smtp.mail(parcel.sender, options), about_us=True)
            _expect(self.smtp.rcpt(parcel.recipient))
            _expect(self.smtp.docmd("DATA"), wanted=354)
        except (OSError, smtplib.SMTPException) as error:
            raise Away(_said(error)) from error
        try:
            self.smtp.send(_dotted(parcel.message))
            answer = self.smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Unknown(f"no answer after the mail was handed over: {_said(error)}") from error
        _expect(answer)


def _expect(answer: tuple[int, bytes], *, wanted: int = 250, about_us: bool = False) -> None:
    code, words = answer
    if code == wanted or (wanted == 250 and code in (250, 251)):
        return
    says = f"{code} {words.decode(errors='replace')}"[:500]
    if code == 421 or (about_us and code >= 500) or code < 400:
        raise Away(says)
    raise Later(says) if code < 500 else Refused(says)


def _dotted(message: EmailMessage) -> bytes:
    """With lines that begin with a dot doubled, and the dot that ends it."""
    lines = message.as_bytes().replace(b"\r\n", b"\n").split(b"\n")
    body = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
    return body.rstrip(b"\r\n") + b"\r\n.\r\n"


@contextmanager
def outlet(url: str | None, *, name: str) -> Iterator[Outlet]:
    """Opens the way out. `name` is what we call ourselves. Raises Away when there is none today."""
    if url is None:
        yield Printer()
        return
    smtp = _connect(urlsplit(url), name)
    try:
        yield Server(smtp)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
        smtp.close()


def dial(url: str, *, name: str) -> str:
    """Greets the mail server as for a mail, sends none, and says what was agreed. Raises Away."""
    parts = urlsplit(url)
    smtp = _connect(parts, name)
    try:
        sealed = isinstance(smtp.sock, ssl.SSLSocket)
        agreed = ["answers", "sealed" if sealed else "in the open"]
        return ", ".join([*agreed, "signed in"] if parts.username else agreed)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
        smtp.close()


def _connect(url: SplitResult, name: str) -> smtplib.SMTP:
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    try:
        if url.scheme == "smtps":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, name, timeout=TIMEOUT_SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(host, port, name, timeout=TIMEOUT_SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        raise Away(_said(error)) from error
    try:
        _introduce(smtp, url)
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        raise Away(_said(error)) from error
    except Away:
        smtp.close()
        raise
    return smtp


def _introduce(smtp: smtplib.SMTP, url: SplitResult) -> None:
    smtp.ehlo_or_helo_if_needed()
    sealed = url.scheme == "smtps"
    if not sealed and smtp.has_extn("starttls") and "starttls=never" not in url.query:
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo()
        sealed = True
    if url.username:
        if not sealed and url.hostname not in LOOPBACK:
            raise Away("it offers no STARTTLS, and we don't send our password in the open; use smtps://")
        smtp.login(unquote(url.username), unquote(url.password or ""))


def _said(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = (
            error.smtp_error.decode(errors="replace")
            if isinstance(error.smtp_error, bytes)
            else error.smtp_error
        )
        return f"{error.smtp_code} {words}"[:500]
    return f"{type(error).__name__}: {error}"[:500]
