"""Customer of the month: who it was, and whether they agree to be announced."""

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.community import honours
from hub.community.models import Honour
from hub.core.clock import now
from hub.core.web import Blueprint, render, see_other

blueprint = Blueprint("honours", __name__, url_prefix="/community/months")


@blueprint.get("")
def index() -> Response:
    """Everybody who was customer of the month and agreed to it, the latest first."""
    return render("community/months.html", shown=honours.history(current_user.id))


@blueprint.get("/<int:honour_id>")
def show(honour_id: int) -> Response:
    """What I am asked; for everybody else the page where it is shown, and for managers the one where it is chosen."""
    found = _known(honour_id)
    if found.member_id == current_user.id and found.state == "asked":
        return render("community/month_asked.html", honour=found, month=honours.first_day(found.month))
    if found.state != "announced" and _manages():
        return see_other("community_desk.month", month=found.month)
    return see_other("honours.index", _anchor=f"month-{honour_id}")


@blueprint.post("/<int:honour_id>/answer")
def answer(honour_id: int) -> Response:
    """May it be announced?"""
    _known(honour_id)
    yes = "yes" in request.form
    if not honours.answer(honour_id, current_user._get_current_object(), now(), yes=yes):
        abort(409)
    flash("Congratulations! It is announced." if yes else "Nobody will hear of it.")
    return see_other("honours.index")


@blueprint.post("/<int:honour_id>/withdrawal")
def withdraw(honour_id: int) -> Response:
    """Takes my name off the page."""
    _known(honour_id)
    if not honours.withdraw(honour_id, current_user._get_current_object(), now()):
        abort(409)
    flash("Your name is off the page.")
    return see_other("honours.index")


def _known(honour_id: int) -> Honour:
    """What was announced, or is mine to answer, or mine to look after."""
    found = honours.by_id(honour_id)
    if found is None or not (found.state == "announced" or found.member_id == current_user.id or _manages()):
        abort(404)
    return found


def _manages() -> bool:
    return bool({"manager", "admin"} & current_user.roles)
