"""What guests asked, and what became of it: questions answered or hidden, requests and where they stand."""

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core.clock import now
from hub.core.web import roles, see_other
from hub.hangouts import asking, desk_page, queries, requests, rules
from hub.hangouts.desk_page import blueprint
from hub.hangouts.forms import STATUSES, MoveForm, RequestForm
from hub.members.queries import get as member_by_id


@blueprint.post("/questions/<int:question_id>")
@roles("host", "manager")
def settle(hangout_id: int, question_id: int) -> Response:
    """Answered, hidden, or open again; or put on the list of requests."""
    found, question = desk_page.find(hangout_id), queries.question(question_id)
    if question is None or question.hangout_id != found.id:
        abort(404)
    state = request.form.get("state", "")
    if state == "request":
        try:
            title = question.body[: requests.LONGEST]
            requests.hear(found, title, question=question, by_id=current_user.id, now=now())
        except requests.Unclear as error:
            return desk_page.show(found, status=409, trouble=str(error))
        flash("It is on the list: whoever asked or voted for it hears of it.")
        return see_other("hangouts_guests.show", hangout_id=hangout_id)
    if state not in ("open", "answered", "hidden"):
        abort(400)
    asking.settle(question, state, by_id=current_user.id, now=now())
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/questions/<int:question_id>/asker")
@roles("manager")
def unmask(hangout_id: int, question_id: int) -> Response:
    """Who asked anonymously: managers only, none of those who hold it, of a hidden question only; the page and
    whoever asked are told of it."""
    found, question = desk_page.find(hangout_id), queries.question(question_id)
    if question is None or question.hangout_id != found.id:
        abort(404)
    if rules.in_person(found, current_user):
        abort(403)
    number = asking.unmask(question, by_id=current_user.id, now=now())
    person = member_by_id(number) if number else None
    if person is None:
        abort(409)
    return desk_page.show(found, unmasked=(question.id, person.name))


@blueprint.post("/requests")
@roles("host", "manager")
def hear(hangout_id: int) -> Response:
    """Keeps something that was asked for."""
    found, form = desk_page.find(hangout_id), RequestForm()
    if not form.validate():
        return desk_page.show(found, status=422, hearing=form)
    named = desk_page.people(form)
    ids = requests.guests_named(found.id, named or ())
    if named is not None and len(ids) < len(set(named)):
        form.names.errors = ["Only guests of this hangout can be named here."]
    if form.names.errors:
        return desk_page.show(found, status=422, hearing=form)
    requests.hear(
        found,
        form.title.data or "",
        points=form.points.data or 0,
        member_ids=ids,
        by_id=current_user.id,
        now=now(),
    )
    flash("Heard. Members can say on the page that they want it, too.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)


@blueprint.post("/requests/<int:request_id>")
@roles("host", "manager")
def move(hangout_id: int, request_id: int) -> Response:
    """Where a request stands: everybody who asked is told."""
    found, one = desk_page.find(hangout_id), queries.request(request_id)
    if one is None or one.hangout_id != found.id:
        abort(404)
    form = MoveForm(prefix=f"request-{one.id}")
    if not form.validate():
        return desk_page.show(found, status=422, moving={one.id: form})
    try:
        moved = requests.move(
            one,
            form.status.data,
            reason=form.reason.data or "",
            points=form.points.data,
            by_id=current_user.id,
            now=now(),
        )
    except requests.Unclear as error:
        form[error.field].errors = [str(error)]
        return desk_page.show(found, status=422, moving={one.id: form})
    flash(f"{STATUSES[one.status]}. Everybody who asked is told." if moved else "Kept.")
    return see_other("hangouts_guests.show", hangout_id=hangout_id)
