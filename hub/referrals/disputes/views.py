"""Pages of advocates: doubting a credit, and what became of it."""

from flask import Response, abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core.clock import now
from hub.core.web import Blueprint, render, row_number, see_other
from hub.referrals import queries as referrals
from hub.referrals.disputes import actions, queries
from hub.referrals.disputes.forms import DoubtForm
from hub.referrals.intake import Refusal

blueprint = Blueprint("disputes", __name__)


@blueprint.get("/referrals/disputes")
def index() -> Response:
    """My doubts, newest first."""
    return render("disputes/index.html", cases=queries.mine(current_user.id))


@blueprint.get("/referrals/disputes/new")
def new() -> Response:
    """The rule in plain words, and the form."""
    touch = request.args.get("touch", type=row_number)
    return _form(
        DoubtForm(formdata=None, touch=str(touch or ""), programme=request.args.get("programme", ""))
    )


@blueprint.post("/referrals/disputes/new")
def create() -> BaseResponse:
    """Takes a doubt in; what was typed comes back with what is wrong."""
    form, member = DoubtForm(), current_user._get_current_object()
    if form.validate():
        try:
            touch = form.touch.data or ""
            if touch.isdecimal():
                found = actions.doubt_touch(member, row_number(touch), form.words.data, now=now())
            else:
                programme = referrals.programme_with_version(form.programme.data or None)
                if programme is None:
                    raise Refusal("form", "There is no such programme.")
                found = actions.doubt(member, programme, form.contact(), form.words.data, now=now())
        except Refusal as refusal:
            form.refuse(refusal.field, refusal.says)
        except ValueError:
            abort(404)
        else:
            flash("Thank you. A manager looks at it, and you hear what they find.", "done")
            return see_other("disputes.show", number=found.id)
    return _form(form, status=422)


def _form(form: DoubtForm, *, status: int = 200) -> Response:
    offers = referrals.offers(current_user)
    form.programme.choices = [(offer.slug, offer.version.name) for offer in offers]
    if not form.programme.data and offers:
        form.programme.data = offers[0].slug
    return render("disputes/new.html", status=status, form=form, offers=offers)


@blueprint.get("/referrals/disputes/<int:number>")
def show(number: int) -> Response:
    """One doubt, for the two it is about and for managers."""
    found = queries.visible(number, current_user._get_current_object())
    if found is None:
        abort(404)
    return render("disputes/show.html", case=found[0], viewer=found[1])


@blueprint.post("/referrals/disputes/<int:number>/withdrawal")
def withdraw(number: int) -> BaseResponse:
    """Takes one's own doubt back."""
    found = queries.visible(number, current_user._get_current_object())
    if found is None or found[1] != "second":
        abort(404)
    if actions.withdraw(number, current_user.id, now=now()):
        flash("Taken back.", "done")
    return see_other("disputes.show", number=number)
