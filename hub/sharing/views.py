"""Where personal links lead."""

from flask import redirect
from werkzeug.wrappers import Response

from hub.core.web import Blueprint, public, render
from hub.sharing import queries, targets

blueprint = Blueprint("sharing", __name__)


@blueprint.get("/s/<code>")
@public
def follow(code: str) -> Response:
    """Leads on, from what is stored alone; an address nobody gave out gets a kind page."""
    found = queries.by_code(code)
    there = targets.destination(found) if found else None
    if there is None or not there.is_open:
        return render("sharing/lost.html", status=404 if there is None else 410, there=there)
    return redirect(there.url, 302)
