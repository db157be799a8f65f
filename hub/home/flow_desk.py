"""The managers' page of the flow of introductions."""

from flask import Response

from hub.core import registry
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render, roles
from hub.home import flow

blueprint = Blueprint("flow", __name__, url_prefix="/manage/flow")
registry.navigation(
    registry.Item(label="Flow", endpoint="flow.index", icon="chart-line", section="desk", group="Refer", order=27,
                  roles=frozenset({"manager"}))
)  # fmt: skip


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """Twelve weeks: how many, how good, how many without anybody to credit."""
    found = flow.weeks(now(), place().zone)
    return render(
        "home/flow.html", weeks=found, total=flow.total(found), most=max(1, *(one.made for one in found))
    )
