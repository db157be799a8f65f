"""The manager's desk: reports, hidden posts, who did what; announcements; the customer of the month."""

import datetime as dt
from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub import segments
from hub.community import actions, honours, moderation, shout_outs, topics
from hub.community.forms import AnnouncementForm, HonourForm, WordForm
from hub.community.news import REASONS, SAYS
from hub.community.queries import placed
from hub.core import registry
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.members.models import Member

blueprint = Blueprint("community_desk", __name__, url_prefix="/manage/community")
registry.navigation(
    registry.Item(label="Community", endpoint="community_desk.index", icon="message-circle", section="desk", order=45,
                  group="Engage", roles=frozenset({"manager"}))
)  # fmt: skip


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """What was reported, the oldest first."""
    return render("community/desk_queue.html", cases=moderation.queue(), reasons=REASONS, says=SAYS)


@blueprint.get("/hidden")
@roles("manager")
def hidden() -> Response:
    """What was hidden, the newest first."""
    cases = moderation.hidden(before=request.args.get("before", type=row_number))
    return render("community/desk_hidden.html", cases=cases, says=SAYS, most=moderation.PAGE)


@blueprint.get("/log")
@roles("manager")
def log() -> Response:
    """Who did what."""
    acts, more = moderation.acts(before=request.args.get("before", type=row_number))
    return render("community/desk_log.html", acts=acts, more=more)


@blueprint.post("/posts/<int:post_id>/hiding")
@roles("manager")
def hide(post_id: int) -> Response:
    """Hides a post; its writer is told why."""
    _there(post_id)
    try:
        done = moderation.hide(post_id, _me(), request.form.get("reason", ""), now())
    except actions.Unsayable as error:
        flash(str(error), "warn")
        return see_other("community_desk.index")
    return _done(done, "Hidden. Its writer was told why.", "community_desk.index")


@blueprint.post("/posts/<int:post_id>/keeping")
@roles("manager")
def keep(post_id: int) -> Response:
    """Leaves a post as it is."""
    _there(post_id)
    return _done(
        moderation.keep(post_id, _me(), now()), "It stays. Who reported it was told.", "community_desk.index"
    )


@blueprint.post("/posts/<int:post_id>/showing")
@roles("manager")
def restore(post_id: int) -> Response:
    """Shows a hidden post again."""
    _there(post_id)
    return _done(moderation.restore(post_id, _me(), now()), "It is shown again.", "community_desk.hidden")


@blueprint.post("/topics/<int:topic_id>/<any(lock,unlock,pin,unpin):verb>")
@roles("manager")
def arrange(topic_id: int, verb: str) -> Response:
    """Closes a topic, opens it, pins it, takes it down."""
    if topics.found(topic_id) is None:
        abort(404)
    on = not verb.startswith("un")
    if verb.endswith("lock"):
        moderation.lock(f"topic:{topic_id}", _me(), now(), on=on)
    else:
        moderation.pin(topic_id, _me(), now(), on=on)
    return see_other("board.topic", topic_id=topic_id)


@blueprint.get("/words")
@roles("manager")
def words() -> Response:
    """Words that put a post before a moderator."""
    return render("community/desk_words.html", form=WordForm(), words=moderation.words())


@blueprint.post("/words")
@roles("manager")
def add_word() -> Response:
    """Adds one."""
    form = WordForm()
    try:
        if form.validate():
            moderation.add_word(form.word.data or "", _me(), now())
            return see_other("community_desk.words")
    except actions.Unsayable as error:
        form.word.errors = [str(error)]
    return render("community/desk_words.html", status=422, form=form, words=moderation.words())


@blueprint.post("/words/<int:word_id>/removal")
@roles("manager")
def remove_word(word_id: int) -> Response:
    """Removes one."""
    if not moderation.remove_word(word_id, _me(), now()):
        abort(404)
    return see_other("community_desk.words")


@blueprint.get("/announcements/new")
@roles("manager")
def compose() -> Response:
    """The form to announce something."""
    return render("community/desk_announce.html", form=AnnouncementForm(segments.queries.choices()))


@blueprint.post("/announcements")
@roles("manager")
def announce() -> Response:
    """Announces it; its audience is told within moments."""
    form = AnnouncementForm(segments.queries.choices())
    if not form.validate():
        return render("community/desk_announce.html", status=422, form=form)
    try:
        topic = topics.open_topic(
            _me(), form.title.data or "", form.body.data or "", now(), announce=True, segment_id=form.segment_id,
            pin=bool(form.pin.data),
        )  # fmt: skip
    except actions.Unsayable as error:
        form.body.errors = [str(error)]
        return render("community/desk_announce.html", status=422, form=form)
    flash("Announced.")
    return see_other("board.topic", topic_id=topic.id)


@blueprint.get("/month")
@roles("manager")
def month() -> Response:
    """Who could be customer of the month, by which rule; who was chosen, and what they said."""
    return _month(request.args.get("month", ""), HonourForm(data=_suggested()))


@blueprint.post("/month/<name>")
@roles("manager")
def choose(name: str) -> Response:
    """Chooses somebody and asks them."""
    form, zone = HonourForm(), place().zone
    if not form.validate():
        return _month(name, form, status=422)
    who = shout_outs.nameable(form.who.data or "", _me())
    if who is None:
        form.who.errors = ["Nobody here goes by exactly that. Type @ and their handle, or their whole name."]
        return _month(name, form, status=422)
    rule, value = request.form.get("rule", ""), request.form.get("value", type=row_number)
    known = rule in honours.MEASURES and request.form.get("for") == who.handle
    try:
        honours.pick(name, who, by=_me(), citation=form.citation.data or "", now=now(), zone=zone,
                     rule=rule if known else honours.PICKED, value=value if known else None)  # fmt: skip
    except (actions.Unsayable, ValueError) as error:
        form.who.errors = [str(error)]
        return _month(name, form, status=422)
    flash("They are asked. It is announced when they say yes.")
    return see_other("community_desk.month", month=name)


@blueprint.post("/month/<name>/calling-off")
@roles("manager")
def call_off(name: str) -> Response:
    """Takes a choice back while it isn't answered."""
    _first_day(name)
    return _done(honours.call_off(name, _me(), now()), "Called off.", "community_desk.month", month=name)


def _month(name: str, form: HonourForm, *, status: int = 200) -> Response:
    zone = place().zone
    current = honours.month_of(now(), zone)
    first = _first_day(name or current)
    wanted = f"{first:%Y-%m}"
    if wanted > current:
        abort(404)
    rules = [(rule, honours.suggestions(rule.name, wanted, zone)) for rule in honours.MEASURES.values()]
    return render(
        "community/desk_month.html", status=status, form=form, month=first, name=wanted, rules=rules,
        chosen=honours.chosen(wanted), months=honours.months_before(current, 12),
        picked={field: request.values.get(field, "") for field in ("rule", "value", "for")},
    )  # fmt: skip


def _first_day(name: str) -> dt.date:
    try:
        return honours.first_day(name)
    except ValueError:
        abort(404)


def _there(post_id: int) -> None:
    if placed(post_id) is None:
        abort(404)


def _suggested() -> dict[str, Any] | None:
    handle = request.args.get("for", "")[:60]
    return {"who": f"@{handle}"} if handle else None


def _done(done: bool, says: str, endpoint: str, **values: Any) -> Response:
    if not done:
        abort(409)
    flash(says)
    return see_other(endpoint, **values)


def _me() -> Member:
    member: Member = current_user._get_current_object()
    return member
