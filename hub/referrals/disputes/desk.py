"""The managers' queue of credits in doubt."""

from flask import Response, abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.referrals.disputes import actions, queries
from hub.referrals.disputes.forms import DecisionForm
from hub.referrals.intake import Refusal
from hub.referrals.landing import queries as landing

blueprint = Blueprint("disputes_desk", __name__)
PAGE = 50
registry.navigation(
    registry.Item(
        label="Credits in doubt", endpoint="disputes_desk.index", icon="scale", order=26, section="desk", group="Refer",
        roles=frozenset({"manager"}),
    )
)  # fmt: skip


@blueprint.get("/manage/disputes")
@roles("manager")
def index() -> Response:
    """What waits for a decision, the most urgent first; below it, what was decided."""
    after = request.args.get("after", type=row_number)
    found = queries.queue(after=after, limit=PAGE + 1)
    return render(
        "disputes/desk.html", cases=found[:PAGE], at=now(), first=after is None,
        next_after=found[PAGE - 1].dispute.id if len(found) > PAGE else None,
    )  # fmt: skip


@blueprint.get("/manage/disputes/<int:number>")
@roles("manager")
def show(number: int) -> Response:
    """Both sides of one, side by side."""
    return _page(number, DecisionForm(formdata=None))


@blueprint.post("/manage/disputes/<int:number>")
@roles("manager")
def decide(number: int) -> BaseResponse:
    """Decides it; both are told."""
    form = DecisionForm()
    if queries.one(number) is None:
        abort(404)
    if form.validate():
        try:
            actions.decide(
                number, moves=form.moves.data == "yes", answer=form.answer.data,
                by=current_user._get_current_object(), now=now(),
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(refusal.field, refusal.says)
        else:
            flash("Decided. Both have been told.", "done")
            return see_other("disputes_desk.show", number=number)
    return _page(number, form, status=422)


def _page(number: int, form: DecisionForm, *, status: int = 200) -> Response:
    found = queries.one(number)
    if found is None:
        abort(404)
    return render(
        "disputes/decide.html", status=status, case=found, form=form, at=now(),
        touches=landing.touches(found.dispute.referral_id),
    )  # fmt: skip
