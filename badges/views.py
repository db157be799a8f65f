"""Badges as members see them."""

import datetime as dt

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from badges import actions, queries, streaks, upkeep, weeks
from badges.drawing import carded, drawn
from badges.models import METALS, Badge
from badges.rules import RULES
from hub.core import words
from hub.core.clock import now
from hub.core.web import LARGEST, Blueprint, render, see_other
from hub.members.models import Member
from hub.segments.fields import Unclear

blueprint = Blueprint("badges", __name__)


@blueprint.get("/badges")
def index() -> Response:
    """My level and streak, my badges, and those I don't have yet: nearest first."""
    return _mine()


@blueprint.post("/badges/pauses", endpoint="pause")
def pause() -> Response:
    """Announces that I'm away: those weeks neither count nor break my streak."""
    try:
        found = streaks.pause(_me(), _day("from_on"), _day("until_on"), now=now())
    except Unclear as unclear:
        return _mine(trouble=str(unclear), status=422)
    flash(f"Noted. Your streak waits for you until {words.day(found.until_on)}.", "success")
    return see_other("badges.index", _anchor="streak")


@blueprint.post(f"/badges/pauses/<int(max={LARGEST}):pause_id>/removal", endpoint="end_pause")
def end_pause(pause_id: int) -> Response:
    """Takes back an announcement whose weeks haven't begun."""
    if not streaks.end_pause(_me(), pause_id, now=now()):
        abort(404)
    return see_other("badges.index", _anchor="streak")


@blueprint.get("/badges/<slug>")
def show(slug: str) -> Response:
    """One badge: its story, how to get it, how far I am, who has it."""
    badge = _badge(slug)
    award, is_hidden, citation = queries.my_award(badge.id, current_user.id)
    if badge.state == "draft" or (badge.state == "retired" and award is None and not current_user.is_staff):
        abort(404)
    number, people = queries.holders(badge.id)
    far = queries.progress([badge], [current_user.id]).get(badge.id, {}).get(current_user.id)
    rule = RULES.get(badge.rule)
    kept, turn = upkeep.held(badge.id, award.id if award else 0)
    return render(
        "badges/show.html", badge=badge, art=drawn(badge, award is not None, far), award=award, hidden=is_hidden,
        citation=citation, holders=number, people=people, far=far if rule and rule.is_automatic else None, rule=rule,
        kept=kept, turn=turn,
    )  # fmt: skip


@blueprint.post("/badges/<slug>/visibility", endpoint="visibility")
def visibility(slug: str) -> Response:
    """Hides one of my badges from my profile and its page, or shows it again."""
    badge = _badge(slug)
    award, _, _ = queries.my_award(badge.id, current_user.id)
    if award is None:
        abort(404)
    is_hidden = "hide" in request.form
    actions.hide(award, is_hidden=is_hidden)
    flash("Only you see this badge now." if is_hidden else "This badge is on your profile again.", "success")
    return see_other("badges.show", slug=slug)


def _badge(slug: str) -> Badge:
    return (queries.by_slug(slug) if slug.isprintable() else None) or abort(404)


def _me() -> Member:
    me: Member = current_user._get_current_object()
    return me


def _day(name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Unclear("Choose the first and the last day.", name) from None


def _mine(*, trouble: str = "", status: int = 200) -> Response:
    at, me = now(), _me()
    zone = words.zone()
    today = at.astimezone(zone).date()
    held = queries.held_by(me.id, hidden=True)
    owned = {one.badge.id for one in held}
    open_ = [badge for badge in queries.by_state("live") if badge.id not in owned]
    far = queries.progress(open_, [me.id])
    ladder = queries.levels()
    return render(
        "badges/index.html", status=status, held=[carded(one.badge, True, None, one) for one in held],
        coming=sorted((carded(badge, False, far[badge.id].get(me.id)) for badge in open_ if badge.id in far),
                      key=lambda card: -card["percent"]),
        ladder=ladder, rank=queries.level_of([me.id]).get(me.id), metals=METALS, streak=streaks.standing(me, at),
        pauses=streaks.pauses(me.id, since=today), today=today, trouble=trouble, form=request.form,
        for_freeze=weeks.WEEKS_FOR_FREEZE, most_freezes=weeks.MOST_FREEZES,
    )  # fmt: skip
