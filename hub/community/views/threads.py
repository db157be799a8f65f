"""Threads: one page and a few fragments for every subject whose room admits people to it."""

from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from hub import notices
from hub.community import actions, moderation, queries, signs
from hub.community.forms import ReportForm
from hub.community.models import Post
from hub.community.news import SEEN_IS_READ
from hub.community.queries import Conversation
from hub.community.rules import circle
from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, row_number, wants_fragment
from hub.members.models import Member

blueprint = Blueprint("community", __name__)


@blueprint.get("/threads/<prefix>/<int:number>")
def thread(prefix: str, number: int) -> Response:
    """A thread alone; for htmx only its posts, which ask for new ones by themselves."""
    before = request.args.get("before", type=row_number)
    talk = _talk(f"{prefix}:{number}", before=before)
    return render("community/thread.html", "community/_posts.html", talk=talk, about=_about(talk.subject))


@blueprint.post("/threads/<prefix>/<int:number>")
def say(prefix: str, number: int) -> Response:
    """Says something; what can't be said comes back with its reason, and nothing typed is lost."""
    subject, body = f"{prefix}:{number}", request.form.get("body", "")
    reply = request.form.get("reply_to", type=row_number)
    talk = _talk(subject)
    try:
        actions.say(subject, current_user.id, body, now(), reply_to_id=reply)
    except actions.Unsayable as error:
        talk = _talk(subject, draft=body, error=str(error), reply_to_id=reply)
        status = 429 if isinstance(error, actions.TooFast) and not wants_fragment() else 422
        return render(
            "community/thread.html", "community/_thread.html", status=status, talk=talk, about=_about(subject)
        )
    return _answer(talk)


@blueprint.post("/threads/<prefix>/<int:number>/form")
def form(prefix: str, number: int) -> Response:
    """The form again, answering one post or none, with what was typed so far. It saves nothing."""
    talk = _talk(
        f"{prefix}:{number}",
        draft=request.form.get("body", ""),
        reply_to_id=request.form.get("answer", type=row_number),
    )
    return render("community/thread.html", "community/_say.html", talk=talk, about=_about(talk.subject))


@blueprint.post("/threads/<prefix>/<int:number>/watch")
def watch(prefix: str, number: int) -> Response:
    """Whether I want to hear of new posts here."""
    talk = _talk(f"{prefix}:{number}")
    if not signs.watch(talk.subject, _me(), now(), on="on" in request.form):
        abort(409)
    return _answer(talk)


@blueprint.post("/threads/<prefix>/<int:number>/reading")
def reading(prefix: str, number: int) -> Response:
    """I have seen it: what I was told about it is read. What waits for an answer in a circle isn't."""
    subject = f"{prefix}:{number}"
    if circle(subject, _me()) is None:
        abort(404)
    for kind in SEEN_IS_READ:
        notices.read_about(current_user.id, subject, kind, now=now())
    return Response(status=204)


@blueprint.post("/threads/posts/<int:post_id>/removal")
def remove(post_id: int) -> Response:
    """Takes back what I said."""
    _, subject = _placed(post_id)
    if not actions.take_back(post_id, current_user.id, now()):
        abort(409)
    return _answer(_talk(subject)) if circle(subject, _me()) is not None else redirect("/community", 303)


@blueprint.get("/threads/posts/<int:post_id>/edit")
def editor(post_id: int) -> Response:
    """My own words, to be changed."""
    post, subject = _placed(post_id)
    if not actions.may_edit(post, current_user.id, now()):
        abort(403)
    return _editor(post_id, subject, post.body)


@blueprint.post("/threads/posts/<int:post_id>/edit")
def edit(post_id: int) -> Response:
    """Saves them; what they were is kept for moderators."""
    post, subject = _placed(post_id)
    body = request.form.get("body", "")
    if not actions.may_edit(post, current_user.id, now()):
        abort(403)
    try:
        actions.edit(post_id, current_user.id, body, now())
    except PermissionError:
        abort(403)
    except actions.Unsayable as error:
        return _editor(post_id, subject, body, error=str(error), status=422)
    return _back(subject, post_id)


def _editor(post_id: int, subject: str, body: str, *, error: str = "", status: int = 200) -> Response:
    return render(
        "community/edit.html", status=status, post_id=post_id, body=body, about=_about(subject), error=error,
        longest=queries.LONGEST,
    )  # fmt: skip


@blueprint.post("/threads/posts/<int:post_id>/reactions")
def react(post_id: int) -> Response:
    """Puts one sign under a post (`on`), or takes it back (`off`)."""
    post, subject = _placed(post_id)
    on = request.form.get("on")
    if not signs.react(post_id, _me(), on or request.form.get("off", ""), now(), on=on is not None):
        abort(409)
    if not wants_fragment():
        return _back(subject, post_id)
    given = queries.signs_of([post_id], current_user.id).get(post_id) or queries.NO_SIGNS
    shown = {"id": post_id, "signs": given, "is_mine": post.by_id == current_user.id}
    return render("community/_signs.html", post=shown, acts=request.form.get("acts", ""))


@blueprint.get("/threads/posts/<int:post_id>/report")
def reporter(post_id: int) -> Response:
    """Why should a moderator look at it?"""
    return _report_page(post_id, ReportForm())


@blueprint.post("/threads/posts/<int:post_id>/report")
def report(post_id: int) -> Response:
    """Asks the moderators."""
    (_, subject), filled = _placed(post_id), ReportForm()
    if not filled.validate():
        return _report_page(post_id, filled, status=422)
    try:
        done = moderation.report(post_id, _me(), filled.reason.data, filled.words.data or "", now())
    except actions.Unsayable as error:
        filled.words.errors = [str(error)]
        return _report_page(post_id, filled, status=422)
    if not done:
        abort(409)
    flash("Thank you. A moderator looks at it and tells you what came of it.")
    return _back(subject, post_id)


def _report_page(post_id: int, filled: ReportForm, *, status: int = 200) -> Response:
    post, subject = _placed(post_id)
    said = queries.alone(post, _me(), now(), subject)
    return render("community/report.html", status=status, form=filled, post=said, about=_about(subject))


def _me() -> Member:
    member: Member = current_user._get_current_object()
    return member


def _placed(post_id: int) -> tuple[Post, str]:
    """A post that I may read, and its subject."""
    found = queries.placed(post_id)
    if found is None or circle(found[1], _me()) is None:
        abort(404)
    return found


def _talk(subject: str, **wishes: Any) -> Conversation:
    found = queries.conversation(subject, _me(), now(), **wishes)
    if found is None:
        abort(404)
    return found


def _about(subject: str) -> registry.Link | None:
    return registry.links([subject]).get(subject)


def _answer(talk: Conversation) -> Response:
    if wants_fragment():
        return render("community/_thread.html", talk=_talk(talk.subject))
    about = _about(talk.subject)
    return redirect(f"{about[1] if about else talk.url}#talk-{talk.name}", 303)


def _back(subject: str, post_id: int) -> Response:
    about = _about(subject)
    return redirect(f"{about[1] if about else '/threads/' + subject.replace(':', '/')}#post-{post_id}", 303)
