"""Pages of reps: introductions that are coming, whom they met, and an answer when nothing came of one."""

from typing import Any

from flask import Response, abort, flash
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other
from hub.referrals.intake import Refusal
from hub.referrals.introductions import actions, queries, words
from hub.referrals.introductions.forms import CloseForm, MeetForm

blueprint = Blueprint("introductions_sales", __name__)
registry.navigation(
    registry.Item(
        label="Introductions", endpoint="introductions_sales.index", icon="hand-heart", order=25, section="sales",
        roles=frozenset({"rep", "manager"}),
    )
)  # fmt: skip


@blueprint.get("/sales/introductions")
@roles("rep", "manager")
def index() -> Response:
    """What is coming to me; for managers, to everybody."""
    everybody = bool(current_user.roles & {"manager", "admin"})
    return render(
        "introductions/sales.html", section="sales", shown=queries.owned(None if everybody else current_user.id),
        labels=words.LABELS, icons=words.ICONS,
    )  # fmt: skip


@blueprint.get("/sales/introductions/<int:number>")
@roles("rep", "manager")
def show(number: int) -> Response:
    """One of them, with the forms to say whom I met or why nothing came of it."""
    return _page(number)


def _page(number: int, *, status: int = 200, **forms: Any) -> Response:
    found = queries.one(number)
    if found is None or not queries.may_follow_up(found, current_user):
        abort(404)
    meet = forms.get("meet") or MeetForm(formdata=None, contact_company=found.company)
    return render(
        "introductions/met.html", status=status, section="sales", found=found, came_of=queries.came_of(number),
        meet=meet, close=forms.get("close") or CloseForm(formdata=None), labels=words.LABELS, states=words.STATES,
    )  # fmt: skip


@blueprint.post("/sales/introductions/<int:number>/people")
@roles("rep", "manager")
def meet(number: int) -> BaseResponse:
    """Somebody of it is here: they become a referral."""
    _page(number)
    form = MeetForm()
    if form.validate():
        try:
            referral = actions.meet(
                number,
                form.contact(),
                rep=current_user._get_current_object(),
                now=now(),
                once=form.once.data or "",
            )
        except Refusal as refusal:
            form.refuse(refusal.field, refusal.says)
        else:
            flash(f"{referral.title} is on the ladder.", "done")
            return see_other("sales.show", number=referral.id)
    return _page(number, status=422, meet=form)


@blueprint.post("/sales/introductions/<int:number>/closing")
@roles("rep", "manager")
def close(number: int) -> BaseResponse:
    """Nothing (more) comes of it; the advocate reads why."""
    _page(number)
    form = CloseForm()
    if form.validate():
        actions.close(number, form.answer.data, by_id=current_user.id, now=now())
        flash("Closed. They read why.", "done")
        return see_other("introductions_sales.index")
    return _page(number, status=422, close=form)
