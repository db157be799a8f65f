"""Boards as members see them."""

import datetime as dt
from typing import Any

from flask import abort, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core import registry
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render
from leaderboard import periods, queries
from leaderboard.models import Board
from leaderboard.periods import Period
from leaderboard.visibility import why_hidden

blueprint = Blueprint("leaderboard", __name__)
registry.navigation(
    registry.Item(label="Leaderboard", endpoint="leaderboard.first_board", icon="trophy", order=50)
)
USUAL = Period.MONTH
LABELS = {
    Period.WEEK: "Week", Period.MONTH: "Month", Period.QUARTER: "Quarter", Period.YEAR: "Year", Period.ALL: "All time",
}  # fmt: skip
SAYS = {
    Period.WEEK: "this week", Period.MONTH: "this month", Period.QUARTER: "this quarter", Period.YEAR: "this year",
    Period.ALL: "of all time",
}  # fmt: skip


@blueprint.get("/leaderboard")
def first_board() -> Response:
    """The oldest board, which every hub has."""
    return _show(queries.boards(), None)


@blueprint.get("/leaderboard/<slug>")
def board(slug: str) -> Response:
    """One board in one period: those around me, the first three, the first fifty."""
    boards = queries.boards()
    return _show(boards, next((found for found in boards if found.slug == slug), None) or abort(404))


def _show(boards: list[Board], wanted: Board | None) -> Response:
    shown = wanted or (boards[0] if boards else None)
    period = _period()
    if shown is None:  # a hub so new that its first minute isn't over
        return render("leaderboard/board.html", "leaderboard/_board.html", sheet=None, says=SAYS[period])
    page = queries.page(shown, periods.key(period, now(), place().zone), current_user.id)
    return render(
        "leaderboard/board.html", "leaderboard/_board.html", sheet=page, boards=boards, says=SAYS[period],
        days=_days(page.period), options=_options(shown, period), podium=_podium(page), rows=_list(page),
        around=_around(page), hidden=why_hidden(current_user, shown),
    )  # fmt: skip


def _period() -> Period:
    try:
        return Period(request.args.get("period", USUAL))
    except ValueError:
        abort(404)


def _options(shown: Board, chosen: Period) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": url_for("leaderboard.board", slug=shown.slug, period=period.value),
         "active": period is chosen, "name": period.value}
        for period, label in LABELS.items()
    ]  # fmt: skip


def _days(key: str) -> tuple[dt.date, dt.date] | None:
    if key == "all":
        return None
    first, after = periods.days(key)
    return first, after - periods.DAY


def lines(standings: list[queries.Standing]) -> list[dict[str, Any]]:
    """Standings as templates draw them: with a link to whoever isn't under a pseudonym."""
    return [
        {"rank": row.place, "name": row.name, "points": row.points, "initials": row.initials, "handle": row.handle,
         "company": row.company, "me": row.me,
         "url": url_for("members.profile", handle=row.handle) if row.handle else None}
        for row in standings
    ]  # fmt: skip


def _podium(page: queries.Page) -> list[dict[str, Any]]:
    return lines(page.top[:3]) if len(page.top) >= 3 else []


def _around(page: queries.Page) -> list[dict[str, Any]]:
    """Those next to me: two on each side, three where the list doesn't show me."""
    near = 2 if page.is_listed else 3
    at = next((place for place, row in enumerate(page.around) if row.me), 0)
    return lines(page.around[max(0, at - near) : at + near + 1])


def _list(page: queries.Page) -> list[dict[str, Any]]:
    """The places after the podium; where mine is further down, it follows after a gap."""
    rows = lines(page.top[3:] if len(page.top) >= 3 else page.top)
    if page.mine is not None and not page.is_listed:
        rows += [{"gap": True}, *lines([row for row in page.around if row.me])]
    return rows


@registry.panel("leaderboard.around_me")
def around_me(member: Any) -> str:
    """The week around this member, for the home page: three statements."""
    boards = queries.boards()
    if not boards:
        return ""
    page = queries.page(boards[0], periods.key(Period.WEEK, now(), place().zone), member.id, with_top=False)
    return render_template(
        "leaderboard/_around_me.html", sheet=page, around=_around(page), hidden=why_hidden(member, boards[0]),
        url=url_for("leaderboard.board", slug=boards[0].slug, period=Period.WEEK.value),
    )  # fmt: skip
