"""The managers' desk for alerts."""

from typing import Any

from flask import Response, abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub import segments
from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.home.alerts import actions, queries
from hub.members.queries import colleagues
from hub.segments.fields import Unclear, whole
from hub.segments.queries import choices

blueprint = Blueprint("alerts", __name__, url_prefix="/manage/alerts")
registry.navigation(
    registry.Item(label="Alerts", endpoint="alerts.index", icon="megaphone", section="desk", group="People", order=40,
                  roles=frozenset({"manager"}))
)  # fmt: skip


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """All alerts, and the form for another."""
    return _page({})


@blueprint.post("")
@roles("manager")
def make() -> BaseResponse:
    """A new alert, from now on."""
    sent = request.form
    number = sent.get("segment_id", type=row_number) or 0
    try:
        segment = segments.of([number]).get(number)
        if segment is None:
            raise Unclear("Choose what to wait for.", "segment_id")
        person = sent.get("person_id", type=row_number)
        if person is not None and person not in {one.id for one in colleagues()}:
            person = None
        actions.make(
            sent.get("name", ""), segment=segment, tells=sent.get("tells", ""), person_id=person,
            points=whole(sent, "points", what="points") or 0, by_id=current_user.id, now=now(),
        )  # fmt: skip
    except Unclear as unclear:
        return _page(sent, trouble=unclear, status=422)
    flash("From now on. Who fits already is not reported.")
    return see_other("alerts.index")


@blueprint.post("/<int:alert_id>/state")
@roles("manager")
def turn(alert_id: int) -> BaseResponse:
    """Off, or on again."""
    found = queries.one(alert_id) or abort(404)
    actions.turn(found, "on" if found.state == "off" else "off", by_id=current_user.id, now=now())
    flash(f"{found.name} is {found.state}.")
    return see_other("alerts.index")


def _page(sent: Any, *, trouble: Unclear | None = None, status: int = 200) -> Response:
    return render(
        "home/alerts.html", status=status, alerts=queries.listed(), segments=choices(), people=colleagues(), sent=sent,
        trouble=trouble,
    )  # fmt: skip
