"""The managers' desk for boards: the list, the form with a look at who would be on it, publishing, closing."""

from typing import Any

from flask import Response, abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import edges, registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other
from hub.segments.fields import Unclear
from hub.segments.queries import choices
from leaderboard import brackets, composing, desk_queries, forms, periods, seasons
from leaderboard.forms import BoardForm, filled
from leaderboard.metrics import METRICS
from leaderboard.models import Board

blueprint = Blueprint("boards_desk", __name__, url_prefix="/manage/boards")
registry.navigation(
    registry.Item(label="Boards", endpoint="boards_desk.index", icon="trophy", section="desk", group="Engage", order=47,
                  roles=frozenset({"manager"}))
)  # fmt: skip


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """All boards by state: what each counts, for whom, when."""
    return render(
        "leaderboard/desk/index.html", boards=desk_queries.listed(), metrics=METRICS, among=brackets.NAMES,
        called=periods.called, groups=[("Drafts", "draft"), ("Live", "live"), ("Closed", "closed")],
    )  # fmt: skip


@blueprint.get("/new")
@roles("manager")
def new() -> Response:
    """An empty form."""
    return _edit(None, _form(None, formdata=None))


@blueprint.post("/new", endpoint="create")
@roles("manager")
def create() -> BaseResponse:
    """Saves a draft."""
    return _save(None)


@blueprint.post("/preview")
@roles("manager")
def preview() -> Response:
    """Who would be on the board that stands in the form. Writes nothing."""
    number = request.form.get("segment_id", "")
    segment = desk_queries.segment(int(number)) if number.isdecimal() and len(number) < 16 else None
    kind = "company" if request.form.get("kind") == "company" else "member"
    found = desk_queries.crowd(kind, segment, now())
    return render("leaderboard/desk/preview.html", "leaderboard/desk/_preview.html", crowd=found, kind=kind)


@blueprint.get("/<slug>")
@roles("manager")
def edit(slug: str) -> Response:
    """One board in its form."""
    board = _board(slug)
    return _edit(board, _form(board, formdata=None, data=filled(board)))


@blueprint.post("/<slug>", endpoint="change")
@roles("manager")
def change(slug: str) -> BaseResponse:
    """Saves words, audience, periods and season; of a draft everything."""
    return _save(_board(slug))


@blueprint.post("/<slug>/publication")
@roles("manager")
def publish(slug: str) -> BaseResponse:
    """Opens it; what was done before is counted in the background."""
    return _do(slug, lambda board: composing.publish(board, now=now(), by_id=current_user.id),
               "{} is live. Everybody is being counted.")  # fmt: skip


@blueprint.post("/<slug>/closing")
@roles("manager")
def close(slug: str) -> BaseResponse:
    """Members see it no more; its past seasons stay."""
    return _do(slug, lambda board: composing.close(board, now=now(), by_id=current_user.id), "{} is closed.")


@blueprint.post("/<slug>/removal")
@roles("manager")
def remove(slug: str) -> BaseResponse:
    """Throws a draft away."""
    return _do(slug, composing.discard, "{} is thrown away.", stays=False)


def _board(slug: str) -> Board:
    return (desk_queries.by_slug(slug) if slug.isprintable() else None) or abort(404)


def _do(slug: str, verb: Any, says: str, *, stays: bool = True) -> BaseResponse:
    board = _board(slug)
    name = board.name
    try:
        with edges.attempt():
            verb(board)
    except Unclear as unclear:
        return _edit(board, _form(board, formdata=None, data=filled(board)), trouble=str(unclear), status=422)
    flash(says.format(name), "success")
    return see_other("boards_desk.edit", slug=slug) if stays else see_other("boards_desk.index")


def _form(board: Board | None, **more: Any) -> BoardForm:
    form = BoardForm(**more)
    form.offer(
        segments=choices(), badges=desk_queries.badges_to_give(),
        is_published=board is not None and board.published_at is not None,
    )  # fmt: skip
    return form


def _save(board: Board | None) -> BaseResponse:
    form = _form(board)
    if not form.validate():
        return _edit(board, form, status=422)
    try:
        with edges.attempt():
            found = composing.save(board, form.wish(), now=now(), by_id=current_user.id)
    except Unclear as unclear:
        return _edit(board, form, trouble=str(unclear), status=422)
    flash("Saved. Members see it at once." if found.state == "live" else "Saved.", "success")
    return see_other("boards_desk.edit", slug=found.slug)


def _edit(board: Board | None, form: BoardForm, *, trouble: str = "", status: int = 200) -> Response:
    kind = board.kind if board and board.published_at else (form.kind.data if "kind" in form else "member")
    number = form.segment_id.data
    offered = {int(value) for value, _ in choices()} | {board.segment_id if board else None}
    segment = desk_queries.segment(number) if number and number in offered else None
    return render(
        "leaderboard/desk/edit.html", status=status, board=board, form=form, trouble=trouble, metrics=METRICS,
        kind=kind, notes=forms, among=brackets, crowd=desk_queries.crowd(kind or "member", segment, now()),
        seasons=seasons.of(board.id) if board and board.id else [], called=periods.called,
    )  # fmt: skip
