"""Steps in the builder: add, edit, move, remove. Every button is a form, so it works without a script."""

from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from challenges import page
from challenges.actions import building
from challenges.desk.builder import find
from challenges.kinds import KINDS, StepForm
from challenges.models import Challenge, ChallengeStep
from challenges.problems import Problem
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other

blueprint = Blueprint("challenges_steps", __name__, url_prefix="/manage/challenges/<int:challenge_id>/steps")


@blueprint.post("")
@roles("manager")
def add(challenge_id: int) -> Response:
    """A new last step; an open challenge is a draft while it is incomplete."""
    challenge, kind = find(challenge_id), request.form.get("kind", "")
    if kind not in KINDS:
        abort(400)
    if challenge.state == "open":
        flash("Take it back to draft first: a new step is empty, and members would see it at once.", "warn")
        return see_other("challenges_desk.edit", challenge_id=challenge_id)
    step = building.add_step(challenge, kind)
    return see_other("challenges_steps.edit", challenge_id=challenge_id, step_id=step.id)


@blueprint.get("/<int:step_id>")
@roles("manager")
def edit(challenge_id: int, step_id: int) -> Response:
    """One step."""
    challenge, step = _find(challenge_id, step_id)
    data = {**step.data, "title": step.title, "body": step.body, "points": step.points}
    return _page(challenge, step, KINDS[step.kind].form(data=data))


@blueprint.post("/<int:step_id>")
@roles("manager")
def save(challenge_id: int, step_id: int) -> Response:
    """Saves a step. Buttons of the form may ask for another row before."""
    challenge, step = _find(challenge_id, step_id)
    form = KINDS[step.kind].form()
    if row := request.form.get("row", ""):
        form.add_row(row)
        return _page(challenge, step, form)
    if not form.validate():
        return _page(challenge, step, form, status=422)
    values = {"title": form.title.data or "", "body": form.body.data or "", "points": form.points.data or 0}
    try:
        building.change_step(
            challenge, step, {**values, "data": form.read()}, by_id=current_user.id, now=now()
        )
    except building.Incomplete as incomplete:
        return _page(*_find(challenge_id, step_id, fresh=True), form, status=422, missing=incomplete.problems)
    flash("Saved.")
    return see_other("challenges_desk.edit", challenge_id=challenge_id)


@blueprint.post("/<int:step_id>/move")
@roles("manager")
def move(challenge_id: int, step_id: int) -> Response:
    """One up or one down."""
    challenge, step = _find(challenge_id, step_id)
    building.move_step(challenge, step, -1 if request.form.get("to") == "up" else 1)
    return see_other("challenges_desk.edit", challenge_id=challenge_id, _anchor="steps")


@blueprint.post("/<int:step_id>/removal")
@roles("manager")
def remove(challenge_id: int, step_id: int) -> Response:
    """Takes it away; its answers stay readable."""
    challenge, step = _find(challenge_id, step_id)
    try:
        building.remove_step(challenge, step, by_id=current_user.id, now=now())
    except building.Incomplete:
        flash("An open challenge needs its steps. Take it back to draft first.", "warn")
        find(challenge_id, fresh=True)
    return see_other("challenges_desk.edit", challenge_id=challenge_id, _anchor="steps")


def _find(challenge_id: int, step_id: int, *, fresh: bool = False) -> tuple[Challenge, ChallengeStep]:
    challenge = find(challenge_id, fresh=fresh)
    step = next((one for one in challenge.steps if one.id == step_id), None)
    if step is None or step.kind not in KINDS:
        abort(404)
    return challenge, step


def _page(
    challenge: Challenge, step: ChallengeStep, form: StepForm, *, status: int = 200, missing: Any = None
) -> Response:
    kind, at = KINDS[step.kind], now()
    told = missing if missing is not None else [
        Problem(field=field, says=says, step_id=step.id) for field, says in kind.problems(step)
    ]  # fmt: skip
    shown = page.part(step, current_user._get_current_object(), None, place=1, now=at, state="now")
    return render(
        "challenges/desk/step.html", status=status, challenge=challenge, step=step, kind=kind, form=form, missing=told,
        part=shown,
    )  # fmt: skip
