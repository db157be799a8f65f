"""The community board: topics, announcements, search, and what members did."""

import datetime as dt

from flask import abort, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.community import actions, honours, queries, shout_outs, stories, topics
from hub.community.forms import TopicForm
from hub.community.queries import somebody
from hub.core import registry, words
from hub.core.clock import now
from hub.core.web import Blueprint, render, row_number, see_other
from hub.members.models import Member

blueprint = Blueprint("board", __name__, url_prefix="/community")
registry.navigation(registry.Item(label="Community", endpoint="board.index", icon="message-circle", order=55))
WORDS_LONGEST = 80


@blueprint.get("")
def index() -> Response:
    """What is talked about, the newest first; pinned announcements above, what members did beside."""
    asked = " ".join(request.args.get("q", "").replace("\0", "").split())[:WORDS_LONGEST]
    after = _cursor(request.args.get("after", ""))
    mine = topics.audiences_of(_me())
    rows, more = topics.listed(_me(), mine, words=asked, after=after)
    first = after is None and not asked
    return render(
        "community/board.html", "community/_topics.html", topics=rows, asked=asked, more=_name(more), first=first,
        pinned=topics.pinned(_me(), mine) if first else [],
        thanks=shout_outs.listed(_me(), limit=2)[0] if first else [],
        honoured=honours.current(current_user.id, now()) if first else None,
        news=stories.feed(words.zone(), limit=6) if first else None,
    )  # fmt: skip


def _name(cursor: tuple[dt.datetime, int] | None) -> str:
    return f"{int(cursor[0].timestamp() * 1_000_000)}-{cursor[1]}" if cursor else ""


def _cursor(name: str) -> tuple[dt.datetime, int] | None:
    micros, _, number = name.partition("-")
    if not (micros.isdecimal() and number.isdecimal() and len(micros) < 17 and len(number) < 17):
        return None
    return dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=int(micros)), int(number)


@blueprint.get("/new")
def new() -> Response:
    """The form to begin a conversation."""
    return render("community/topic_new.html", form=TopicForm())


@blueprint.post("/topics")
def begin() -> Response:
    """Begins it; what can't be said comes back as it was typed."""
    form = TopicForm()
    if not form.validate():
        return render("community/topic_new.html", status=422, form=form)
    try:
        topic = topics.open_topic(_me(), form.title.data or "", form.body.data or "", now())
    except actions.Unsayable as error:
        form.body.errors = [str(error)]
        status = 429 if isinstance(error, actions.TooFast) else 422
        return render("community/topic_new.html", status=status, form=form)
    return see_other("board.topic", topic_id=topic.id)


@blueprint.get("/topics/<int:topic_id>")
def topic(topic_id: int) -> Response:
    """One conversation, with its form."""
    found = topics.found(topic_id)
    before = request.args.get("before", type=row_number)
    talk = queries.conversation(f"topic:{topic_id}", _me(), now(), before=before)
    if found is None or talk is None:
        abort(404)
    return render("community/topic.html", topic=found, talk=talk)


@blueprint.get("/happened")
def happened() -> Response:
    """What members did, a page at a time."""
    news = stories.feed(words.zone(), before=request.args.get("before", type=row_number))
    first = "before" not in request.args
    return render("community/happened.html", "community/_stories_page.html", news=news, first=first)


@blueprint.get("/people")
def people() -> Response:
    """Whom the letters after an @ may mean, for the thread they are typed in."""
    asked, about = request.args.get("q", "").replace("\0", "")[:40], request.args.get("about", "")
    return render(
        "community/_people.html", people=somebody(asked, about, _me()), about=about.replace(":", "-")[:60]
    )


def _me() -> Member:
    member: Member = current_user._get_current_object()
    return member
