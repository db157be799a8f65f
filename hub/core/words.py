"""Numbers and times in words: the filters that templates use."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, has_request_context
from markupsafe import Markup

from hub.core.clock import now

MINUS = "\u2212"


def points(number: int | None) -> str:
    """12345 → 12,345; a true minus sign for what was taken."""
    return f"{number or 0:,}".replace("-", MINUS)


def signed(number: int) -> str:
    """+500 or −500."""
    return f"{'+' if number >= 0 else ''}{points(number)}"


def money(hundredths: int | None, currency: str | None = None) -> str:
    """6000000, USD → USD 60,000.00; whole amounts without the zeros."""
    if hundredths is None:
        return ""
    whole, rest = divmod(abs(hundredths), 100)
    amount = f"{MINUS if hundredths < 0 else ''}{whole:,}{f'.{rest:02}' if rest else ''}"
    return f"{currency} {amount}" if currency else amount


def zone() -> ZoneInfo:
    """The zone this page is read in: the member's, else the hub's, else UTC."""
    return getattr(g, "zone", None) or ZoneInfo("UTC") if has_request_context() else ZoneInfo("UTC")


def when(instant: dt.datetime | None) -> Markup | str:
    """A short local time, with the exact one for machines and on hover."""
    if instant is None:
        return ""
    local = instant.astimezone(zone())
    text = (
        f"{local.day} {local:%b}"
        + (f" {local.year}" if local.year != now().year else "")
        + f", {local:%H:%M}"
    )
    return _time(instant, text, local)


def day(instant: dt.datetime | dt.date | None) -> Markup | str:
    """A local day, without the hour."""
    if instant is None:
        return ""
    if isinstance(instant, dt.datetime):
        local = instant.astimezone(zone())
        return _time(instant, f"{local.day} {local:%b %Y}", local)
    return f"{instant.day} {instant:%b %Y}"


def hour(instant: dt.datetime | None) -> Markup | str:
    """The local hour and minute, where the day stands above it."""
    if instant is None:
        return ""
    local = instant.astimezone(zone())
    return _time(instant, f"{local:%H:%M}", local)


def ago(instant: dt.datetime | None) -> Markup | str:
    """How long since: just now, 5 min ago, 3 h ago, yesterday, then the day."""
    if instant is None:
        return ""
    seconds = (now() - instant).total_seconds()
    local = instant.astimezone(zone())
    if seconds < 60:
        text = "just now"
    elif seconds < 3600:
        text = f"{int(seconds // 60)} min ago"
    elif seconds < 86400:
        text = f"{int(seconds // 3600)} h ago"
    elif seconds < 7 * 86400:
        days = int(seconds // 86400)
        text = "yesterday" if days == 1 else f"{days} days ago"
    else:
        return day(instant)
    return _time(instant, text, local)


def _time(instant: dt.datetime, text: str, local: dt.datetime) -> Markup:
    exact = instant.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        exact, f"{local:%A, %d %B %Y, %H:%M %Z}", text
    )


FILTERS: Mapping[str, Any] = {
    "points": points, "signed": signed, "money": money, "when": when, "day": day, "hour": hour, "ago": ago,
}  # fmt: skip


def init_app(app: Flask) -> None:
    """Gives the filters to templates."""
    app.jinja_env.filters.update(FILTERS)
