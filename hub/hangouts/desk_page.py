"""The host's page of one hangout, whole: what the handlers of guests and of promises answer with."""

from typing import Any

from flask import abort, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, row_number
from hub.hangouts import attending, desk_queries, following, invitations, queries, rules
from hub.hangouts.forms import STATUSES, CloseForm, InviteForm, MoveForm, NamesForm, RequestForm, WalkInForm
from hub.hangouts.models import Hangout
from hub.segments import MEASURES
from hub.segments.queries import named

blueprint = Blueprint("hangouts_guests", __name__, url_prefix="/manage/hangouts/<int:hangout_id>")


def find(hangout_id: int) -> Hangout:
    """A hangout that I may run, or 404."""
    found = queries.by_id(hangout_id)
    me = current_user._get_current_object()
    return abort(404) if found is None or not rules.holds(found, me) else found


def number() -> int:
    """Which page of the guests is asked for."""
    return min(max(1, request.args.get("page", 1, type=row_number)), desk_queries.MOST_PAGES)


def people(form: NamesForm) -> list[int] | None:
    """Those whom a form names. None, with words at its field, when a name is nobody's: so that a slip is seen."""
    wanted = form.listed()
    known = named(wanted) if wanted else {}
    missing = [name for name in wanted if name.removeprefix("@") not in known]
    if missing:
        form.names.errors = [f"Nobody here is called {', '.join(missing[:3])}. Nothing has been done yet."]
        return None
    return [known[name.removeprefix("@")] for name in wanted]


def measures() -> list[tuple[str, str]]:
    """What other rooms know of guests: name and label."""
    return [(name, MEASURES[name].label) for name in desk_queries.known_measures()]


def _closing(found: Hangout) -> CloseForm:
    data = {"recording_url": found.recording_url, "thanks": found.thanks, "follow_up": found.follow_up or ""}
    form = CloseForm(formdata=None, data=data)
    form.offer(following.offered())
    return form


def show(found: Hangout, *, status: int = 200, **more: Any) -> Response:
    """The page; `more` are forms as they were typed, and what else is to be said."""
    heard = queries.requests(found.id, 0)
    moving = {one.request.id: MoveForm.of(one.request) for one in heard} | more.pop("moving", {})
    given = {
        "invite": InviteForm(formdata=None), "closing": more.get("closing") or _closing(found),
        "hearing": RequestForm(formdata=None), "walkin": WalkInForm(formdata=None), **more,
    }  # fmt: skip
    asked = queries.questions(found.id, 0, (), hidden=True)
    masked = any(one.state == "hidden" and one.who is None for one in asked)
    return render(
        "hangouts/desk/guests.html", status=status, hangout=found, at=now(), at_page=number(),
        guests=desk_queries.guests(found.id, page=number()), tally=desk_queries.tally(found.id),
        at_once=desk_queries.AT_ONCE, states=desk_queries.STATES, measures=measures(), questions=asked,
        looked_up=desk_queries.looked_up(found) if masked else {},
        may_look_up=masked and bool(current_user.roles & rules.MANAGERS) and not rules.in_person(found, current_user),
        agenda=queries.agenda(found.id, 0), requests=heard, moving=moving, statuses=STATUSES,
        follow_up=registry.links([found.follow_up]).get(found.follow_up) if found.follow_up else None,
        takes_list=attending.takes_list(found, now()), where=invitations.page_of(found), **given,
    )  # fmt: skip
