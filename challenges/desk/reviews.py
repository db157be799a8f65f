"""The review queue: what waits, evidence side by side, a decision with words, many at once, undo, second looks."""

import datetime as dt
from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from challenges import actions, page, queries, review_queries, rules
from challenges.actions.deciding import UNDO_MINUTES
from challenges.actions.reasons import keep_reason, reason_words
from challenges.forms import DecisionForm
from challenges.kinds import KINDS
from challenges.models import Submission
from challenges.review_queries import PAGE, VIEWS, Sieve
from hub import community
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, row_number, see_other

blueprint = Blueprint("reviews", __name__, url_prefix="/manage/reviews")


def _reviews_here() -> bool:
    """Managers, and whoever was asked to review something: from what is kept, for every page draws its navigation."""
    return bool(_me().roles & rules.MANAGERS) or current_user.id in queries.known_approvers()


registry.navigation(
    registry.Item(label="Reviews", endpoint="reviews.index", icon="clipboard-list", section="desk", order=12,
                  group="Engage", when=_reviews_here)
)  # fmt: skip
VERDICTS = {"approve": "approved", "send_back": "sent_back", "refuse": "refused"}
MANY = 50


@blueprint.before_request
def admit() -> None:
    """Managers, and whoever was asked to review something."""
    if current_user.is_authenticated and not rules.may_review(_me()):
        abort(403)


@blueprint.get("")
def index() -> Response:
    """What waits, the oldest first."""
    sieve = _sieve()
    found = review_queries.queue(sieve, _me(), after=request.args.get("after", type=row_number))
    return render("challenges/reviews/index.html", **_around(sieve), found=found[:PAGE],
                  more=found[PAGE - 1].id if len(found) > PAGE else None)  # fmt: skip


@blueprint.get("/<int:submission_id>")
def show(submission_id: int) -> Response:
    """One submission: what was asked beside what was answered, and the decision."""
    return _show(_find(submission_id), DecisionForm(formdata=None))


@blueprint.post("/<int:submission_id>/decision")
def decide(submission_id: int) -> Response:
    """Decides, and goes on to the next one."""
    found, form = _find(submission_id), DecisionForm()
    verdict: Any = VERDICTS.get(request.form.get("verdict", "")) or abort(400)
    if not form.validate():
        return _show(found, form, status=422)
    words, code = _words(form)
    try:
        actions.decide(found.id, verdict, by_id=current_user.id, now=now(), words=words, code=code)
    except actions.Gone as gone:
        return _refused(submission_id, form, str(gone))
    if form.title.data and words and verdict != "approved":
        keep_reason(verdict, title=form.title.data, words=words)
    flash(f"{SAID[verdict]} You can undo it for {UNDO_MINUTES} minutes.")
    return _next(found)


SAID = {
    "approved": "Approved.",
    "sent_back": "Sent back with your words.",
    "refused": "Refused, with the reason.",
}


@blueprint.post("/many")
def many() -> Response:
    """Decides about several at once: each by itself, so one that is gone doesn't keep the others."""
    verdict: Any = VERDICTS.get(request.form.get("verdict", "")) or abort(400)
    form = DecisionForm()
    words, code = _words(form)
    done, left = 0, 0
    for number in request.form.getlist("id", type=row_number)[:MANY]:
        try:
            found = queries.submission(number)
            if found is None or not rules.reviews(_me(), found.challenge_id):
                raise actions.Gone("not theirs")
            actions.decide(number, verdict, by_id=current_user.id, now=now(), words=words, code=code)
            done += 1
        except actions.Gone as gone:
            left += 1
            reason = str(gone)
    if done:
        flash(f"{done} decided.")
    if left:
        flash(f"{left} left as they were: {reason}", "warn")
    return see_other("reviews.index")


@blueprint.post("/<int:submission_id>/second-look")
def second_look(submission_id: int) -> Response:
    """Agrees or disagrees with what was approved."""
    found, form = _find(submission_id), DecisionForm()
    agrees = request.form.get("verdict") == "approve"
    try:
        actions.look_again(found.id, agrees=agrees, by_id=current_user.id, now=now(), words=_words(form)[0])
    except actions.Gone as gone:
        return _refused(submission_id, form, str(gone))
    flash("Agreed: it stands." if agrees else "It doesn’t count any more, and they are told why.")
    return see_other("reviews.index", view="second")


@blueprint.post("/decisions/<int:decision_id>/undo")
def undo(decision_id: int) -> Response:
    """Takes a decision back."""
    made = queries.decision(decision_id)
    if made is None:
        abort(404)
    found = _find(made.submission_id)
    try:
        actions.undo(decision_id, by_id=current_user.id, now=now())
    except actions.Gone as gone:
        return _refused(found.id, DecisionForm(formdata=None), str(gone))
    flash("Taken back. It waits again, and they are told.")
    return see_other("reviews.show", submission_id=found.id)


def _words(form: DecisionForm) -> tuple[str, str]:
    """What was typed, else the saved reason's words; and the reason's code."""
    code = form.reason.data or ""
    saved = reason_words(code)
    return form.words.data or saved, code if saved else ""


def _refused(submission_id: int, form: DecisionForm, says: str) -> Response:
    edges.rollback()
    form.form_errors.append(says)
    return _show(_find(submission_id), form, status=409)


def _next(found: Submission) -> Response:
    """The next one that waits, else the list."""
    sieve = _sieve()
    later = review_queries.queue(sieve, _me(), after=found.id) or review_queries.queue(sieve, _me())
    if later and sieve.view != "all":
        args = {"view": sieve.view} if sieve.view != "waiting" else {}
        return see_other("reviews.show", submission_id=later[0].id, **args)
    return see_other("reviews.index")


def _find(submission_id: int) -> Submission:
    found = queries.submission(submission_id)
    if found is None or not rules.reviews(_me(), found.challenge_id):
        abort(404)
    return found


def _sieve() -> Sieve:
    view, state = request.args.get("view", "waiting"), request.args.get("state", "")
    return Sieve(
        view=view if view in VIEWS else "waiting", challenge_id=request.args.get("challenge", type=row_number),
        state=state if state in ("started", "pending", "approved", "sent_back", "refused", "withdrawn") else "",
    )  # fmt: skip


def _around(sieve: Sieve) -> dict[str, Any]:
    since = now() - dt.timedelta(minutes=UNDO_MINUTES)
    return {
        "sieve": sieve, "counts": review_queries.counts(_me()), "lately": review_queries.lately(current_user.id, since),
        "reasons": review_queries.reasons(), "at": now(), "is_manager": bool(_me().roles & rules.MANAGERS),
        "agreement": review_queries.agreement(now() - dt.timedelta(days=90)) if sieve.view == "second" else [],
    }  # fmt: skip


def _show(found: Submission, form: DecisionForm, *, status: int = 200) -> Response:
    sieve, at = _sieve(), now()
    answered = {one.step_id: one for one in found.answers}
    steps = {one.id: one for one in [*found.challenge.steps, *(answer.step for answer in found.answers)]}
    parts = [
        page.part(step, found.member, answered.get(step.id), place=place, now=at, state="done")
        for place, step in enumerate(steps.values(), 1) if step.kind in KINDS
    ]  # fmt: skip
    waiting = review_queries.queue(sieve, _me())
    around = [one.id for one in waiting]
    talk = community.conversation(found.subject, _me(), at) if rules.is_talked_about(found) else None
    return render(
        "challenges/reviews/show.html", status=status, found=found, parts=parts, form=form,
        pictures=page.pictures(parts),
        history=queries.decisions(found.id), alike=review_queries.alike(found.answers, found.member_id), talk=talk,
        waiting=waiting, before=next((n for n in reversed(around) if n < found.id), None),
        after=next((n for n in around if n > found.id), None), is_mine=found.member_id == current_user.id,
        **_around(sieve),
    )  # fmt: skip


def _me() -> Any:
    return current_user._get_current_object()
