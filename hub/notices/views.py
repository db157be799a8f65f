"""The inbox and its bell; settings and way_out have the pages about mail."""

from flask import abort, flash, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core import words
from hub.core.clock import now
from hub.core.web import Blueprint, own_path, render, see_other, wants_fragment
from hub.notices import actions, queries, settings, shell, way_out

blueprint = Blueprint("notices", __name__)
blueprints = (blueprint, settings.blueprint, way_out.blueprint)
LARGEST = 2**53 - 1


@blueprint.get("/inbox")
def inbox() -> Response:
    """What I was told: new first, by day."""
    zone = words.zone()
    news = queries.inbox(current_user.id, zone=zone, after=request.args.get("after", ""))
    first = "after" not in request.args
    return render(
        "notices/inbox.html", "notices/_page.html", news=news, today=shell.today(zone), is_first=first
    )


@blueprint.get("/inbox/bell")
def bell() -> Response:
    """The bell alone, asked for every few seconds; brings a celebration when there is one."""
    line = shell.celebration(current_user.id)
    return render("notices/_rung.html", line=line)


@blueprint.post(f"/inbox/<int(max={LARGEST}):notice_id>/reading")
def read(notice_id: int) -> Response:
    """Read it, and go where it points; `stay` keeps the reader on the page."""
    if actions.read(notice_id, current_user.id, now=now()) is None:
        abort(404)
    shell.forget_bell()
    line = queries.own(notice_id, current_user.id)
    if wants_fragment():
        return render("notices/_read.html", line=line)
    there = own_path(line.url) if line and "stay" not in request.form else None
    return redirect(there, 303) if there else see_other("notices.inbox")


@blueprint.post("/inbox/reading")
def read_all() -> Response:
    """Everything up to the newest one the reader saw."""
    upto = request.form.get("upto", "")
    if not upto.isdecimal() or len(upto) > 18:
        abort(400)
    actions.read_all(current_user.id, upto=int(upto), now=now())
    flash("Everything is read.")
    return see_other("notices.inbox")
