"""`/demo/crm`: the board of the sample CRM. 404 in a hub without the sample data."""

import datetime as dt
from typing import Any

from flask import Response, abort, current_app, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render, row_number, see_other, wants_fragment
from hub.crm.sample import actions, queries
from hub.crm.sample.stages import STAGES, next_stage

LATE = dt.timedelta(seconds=15)
blueprint = Blueprint("crm_sample", __name__, url_prefix="/demo/crm")


def has_sample() -> bool:
    """Whether this hub shows the sample. Never over TLS: there, people are real, and anybody could be paid by it."""
    return place().has_sample and not current_app.extensions["settings"].https


registry.navigation(
    registry.Item(label="Sample CRM", endpoint="crm_sample.board", icon="plug", order=95, when=has_sample)
)


@blueprint.before_request
def only_with_the_sample() -> None:
    """A hub of real people has no such page."""
    if not has_sample():
        abort(404)


@blueprint.get("")
def board() -> Response:
    """The deals, the latest referral first."""
    words = request.args.get("q", "").replace("\0", "").strip()[:100]
    rows = queries.deals(words=words, before=request.args.get("before", type=row_number))
    more = rows[-1].deal.referral_id if len(rows) == queries.PAGE else None
    return render("crm/sample.html", rows=rows, more=more, words=words, **_words(rows))


@blueprint.get("/deals/<int:deal_id>")
def show(deal_id: int) -> BaseResponse:
    """One deal, while its message is on its way; without htmx, the board."""
    if not wants_fragment():
        return see_other("crm_sample.board", _anchor=f"deal-{deal_id}")
    return _deal(deal_id, "crm/_sample_news.html")


@blueprint.post("/deals/<int:deal_id>/stage", endpoint="move")
def move(deal_id: int) -> BaseResponse:
    """Moves a deal to another stage, which sends the hub a message."""
    deal = queries.deal(deal_id) or abort(404)
    try:
        actions.move(deal, request.form.get("stage", ""), now=now())
    except actions.UnknownStage:
        abort(400)
    if wants_fragment():
        return _deal(deal_id, "crm/_sample_deal.html")
    return see_other("crm_sample.board", _anchor=f"deal-{deal_id}")


def _deal(deal_id: int, piece: str) -> Response:
    rows = queries.deals(only=deal_id) or abort(404)
    return render(piece, row=rows[0], **_words(rows))


def _words(rows: list[queries.Row]) -> dict[str, Any]:
    """What the pieces need beside a row; a referral is linked for those who may see it."""
    staff = bool({"manager", "admin"} & current_user.roles)
    seen = [row.deal.referral_id for row in rows if staff or row.advocate_id == current_user.id]
    return {
        "stages": STAGES, "next_stage": next_stage, "referrals": registry.links(f"referral:{each}" for each in seen),
        "staff": staff, "late_since": now() - LATE,
    }  # fmt: skip
