"""Shout-outs: written, consented to, thanked for."""

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.community import actions, queries, shout_outs
from hub.community.forms import ThanksForm
from hub.core.clock import now
from hub.core.web import Blueprint, render, row_number, see_other
from hub.members import by_handle
from hub.members.models import Member

blueprint = Blueprint("thanks", __name__, url_prefix="/community/thanks")


@blueprint.get("")
def index() -> Response:
    """Who thanked whom, the newest first; what waits for an answer above."""
    before = request.args.get("before", type=row_number)
    shown, more = shout_outs.listed(_me(), before=before)
    waiting = shout_outs.waiting(_me()) if before is None else []
    return render(
        "community/thanks.html", "community/_thanks_page.html", shown=shown, more=more, waiting=waiting
    )


@blueprint.get("/new")
def new() -> Response:
    """The form to thank somebody; `to` names them already."""
    named = by_handle(request.args.get("to", "")[:60])
    form = ThanksForm(data={"to": f"@{named.handle}"} if named is not None and not named.pseudonym else None)
    return render("community/thanks_new.html", form=form)


@blueprint.post("")
def thank() -> Response:
    """Writes it and asks whom it names."""
    form = ThanksForm()
    if not form.validate():
        return render("community/thanks_new.html", status=422, form=form)
    named = shout_outs.nameable(form.to.data or "", _me())
    if named is None:
        form.to.errors = ["Nobody here goes by exactly that. Type @ and their handle, or their whole name."]
        return render("community/thanks_new.html", status=422, form=form)
    try:
        shout = shout_outs.thank(_me(), named, form.body.data or "", now())
    except actions.Unsayable as error:
        form.body.errors = [str(error)]
        return render("community/thanks_new.html", status=422, form=form)
    flash("Sent. It is shown as soon as they say yes.")
    return see_other("thanks.show", shout_id=shout.id)


@blueprint.get("/<int:shout_id>")
def show(shout_id: int) -> Response:
    """One thank-you; the member it names decides here."""
    thanks = _seen(shout_id)
    talk = queries.conversation(f"shout_out:{shout_id}", _me(), now())
    return render("community/thanks_one.html", thanks=thanks, talk=talk if thanks.state == "shown" else None)


@blueprint.post("/<int:shout_id>/answer")
def answer(shout_id: int) -> Response:
    """May it be shown?"""
    _seen(shout_id)
    yes = "yes" in request.form
    if not shout_outs.answer(shout_id, _me(), now(), yes=yes):
        abort(409)
    flash("It is up. You can take it down whenever you like." if yes else "It stays between the two of you.")
    return see_other("thanks.show", shout_id=shout_id)


@blueprint.post("/<int:shout_id>/withdrawal")
def withdraw(shout_id: int) -> Response:
    """Takes it down for good."""
    _seen(shout_id)
    if not shout_outs.withdraw(shout_id, _me(), now()):
        abort(409)
    flash("It is gone.")
    return see_other("thanks.index")


def _seen(shout_id: int) -> shout_outs.Thanks:
    return shout_outs.one(shout_id, _me()) or abort(404)


def _me() -> Member:
    member: Member = current_user._get_current_object()
    return member
