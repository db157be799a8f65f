"""The desk's numbers, in one statement. Each opens the page behind it, where there is one."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from flask import current_app, url_for

from hub.core import registry
from hub.home import pulse
from hub.home.queries import counts

DAYS = 30


@registry.figure("home")
def figures(now: dt.datetime) -> Iterator[registry.Figure]:
    """Members, referrals, points."""
    members, made, moving, won, points = counts(now - dt.timedelta(days=DAYS))
    lately = f"in the last {DAYS} days"
    yield registry.Figure(label="members", value=members, url=_page("members_desk.index"))
    yield registry.Figure(label="introductions", value=made, note=lately, url=_page("referrals_desk.index"))
    yield registry.Figure(label="on their way", value=moving, url=_page("referrals_desk.index", state="open"))
    yield registry.Figure(label="won", value=won, note=lately, url=_page("referrals_desk.index", state="won"))
    yield registry.Figure(label="points earned", value=points, note=lately, url=_page("ledger_desk.search"))


@registry.figure("pulse")
def satisfied(_now: dt.datetime) -> Iterator[registry.Figure]:
    """How many of a hundred are satisfied, each side by itself, in the latest quarter with answers."""
    found = pulse.results()
    for one in found:
        if one.quarter == found[0].quarter:
            yield registry.Figure(
                label=f"% of {pulse.SIDE_NAMES[one.side].lower()} satisfied", value=one.satisfied,
                url=_page("pulse.results", quarter=one.quarter, side=one.side),
                note=f"{one.answers:,} answers, {one.quarter}",
            )  # fmt: skip


def _page(endpoint: str, **values: Any) -> str | None:
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
