"""Whether the hub does its work, in words for members: three statements, no names of machines."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from flask import Response

from hub.core.clock import now
from hub.core.web import Blueprint, render
from hub.crm.probe import queries as probes
from hub.crm.receipt import oldest_pending
from hub.outbox.queries import oldest_due

blueprint = Blueprint("status", __name__)
LATE, VERY_LATE = dt.timedelta(minutes=2), dt.timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing members count on: good, late or down, and what that means for them."""

    title: str
    state: Literal["good", "late", "down"]
    says: str


@blueprint.get("/status")
def show() -> Response:
    """What works, what is late, and that nothing is lost."""
    at = now()
    found = lines(at)
    worst = next((state for state in ("down", "late") if any(one.state == state for one in found)), "good")
    return render("home/status.html", lines=found, worst=worst, at=at)


def lines(at: dt.datetime) -> list[Line]:
    """Points, news and the test referral."""
    books = min((one for one in (oldest_pending(at), oldest_due("books", now=at)) if one), default=None)
    post = oldest_due("post", now=at)
    return [
        _waiting(
            "Points and badges", books, at, good="Arrive within seconds.", late="Arrive late at the moment."
        ),
        _waiting(
            "News and mails", post, at, good="Go out as they happen.", late="Go out late at the moment."
        ),
        _tested(at),
    ]


def _waiting(title: str, oldest: dt.datetime | None, at: dt.datetime, *, good: str, late: str) -> Line:
    waited = at - oldest if oldest else dt.timedelta()
    if waited < LATE:
        return Line(title=title, state="good", says=good)
    return Line(title=title, state="down" if waited > VERY_LATE else "late", says=f"{late} Nothing is lost.")


def _tested(at: dt.datetime) -> Line:
    last, title = probes.latest(), "Referrals, from the form to the points"
    if last is None:
        return Line(title=title, state="good", says="Tested every hour; the first test is still to come.")
    if not last.is_ok:
        return Line(
            title=title, state="down", says="Our last test didn’t go through; the team has been told."
        )
    number, good = probes.tally(at - dt.timedelta(days=1))
    return Line(title=title, state="good", says=f"{good} of {number} tests went through in the last day.")
