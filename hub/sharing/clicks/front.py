"""The door of `/s/…`: a small function in front of Flask, so that a click costs what a redirect costs.

A browser on an open link is sent on; everybody else (crawlers, HEAD, prefetching, unknown or closed links) goes through
to Flask's page, crawlers counted apart. It leads nowhere but where a room said (`targets`), with its mark (`?via=`) on
pages of this hub and the sender's own `utm_` words; nothing else of a request gets into an answer.
"""

import datetime as dt
import re
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask
from itsdangerous import BadSignature
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from hub.core import edges
from hub.core.db import db
from hub.core.security import HEADERS
from hub.sharing import codes, queries, targets
from hub.sharing.clicks.crawlers import is_ahead, is_crawler
from hub.sharing.clicks.stream import LINK_SECONDS, Away, Stream
from hub.sharing.clicks.visitors import Visitors
from hub.sharing.models import SURFACES, PendingClick

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
NAME = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
REMEMBERED = 10_000


class Front:
    """One per process. It wraps the app's WSGI callable, inside whatever mends addresses behind a proxy."""

    def __init__(self, app: Flask, inner: Wsgi) -> None:
        settings = app.extensions["settings"]
        self.app, self.inner = app, inner
        self.stream = Stream(settings.effective_redis_url)
        self.visitors = Visitors(app)
        self.key = codes.key_of(settings.secret_key)
        self.headers = [*HEADERS.items(), ("Cache-Control", "no-store"), ("X-Robots-Tag", "noindex"),
                        ("Content-Length", "0"), ("Content-Type", "text/plain; charset=utf-8")]  # fmt: skip
        if settings.https:
            self.headers.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
        self.known: dict[str, tuple[float, str]] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith("/s/") and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            name = path[3:].lower()
            location = self.click(name, environ) if NAME.fullmatch(name) else None
            if location is not None:
                start_response("302 Found", [("Location", location), *self.headers])
                return [b""]
        return self.inner(environ, start_response)

    def click(self, name: str, environ: Environ) -> str | None:
        """Takes the click; where to go, or None when that is for the page behind to say."""
        at = time.time()
        agent = environ.get("HTTP_USER_AGENT", "")
        is_bot = environ["REQUEST_METHOD"] == "HEAD" or is_ahead(environ) or is_crawler(agent)
        try:
            visitor = "" if is_bot else self._visitor(environ, agent, at)
            query = environ.get("QUERY_STRING", "")
            words = utm_of(query) if "utm_" in query else []
            taken = self._take(name, codes.click_id(int(at * 1000)), "bot" if is_bot else "visit", visitor,
                               source_of(words), self._member(environ))  # fmt: skip
        except DBAPIError:
            return None  # the page behind says what the matter is
        if taken is None or is_bot:
            return None
        record, click = taken
        _link, _member, code, is_ours, url = record.split("|", 4)
        if is_ours == "1":
            words = [*words, ("via", codes.mark(click, code, self.key))]
        return with_words(url, words)

    def _take(
        self, name: str, click: str, kind: str, visitor: str, source: str, member: str
    ) -> list[str] | None:
        try:
            found = self.stream.take(name, click, kind, visitor, source, member)
            if found is None:
                record = self._look_up(name)
                if record is None:
                    return None
                self.stream.know(name, record)
                found = self.stream.take(name, click, kind, visitor, source, member)
            return found
        except Away:
            return self._write(name, click, kind, visitor, source, member)

    def _write(
        self, name: str, click: str, kind: str, visitor: str, source: str, member: str
    ) -> list[str] | None:
        """Without Redis: one statement, kept before the answer."""
        until, record = self.known.get(name, (0.0, ""))
        if until < time.monotonic():
            record = self._look_up(name) or ""
        if not record:
            return None
        link_id, owner, _rest = record.split("|", 2)
        row = {"id": click, "link_id": int(link_id), "visitor": visitor, "source": source,
               "kind": "own" if kind == "visit" and owner == member else kind}  # fmt: skip
        with self.app.app_context(), db.engine.begin() as connection:
            connection.execute(ADDED, row)
        return [record, click]

    def _look_up(self, name: str) -> str | None:
        """What the front needs to know of a link: its number, member, code, whether it leads to a page of ours, and
        where; None when there is no such link, or what it leads to isn't open."""
        with self.app.app_context(), edges.reading():
            link = queries.by_code(name)
            there = targets.destination(link) if link else None
            if link is None or there is None or not there.is_open:
                self.known.pop(name, None)
                return None
            record = f"{link.id}|{link.member_id}|{link.code}|{int(there.is_ours)}|{there.url}"
        if len(self.known) >= REMEMBERED:
            self.known.clear()
        self.known[name] = (time.monotonic() + LINK_SECONDS, record)
        return record

    def forget(self, names: list[str]) -> None:
        """After a change: links of these names are looked up anew."""
        for name in names:
            self.known.pop(name, None)
        self.stream.forget(names)

    def _visitor(self, environ: Environ, agent: str, at: float) -> str:
        day = dt.datetime.fromtimestamp(at, dt.UTC).date()
        return self.visitors.name(environ.get("REMOTE_ADDR", ""), agent, day)

    def _member(self, environ: Environ) -> str:
        """Who is signed in here, by the session's own word: one's own clicks don't count."""
        jar, name = environ.get("HTTP_COOKIE", ""), self.app.config["SESSION_COOKIE_NAME"]
        found = re.search(rf"(?:^|;\s*){re.escape(name)}=([^;]*)", jar) if name in jar else None
        signer = self.app.session_interface.get_signing_serializer(self.app) if found else None  # type: ignore[attr-defined]
        if found is None or signer is None:
            return ""
        try:
            return str(signer.loads(found[1].strip('"')).get("_user_id", "")).partition(".")[0]
        except (BadSignature, AttributeError, ValueError):
            return ""


ADDED = insert(PendingClick)


def utm_of(query: str) -> list[tuple[str, str]]:
    """The campaign words of a request, each once, short, and without what could be anything else."""
    found = dict(parse_qsl(query[:2000], errors="replace"))
    clean = {name: re.sub(r"[^\w .~+-]", "", found[name])[:60].strip() for name in UTM if name in found}
    return [(name, value) for name, value in clean.items() if value]


def source_of(words: list[tuple[str, str]]) -> str:
    """The surface of an embed, when a click came from one: somebody else's newsletter may call itself one, too."""
    source = dict(words).get("utm_source", "")
    surface = source.removeprefix("hurrah-")
    return surface if surface != source and surface in SURFACES else ""


def with_words(url: str, words: list[tuple[str, str]]) -> str:
    """An address with these words in its query; its own ones stand."""
    if not words:
        return url
    parts = urlsplit(url)
    own = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    added = urlencode([(name, value) for name, value in words if name not in own])
    return parts._replace(query="&".join(part for part in (parts.query, added) if part)).geturl()
