"""Threads: one page and one fragment for every subject whose room admits people to it."""

from flask import abort, request
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from hub.community import actions, queries
from hub.community.queries import Conversation
from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, wants_fragment

blueprint = Blueprint("community", __name__)
LARGEST = 2**53 - 1


@blueprint.get("/threads/<prefix>/<int:number>")
def thread(prefix: str, number: int) -> Response:
    """A thread alone; for htmx only its posts, which ask for new ones by themselves."""
    talk = _talk(f"{prefix}:{number}")
    return render("community/thread.html", "community/_posts.html", talk=talk, about=_about(talk))


@blueprint.post("/threads/<prefix>/<int:number>")
def say(prefix: str, number: int) -> Response:
    """Says something; what can't be said comes back with its reason, and nothing typed is lost."""
    subject, body = f"{prefix}:{number}", request.form.get("body", "")
    talk = _talk(subject)
    try:
        actions.say(subject, current_user.id, body, now())
    except actions.Unsayable as error:
        talk = _talk(subject, draft=body, error=str(error))
        return render(
            "community/thread.html", "community/_thread.html", status=422, talk=talk, about=_about(talk)
        )
    return _answer(talk)


@blueprint.post(f"/threads/posts/<int(max={LARGEST}):post_id>/removal")
def remove(post_id: int) -> Response:
    """Takes back what I said a moment ago."""
    talk = _talk(queries.subject_of(post_id) or "")
    if not actions.take_back(post_id, current_user.id, now()):
        abort(409)
    return _answer(talk)


def _talk(subject: str, *, draft: str = "", error: str = "") -> Conversation:
    member = current_user._get_current_object()
    found = queries.conversation(subject, member, now(), draft=draft, error=error)
    if found is None:
        abort(404)
    return found


def _about(talk: Conversation) -> registry.Link | None:
    return registry.links([talk.subject]).get(talk.subject)


def _answer(talk: Conversation) -> Response:
    if wants_fragment():
        return render("community/_thread.html", talk=_talk(talk.subject))
    about = _about(talk)
    return redirect(f"{about[1] if about else talk.url}#talk-{talk.name}", 303)
