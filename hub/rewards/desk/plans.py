"""Won referrals: what each brings besides points, who has it, and those that nobody decided about."""

from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core import edges
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.members.forms import options
from hub.rewards import programmes, queries
from hub.rewards.actions import Refusal
from hub.rewards.forms import clean, hundredths
from hub.rewards.money_forms import PlanForm
from hub.rewards.queries import money
from hub.rewards.rules import rules
from hub.segments.queries import named

blueprint = Blueprint("reward_plans", __name__, url_prefix="/manage/rewards/won")
PAGE = 50


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """Plans; won referrals without a decision; the latest decisions."""
    return _page(_form(formdata=None))


@blueprint.post("")
@roles("manager")
def keep() -> Response:
    """Saves a plan: a new one, or another state of the one for the same people."""
    form = _form()
    if not form.validate():
        return _page(form, status=422)
    try:
        programmes.keep(_wish(form), by_id=current_user.id, now=now())
    except Refusal as refusal:
        edges.rollback()
        form.form_errors.append(str(refusal))
        return _page(form, status=422)
    flash("It counts for what is won from now on. What was won before stays as it was decided.")
    return see_other("reward_plans.index")


@blueprint.post("/<int:referral_id>")
@roles("manager")
def decide(referral_id: int) -> Response:
    """Decides about a won referral: what its plan says, or nothing, and why."""
    if not programmes.is_known(referral_id):
        abort(404)
    try:
        if request.form.get("verdict") == "give":
            made = programmes.decide(referral_id, now=now(), by_id=current_user.id) is not None
        else:
            words = clean(request.form.get("words")) or ""
            made = programmes.give_nothing(referral_id, by_id=current_user.id, words=words, now=now())
    except Refusal as refusal:
        edges.rollback()
        return _page(_form(formdata=None), status=422, trouble=str(refusal))
    flash(
        "Decided." if made else "There is no plan for it, or it was decided already.",
        "success" if made else "warn",
    )
    return see_other("reward_plans.index")


def _wish(form: PlanForm) -> programmes.Wish:
    kind, member_id = form.for_kind.data or "", None
    if kind == "member":
        name = (form.for_email.data or "").lower().removeprefix("@")
        member_id = named([name]).get(name) if name else None
        if member_id is None:
            raise Refusal("Nobody here has this address or handle.")
    end = {"type": form.for_type.data, "mode": form.for_mode.data, "member": member_id}.get(kind)
    return programmes.Wish(
        programme_id=form.programme_id.data, stage=form.stage.data, for_key=f"{kind}:{end}" if kind else "",
        member_id=member_id, reward_id=form.reward_id.data or None, percent_bp=hundredths(form.percent.data) or None,
        seat_hundredths=hundredths(form.seat.data) or None, years=form.years.data or 1, payee=form.payee.data,
        member_percent=form.member_percent.data if form.member_percent.data is not None else 100,
        due_days=form.due_days.data or 30, is_on=bool(form.is_on.data),
    )  # fmt: skip


def _form(**given: Any) -> PlanForm:
    form = PlanForm(**given)
    found, stages = queries.stage_choices()
    form.names = {one.id: one.version.name for one in found}, dict(stages)
    form.programme_id.choices = options((one.id, one.version.name) for one in found)
    form.stage.choices = options(stages)
    given_away = [one for one in queries.catalogue(now()) if not one.needs_address and not one.options]
    form.reward_id.choices = options([(0, "None"), *((one.id, one.title) for one in given_away)])
    if given.get("formdata", ...) is None:
        form.stage.data = next((key for key, _ in stages if key == "won"), form.stage.data)
    return form


def _page(form: PlanForm, *, status: int = 200, trouble: str = "") -> Response:
    after = request.args.get("after", 0, type=row_number) or 0
    undecided = money.undecided(after=after, limit=PAGE + 1)
    return render(
        "rewards/desk/plans.html", status=status, form=form, trouble=trouble, plans=programmes.listed(), house=rules(),
        undecided=undecided[:PAGE], more=undecided[PAGE - 1][0].id if len(undecided) > PAGE else None,
        decided=money.decided(), programmes=form.names[0], stages=form.names[1],
    )  # fmt: skip
