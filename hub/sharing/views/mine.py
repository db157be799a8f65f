"""My links: what each brought, a readable name for it, its QR code."""

import io

import segno
from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, see_other
from hub.sharing import actions, counting, queries
from hub.sharing.models import PersonalLink
from hub.sharing.networks import CHANNEL_NAMES
from hub.sharing.queries import address, lasting

blueprint = Blueprint("my_links", __name__, url_prefix="/share/links")


@blueprint.get("")
def index() -> Response:
    """All my links, the busiest first, and the days behind them."""
    return _page()


@blueprint.post("/<int:link_id>/name")
def name(link_id: int) -> Response:
    """Gives one a readable name; what doesn't fit comes back as it was typed."""
    link, typed = _mine(link_id), request.form.get("alias", "")[:100]
    try:
        actions.name(link, typed)
    except actions.Unfit as error:
        return _page(status=422, wrong=link_id, typed=typed, error=str(error))
    flash(
        "It has that name now. The old address goes on working."
        if link.alias
        else "It goes by its code again. The name goes on working, and nobody else gets it."
    )
    return see_other("my_links.index")


@blueprint.post("/<int:link_id>/retirement")
def retire(link_id: int) -> Response:
    """Closes one."""
    try:
        actions.retire(_mine(link_id), now())
    except actions.Embedded:
        flash(
            "It stands on pages of others, as an embed. Managers close it at their desk, under Embeds.",
            "warn",
        )
    else:
        flash("That link is closed. Sharing the same thing again opens it.")
    return see_other("my_links.index")


@blueprint.get("/<int:link_id>/qr.<any(svg,png):kind>")
def code(link_id: int, kind: str) -> Response:
    """The QR code of one: for print as a drawing, for slides as a picture."""
    return picture(_mine(link_id), kind)


def picture(link: PersonalLink, kind: str) -> Response:
    """A QR code that leads to a link."""
    out, drawn = io.BytesIO(), segno.make(lasting(link), error="m", micro=False)
    if kind == "svg":
        drawn.save(out, kind="svg", scale=8, border=4, xmldecl=False, nl=False, svgclass=None, lineclass=None)
    else:
        drawn.save(out, kind="png", scale=16, border=4)
    response = Response(out.getvalue(), mimetype="image/svg+xml" if kind == "svg" else "image/png")
    response.headers["Content-Disposition"] = f'inline; filename="{link.name}.{kind}"'
    return response


def _mine(link_id: int) -> PersonalLink:
    found = queries.get(link_id)
    return found if found is not None and found.member_id == current_user.id else abort(404)


def _page(*, status: int = 200, wrong: int | None = None, typed: str = "", error: str = "") -> Response:
    links = counting.of_links(current_user.id)
    titles = registry.links({link.target for link, _ in links})
    return render(
        "sharing/links.html", status=status, links=links, titles=titles, channels=CHANNEL_NAMES, address=address,
        wrong=wrong, typed=typed, error=error, days=counting.days(now().date(), member_id=current_user.id),
    )  # fmt: skip
