"""The ladder of levels on the desk."""

from flask import Response, abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from badges import actions, composing, queries
from badges.models import METALS, Level
from hub.core.clock import now
from hub.core.web import LARGEST, Blueprint, render, roles, see_other
from hub.segments.fields import Unclear, needed, whole

blueprint = Blueprint("levels_desk", __name__, url_prefix="/manage/levels")


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """All levels, lowest first, each with its form; and one for a new level."""
    return _page()


@blueprint.post("", endpoint="add")
@roles("manager")
def add() -> BaseResponse:
    """A new level."""
    return _save(None)


@blueprint.post(f"/<int(max={LARGEST}):level_id>", endpoint="change")
@roles("manager")
def change(level_id: int) -> BaseResponse:
    """Another name, floor, metal or other perks."""
    return _save(composing.level(level_id) or abort(404))


@blueprint.post(f"/<int(max={LARGEST}):level_id>/removal")
@roles("manager")
def remove(level_id: int) -> BaseResponse:
    """Takes a level away that nobody has reached."""
    level = composing.level(level_id) or abort(404)
    try:
        actions.remove_level(level, now=now(), by_id=current_user.id)
    except Unclear as unclear:
        return _page(trouble=str(unclear), status=422)
    flash(f"{level.name} is gone.", "success")
    return see_other("levels_desk.index")


def _save(level: Level | None) -> BaseResponse:
    form = request.form
    try:
        floor = whole(form, "floor", what="number of points")
        if floor is None:
            raise Unclear("Say from how many points.", "floor")
        kept = composing.save_level(
            level, name=form.get("name", ""), floor=floor, metal=needed(form, "metal", most=len(METALS), what="metal"),
            perks=form.get("perks", ""), now=now(), by_id=current_user.id,
        )  # fmt: skip
    except Unclear as unclear:
        return _page(trouble=str(unclear), status=422, at=level.id if level else 0)
    flash(f"{kept.name} is saved.", "success")
    return see_other("levels_desk.index")


def _page(*, trouble: str = "", status: int = 200, at: int | None = None) -> Response:
    return render(
        "badges/levels.html", status=status, levels=queries.levels(), counts=queries.members_per_level(), metals=METALS,
        trouble=trouble, at=at, form=request.form,
    )  # fmt: skip
