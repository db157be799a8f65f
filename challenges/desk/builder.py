"""The builder: list, new (also from a template), edit, preview as somebody, publish, duplicate, archive."""

from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from challenges import desk_queries, page, prerequisites, queries, starters
from challenges.actions import building
from challenges.asks import caring
from challenges.asks import queries as asks
from challenges.certificates import actions as certifying
from challenges.certificates.queries import months as certified
from challenges.forms import ChallengeForm, NewForm, filled, others_asked
from challenges.kinds import KINDS
from challenges.models import Challenge
from challenges.problems import problems
from hub import segments
from hub.core import edges, registry, uploads
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.members.queries import get as member_by_id
from hub.segments import fields
from hub.segments.queries import choices as segment_choices

blueprint = Blueprint("challenges_desk", __name__, url_prefix="/manage/challenges")
registry.navigation(
    registry.Item(label="Challenges", endpoint="challenges_desk.index", icon="target", section="desk", order=10,
                  group="Engage", roles=frozenset({"manager"}))
)  # fmt: skip


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """Every challenge with what became of it, in the members' order; archived ones on request."""
    archived = "archived" in request.args
    rows = desk_queries.listed(archived=archived, after=request.args.get("after", type=row_number))
    return render("challenges/desk/index.html", rows=rows, archived=archived, kinds=KINDS, at=now())


@blueprint.get("/new")
@roles("manager")
def new() -> Response:
    """A title and a kind, or a template."""
    form = NewForm(formdata=None)
    form.offer()
    return _new(form)


@blueprint.post("/new")
@roles("manager")
def create() -> Response:
    """Makes the draft and its first step, and opens the builder."""
    form = NewForm()
    form.offer()
    if not form.validate():
        return _new(form, status=422)
    kind = KINDS[form.kind.data]
    made = building.create(
        form.title.data or "", by_id=current_user.id, now=now(), kind=kind.name, minutes=kind.minutes,
        review="reviewed" if kind.wants_review else "automatic",
    )  # fmt: skip
    step = building.add_step(made, kind.name)
    return see_other("challenges_steps.edit", challenge_id=made.id, step_id=step.id)


@blueprint.post("/templates/<name>")
@roles("manager")
def plant(name: str) -> Response:
    """Drafts from a template, or a whole set of them."""
    if name not in starters.SETS and name not in starters.TEMPLATES:
        abort(404)
    made = starters.plant(name, by_id=current_user.id, now=now())
    flash(
        "A draft is ready. Make it yours, then publish."
        if len(made) == 1
        else f"{len(made)} drafts are ready."
    )
    return (
        see_other("challenges_desk.edit", challenge_id=made[0].id)
        if len(made) == 1
        else see_other("challenges_desk.index")
    )


def _new(form: NewForm, *, status: int = 200) -> Response:
    return render(
        "challenges/desk/new.html", status=status, form=form, kinds=KINDS, templates=starters.TEMPLATES,
        sets=starters.SETS,
    )  # fmt: skip


@blueprint.get("/<int:challenge_id>")
@roles("manager")
def edit(challenge_id: int) -> Response:
    """One challenge: its steps, what is missing, its rules, what became of it."""
    found = find(challenge_id)
    asked = [person.id for person in queries.approvers(found.id)]
    return _edit(found, _form(found, data=filled(found, asked)))


@blueprint.post("/<int:challenge_id>")
@roles("manager")
def save(challenge_id: int) -> Response:
    """Saves what can be; an open challenge stays complete."""
    found = find(challenge_id)
    refused = _keep(found)
    if refused is not None:
        return refused
    flash("Saved. Everybody sees it at once." if found.state == "open" else "Saved.")
    return see_other("challenges_desk.edit", challenge_id=challenge_id)


def _keep(found: Challenge) -> Response | None:
    """Saves what stands in the builder; the builder with what is wrong, when that can't be."""
    form = _form(found)
    if not form.validate():
        return _edit(found, form, status=422)
    values, picture = form.values(others_asked(request.form)), request.files.get("picture")
    try:
        if picture is not None and picture.filename:
            values["image_id"] = _picture(picture).id
        elif request.form.get("no_picture"):
            values["image_id"] = None
        building.change(
            found, values, approver_ids=form.approver_ids.data or [], by_id=current_user.id, now=now()
        )
    except uploads.Unusable as unusable:
        return _edit(found, form, status=422, picture_error=str(unusable))
    except building.Incomplete as incomplete:
        return _edit(find(found.id, fresh=True), form, status=422, missing=incomplete.problems)
    return None


def _picture(picture: Any) -> uploads.Upload:
    return uploads.keep(picture.stream, member_id=current_user.id, purpose="picture", now=now())


@blueprint.post("/<int:challenge_id>/publication")
@roles("manager")
def publish(challenge_id: int) -> Response:
    """Publishes what stands in the builder, or without it what was saved; or says everything that is missing, with
    the fields."""
    found, typed = find(challenge_id), "title" in request.form
    if typed and (refused := _keep(found)) is not None:
        return refused
    try:
        building.publish(found, by_id=current_user.id, now=now())
    except building.Incomplete as incomplete:
        if typed:
            found = find(challenge_id, fresh=True)
            return _edit(found, _form(found), status=422, missing=incomplete.problems)
        asked = [person.id for person in queries.approvers(found.id)]
        form = _form(found, data=filled(found, asked))
        return _edit(found, form, status=422, missing=incomplete.problems)
    later = found.opens_at is not None and found.opens_at > now()
    flash("Published. It opens by itself when its time comes." if later else "Published: it is open now.")
    return see_other("challenges_desk.edit", challenge_id=challenge_id)


@blueprint.post("/<int:challenge_id>/draft")
@roles("manager")
def redraft(challenge_id: int) -> Response:
    """Takes it off the list to be rebuilt."""
    building.withdraw_draft(find(challenge_id), by_id=current_user.id, now=now())
    flash("It is a draft again. What was submitted stays as it is.")
    return see_other("challenges_desk.edit", challenge_id=challenge_id)


@blueprint.post("/<int:challenge_id>/archive")
@roles("manager")
def archive(challenge_id: int) -> Response:
    """Archives it. What was begun may be finished."""
    building.archive(find(challenge_id), by_id=current_user.id, now=now())
    flash("Archived. Who has begun may finish, and what waits for review still waits.")
    return see_other("challenges_desk.index")


@blueprint.post("/<int:challenge_id>/certificate")
@roles("manager")
def certificate(challenge_id: int) -> Response:
    """Whether doing it gives a certificate, and for how long."""
    found = find(challenge_id)
    asked = [person.id for person in queries.approvers(found.id)]
    try:
        wanted = fields.whole(request.form, "months", most=certifying.MOST_MONTHS, what="number of months")
        months = (wanted or 0) if request.form.get("certifies") else None
        certifying.certify(found, months, by_id=current_user.id, now=now())
    except fields.Unclear as unclear:
        form = _form(found, data=filled(found, asked))
        return _edit(
            found, form, status=422, certificate_error=str(unclear), typed_months=request.form.get("months")
        )
    flash("Saved. Certificates that were given stay as they are.")
    return see_other("challenges_desk.edit", challenge_id=challenge_id)


@blueprint.post("/<int:challenge_id>/copy")
@roles("manager")
def duplicate(challenge_id: int) -> Response:
    """A draft like it."""
    made = building.duplicate(find(challenge_id), by_id=current_user.id, now=now())
    flash("A copy, as a draft.")
    return see_other("challenges_desk.edit", challenge_id=made.id)


@blueprint.get("/<int:challenge_id>/preview")
@roles("manager")
def preview(challenge_id: int) -> Response:
    """The page as somebody else will see it; nothing can be sent from it."""
    found, number = find(challenge_id), request.args.get("as", type=row_number)
    person = member_by_id(number) if number else None
    seen = page.see(found, person or current_user._get_current_object(), now=now(), is_preview=True)
    return render(
        "challenges/desk/preview.html", challenge=found, person=person, seen=seen, card=seen.card if seen else None,
        people=desk_queries.previewers(request.args.get("q", "")), q=request.args.get("q", ""),
    )  # fmt: skip


def find(challenge_id: int, *, fresh: bool = False) -> Challenge:
    """A challenge, or 404. `fresh` forgets what a refused change has set."""
    if fresh:
        edges.rollback()
    found = queries.by_id(challenge_id)
    return abort(404) if found is None else found


def _form(challenge: Challenge, **given: Any) -> ChallengeForm:
    form = ChallengeForm(**given)
    form.offer(
        segments=segment_choices(), challenges=desk_queries.others(challenge.id),
        approvers=desk_queries.may_approve(), programmes=desk_queries.programmes(),
    )  # fmt: skip
    return form


def _edit(challenge: Challenge, form: ChallengeForm, *, status: int = 200, **more: Any) -> Response:
    audience = segments.of([challenge.segment_id])[challenge.segment_id] if challenge.segment_id else None
    return render(
        "challenges/desk/edit.html", status=status, challenge=challenge, form=form, kinds=KINDS, at=now(),
        asked=prerequisites.offered(),
        count=segments.count(audience.rules if audience else {"match": "all", "rules": []}),
        tally=desk_queries.tally(challenge.id), stuck=desk_queries.stuck(challenge), reasons=caring.REASONS,
        aside=asks.set_aside_reasons(challenge.id), months=certified(challenge.id),
        **{"missing": problems(challenge), **more},
    )  # fmt: skip
