"""The host's page of one hangout: who comes and what they have done for us, questions, the list on the day, and
what stays."""

import csv
import io
from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.hangouts import (
    asking,
    attending,
    building,
    desk_queries,
    following,
    invitations,
    queries,
    requests,
    rules,
    seats,
)
from hub.hangouts.forms import STATUSES, CloseForm, InviteForm, MoveForm, RequestForm
from hub.hangouts.models import Hangout
from hub.members.queries import get as member_by_id
from hub.referrals.exporting import harmless
from hub.segments import MEASURES
from hub.segments.queries import named

blueprint = Blueprint("hangouts_guests", __name__, url_prefix="/manage/hangouts/<int:hangout_id>")
COMING = ("seated", "offered")


@blueprint.get("/guests")
@roles("host", "manager")
def show(hangout_id: int) -> Response:
    """Who comes, who waits, what was asked, what was promised."""
    return _page(_find(hangout_id))


@blueprint.get("/brief")
@roles("host", "manager")
def brief(hangout_id: int) -> Response:
    """One page to print: who sits at the table, what each has done for us, what they want to hear."""
    found = _find(hangout_id)
    return render(
        "hangouts/desk/brief.html", hangout=found, guests=desk_queries.guests(found.id, states=COMING),
        agenda=queries.agenda(found.id, 0), questions=queries.questions(found.id, 0, ()),
        measures=_measures(), hosts=queries.hosts(found),
    )  # fmt: skip


@blueprint.get("/guests.csv")
@roles("host", "manager")
def sheet(hangout_id: int) -> Response:
    """The guests for a spreadsheet. What it would take for a formula is made text."""
    found = _find(hangout_id)
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    heads = [MEASURES[name].label.lower() for name in desk_queries.known_measures()]
    writer.writerow(["name", "company", "title", "state", "attended", "referrals", "won", "hangouts", *heads])
    for one in desk_queries.guests(found.id, limit=building.MOST_ROWS):
        row = [
            one.member.name, one.company, one.member.title or "", desk_queries.STATES[one.guest.state],
            "yes" if one.guest.attended_at else "", one.referred, one.won, one.attended, *one.measures.values(),
        ]  # fmt: skip
        writer.writerow([harmless(value) for value in row])
    response = Response(page.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.slug}-guests.csv"'
    return response


@blueprint.post("/invitations")
@roles("host", "manager")
def invite(hangout_id: int) -> Response:
    """Invites those who are named; a name that nobody has stops all, so that a slip is seen."""
    found, form = _find(hangout_id), InviteForm()
    if found.state != "open" or not found.is_upcoming(now()):
        abort(409)
    if not form.validate():
        return _page(found, status=422, invite=form)
    wanted = form.listed()
    known = named(wanted)
    missing = [name for name in wanted if name.removeprefix("@") not in known]
    if missing:
        form.names.errors = [f"Nobody here is called {', '.join(missing[:3])}. Nobody has been invited yet."]
        return _page(found, status=422, invite=form)
    fresh = seats.invite(found.id, [known[name.removeprefix("@")] for name in wanted], now=now())
    flash(f"{fresh} invited." if fresh else "They were all invited before, or hold it themselves.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/audience")
@roles("host", "manager")
def ask_audience(hangout_id: int) -> Response:
    """Invites whoever has come into the segment since."""
    found = _find(hangout_id)
    if found.audience != "segment" or not found.is_upcoming(now()):
        abort(409)
    building.ask_audience(found, now=now())
    flash("Whoever belongs now and wasn’t invited yet is invited in a moment.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/guests")
@roles("host", "manager")
def mark(hangout_id: int) -> Response:
    """Who was there, by the list."""
    found = _find(hangout_id)
    ids = request.form.getlist("guest", type=row_number)
    try:
        fresh = attending.mark(found, ids, by_id=current_user.id, now=now())
    except attending.NotThere:
        abort(409)
    flash(f"{fresh} more were there." if fresh else "Nobody new was ticked.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/guests/<int:member_id>/removal")
@roles("host", "manager")
def remove(hangout_id: int, member_id: int) -> Response:
    """Frees somebody's seat because they said so elsewhere: they are told, and the next in line is asked."""
    found = _find(hangout_id)
    if queries.guest(found.id, member_id) is None:
        abort(404)
    if not seats.give_back(found.id, member_id, now=now(), by_id=current_user.id):
        abort(409)
    flash("They are told. If it was a seat, who waits longest is asked.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/code")
@roles("host", "manager")
def code(hangout_id: int) -> Response:
    """Another code; the old one counts no more."""
    building.new_code(_find(hangout_id))
    flash("A new code. The old one counts no more.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/closing")
@roles("host", "manager")
def close(hangout_id: int) -> Response:
    """Keeps the recording, the thanks and what follows."""
    found, form = _find(hangout_id), CloseForm()
    form.offer(following.offered())
    if not form.validate():
        return _page(found, status=422, closing=form)
    building.close(
        found, recording_url=form.recording_url.data or "", thanks=form.thanks.data or "",
        follow_up=form.follow_up.data or None, by_id=current_user.id, now=now(),
    )  # fmt: skip
    flash("Kept.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/thanks")
@roles("host", "manager")
def thank(hangout_id: int) -> Response:
    """Thanks everybody who was there, each once: those noted down since the last time, too."""
    found = _find(hangout_id)
    again = found.thanked_at is not None
    number = building.thank(found, by_id=current_user.id, now=now()) if found.is_over(now()) else abort(409)
    if again and not number:
        abort(409)
    flash(f"{number} are thanked." if number != 1 else "One guest is thanked.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/questions/<int:question_id>")
@roles("host", "manager")
def settle(hangout_id: int, question_id: int) -> Response:
    """Answered, hidden, or open again; or put on the list of requests."""
    found, question = _find(hangout_id), queries.question(question_id)
    if question is None or question.hangout_id != found.id:
        abort(404)
    state = request.form.get("state", "")
    if state == "request":
        try:
            title = question.body[: requests.LONGEST]
            requests.hear(found, title, question=question, by_id=current_user.id, now=now())
        except requests.Unclear as error:
            return _page(found, status=409, trouble=str(error))
        flash("It is on the list: whoever asked or voted for it hears of it.")
        return see_other("hangouts_guests.show", hangout_id=hangout_id)
    if state not in ("open", "answered", "hidden"):
        abort(400)
    asking.settle(question, state, by_id=current_user.id, now=now())
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/questions/<int:question_id>/asker")
@roles("manager")
def unmask(hangout_id: int, question_id: int) -> Response:
    """Who asked anonymously: managers only, of a hidden question only, and everybody can see later that it was
    looked up."""
    found, question = _find(hangout_id), queries.question(question_id)
    if question is None or question.hangout_id != found.id:
        abort(404)
    number = asking.unmask(question, by_id=current_user.id, now=now())
    person = member_by_id(number) if number else None
    if person is None:
        abort(409)
    return _page(found, unmasked=(question.id, person.name))


@blueprint.post("/requests")
@roles("host", "manager")
def hear(hangout_id: int) -> Response:
    """Keeps something that was asked for."""
    found, form = _find(hangout_id), RequestForm()
    if not form.validate():
        return _page(found, status=422, hearing=form)
    requests.hear(
        found, form.title.data or "", points=form.points.data or 0, by_id=current_user.id, now=now()
    )
    flash("Heard. Members can say on the page that they want it, too.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/requests/<int:request_id>")
@roles("host", "manager")
def move(hangout_id: int, request_id: int) -> Response:
    """Where a request stands: everybody who asked is told."""
    found, one = _find(hangout_id), queries.request(request_id)
    if one is None or one.hangout_id != found.id:
        abort(404)
    form = MoveForm(prefix=f"request-{one.id}")
    if not form.validate():
        return _page(found, status=422, moving={one.id: form})
    try:
        moved = requests.move(
            one, form.status.data, reason=form.reason.data or "", by_id=current_user.id, now=now()
        )
    except requests.Unclear as error:
        form[error.field].errors = [str(error)]
        return _page(found, status=422, moving={one.id: form})
    flash(f"{STATUSES[one.status]}. Everybody who asked is told." if moved else "Kept.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


def _find(hangout_id: int) -> Hangout:
    found = queries.by_id(hangout_id)
    me = current_user._get_current_object()
    return abort(404) if found is None or not rules.holds(found, me) else found


def _measures() -> list[tuple[str, str]]:
    return [(name, MEASURES[name].label) for name in desk_queries.known_measures()]


def _closing(found: Hangout) -> CloseForm:
    data = {"recording_url": found.recording_url, "thanks": found.thanks, "follow_up": found.follow_up or ""}
    form = CloseForm(formdata=None, data=data)
    form.offer(following.offered())
    return form


def _page(found: Hangout, *, status: int = 200, **more: Any) -> Response:
    heard = queries.requests(found.id, 0)
    moving = {one.request.id: MoveForm.of(one.request) for one in heard} | more.pop("moving", {})
    given = {
        "invite": InviteForm(formdata=None), "closing": more.get("closing") or _closing(found),
        "hearing": RequestForm(formdata=None), **more,
    }  # fmt: skip
    return render(
        "hangouts/desk/guests.html", status=status, hangout=found, at=now(),
        guests=desk_queries.guests(found.id), tally=desk_queries.tally(found.id), states=desk_queries.STATES,
        measures=_measures(), questions=queries.questions(found.id, 0, (), hidden=True),
        agenda=queries.agenda(found.id, 0), requests=heard, moving=moving, statuses=STATUSES,
        follow_up=registry.links([found.follow_up]).get(found.follow_up) if found.follow_up else None,
        takes_list=attending.takes_list(found, now()), where=invitations.page_of(found), **given,
    )  # fmt: skip
