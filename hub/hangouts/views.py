"""The pages of members: what is to come, one hangout, its seat, its door, its calendar file."""

from typing import Any

import flask
from flask import abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from hub import community
from hub.core import crypto, edges, registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, row_number, see_other, wants_fragment
from hub.core.words import zone
from hub.hangouts import asking, attending, invitations, page, queries, requests, rules, seats
from hub.hangouts.drawing import table
from hub.hangouts.models import Guest, Hangout
from hub.hangouts.rules import MANAGERS
from hub.members.throttle import brake_codes

blueprint = Blueprint("hangouts", __name__)
registry.navigation(registry.Item(label="Hangouts", endpoint="hangouts.index", icon="video", order=52))
SLOW = "That were many tries. Ask the host for the code, and try again in a quarter of an hour."


@blueprint.get("/hangouts")
def index() -> Response:
    """What is to come, soonest first, and what has been."""
    cards = queries.listed(_me(), now(), is_manager=bool(current_user.roles & MANAGERS))
    past = [card for card in cards if card.hangout.is_over(now()) or _is_stale(card.hangout)]
    ahead = [card for card in cards if card not in past]
    return render("hangouts/index.html", ahead=ahead, past=past, at=now(), zone=zone(), table=table)


def _is_stale(hangout: Hangout) -> bool:
    return hangout.state == "cancelled" and hangout.ends_at is not None and hangout.ends_at < now()


@blueprint.get("/hangouts/<slug>")
def show(slug: str) -> Response:
    """One hangout, as this member sees it."""
    return _page(slug)


@blueprint.get("/hangouts/<slug>.ics")
def calendar(slug: str) -> Response:
    """The calendar file, for whoever may see the page; cancelled ones say so."""
    hangout, _, _ = _find(slug)
    if hangout.starts_at is None:
        abort(404)
    response = Response(invitations.file_for(hangout), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{hangout.slug}.ics"'
    return response


@blueprint.get("/hangouts/<slug>/room")
def room(slug: str) -> Response:
    """The door: leads seated guests and hosts on to the video when it is near; nobody else ever sees the link."""
    hangout, mine, is_host = _find(slug)
    seated = mine is not None and mine.state == "seated"
    if not hangout.link_sealed or not hangout.by_video or not (seated or is_host):
        abort(404)
    if not hangout.door_is_open(now()):
        flash(f"The door opens {hangout.link_minutes} minutes before it begins.", "info")
        return see_other("hangouts.show", slug=slug)
    answer = redirect(crypto.unseal(hangout.link_sealed), 303)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.post("/hangouts/<slug>/seat")
def take(slug: str) -> Response:
    """Takes a seat, accepts the one that is kept, or waits in line."""
    hangout, _, _ = _find(slug)
    if rules.in_person(hangout, _me()):
        return _page(
            slug, status=409, trouble="You hold it yourself: your place is at the head of the table."
        )
    try:
        mine = seats.take(hangout.id, current_user.id, now=now())
    except seats.Closed as closed:
        return _page(slug, status=409, trouble=str(closed))
    flash("Your seat is yours. The calendar file comes by mail." if mine.state == "seated" else _waits(mine))
    return see_other("hangouts.show", slug=slug)


def _waits(mine: Guest) -> str:
    ahead = queries.place_in_line(mine) - 1
    where = f"{ahead} before you" if ahead else "you are next"
    return f"You are in line: {where}. We tell you when a seat is free."


@blueprint.post("/hangouts/<slug>/seat/removal")
def give_back(slug: str) -> Response:
    """Gives a seat back, or leaves the line; the next in line moves up."""
    hangout, _, _ = _find(slug)
    if not seats.give_back(hangout.id, current_user.id, now=now()):
        return _page(slug, status=409, trouble="There is no seat of yours to give back.")
    flash("Thank you for saying so. Somebody else can come now; you may ask again at any time.")
    return see_other("hangouts.show", slug=slug)


@blueprint.post("/hangouts/<slug>/refusal")
def decline(slug: str) -> Response:
    """Can't come."""
    hangout, _, _ = _find(slug)
    if not seats.decline(hangout.id, current_user.id, now=now()):
        return _page(slug, status=409, trouble="There is no invitation to answer.")
    flash("Thank you for saying so. If that changes, you can still ask for a seat.")
    return see_other("hangouts.show", slug=slug)


@blueprint.post("/hangouts/<slug>/agenda")
def vote(slug: str) -> Response:
    """What I want to hear about."""
    hangout, _, _ = _find(slug)
    if not asking.takes_questions(hangout, now()):
        return _page(slug, status=409, trouble="The agenda is closed.")
    asking.vote(hangout.id, request.form.getlist("item", type=row_number), current_user.id)
    if wants_fragment():
        return _piece(slug, "hangouts/_agenda.html")
    flash("Noted: the host sees what most want to hear.")
    return redirect(url_for("hangouts.show", slug=slug, _anchor="agenda"), 303)


@blueprint.get("/hangouts/<slug>/questions")
def questions(slug: str) -> Response:
    """The questions alone, for the page that looks for new ones while the hangout is on."""
    _find(slug)
    if not wants_fragment():
        return see_other("hangouts.show", slug=slug)
    return _piece(slug, "hangouts/_questions.html")


@blueprint.post("/hangouts/<slug>/questions")
def ask(slug: str) -> Response:
    """Asks, in one's own name or in nobody's."""
    hangout, _, _ = _find(slug)
    body, anonymous = request.form.get("body", ""), "anonymous" in request.form
    try:
        asking.ask(hangout, current_user.id, body, anonymous=anonymous, now=now())
    except asking.Unasked as error:
        return _page(slug, status=422, draft=body, draft_anonymous=anonymous, question_error=str(error))
    flash("Asked. Nobody is told who asks it." if anonymous else "Asked. Others can vote for it.")
    return redirect(url_for("hangouts.show", slug=slug, _anchor="questions"), 303)


@blueprint.post("/hangouts/<slug>/questions/<int:question_id>/votes")
def want(slug: str, question_id: int) -> Response:
    """Wants a question answered, too; or not any more."""
    hangout, _, _ = _find(slug)
    found = queries.question(question_id)
    if found is None or found.hangout_id != hangout.id or found.state == "hidden":
        abort(404)
    if not asking.takes_questions(hangout, now()):
        return _page(slug, status=409, trouble="Questions are closed.")
    if question_id not in asking.mine(hangout.id, current_user.id):
        asking.want(question_id, current_user.id, on="on" in request.form)
    if wants_fragment():
        return _piece(slug, "hangouts/_questions.html")
    return redirect(url_for("hangouts.show", slug=slug, _anchor="questions"), 303)


@blueprint.post("/hangouts/<slug>/questions/<int:question_id>/removal")
def unask(slug: str, question_id: int) -> Response:
    """Takes my question back."""
    hangout, _, _ = _find(slug)
    if not asking.take_back(hangout.id, question_id, current_user.id):
        abort(404)
    flash("Taken back.")
    return redirect(url_for("hangouts.show", slug=slug, _anchor="questions"), 303)


@blueprint.post("/hangouts/<slug>/requests/<int:request_id>/voice")
def join(slug: str, request_id: int) -> Response:
    """I want that, too."""
    hangout, _, _ = _find(slug)
    found = queries.request(request_id)
    if found is None or found.hangout_id != hangout.id:
        abort(404)
    if not requests.join(found, current_user.id, now=now()):
        return _page(slug, status=409, trouble="You have asked for this already, or it has its answer.")
    flash("You hear of it as soon as it moves.")
    return redirect(url_for("hangouts.show", slug=slug, _anchor="said"), 303)


def _too_often() -> flask.Response:
    slug = (request.view_args or {}).get("slug", "")
    return _page(slug, status=429, code_error=SLOW)


@blueprint.post("/hangouts/<slug>/attendance")
@brake_codes("hangouts.attend", _too_often)
def attend(slug: str) -> Response:
    """Checks in with the code that the host shows."""
    hangout, _, _ = _find(slug)
    typed = request.form.get("code", "")[:40]
    try:
        fresh = attending.check_in(hangout, current_user.id, typed, now=now())
    except attending.NotThere as error:
        return _page(slug, status=422, code_error=str(error), code=typed)
    if fresh:
        worth = f" {hangout.points:,} points are yours." if hangout.points else ""
        flash(f"Good that you are here.{worth}")
    return see_other("hangouts.show", slug=slug)


def _find(slug: str) -> tuple[Hangout, Guest | None, bool]:
    return page.find(slug, _me(), now()) or abort(404)


def _me() -> Any:
    return current_user._get_current_object()


def _piece(slug: str, template: str) -> Response:
    seen = page.see(slug, _me(), now())
    return abort(404) if seen is None else render(template, seen=seen, hangout=seen.hangout)


def _page(slug: str, *, status: int = 200, **more: Any) -> flask.Response:
    if status >= 400:
        edges.rollback()
    seen = page.see(slug, _me(), now())
    if seen is None:
        abort(404)
    talk = community.conversation(seen.hangout.subject, _me(), now())
    return render(
        "hangouts/show.html", status=status, seen=seen, hangout=seen.hangout, talk=talk, zone=zone(), **more
    )
