"""The guests of one hangout at the host's desk: who comes and what they have done for us, the list on the day, and
what stays."""

import csv
import io

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core.clock import now
from hub.core.web import render, roles, row_number, see_other
from hub.hangouts import attending, building, desk_page, desk_queries, following, queries, seats
from hub.hangouts.desk_page import blueprint
from hub.hangouts.forms import CloseForm, InviteForm, WalkInForm
from hub.referrals.exporting import harmless
from hub.segments import MEASURES

COMING = ("seated", "offered")


@blueprint.get("/guests")
@roles("host", "manager")
def show(hangout_id: int) -> Response:
    """Who comes, who waits, what was asked, what was promised."""
    return desk_page.show(desk_page.find(hangout_id))


@blueprint.get("/brief")
@roles("host", "manager")
def brief(hangout_id: int) -> Response:
    """One page to print: who sits at the table, what each has done for us, what they want to hear."""
    found = desk_page.find(hangout_id)
    return render(
        "hangouts/desk/brief.html", hangout=found, guests=desk_queries.guests(found.id, states=COMING),
        agenda=queries.agenda(found.id, 0), questions=queries.questions(found.id, 0, ()),
        measures=desk_page.measures(), hosts=queries.hosts(found),
    )  # fmt: skip


@blueprint.get("/guests.csv")
@roles("host", "manager")
def sheet(hangout_id: int) -> Response:
    """The guests for a spreadsheet. What it would take for a formula is made text."""
    found = desk_page.find(hangout_id)
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
    found, form = desk_page.find(hangout_id), InviteForm()
    if found.state != "open" or not found.is_upcoming(now()):
        abort(409)
    if not form.validate():
        return desk_page.show(found, status=422, invite=form)
    ids = desk_page.people(form)
    if ids is None:
        return desk_page.show(found, status=422, invite=form)
    fresh = seats.invite(found.id, ids, now=now())
    flash(f"{fresh} invited." if fresh else "They were all invited before, or hold it themselves.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/audience")
@roles("host", "manager")
def ask_audience(hangout_id: int) -> Response:
    """Invites whoever has come into the segment since."""
    found = desk_page.find(hangout_id)
    if found.audience != "segment" or not found.is_upcoming(now()):
        abort(409)
    building.ask_audience(found, now=now())
    flash("Whoever belongs now and wasn’t invited yet is invited in a moment.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/guests")
@roles("host", "manager")
def mark(hangout_id: int) -> Response:
    """Who was there, by the list."""
    found = desk_page.find(hangout_id)
    ids = request.form.getlist("guest", type=row_number)
    try:
        fresh = attending.mark(found, ids, by_id=current_user.id, now=now())
    except attending.NotThere:
        abort(409)
    flash(f"{fresh} more were there." if fresh else "Nobody new was ticked.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id, page=desk_page.number())


@blueprint.post("/walk-ins")
@roles("host", "manager")
def walk_in(hangout_id: int) -> Response:
    """Who was there without a seat, by name."""
    found, form = desk_page.find(hangout_id), WalkInForm()
    ids = desk_page.people(form) if form.validate() else None
    if ids is None:
        return desk_page.show(found, status=422, walkin=form)
    try:
        fresh = attending.walk_in(found, ids, by_id=current_user.id, now=now())
    except attending.NotThere:
        abort(409)
    flash(f"{fresh} more were there." if fresh else "Nobody new: they were noted down before, or hold it.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/guests/<int:member_id>/absence")
@roles("host", "manager")
def undo(hangout_id: int, member_id: int) -> Response:
    """A wrong tick: they weren't there after all, and what it paid is taken back."""
    found = desk_page.find(hangout_id)
    if queries.guest(found.id, member_id) is None:
        abort(404)
    if not attending.undo(found, member_id, by_id=current_user.id, now=now()):
        abort(409)
    flash("Taken back, and the points with it.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/guests/<int:member_id>/removal")
@roles("host", "manager")
def remove(hangout_id: int, member_id: int) -> Response:
    """Frees somebody's seat because they said so elsewhere: they are told, and the next in line is asked."""
    found = desk_page.find(hangout_id)
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
    building.new_code(desk_page.find(hangout_id))
    flash("A new code. The old one counts no more.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/closing")
@roles("host", "manager")
def close(hangout_id: int) -> Response:
    """Keeps the recording, the thanks and what follows."""
    found, form = desk_page.find(hangout_id), CloseForm()
    form.offer(following.offered())
    if not form.validate():
        return desk_page.show(found, status=422, closing=form)
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
    found = desk_page.find(hangout_id)
    again = found.thanked_at is not None
    number = building.thank(found, by_id=current_user.id, now=now()) if found.is_over(now()) else abort(409)
    if again and not number:
        abort(409)
    flash(f"{number} are thanked." if number != 1 else "One guest is thanked.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)
