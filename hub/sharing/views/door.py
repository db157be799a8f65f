"""Where personal links lead, for whom the door didn't send on: crawlers, and those whose link leads nowhere."""

from flask import current_app
from werkzeug.wrappers import Response

from hub.core.web import Blueprint, public, render
from hub.sharing import queries, targets

blueprint = Blueprint("sharing", __name__)


@blueprint.get("/s/<code>")
@public
def follow(code: str) -> Response:
    """The preview of what a link leads to; an address nobody gave out gets a kind page. Visitors are sent on before
    they get here (`clicks.front`)."""
    found = queries.by_code(code)
    there = targets.destination(found) if found else None
    if found is None or there is None or not there.is_open:
        return render("sharing/lost.html", status=404 if there is None else 410, there=there)
    return render(
        "sharing/preview.html", link=found, there=there, here=current_app.extensions["settings"].public_url
    )
