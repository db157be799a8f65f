"""Boards as members see them: those around me first, the first three, the first fifty; and seasons that are over."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from badges.queries import levels
from hub.core import registry
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render, row_number
from leaderboard import brackets, periods, queries, seasons, words
from leaderboard.metrics import METRICS
from leaderboard.models import Board, Season
from leaderboard.periods import SEASON, Period
from leaderboard.visibility import why_hidden

blueprint = Blueprint("leaderboard", __name__)
registry.navigation(
    registry.Item(label="Leaderboard", endpoint="leaderboard.first_board", icon="trophy", order=50)
)


@blueprint.get("/leaderboard")
def first_board() -> Response:
    """The first board that this member may see."""
    return _show(queries.boards_for(current_user, now()), None)


@blueprint.get("/leaderboard/<slug>")
def board(slug: str) -> Response:
    """One board in one period."""
    boards = queries.boards_for(current_user, now())
    return _show(boards, next((found for found in boards if found.slug == slug), None) or abort(404))


@blueprint.get("/leaderboard/<slug>/seasons/<name>")
def season(slug: str, name: str) -> Response:
    """How a season ended: the first three, my place, everybody."""
    found = seasons.find(slug, name) if f"{slug}{name}".isprintable() else None
    if found is None or not queries.may_see(found.board, current_user, now()):
        abort(404)
    return _season(found)


def _show(boards: list[Board], wanted: Board | None) -> Response:
    shown = wanted or (boards[0] if boards else None)
    period = _period(shown)
    if (
        shown is None or period is None
    ):  # a hub so new that its first minute isn't over, or between two seasons
        return render(
            "leaderboard/board.html", "leaderboard/_board.html", sheet=None, board=shown, boards=boards,
            seasons=_seasons(shown) if shown else [],
        )  # fmt: skip
    titles = _brackets(shown)
    page = queries.page(
        shown, words.key_of(shown, period, now(), place().zone), _owner(shown), bracket=_bracket(titles),
        usual_bracket=_my_bracket(shown), with_best=True,
    )  # fmt: skip
    return render(
        "leaderboard/board.html", "leaderboard/_board.html", sheet=page, board=shown, boards=boards,
        metric=METRICS[shown.metric], says=words.SAYS[period], days=_days(page.period), period=period,
        options=_options(shown, period), podium=_podium(page), rows=_list(page), around=_around(page),
        best=words.best_words(page.best, is_now=page.is_my_best, board=shown), hidden=why_hidden(current_user, shown),
        among=_among(shown, period, page.bracket, titles), seasons=_seasons(shown), days_left=_days_left(shown, period),
    )  # fmt: skip


def _period(shown: Board | None) -> str | None:
    asked = request.args.get("period")
    if asked is None:
        return words.usual(shown) if shown else None
    if asked not in words.LABELS or (shown is not None and asked not in words.offered(shown)):
        abort(404)
    return asked


def _owner(shown: Board) -> int | None:
    owner: int | None = current_user.company_id if shown.kind == "company" else current_user.id
    return owner


def _brackets(shown: Board) -> dict[str, str]:
    return brackets.titles(shown.brackets, levels() if shown.brackets == "level" else ())


def _bracket(titles: dict[str, str]) -> str | None:
    asked = request.args.get("bracket")
    if asked is not None and asked not in titles:
        abort(404)
    return asked


def _my_bracket(shown: Board) -> str:
    """Where I would stand, while I have no score yet."""
    return queries.bracket_of(shown, current_user, now()) if shown.brackets != "none" else ""


def _among(shown: Board, period: str, chosen: str, titles: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": title, "active": key == chosen,
         "url": url_for("leaderboard.board", slug=shown.slug, period=period, bracket=key)}
        for key, title in titles.items()
    ]  # fmt: skip


def _options(shown: Board, chosen: str) -> list[dict[str, Any]]:
    return [
        {"label": words.LABELS[period], "url": url_for("leaderboard.board", slug=shown.slug, period=period),
         "active": period == chosen, "name": period}
        for period in words.offered(shown)
    ]  # fmt: skip


def _days(key: str) -> tuple[Any, Any] | None:
    if key == "all":
        return None
    first, after = periods.days(key)
    return first, after - periods.DAY


def _days_left(shown: Board, period: str) -> int | None:
    if period != SEASON or shown.ends_on is None:
        return None
    return (shown.ends_on - periods.day_of(now(), place().zone)).days


def _podium(page: queries.Page) -> list[dict[str, Any]]:
    return words.rows_of(page.top[:3], page.board) if len(page.top) >= 3 else []


def _around(page: queries.Page) -> list[dict[str, Any]]:
    """Those next to me: two on each side, three where the list doesn't show me."""
    near = 2 if page.is_listed else 3
    at = next((place for place, row in enumerate(page.around) if row.me), 0)
    return words.rows_of(page.around[max(0, at - near) : at + near + 1], page.board)


def _list(page: queries.Page) -> list[dict[str, Any]]:
    """The places after the podium; where mine is further down, it follows after a gap."""
    rows = words.rows_of(page.top[3:] if len(page.top) >= 3 else page.top, page.board)
    if page.mine is not None and not page.is_listed:
        rows += [{"gap": True}, *words.rows_of([row for row in page.around if row.me], page.board)]
    return rows


def _seasons(shown: Board) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "first": one.starts_on, "last": one.ends_on, "is_frozen": one.state == "frozen",
         "place": rank if rank is not None and rank <= queries.TOP else None,
         "amount": words.amount(shown, points) if points else "",
         "url": url_for("leaderboard.season", slug=shown.slug, name=one.slug)}
        for one, rank, points in seasons.with_mine(shown, _owner(shown))
    ]  # fmt: skip


def _season(found: Season) -> Response:
    titles = _brackets(found.board)
    bracket = _bracket(titles)
    after = request.args.get("after", 0, type=row_number)
    if bracket is None:
        bracket = (_my_bracket(found.board) if titles else "") or next(iter(titles), "")
    those, mine, more = seasons.standings(found, _owner(found.board), bracket=bracket, after=after)
    first = those[:3] if not after and len(those) >= 3 else []
    return render(
        "leaderboard/season.html", season=found, board=found.board, metric=METRICS.get(found.board.metric), mine=mine,
        podium=words.rows_of(first, found.board), rows=words.rows_of(those[len(first):], found.board),
        more=_season_url(found, bracket, more) if more else None, after=after,
        among=[{"label": title, "active": key == bracket, "url": _season_url(found, key)}
               for key, title in titles.items()],
        amount=words.amount(found.board, mine.points) if mine else "",
    )  # fmt: skip


def _season_url(found: Season, bracket: str, after: int | None = None) -> str:
    return url_for(
        "leaderboard.season", slug=found.board.slug, name=found.slug, bracket=bracket or None, after=after
    )


@registry.panel("leaderboard.around_me")
def around_me(member: Any) -> str:
    """The week around this member, for the home page: three statements."""
    boards = [
        one
        for one in queries.boards_for(member, now())
        if one.kind == "member" and Period.WEEK in one.periods
    ]
    if not boards:
        return ""
    shown = boards[0]
    page = queries.page(shown, periods.key(Period.WEEK, now(), place().zone), member.id, with_top=False)
    return render_template(
        "leaderboard/_around_me.html", sheet=page, around=_around(page), hidden=why_hidden(member, shown),
        metric=METRICS[shown.metric], url=url_for("leaderboard.board", slug=shown.slug, period=Period.WEEK.value),
    )  # fmt: skip
