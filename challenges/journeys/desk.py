"""The managers' desk for journeys."""

from typing import Any

from flask import Response, abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from challenges.journeys import actions, queries
from challenges.journeys.models import Journey
from hub import segments
from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.segments.fields import Unclear
from hub.segments.queries import choices

blueprint = Blueprint("journeys", __name__, url_prefix="/manage/journeys")
registry.navigation(
    registry.Item(label="Journeys", endpoint="journeys.index", icon="map-pin", section="desk", group="Engage", order=12,
                  roles=frozenset({"manager"}))
)  # fmt: skip


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """All journeys."""
    return render("challenges/journeys/index.html", journeys=queries.listed())


@blueprint.get("/new")
@roles("manager")
def new() -> Response:
    """An empty one."""
    return _form(None, {}, {})


@blueprint.post("/new", endpoint="create")
@roles("manager")
def create() -> BaseResponse:
    """Keeps a draft."""
    return _save(None)


@blueprint.get("/<int:journey_id>")
@roles("manager")
def edit(journey_id: int) -> Response:
    """One journey."""
    found = _find(journey_id)
    kept = {
        "name": found.name,
        "says": found.says,
        "segment_id": str(found.segment_id or ""),
        "waits": found.waits,
    }
    return _form(found, kept, {number: str(place) for number, place in queries.steps_of(found.id).items()})


@blueprint.post("/<int:journey_id>", endpoint="change")
@roles("manager")
def change(journey_id: int) -> BaseResponse:
    """Saves it; whoever is on the way goes on from where they are."""
    return _save(_find(journey_id))


@blueprint.post("/<int:journey_id>/state")
@roles("manager")
def turn(journey_id: int) -> BaseResponse:
    """Opens or closes it."""
    found = _find(journey_id)
    actions.turn(found, "closed" if found.state == "open" else "open", by_id=current_user.id, now=now())
    flash(f"{found.name} is {found.state}.")
    return see_other("journeys.index")


def _save(journey: Journey | None) -> BaseResponse:
    sent = request.form
    places = {number: text for number in _offered() if (text := sent.get(f"place-{number}", "").strip())}
    try:
        number = sent.get("segment_id", type=row_number)
        kept = actions.save(
            journey, name=sent.get("name", ""), says=sent.get("says", ""), waits="waits" in sent,
            segment=segments.of([number]).get(number) if number else None, challenge_ids=_ordered(places),
            by_id=current_user.id, now=now(),
        )  # fmt: skip
    except Unclear as unclear:
        return _form(journey, sent, places, trouble=unclear, status=422)
    flash("Saved.")
    return see_other("journeys.edit", journey_id=kept.id)


def _ordered(places: dict[int, str]) -> list[int]:
    """Challenges in the order of the numbers that were typed."""
    if any(not (text.isascii() and text.isdecimal()) or len(text) > 4 for text in places.values()):
        raise Unclear("Number the steps 1, 2, 3.", "steps")
    return sorted(places, key=lambda number: (int(places[number]), number))


def _offered() -> list[int]:
    return [one.id for one in queries.choices()]


def _find(journey_id: int) -> Journey:
    return queries.one(journey_id) or abort(404)


def _form(
    journey: Journey | None, sent: Any, places: dict[int, str], *, trouble: Unclear | None = None, status: int = 200
) -> Response:  # fmt: skip
    return render(
        "challenges/journeys/edit.html", status=status, journey=journey, sent=sent, places=places, trouble=trouble,
        challenges=queries.choices(), segments=choices(),
    )  # fmt: skip
