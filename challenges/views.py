"""The pages of challenges."""

from flask import abort
from flask_login import current_user
from werkzeug.wrappers import Response

from challenges import queries
from challenges.cards import cards
from challenges.kinds import referral as _referral  # noqa: F401 - registers itself
from hub.community.text import html
from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render

blueprint = Blueprint("challenges", __name__)
registry.navigation(registry.Item(label="Challenges", endpoint="challenges.index", icon="target", order=20))


@blueprint.get("/challenges")
def index() -> Response:
    """What can be done now, with its effort and worth."""
    shown = cards(queries.open_now(now()), current_user.id, now=now())
    return render("challenges/index.html", cards=[card for card in shown if card.is_open])


@blueprint.get("/challenges/<slug>")
def show(slug: str) -> Response:
    """One challenge: what it asks, what it gives, who did it."""
    challenge = queries.by_slug(slug)
    if challenge is None:
        abort(404)
    found = cards([challenge], current_user.id, now=now())
    if not found:
        abort(404)
    return render("challenges/show.html", card=found[0], body=html(challenge.body))
