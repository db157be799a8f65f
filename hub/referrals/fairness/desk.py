"""Pages of fairness: the queue, one review with its reasons and what to do, the scale with a trial; and the appeal."""

from typing import Any

from flask import Response, abort, flash, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.core.words import points
from hub.referrals import page
from hub.referrals.fairness import actions, limits, queries, trying
from hub.referrals.fairness.forms import AppealForm, DecisionForm, scale_form
from hub.referrals.fairness.queries import Waiting
from hub.referrals.fairness.signals.known import every_signal
from hub.referrals.intake import Refusal

blueprint = Blueprint("fairness", __name__)
PAGE = 30

registry.navigation(
    registry.Item(
        label="Fairness", endpoint="fairness.index", icon="scale", section="desk", group="Refer", order=25,
        roles=frozenset({"manager"}),
    )
)  # fmt: skip


@blueprint.get("/manage/fairness")
@roles("manager")
def index() -> Response:
    """What waits for a look, the oldest first; what was released and refused, the newest first."""
    state = request.args.get("state", "open")
    state = state if state in queries.STATES else "open"
    after = request.args.get("after", type=row_number)
    found = queries.queue(state, after=after, limit=PAGE + 1)
    return render(
        "fairness/index.html", rows=found[:PAGE], state=state, counts=queries.counts(), first=after is None, at=now(),
        next_after=found[PAGE - 1].review.id if len(found) > PAGE else None,
    )  # fmt: skip


@blueprint.get("/manage/fairness/<int:review_id>")
@roles("manager")
def show(review_id: int) -> Response:
    """One review: what the signals saw, what waits, the advocate's side, and what to do."""
    return _page(_known(review_id), DecisionForm(formdata=None))


@blueprint.post("/manage/fairness/<int:review_id>")
@roles("manager")
def decide(review_id: int) -> BaseResponse:
    """Release, refuse, or stand by a refusal."""
    found, form = _known(review_id), DecisionForm()
    verb = {"release": _release, "refuse": _refuse, "stand": _stand}.get(form.do.data or "")
    if verb is None:
        abort(400)
    if form.validate():
        try:
            flash(verb(review_id, form.words.data or ""), "success")
            return see_other("fairness.show", review_id=review_id)
        except Refusal as refusal:
            form.refuse(refusal.field, refusal.says)
    return _page(_known(found.review.id), form, status=422)


def _release(review_id: int, words: str) -> str:
    booked = actions.release(review_id, by_id=current_user.id, now=now(), words=words)
    return f"Released. {points(booked)} points were booked." if booked else "Released. Nothing was due yet."


def _refuse(review_id: int, words: str) -> str:
    actions.refuse(review_id, by_id=current_user.id, now=now(), words=words)
    return "Kept back. The advocate reads your words, and may answer."


def _stand(review_id: int, words: str) -> str:
    actions.stand_by(review_id, by_id=current_user.id, now=now(), words=words)
    return "Answered. The advocate reads your words."


def _known(review_id: int) -> Waiting:
    found = queries.one(review_id)
    if found is None:
        abort(404)
    return found


def _page(found: Waiting, form: DecisionForm, status: int = 200) -> Response:
    review, referral = found.review, found.referral
    people = (review.first_by_id, review.second_by_id, review.refused_by_id, review.answered_by_id)
    me = current_user.id
    why_not = actions.OWN if review.is_asked and actions.is_own(referral, me) else ""
    if review.state == "open" and review.first_by_id == me:
        why_not = actions.SAME
    if review.state == "refused" and review.refused_by_id == me:
        why_not = actions.REFUSED_IT
    if referral.merged_into_id is not None:
        why_not = actions.RESTS
    return render(
        "fairness/show.html", status=status, w=found, r=referral, review=review, form=form, names=queries.names(people),
        card=page.cards([referral], "manager")[0], alone=actions.alone(review), why_not=why_not, at=now(),
    )  # fmt: skip


@blueprint.get("/manage/fairness/settings")
@roles("manager")
def settings() -> Response:
    """The scale: from which score on people look, what each signal weighs."""
    return _settings(scale_form(limits.scale()))


@blueprint.post("/manage/fairness/settings")
@roles("manager")
def save() -> BaseResponse:
    """Tries the scale on the last introductions, or keeps it."""
    form = scale_form()
    if not form.validate():
        return _settings(form, status=422)
    wished = form.scale()
    if request.form.get("do") == "try":
        return _settings(form, trial=trying.attempt(wished, limits.scale()))
    limits.choose(wished, by_id=current_user.id, now=now())
    flash("Kept. It weighs what comes from now on; what people decided stays decided.", "success")
    return see_other("fairness.settings")


def _settings(form: Any, *, trial: trying.Trial | None = None, status: int = 200) -> Response:
    return render(
        "fairness/settings.html",
        status=status,
        form=form,
        signals=every_signal(),
        trial=trial,
        last=trying.LAST,
    )


@blueprint.post("/referrals/<int:number>/appeal")
def appeal(number: int) -> BaseResponse:
    """The advocate's side of what waits."""
    member, form = current_user._get_current_object(), AppealForm()
    seen = page.see(number, member, now=now())
    if seen is None or seen.referral.advocate_id != member.id:
        abort(404)
    if form.validate():
        try:
            actions.appeal(number, by_id=member.id, now=now(), words=form.words.data or "")
            flash("Thank you. Somebody reads it and answers you here.", "success")
            return see_other("referrals.show", number=number, _anchor="waiting")
        except Refusal as refusal:
            form.refuse(refusal.field, refusal.says)
    return render(
        "referrals/show.html",
        status=422,
        seen=seen,
        is_new=False,
        appeal_form=form,
        back=url_for("referrals.mine"),
    )
