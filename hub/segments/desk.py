"""The manager's desk for segments: the list, the editor, who belongs, where it is used."""

from typing import Any

from flask import Response, abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other
from hub.segments import actions, drafts, queries, tagging
from hub.segments.drafts import Group
from hub.segments.fields import Unclear
from hub.segments.models import Segment
from hub.segments.rules import KINDS
from hub.segments.tree import EVERYBODY, says
from hub.segments.uses import used_by

blueprint = Blueprint("segments", __name__, url_prefix="/manage/segments")
blueprints = [blueprint, tagging.blueprint]
registry.navigation(
    registry.Item(label="Segments", endpoint="segments.index", icon="list-filter", section="desk", order=30,
                  group="People", roles=frozenset({"manager"}))
)  # fmt: skip
PREVIEW = 8


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """All segments: in words, with how many belong and where each is used."""
    archived = "archived" in request.args
    found = queries.listed(archived=archived)
    ids = [segment.id for segment in found]
    return render(
        "segments/index.html", segments=found, archived=archived, says=says, counts=queries.counts(found, now()),
        used=used_by(ids) if ids else {},
    )  # fmt: skip


@blueprint.get("/new")
@roles("manager")
def new() -> Response:
    """An empty editor."""
    return _editor(None, drafts.stored(EVERYBODY))


@blueprint.post("/new", endpoint="create")
@roles("manager")
def create() -> BaseResponse:
    """Saves a new segment, or answers with the editor when a button of it was pressed."""
    return _save(None)


@blueprint.get("/<slug>")
@roles("manager")
def show(slug: str) -> Response:
    """One segment in the editor."""
    segment = _segment(slug)
    return _editor(segment, drafts.stored(segment.rules))


@blueprint.post("/<slug>", endpoint="change")
@roles("manager")
def change(slug: str) -> BaseResponse:
    """Saves what was changed, at once wherever the segment is used."""
    return _save(_segment(slug))


@blueprint.post("/audience")
@roles("manager")
def audience() -> Response:
    """Who would belong to what stands in the editor: how many, and the first of them. Writes nothing."""
    group = drafts.filled(request.form)
    return render("segments/audience.html", "segments/_audience.html", **_audience(drafts.clean(group)))


@blueprint.post("/<slug>/archive")
@roles("manager")
def archive(slug: str) -> BaseResponse:
    """Takes a segment out of what is offered, or back."""
    segment, back = _segment(slug), "back" in request.form
    actions.archive(segment, is_archived=not back, now=now(), by_id=current_user.id)
    flash(
        f"{segment.name} is {'back' if back else 'archived; where it is used, it goes on working'}.",
        "success",
    )
    return see_other("segments.index")


@blueprint.post("/<slug>/removal")
@roles("manager")
def remove(slug: str) -> BaseResponse:
    """Deletes a segment that nothing uses."""
    segment = _segment(slug)
    try:
        actions.remove(segment, now=now(), by_id=current_user.id)
    except Unclear as unclear:
        return _editor(segment, drafts.stored(segment.rules), trouble=str(unclear), status=422)
    flash(f"{segment.name} is deleted.", "success")
    return see_other("segments.index")


def _segment(slug: str) -> Segment:
    return (queries.by_slug(slug) if slug.isprintable() else None) or abort(404)


def _save(segment: Segment | None) -> BaseResponse:
    group = drafts.filled(request.form)
    if deed := request.form.get("act"):
        place = deed.partition(":")[2]
        drafts.act(group, deed, request.form.get(f"{place}-new" if place else "new", ""))
        return _editor(segment, group, typed=True)
    rules = drafts.clean(group)
    if rules is None:
        return _editor(segment, group, typed=True, trouble="Something is missing below.", status=422)
    wish: dict[str, Any] = {
        "name": request.form.get("name", ""),
        "purpose": request.form.get("purpose", ""),
        "rules": rules,
    }
    try:
        kept = (
            actions.change(segment, **wish, now=now(), by_id=current_user.id)
            if segment
            else actions.create(**wish, now=now(), by_id=current_user.id)
        )
    except Unclear as unclear:
        return _editor(segment, group, typed=True, trouble=str(unclear), status=422)
    flash(f"{kept.name} is saved.", "success")
    return see_other("segments.show", slug=kept.slug)


def _audience(rules: dict[str, Any] | None) -> dict[str, Any]:
    """How many belong and the first of them, in two statements; nothing while a rule is unclear."""
    if rules is None:
        return {"count": None, "people": [], "sentence": ""}
    at = now()
    people = queries.members(rules, limit=PREVIEW, now=at)
    return {"count": queries.count(rules, now=at), "people": people, "sentence": says(rules)}


def _editor(
    segment: Segment | None, group: Group, *, typed: bool = False, trouble: str = "", status: int = 200
) -> Response:
    about = Group(group.match, list(group.parts))
    rules = drafts.clean(about) if not trouble else None
    if typed and not trouble:  # a rule just added is not wrong yet
        for line in drafts.lines(group):
            line.problem = line.at = ""
        for part in group.parts:
            if isinstance(part, Group):
                part.problem = ""
    form = request.form if typed else {}
    return render(
        "segments/edit.html", "segments/_editor.html", status=status, segment=segment, group=group, kinds=KINDS,
        name=form.get("name", segment.name if segment else ""), trouble=trouble,
        purpose=form.get("purpose", segment.purpose if segment else ""),
        used=used_by([segment.id]).get(segment.id, []) if segment else [], **_audience(rules),
    )  # fmt: skip
