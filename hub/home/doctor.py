"""What `hurrah doctor` looks at, line by line. It needs nothing but the settings to begin with."""

import importlib.metadata
from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from hub.core import edges
from hub.core.registry import Hop, State
from hub.core.settings import Settings
from hub.home import hops, readiness


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
    """Whether mail leaves the house."""
    if settings.mail_url:
        return Finding(
            name="Mail", state="ok", says=f"as {settings.mail_from}, through {_bare(settings.mail_url)}"
        )
    todo = "Set MAIL_URL=smtp://… when people other than you use this hub."
    return Finding(name="Mail", state="watch", says="goes to the log only", todo=todo)


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
