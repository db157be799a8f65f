"""The queue: what waits, many at once, one in full, its steps, refunds."""

import datetime as dt
from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub import members
from hub.activity.queries import about
from hub.core import edges
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.ledger.queries import wallet
from hub.members.forms import options
from hub.rewards import actions, filled, page, queries, refunds
from hub.rewards.actions import fulfilling, moving
from hub.rewards.forms import DispatchForm, RefundForm, TaskForm, clean
from hub.rewards.models import Redemption
from hub.rewards.queries import VIEWS
from hub.rewards.rules import rules
from hub.rewards.wishes import ADDRESS

blueprint = Blueprint("redemptions_desk", __name__, url_prefix="/manage/redemptions")
PAGE, MANY = 50, 50


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """One view of the queue, the longest waiting first."""
    view, late = request.args.get("view", "decide"), "late" in request.args
    if view not in VIEWS:
        abort(404)
    late_before, today = now() - dt.timedelta(days=rules().age_days), _today()
    late_ones = queries.late(late_before, today)
    found = queries.queue(
        view,
        owner_id=current_user.id,
        after=request.args.get("after", type=row_number),
        limit=PAGE + 1,
        only=late_ones if late else None,
    )
    return render(
        "rewards/desk/queue.html", view=view, views=VIEWS, late=late, late_before=late_before, today=today,
        found=found[:PAGE],
        counts=queries.counts(current_user.id, late_ones), words=page.STATES, signs=page.SIGNS,
        more=found[PAGE - 1].id if len(found) > PAGE else None,
    )  # fmt: skip


@blueprint.post("/many")
@roles("manager")
def many() -> Response:
    """Approves or refuses several: each by itself, so one that has moved on doesn't keep the others."""
    verdict, words = request.form.get("verdict", ""), _said()
    if verdict not in ("approve", "refuse"):
        abort(400)
    done, left, reason = 0, 0, ""
    for number in request.form.getlist("id", type=row_number)[:MANY]:
        try:
            with edges.attempt():
                if queries.one(number) is None:
                    raise actions.Refusal("There is no such redemption.")
                _decide(number, verdict, words)
            done += 1
        except actions.Refusal as refusal:
            left, reason = left + 1, str(refusal)
    if done:
        flash(f"{done} {'approved' if verdict == 'approve' else 'refused'}.")
    if left:
        flash(f"{left} left as they were: {reason}", "warn")
    return see_other("redemptions_desk.index")


def _decide(number: int, verdict: str, words: str) -> None:
    if verdict == "approve":
        actions.approve(number, by_id=current_user.id, now=now(), words=words)
    else:
        actions.refuse(number, by_id=current_user.id, now=now(), words=words)


@blueprint.get("/<int:redemption_id>")
@roles("manager")
def show(redemption_id: int) -> Response:
    """One redemption: who, what, where to, what happened, what can be done."""
    return _show(_find(redemption_id))


@blueprint.post("/<int:redemption_id>/decision")
@roles("manager")
def decide(redemption_id: int) -> Response:
    """Approves or refuses it."""
    _find(redemption_id)
    verdict = request.form.get("verdict", "")
    if verdict not in ("approve", "refuse"):
        abort(400)
    return _do(
        redemption_id, lambda: _decide(redemption_id, verdict, _said()),
        "Approved." if verdict == "approve" else "Refused. They are told why, and their points are free.",
    )  # fmt: skip


@blueprint.post("/<int:redemption_id>/dispatch")
@roles("manager")
def dispatch(redemption_id: int) -> Response:
    """It is on its way; the points are spent."""
    found, form = _find(redemption_id), DispatchForm()
    if not form.validate():
        return _show(found, status=422, dispatch=form)
    if found.provider != "manual":
        abort(409)
    return _do(
        redemption_id,
        lambda: actions.dispatch(
            redemption_id, by_id=current_user.id, now=now(), tracking=form.tracking.data or "",
            tracking_url=form.tracking_url.data or "",
        ),
        "On its way. They are told, with what you wrote.", dispatch=form,
    )  # fmt: skip


@blueprint.post("/<int:redemption_id>/delivery")
@roles("manager")
def deliver(redemption_id: int) -> Response:
    """It has arrived; the address goes."""
    return _do(
        redemption_id,
        lambda: actions.deliver(redemption_id, by_id=current_user.id, now=now()),
        "It is there. The address is forgotten.",
    )


@blueprint.post("/<int:redemption_id>/task")
@roles("manager")
def assign(redemption_id: int) -> Response:
    """Who sees to it, and by when."""
    found, form = _find(redemption_id), _task()
    if not form.validate():
        return _show(found, status=422, task=form)
    moving.assign(
        found.id,
        owner_id=form.owner_id.data or None,
        due_on=form.due_on.data,
        by_id=current_user.id,
        now=now(),
    )
    flash("Saved.")
    return see_other("redemptions_desk.show", redemption_id=redemption_id)


@blueprint.post("/<int:redemption_id>/again")
@roles("manager")
def again(redemption_id: int) -> Response:
    """Asks the supplier now; or tries the pool of codes again."""
    found = _find(redemption_id)
    if found.state not in fulfilling.AFTER_OPEN:
        abort(409)
    if found.supplier_id is not None:
        fulfilling.once_more(found, now=now())
    else:
        fulfilling.begin(found, now=now())
    flash("It is tried again now.")
    return see_other("redemptions_desk.show", redemption_id=redemption_id)


@blueprint.post("/<int:redemption_id>/resolution")
@roles("manager")
def resolve(redemption_id: int) -> Response:
    """What a person found out about what nobody knew."""
    _find(redemption_id)
    arrived = request.form.get("arrived", "")
    if arrived not in ("yes", "no"):
        abort(400)
    return _do(
        redemption_id,
        lambda: moving.resolve(
            redemption_id,
            arrived=arrived == "yes",
            by_id=current_user.id,
            now=now(),
            words=_said(),
        ),
        "Written down.",
    )


@blueprint.post("/<int:redemption_id>/refunds")
@roles("manager")
def refund(redemption_id: int) -> Response:
    """Gives points back, or asks a second person to."""
    found, form = _find(redemption_id), RefundForm()
    if not form.validate():
        return _show(found, status=422, refund=form)
    try:
        made = refunds.ask(
            found.id, form.points.data or 0, words=form.words.data or "", token=form.token.data or "",
            by_id=current_user.id, now=now(),
        )  # fmt: skip
    except actions.Refusal as refusal:
        edges.rollback()
        form.form_errors.append(str(refusal))
        return _show(_find(redemption_id), status=409, refund=form)
    flash("Booked: the points are back." if made.state == "booked" else "It waits for a second person.")
    return see_other("redemptions_desk.show", redemption_id=redemption_id)


@blueprint.post("/<int:redemption_id>/refunds/<int:refund_id>/decision")
@roles("manager")
def decide_refund(redemption_id: int, refund_id: int) -> Response:
    """The second person agrees, or not."""
    found = _find(redemption_id)
    if refund_id not in {one.id for one in refunds.of(found.id)}:
        abort(404)
    agrees = request.form.get("verdict") == "agree"
    return _do(
        redemption_id, lambda: refunds.decide(refund_id, agrees=agrees, by_id=current_user.id, now=now()),
        "Booked: the points are back." if agrees else "Not given back.",
    )  # fmt: skip


def _do(redemption_id: int, work: Any, says: str, **forms: Any) -> Response:
    """Does it; or says why not, with what was typed: also where its form is gone, since it has moved on."""
    _find(redemption_id)
    try:
        work()
    except actions.Refusal as refusal:
        edges.rollback()
        typed = [clean(request.form.get(name)) for name in ("words", "tracking", "tracking_url")]
        forms |= {"said": _said(), "typed": [one for one in typed if one]}
        return _show(_find(redemption_id), status=409, trouble=str(refusal), **forms)
    flash(says)
    return see_other("redemptions_desk.show", redemption_id=redemption_id)


def _today() -> dt.date:
    return now().astimezone(place().zone).date()


def _said() -> str:
    return clean(request.form.get("words")) or ""


def _find(redemption_id: int) -> Redemption:
    found = queries.one(redemption_id)
    return abort(404) if found is None else found


def _task(**given: Any) -> TaskForm:
    form = TaskForm(**given)
    form.owner_id.choices = options(
        [(0, "Nobody yet"), *((one.id, one.name) for one in members.staff("manager"))]
    )
    return form


def _show(found: Redemption, *, status: int = 200, trouble: str = "", **forms: Any) -> Response:
    usual = {
        "dispatch": DispatchForm(formdata=None), "refund": RefundForm(formdata=None),
        "task": _task(formdata=None, data={"owner_id": found.owner_id or 0, "due_on": found.due_on}),
    }  # fmt: skip
    return render(
        "rewards/desk/redemption.html",
        status=status,
        one=found,
        trouble=trouble,
        words=page.STATES,
        signs=page.SIGNS,
        notes=queries.notes(found.id),
        address=queries.address_of(found.id),
        labels=ADDRESS,
        facts=about(found.subject),
        country_name=filled.country_name,
        refunds=refunds.of(found.id),
        refundable=refunds.refundable(found),
        wallet=wallet(found.account_id),
        house=rules(),
        steps=page.steps(found),
        is_overdue=found.is_overdue(_today()),
        is_own=found.member_id == current_user.id,
        **{**usual, **forms},
    )
