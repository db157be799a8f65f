"""Who isn't happy: reps and managers make good on it, and note the reviews they hold with members."""

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from challenges.asks import caring, queries
from challenges.asks.forms import HeldForm, OutcomeForm
from challenges.asks.letters import SOURCES
from challenges.asks.recovering import MANAGERS
from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.members import queries as members
from hub.segments.queries import named

blueprint = Blueprint("recoveries", __name__, url_prefix="/manage/recoveries")
for _item in (
    registry.Item(label="Make good", endpoint="recoveries.index", icon="smile", section="desk", order=14,
                  group="Engage", roles=frozenset({"manager"})),
    registry.Item(label="Make good", endpoint="recoveries.index", icon="smile", section="sales", order=40,
                  roles=frozenset({"rep"})),
):  # fmt: skip
    registry.navigation(_item)


@blueprint.get("")
@roles("manager", "rep")
def index() -> Response:
    """Who isn't happy, the newest first; reps see those whom they look after."""
    return _index(HeldForm(formdata=None))


@blueprint.post("/reviews")
@roles("manager", "rep")
def held() -> Response:
    """Notes a results or project review: rules may ask after a good one, a bad one is to be made good on."""
    form = HeldForm()
    if not form.validate():
        return _index(form, status=422)
    number = next(iter(named([form.member.data or ""]).values()), None)
    person = members.get(number) if number is not None else None
    if person is None or not person.is_active:
        form.member.errors = ["Nobody here is called that."]
        return _index(form, status=422)
    caring.hold_review(
        person,
        kind=form.kind.data,
        went=form.went.data,
        words=form.words.data or "",
        by_id=current_user.id,
        now=now(),
    )
    flash(
        "Noted. Thank you."
        if form.went.data == "well"
        else "Noted. Nobody asks them for anything until it is mended."
    )
    return see_other("recoveries.index")


@blueprint.post("/<int:recovery_id>")
@roles("manager", "rep")
def done(recovery_id: int) -> Response:
    """Made good on, with what was done; members may be asked again."""
    found = queries.recovery(recovery_id)
    if found is None or (_owner() is not None and found.owner_id != _owner()):
        abort(404)
    form = OutcomeForm()
    if not form.validate():
        return _index(HeldForm(formdata=None), status=422, wrong=recovery_id, outcome=form)
    if not caring.recovered(found, outcome=form.outcome.data or "", by_id=current_user.id, now=now()):
        abort(409)
    flash("Well done. They may be asked again.")
    return see_other("recoveries.index")


def _owner() -> int | None:
    """Reps look after their own; managers after everybody."""
    return None if current_user.roles & MANAGERS else current_user.id


def _index(
    form: HeldForm, *, status: int = 200, wrong: int = 0, outcome: OutcomeForm | None = None
) -> Response:
    state = "done" if "done" in request.args else "open"
    found = queries.recoveries(
        owner_id=_owner(), state=state, before=request.args.get("before", type=row_number)
    )
    return render(
        "challenges/asks/recoveries.html", status=status, form=form, found=found[: queries.PAGE], state=state,
        older=found[queries.PAGE - 1].id if len(found) > queries.PAGE else None, sources=SOURCES, wrong=wrong,
        outcome=outcome, section="desk", group="Engage" if current_user.roles & MANAGERS else "sales",
    )  # fmt: skip
