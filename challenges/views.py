"""The pages of members: what there is to do, one challenge, its steps."""

import datetime as dt
from typing import Any

from flask import abort, flash, redirect, request, session
from flask_login import current_user
from werkzeug.wrappers import Response

from challenges import actions, page, queries, rules
from challenges.asks import caring
from challenges.cards import cards
from challenges.certificates.queries import promised
from challenges.journeys.queries import ways
from challenges.kinds import KINDS, Given, is_link
from challenges.models import Challenge, ChallengeStep
from hub import community
from hub.core import edges, registry, uploads
from hub.core.clock import now
from hub.core.web import Blueprint, render, row_number, see_other

blueprint = Blueprint("challenges", __name__)
blueprints = [blueprint, uploads.blueprint]
registry.navigation(registry.Item(label="Challenges", endpoint="challenges.index", icon="target", order=20))
FOLLOWED, MOST = "followed", 20
SECTIONS = (
    ("going", "Under way"), ("asked", "Asked of you"), ("now", "For you now"), ("later", "Still to come"),
    ("done", "Done"), ("aside", "Not for you"),
)  # fmt: skip


@blueprint.get("/challenges")
def index() -> Response:
    """What can be done now, with its effort and worth; what is under way; what opens later and why."""
    shown = cards(queries.open_now(now(), ahead=queries.AHEAD_DAYS), current_user.id, now=now())
    sections = [(name, title, [card for card in shown if card.section == name]) for name, title in SECTIONS]
    done = {card.challenge.id for card in shown if card.standing.times}
    going = [way for way in ways(current_user.id, now(), done) if way.next is not None]
    return render("challenges/index.html", sections=[one for one in sections if one[2]], ways=going)


@blueprint.get("/challenges/<slug>")
def show(slug: str) -> Response:
    """One challenge: what it asks, what it gives, who did it, its steps."""
    return _page(_find(slug))


@blueprint.post("/challenges/<slug>/submissions")
def submit(slug: str) -> Response:
    """Answers a step; the last one submits. What is wrong comes back as it was typed."""
    challenge = _find(slug)
    step, opened, given = _step(challenge), request.form.get("opened", ""), Given(request.form, request.files)
    since = followed().get(step.id) if step.data.get("url") else page.unseal(opened, step, _me())
    try:
        made = actions.answer(challenge, step, _me(), given, now=now(), opened_at=since)
    except actions.Closed as closed:
        return _page(challenge, status=409, trouble=str(closed))
    if made.outcome.verdict == "wrong":
        wrong: dict[str, Any] = {
            "errors": made.outcome.errors,
            "wrong_step": step.id,
            "typed": request.form,
            "opened": opened,
        }
        return _page(challenge, status=422, **wrong)
    if (
        made.outcome.says and not made.is_over and made.outcome.verdict != "open"
    ):  # its own fragment tells that
        flash(made.outcome.says)
    return redirect(f"/challenges/{slug}{'#now' if not made.is_over else ''}", 303)


@blueprint.get("/challenges/<slug>/steps/<int:step_id>/out")
def out(slug: str, step_id: int) -> Response:
    """Leads to what a step is about. When they first followed it is kept in their session, which we sign: a visit
    writes nothing, and reading still takes its time by our clock."""
    challenge = _find(slug)
    step = next((one for one in challenge.steps if one.id == step_id), None)
    target = str(step.data.get("url") or "") if step else ""
    if not is_link(target) or not cards([challenge], current_user.id, now=now(), everyone=False):
        abort(404)
    known: dict[str, str] = session.get(FOLLOWED, {})
    session[FOLLOWED] = dict(
        [*known.items(), (str(step_id), known.get(str(step_id), now().isoformat()))][-MOST:]
    )
    return redirect(target, 303)


def followed() -> dict[int, dt.datetime]:
    """When this member first followed the way out of which step."""
    return {int(step_id): dt.datetime.fromisoformat(at) for step_id, at in session.get(FOLLOWED, {}).items()}


@blueprint.post("/challenges/submissions/<int:submission_id>/withdrawal")
def withdraw(submission_id: int) -> Response:
    """Takes back what nobody has decided yet."""
    found = queries.submission(submission_id)
    if found is None or found.member_id != current_user.id:
        abort(404)
    if not actions.withdraw(submission_id, current_user.id, now=now()):
        abort(409)
    flash("Taken back. You can begin again whenever you like.")
    return see_other("challenges.show", slug=found.challenge.slug)


@blueprint.post("/challenges/<slug>/steps/<int:step_id>/seat")
def give_back(slug: str, step_id: int) -> Response:
    """Gives a seat in a beta back; who waits longest moves up."""
    step = next((one for one in _find(slug).steps if one.id == step_id and one.kind == "beta"), None)
    if step is None or queries.seat(step_id, current_user.id) is None:
        abort(404)
    if not actions.give_back(step, current_user.id, now=now()):
        abort(409)
    flash("Thank you for letting somebody else have it. Your points stay yours.")
    return see_other("challenges.show", slug=slug)


@blueprint.post("/challenges/<slug>/aside")
def set_aside(slug: str) -> Response:
    """Not for me, and why: it is offered and asked for no more."""
    challenge = _find(slug)
    words = Given(request.form).words("words", 300)[:300]
    caring.set_aside(
        challenge.id, current_user.id, reason=request.form.get("reason", ""), words=words, now=now()
    )
    flash("Thank you for saying so. You aren’t asked for this again; you find it at the end of the list.")
    return see_other("challenges.index")


@blueprint.post("/challenges/<slug>/aside/removal")
def bring_back(slug: str) -> Response:
    """For me after all."""
    if not caring.bring_back(_find(slug).id, current_user.id):
        abort(404)
    flash("It is back among yours.")
    return see_other("challenges.show", slug=slug)


def _find(slug: str) -> Challenge:
    found = queries.by_slug(slug)
    return abort(404) if found is None else found


def _step(challenge: Challenge) -> ChallengeStep:
    wanted = request.form.get("step", type=row_number)
    found = next((one for one in challenge.steps if one.id == wanted), None)
    return abort(404) if found is None or KINDS[found.kind].is_elsewhere else found


def _me() -> Any:
    return current_user._get_current_object()


def _page(challenge: Challenge, *, status: int = 200, trouble: str = "", **wrong: Any) -> Response:
    if trouble:
        edges.rollback()
        challenge = _find(challenge.slug)
    seen = page.see(challenge, _me(), now=now(), followed=followed(), **wrong)
    if seen is None:
        abort(404)
    talk = community.conversation(f"challenge:{challenge.id}", _me(), now())
    answered = seen.submission and rules.is_talked_about(seen.submission)
    reply = (
        community.conversation(seen.submission.subject, _me(), now())
        if seen.submission and answered
        else None
    )
    betas = [one.id for one in challenge.steps if one.kind == "beta"]
    seats = {number: seat for number in betas if (seat := queries.seat(number, current_user.id))}
    months, certificate = promised(challenge.id, current_user.id)
    return render(
        "challenges/show.html", status=status, seen=seen, card=seen.card, trouble=trouble, talk=talk, reply=reply,
        seats=seats, reasons=caring.REASONS, months=months, certificate=certificate,
    )  # fmt: skip
