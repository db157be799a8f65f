"""Asking: whom for what, what came of it, how often anybody may be asked."""

from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from challenges import queries as challenges
from challenges.asks import actions, queries
from challenges.asks.forms import AskForm, CadenceForm
from challenges.asks.models import AskRule
from challenges.asks.words import NOTES, STATES, WAITS, says
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.segments.fields import Unclear
from hub.segments.queries import of

blueprint = Blueprint("asks", __name__, url_prefix="/manage/asks")
registry.navigation(
    registry.Item(label="Asks", endpoint="asks.index", icon="hand-heart", section="desk", group="Engage", order=13,
                  roles=frozenset({"manager"}))
)  # fmt: skip


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """Every rule with what came of it, the newest first; and the cadence."""
    return _index(CadenceForm(formdata=None, obj=queries.cadence()))


@blueprint.post("/cadence")
@roles("manager")
def cadence() -> Response:
    """Changes how often anybody may be asked."""
    form = CadenceForm()
    if not form.validate():
        return _index(form, status=422)
    actions.set_cadence(**form.values())
    flash("Saved. It holds from the next ask on.")
    return see_other("asks.index")


def _index(form: CadenceForm, *, status: int = 200) -> Response:
    found = queries.rules(before=request.args.get("before", type=row_number))
    return render(
        "challenges/asks/index.html", status=status, rules=found, form=form, says=says,
        tallies=queries.tallies([one.id for one in found]),
        older=found[-1].id if len(found) == queries.PAGE else None,
    )  # fmt: skip


@blueprint.get("/new")
@roles("manager")
def new() -> Response:
    """An empty ask; `?challenge=7&to=ada` fills it in."""
    form = AskForm(formdata=None)
    form.offer()
    form.challenge_id.data = request.args.get("challenge", type=row_number)
    form.members.data = request.args.get("to", "")[:80]
    return render("challenges/asks/new.html", form=form, notes=NOTES)


@blueprint.post("/new")
@roles("manager")
def create() -> Response:
    """Asks from now on."""
    form = AskForm()
    form.offer()
    if not form.validate():
        return render("challenges/asks/new.html", status=422, form=form, notes=NOTES)
    try:
        made = _make(form)
    except Unclear as unclear:
        edges.rollback()
        form.blame(unclear.field, str(unclear))
        return render("challenges/asks/new.html", status=422, form=form, notes=NOTES)
    flash("They are asked within seconds, unless somebody has to rest first." if made.trigger == "hand"
          else "From now on they are asked when it happens.")  # fmt: skip
    return see_other("asks.show", rule_id=made.id)


def _make(form: AskForm) -> AskRule:
    challenge = challenges.by_id(form.challenge_id.data or 0) or abort(404)
    number = form.segment_id.data or None
    return actions.make_rule(
        challenge, trigger=form.trigger.data, words=form.words.data or "", by_id=current_user.id, now=now(),
        data=form.told(), segment=of([number]).get(number) if number else None, member_ids=form.people(),
        wait_days=form.wait_days.data or 0,
    )  # fmt: skip


@blueprint.get("/<int:rule_id>")
@roles("manager")
def show(rule_id: int) -> Response:
    """One rule: what it says, and whom it asked with what result."""
    found = _find(rule_id)
    state = request.args.get("state", "")
    rows = queries.asks_of(
        found.id, state=state if state in STATES else "", before=request.args.get("before", type=row_number)
    )
    return render(
        "challenges/asks/show.html", rule=found, rows=rows[: queries.PAGE], state=state, states=STATES, waits=WAITS,
        says=says, tally=queries.tallies([found.id]).get(found.id, {}),
        older=rows[queries.PAGE - 1][0].id if len(rows) > queries.PAGE else None,
    )  # fmt: skip


@blueprint.post("/<int:rule_id>/end")
@roles("manager")
def end(rule_id: int) -> Response:
    """Asks and reminds nobody any more."""
    actions.end_rule(_find(rule_id), by_id=current_user.id, now=now())
    flash("Ended. Nobody is asked or reminded any more; who was asked may still do it.")
    return see_other("asks.show", rule_id=rule_id)


def _find(rule_id: int) -> Any:
    return queries.rule(rule_id) or abort(404)
