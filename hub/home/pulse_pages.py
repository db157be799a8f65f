"""The satisfaction question as members meet it, what came of it as managers see it, and how long things wait."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from flask import Response, abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render, roles, see_other
from hub.home import pulse
from hub.home.queues import DAYS, queues

blueprint = Blueprint("pulse", __name__)


@registry.thing("home.pulse")
def thing(member: Any, at: dt.datetime) -> Iterator[registry.Thing]:
    """Once a quarter, of whoever has been here for a while."""
    settled = member.joined_at is not None and at - member.joined_at >= dt.timedelta(days=pulse.SETTLED_DAYS)
    quarter = pulse.quarter_of(at, place().zone)
    if settled and pulse.side_of(member) and pulse.of(member.id, quarter) is None:
        yield registry.Thing(
            name=f"home.pulse:{quarter}", need="tidy", icon="smile", minutes=1, url="/pulse", action="Tell us",
            title="How do you like it here?", why="One question, two clicks. It decides what we mend first.",
        )  # fmt: skip


@blueprint.get("/pulse")
def ask() -> Response:
    """The question; afterwards, thanks and room for words."""
    side = pulse.side_of(current_user)
    mine = pulse.of(current_user.id, pulse.quarter_of(now(), place().zone)) if side else None
    return render("home/pulse.html", side=side, mine=mine, scores=pulse.SCORES, longest=pulse.WORDS_LONGEST)


@blueprint.post("/pulse")
def answer() -> BaseResponse:
    """Keeps the answer of this quarter."""
    score = request.form.get("score", type=int) or 0
    if pulse.answer(current_user, score, now=now(), zone=place().zone) is None:
        abort(400)
    return see_other("pulse.ask")


@blueprint.post("/pulse/words")
def words() -> BaseResponse:
    """Adds why."""
    quarter = pulse.quarter_of(now(), place().zone)
    if not pulse.add_words(current_user.id, quarter, request.form.get("words", "")):
        abort(409)
    flash("Thank you. We read every word.")
    return see_other("home.home")


@blueprint.get("/manage/pulse")
@roles("manager")
def results() -> Response:
    """How satisfied advocates and reps are, quarter by quarter, and the answers behind each number, without names."""
    found = pulse.results()
    quarter, side = request.args.get("quarter", ""), request.args.get("side", "")
    score = request.args.get("score", type=int)
    if not any((one.quarter, one.side) == (quarter, side) for one in found):
        quarter, side = (found[0].quarter, found[0].side) if found else ("", "")
    score = score if score in pulse.SCORES else None
    return render(
        "home/pulse_results.html", results=found, scores=pulse.SCORES, sides=pulse.SIDE_NAMES, quarter=quarter,
        side=side, score=score, rows=pulse.rows(quarter, side, score) if found else [],
    )  # fmt: skip


@blueprint.get("/manage/queues")
@roles("manager")
def waits() -> Response:
    """How long things wait for the team: as a page, and as a piece of the managers' first page."""
    return render("home/queues.html", "home/_queues.html", queues=queues(now()), days=DAYS)
