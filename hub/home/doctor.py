"""What `hurrah doctor` looks at, line by line. It needs nothing but the settings to begin with."""

import importlib.metadata
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from hub.core import edges
from hub.core.registry import Hop, State
from hub.core.settings import LOOPBACK, Settings
from hub.home import hops, readiness
from hub.notices import post


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One line: what, how it is, and what to do about it."""

    name: str
    state: State
    says: str
    todo: str = ""


def examine() -> Iterator[Finding]:
    """Settings, database, mail; then, while the database answers, every hop of every room."""
    settings: Settings = current_app.extensions["settings"]
    yield Finding(name="Hurrah", state="ok", says=importlib.metadata.version("hurrah"))
    yield address(settings)
    yield mail(settings)
    found = database(settings)
    yield found
    if found.state == "ok":
        with edges.reading():
            yield from (from_hop(hop) for hop in hops.everything())


def address(settings: Settings) -> Finding:
    """Where visitors come to, and whether it is sealed."""
    if settings.https or settings.public_url.split("://")[1].split(":")[0] in ("127.0.0.1", "localhost"):
        return Finding(name="Address", state="ok", says=settings.public_url)
    todo = "Serve it over TLS and set PUBLIC_URL=https://…: passwords travel in the open."
    return Finding(name="Address", state="watch", says=settings.public_url, todo=todo)


def mail(settings: Settings) -> Finding:
    """Whether mail leaves the house: the server is greeted, sealed and signed in at, as for a mail; none is sent."""
    if not settings.mail_url:
        todo = "Set MAIL_URL=smtp://… when people other than you use this hub."
        return Finding(name="Mail", state="watch", says="goes to the log only", todo=todo)
    says = f"as {settings.mail_from}, through {_bare(settings.mail_url)}"
    name = parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"
    try:
        agreed = post.dial(settings.mail_url, name=name)
    except post.Away as away:
        return Finding(name="Mail", state="broken", says=f"{says}: {away}", todo=_mend_mail(str(away)))
    if "in the open" in agreed and urlsplit(settings.mail_url).hostname not in LOOPBACK:
        todo = "Anybody on the way can read it: use smtps://, or a server that offers STARTTLS."
        return Finding(name="Mail", state="watch", says=f"{says}: {agreed}", todo=todo)
    return Finding(name="Mail", state="ok", says=f"{says}: {agreed}")


MAIL_FAULTS = (
    (("certificate", "CERTIFICATE"), ("Use the name in its certificate as the host of MAIL_URL. A relay on this very "
     "machine that can't encrypt: add ?starttls=never.")),
    (("SSLError", "WRONG_VERSION"), "It doesn't speak TLS there: smtps:// is usually port 465, smtp:// 587 or 25."),
    (("STARTTLS",), "Use smtps:// with its port, or leave user and password out for a relay on this machine."),
    (("535", "534", "530", "auth", "AUTH"), "Mend user and password in MAIL_URL; write @ : / in them as %40 %3A %2F."),
    (("gaierror", "Name or service"), "There is no such host: mend MAIL_URL."),
    (("TimeoutError", "timed out"), "Nothing answers: mend host and port in MAIL_URL, or open the firewall to it."),
)  # fmt: skip


def _mend_mail(error: str) -> str:
    known = (todo for marks, todo in MAIL_FAULTS if any(mark in error for mark in marks))
    return next(known, "Start it, or mend host and port in MAIL_URL. Nothing is lost: all mail waits.")


def database(settings: Settings) -> Finding:
    """Whether the database answers and has this code's tables."""
    where = make_url(settings.database_url).render_as_string(hide_password=True)
    try:
        with edges.reading():
            reason = readiness.behind()
    except DBAPIError as error:
        says = str(error.orig).strip().splitlines()[0]
        return Finding(
            name="Database", state="broken", says=f"{where}: {says}", todo="Start it, or mend DATABASE_URL."
        )
    if reason:
        return Finding(name="Database", state="broken", says=where, todo=reason)
    return Finding(name="Database", state="ok", says=f"{where}, migrations up to date")


def from_hop(hop: Hop) -> Finding:
    """A hop as a line."""
    return Finding(name=hop.title, state=hop.state, says=hop.says, todo=hop.todo)


def _bare(url: str) -> str:
    return url.rpartition("@")[2].removeprefix("smtp://").removeprefix("smtps://").split("?")[0]
