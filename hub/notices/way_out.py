"""/unsubscribe/<token>: the way out of a mail. Works without signing in; looking stops nothing: scanners look."""

from flask import Response, abort, request

from hub.core.app import csrf
from hub.core.clock import now
from hub.core.web import Blueprint, public, render
from hub.notices import envelope, preferences
from hub.notices.digests import DIGEST
from hub.notices.kinds import KINDS

blueprint = Blueprint("way_out", __name__)


@blueprint.get("/unsubscribe/<token>")
@public
def ask(token: str) -> Response:
    """What would be stopped, and what could be had instead."""
    _member_id, kind = envelope.unsubscribes(token) or abort(404)
    return _page(kind, done="")


# A mail program posts here for its reader (RFC 8058): it has no session and no CSRF token. The signed address is the
# proof, and all it can do is to have less mail sent.
@blueprint.post("/unsubscribe/<token>")
@public
@csrf.exempt
def stop(token: str) -> Response:
    """Stops it. The form may ask for the digest instead, or for no mail at all; one click means this kind."""
    member_id, kind = envelope.unsubscribes(token) or abort(404)
    wanted = request.form.get("instead", "")
    if wanted == "nothing":
        preferences.stop_all(member_id, now=now())
    elif wanted == "digest" and kind in KINDS and not KINDS[kind].is_security:
        preferences.choose(member_id, {kind: "digest"}, now=now())
    else:
        wanted = "app"
        preferences.stop(member_id, kind, now=now())
    return _page(kind, done=wanted)


def _page(kind: str, *, done: str) -> Response:
    topic = "Your digest" if kind == DIGEST else KINDS[kind].topic if kind in KINDS else "Other news"
    page = render("notices/way_out.html", topic=topic, done=done, is_digest=kind == DIGEST)
    page.headers["Referrer-Policy"] = "no-referrer"  # the address is the key to it
    page.headers["X-Robots-Tag"] = "noindex"
    return page
