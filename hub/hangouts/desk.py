"""The pages of hosts: their hangouts, the builder, publishing, moving, calling off. A host sees their own."""

from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core import crypto, edges, registry
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.hangouts import asking, building, desk_queries, queries, rules
from hub.hangouts import desk_guests as _guests  # noqa: F401 - adds its handlers to the page
from hub.hangouts import desk_promises as _promises  # noqa: F401 - and so does this
from hub.hangouts.desk_page import blueprint as guests_blueprint
from hub.hangouts.forms import AUDIENCE_NOTES, HangoutForm, NewForm, filled
from hub.hangouts.models import Hangout
from hub.hangouts.problems import problems
from hub.segments.queries import choices as segment_choices

blueprint = Blueprint("hangouts_desk", __name__, url_prefix="/manage/hangouts")
blueprints = [blueprint, guests_blueprint]
registry.navigation(
    registry.Item(label="Hangouts", endpoint="hangouts_desk.index", icon="video", section="desk", order=40,
                  group="Engage", roles=frozenset({"host", "manager"}))
)  # fmt: skip


@blueprint.get("")
@roles("host", "manager")
def index() -> Response:
    """A host's hangouts, or everybody's for managers."""
    rows = desk_queries.listed(_me(), after=request.args.get("after", type=row_number))
    return render("hangouts/desk/index.html", rows=rows, at=now(), form=NewForm(formdata=None))


@blueprint.post("/new")
@roles("host", "manager")
def create() -> Response:
    """A draft, which opens in the builder."""
    form = NewForm()
    if not form.validate():
        rows = desk_queries.listed(_me())
        return render("hangouts/desk/index.html", status=422, rows=rows, at=now(), form=form)
    zone = current_user.zone or place().zone_name
    made = building.create(
        form.title.data or "", by_id=current_user.id, now=now(), zone=zone, audience="picked"
    )
    return see_other("hangouts_desk.edit", hangout_id=made.id)


@blueprint.get("/<int:hangout_id>")
@roles("host", "manager")
def edit(hangout_id: int) -> Response:
    """The builder: everything about it, and what is missing."""
    found = find(hangout_id)
    lines = [item.title for item in asking.items_of(found.id)]
    link = crypto.unseal(found.link_sealed) if found.link_sealed else ""
    data = filled(found, link=link, agenda=lines, cohost_ids=desk_queries.cohost_ids(found.id))
    return _edit(found, _form(found, data=data))


@blueprint.post("/<int:hangout_id>")
@roles("host", "manager")
def save(hangout_id: int) -> Response:
    """Saves what can be; a published hangout stays complete, and whoever is concerned hears of another time."""
    found = find(hangout_id)
    form = _form(found)
    if not form.validate():
        return _edit(found, form, status=422)
    try:
        moved = _keep(found, form)
    except building.Incomplete as incomplete:
        return _edit(find(hangout_id, fresh=True), form, status=422, missing=incomplete.problems)
    flash("Saved. Everybody concerned is told of it, and their calendars, too." if moved else "Saved.")
    return see_other("hangouts_desk.edit", hangout_id=hangout_id)


@blueprint.post("/<int:hangout_id>/publication")
@roles("host", "manager")
def publish(hangout_id: int) -> Response:
    """Saves what stands in the builder, publishes just that and invites; or says everything that is missing, with
    the fields."""
    found = find(hangout_id)
    if found.state != "draft":
        abort(409)
    form = _form(found)
    if not form.validate():
        return _edit(found, form, status=422)
    try:
        _keep(found, form)
        building.publish(found, by_id=current_user.id, now=now())
    except building.Incomplete as incomplete:
        return _edit(find(hangout_id, fresh=True), form, status=422, missing=incomplete.problems)
    flash(
        "Published. Invitations are on their way."
        if found.audience == "segment"
        else "Published. Name your guests next."
    )
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/<int:hangout_id>/cancellation")
@roles("host", "manager")
def cancel(hangout_id: int) -> Response:
    """Calls it off; everybody concerned is told."""
    found = find(hangout_id)
    if found.is_over(now()) or not building.cancel(found, by_id=current_user.id, now=now()):
        abort(409)
    flash("Called off. Everybody concerned is told, and their calendars take it out.")
    return see_other("hangouts_desk.edit", hangout_id=hangout_id)


@blueprint.post("/<int:hangout_id>/removal")
@roles("host", "manager")
def remove(hangout_id: int) -> Response:
    """Throws a draft away."""
    if not building.remove_draft(find(hangout_id)):
        abort(409)
    flash("The draft is gone.")
    return see_other("hangouts_desk.index")


def find(hangout_id: int, *, fresh: bool = False) -> Hangout:
    """A hangout that I may run, or 404. `fresh` forgets what a refused change has set."""
    if fresh:
        edges.rollback()
    found = queries.by_id(hangout_id)
    return abort(404) if found is None or not rules.holds(found, _me()) else found


def _me() -> Any:
    return current_user._get_current_object()


def _form(hangout: Hangout, **given: Any) -> HangoutForm:
    form = HangoutForm(**given)
    form.offer(segments=segment_choices(), hosts=desk_queries.may_host(hangout.by_id))
    return form


def _keep(hangout: Hangout, form: HangoutForm) -> bool:
    """Saves the builder; gives whether the hangout moved."""
    ids = form.cohost_ids.data or []
    moved = building.change(hangout, form.values(), cohost_ids=ids, by_id=current_user.id, now=now())
    asking.plan(hangout, form.lines())
    return moved


def _edit(hangout: Hangout, form: HangoutForm, *, status: int = 200, **more: Any) -> Response:
    return render(
        "hangouts/desk/edit.html", status=status, hangout=hangout, form=form, at=now(), notes=AUDIENCE_NOTES,
        tally=desk_queries.tally(hangout.id), **{"missing": problems(hangout), **more},
    )  # fmt: skip
