"""What led somebody to a form: click, visit, form, in one chain that nobody but the hub can make.

A visit is signed and travels in the form, as a hidden field; with consent it also lies in a cookie of our own, so
that the first visit counts when the form is sent at a later one. Nothing that isn't signed is believed.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from hub import sharing
from hub.sharing.models import PersonalLink

COOKIE = "hurrah-came-by"
MOST = 5


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a landing page: whose link's code, after which click, when. `nonce` tells one form from another."""

    code: str
    click_id: str
    clicked_at: dt.datetime | None
    at: dt.datetime
    nonce: str = ""

    @property
    def is_verified(self) -> bool:
        """Whether it came by a click of ours."""
        return bool(self.click_id)

    def counts(self, since: dt.datetime) -> bool:
        """Whether neither the look nor the click before it is older than that."""
        return self.at >= since and (self.clicked_at is None or self.clicked_at >= since)


def visit(link: PersonalLink, via: str, now: dt.datetime) -> Visit:
    """A look at this link's page. A mark that isn't ours, or another link's, counts as none."""
    found = sharing.clicked(via) if via else None
    nonce = secrets.token_urlsafe(9)
    if found is None or found.code != link.code or found.at > now + dt.timedelta(minutes=5):
        return Visit(link.code, "", None, now, nonce)
    return Visit(link.code, found.click_id, found.at, now, nonce)


def sign(seen: Visit) -> str:
    """A visit for the hidden field of its form."""
    return str(_signer("visit").dumps(_row(seen)))


def read(text: str) -> Visit | None:
    """The visit in a hidden field; None when it isn't ours."""
    return _visit(_loaded("visit", text))


def cookie_of(visits: Sequence[Visit]) -> str:
    """The visits for the cookie: the first ones, five at most."""
    return str(_signer("cookie").dumps([_row(seen) for seen in visits[:MOST]]))


def remembered(text: str | None) -> list[Visit]:
    """The visits in the cookie, oldest first; none when it isn't ours."""
    rows = _loaded("cookie", text or "")
    found = [_visit(row) for row in rows] if isinstance(rows, list) else []
    return [seen for seen in found[:MOST] if seen is not None]


def added(visits: Sequence[Visit], seen: Visit, *, window_days: int) -> list[Visit]:
    """The visits that still count with one more, once for each link: what came first stays, unless only what came
    later is by a click of ours."""
    since = seen.at - dt.timedelta(days=window_days)
    kept = [one for one in visits if one.counts(since)]
    before = next((one for one in kept if one.code == seen.code), None)
    if before is None:
        return [*kept, seen]
    replaced = seen.is_verified and not before.is_verified
    return [seen if replaced and one is before else one for one in kept]


def in_order(visits: Sequence[Visit], *, window_days: int, now: dt.datetime) -> list[Visit]:
    """The first visit by each link, by time: one that still counts stands for it, and of those one by a click of ours,
    where there is one."""
    since, first = now - dt.timedelta(days=window_days), dict[str, Visit]()
    for seen in sorted(visits, key=lambda one: (not one.counts(since), not one.is_verified, one.at)):
        first.setdefault(seen.code, seen)
    return sorted(first.values(), key=lambda one: one.at)


def credited(visits: Sequence[Visit], *, window_days: int, now: dt.datetime) -> list[Visit]:
    """Whom to credit, the best first: verified before others, the first before the later, none from before the
    window."""
    since = now - dt.timedelta(days=window_days)
    fresh = [seen for seen in visits if seen.counts(since)]
    return sorted(fresh, key=lambda one: (not one.is_verified, one.at))


def _row(seen: Visit) -> list[Any]:
    clicked = int(seen.clicked_at.timestamp()) if seen.clicked_at else 0
    return [seen.code, seen.click_id, clicked, int(seen.at.timestamp()), seen.nonce]


def _visit(row: Any) -> Visit | None:
    match row:
        case [str(code), str(click), int(clicked), int(at), str(nonce)]:
            return Visit(code, click, _instant(clicked) if clicked else None, _instant(at), nonce)
    return None


def _instant(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _loaded(purpose: str, text: str) -> Any:
    try:
        return _signer(purpose).loads(text) if 0 < len(text) < 2_000 else None
    except BadData:
        return None


def _signer(purpose: str) -> URLSafeSerializer:
    settings = current_app.extensions["settings"]
    return URLSafeSerializer([*settings.secret_key_fallbacks, settings.secret_key], salt=f"landing {purpose}")
