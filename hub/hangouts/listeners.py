"""What this room adds to others: where hangouts are shown, what they tell, what waits for a member."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from hub import community, notices, segments
from hub.core import registry
from hub.core.words import points
from hub.hangouts import queries
from hub.notices import Context


@registry.link("hangout")
def found(ids: Collection[int]) -> registry.Asked:
    """Title and page of hangouts."""
    return registry.Asked(
        query=queries.names(ids), tell=lambda _number, title, slug: (title, f"/hangouts/{slug}")
    )


@registry.link("request")
def requested(ids: Collection[int]) -> registry.Asked:
    """What was asked for, on the page of the hangout where it was."""
    return registry.Asked(
        query=queries.request_names(ids), tell=lambda _number, title, slug: (title, f"/hangouts/{slug}#said")
    )


@registry.thing("hangouts.waiting")
def things(member: Any, now: dt.datetime) -> Iterator[registry.Thing]:
    """A seat that is kept for them, an invitation that waits for an answer."""
    for one in queries.waiting_for(member.id, now):
        hangout, offered = one.hangout, one.state == "offered"
        why = (
            "Somebody gave theirs back, and you are next. It is kept for you for a while."
            if offered
            else f"{hangout.by.first_name} asks a few, and you are one of them."
        )
        yield registry.Thing(
            name=f"hangout:{hangout.id}:{one.state}", need="awaited" if offered else "open", icon="video",
            title=f"A seat in “{hangout.title}”" if offered else hangout.title, why=why, fit=1.0,
            action="Take the seat" if offered else "See the invitation", url=f"/hangouts/{hangout.slug}",
            minutes=1, points=hangout.points, since=one.moved_at,
        )  # fmt: skip


@registry.figure("hangouts")
def figures(now: dt.datetime) -> Iterator[registry.Figure]:
    """Hangouts to come, and who waits for a seat."""
    coming, waiting = queries.upcoming_count(now)
    note = f"{waiting} wait for a seat" if waiting else "nobody waits for a seat"
    yield registry.Figure(label="hangouts to come", value=coming, url="/manage/hangouts", note=note)


def _about(context: Context) -> str:
    return f"“{context.title}”" if context.title else "a hangout"


notices.kind(
    "hangout.invited", icon="video", label="See the invitation", about="I am invited to a hangout", by_default="email",
    sentence=lambda _notice, context: f"You are invited to {_about(context)}.",
)  # fmt: skip
notices.kind(
    "hangout.seated", icon="ticket", label="See it", about="I have a seat in a hangout", by_default="email",
    sentence=lambda _notice, context: f"You have a seat in {_about(context)}.",
)  # fmt: skip
notices.kind(
    "hangout.waiting", icon="clock", label="See it", about="I wait for a seat in a hangout",
    sentence=lambda _notice, context: f"You are in line for {_about(context)}.",
)  # fmt: skip
notices.kind(
    "hangout.offered", icon="ticket", label="Take the seat", about="A seat in a hangout is kept for me",
    by_default="email",
    sentence=lambda _notice, context: f"A seat in {_about(context)} is kept for you. Take it before it moves on.",
)  # fmt: skip
notices.kind(
    "hangout.lapsed", icon="clock", label="Ask again", about="A seat that was kept for me has gone on",
    sentence=lambda _notice, context: f"The seat in {_about(context)} has gone to the next in line. You may ask again.",
)  # fmt: skip
notices.kind(
    "hangout.left", icon="calendar", label="See it", about="A seat of mine is given back", by_default="email",
    sentence=lambda notice, context: (
        f"{context.who(notice.data['by_id']) if notice.data.get('by_id') else 'You'} gave your "
        f"{'seat' if notice.data.get('held') == 'seated' else 'place'} in {_about(context)} back."
    ),
)  # fmt: skip
notices.kind(
    "hangout.moved", icon="calendar", label="See when", about="A hangout of mine is moved", by_default="email",
    sentence=lambda _notice, context: f"{_about(context)} is at another time or place now.",
)  # fmt: skip
notices.kind(
    "hangout.cancelled", icon="ban", label="See it", about="A hangout of mine is called off", by_default="email",
    sentence=lambda _notice, context: f"{_about(context)} is called off.",
)  # fmt: skip
notices.kind(
    "hangout.reminder", icon="calendar", label="See it", about="A hangout of mine is near", by_default="email",
    sentence=lambda notice, context: (
        f"{_about(context)} begins {'in an hour' if notice.data.get('hours') == 1 else 'within a day'}."
    ),
)  # fmt: skip
notices.kind(
    "hangout.thanked", icon="hand-heart", label="See what stays", about="A host thanks me", by_default="email",
    sentence=lambda _notice, context: f"Thank you for having been at {_about(context)}.",
)  # fmt: skip
notices.kind(
    "hangout.unmasked", icon="eye", label="See it", about="Somebody looks up who asked an anonymous question of mine",
    sentence=lambda notice, context: (
        f"Your anonymous question in {_about(context)} was hidden, and "
        f"{context.who(notice.data.get('by_id'))} looked up who asked it."
    ),
)  # fmt: skip
WORDS = {"heard": "is heard", "planned": "is planned", "building": "is being built", "not_now": "has to wait"}
notices.kind(
    "request.moved", icon="lightbulb", label="See it", about="Something I asked for moves",
    sentence=lambda notice, context: (
        f"You said: {_about(context)}. It {WORDS.get(str(notice.data.get('status')), 'has moved')}."
    ),
)  # fmt: skip


def _shipped(notice: Any, context: Context) -> str:
    paid = notice.data.get("points")
    credit = f" {points(paid)} points are yours for having said so." if paid else ""
    return f"You said, we did: {_about(context)} is there!{credit}"


notices.kind(
    "request.shipped", icon="rocket", label="See it", about="Something I asked for ships", by_default="email",
    celebrate=True, sentence=_shipped,
)  # fmt: skip


def _attended(deed: Any) -> str | None:
    # What only some are invited to is nobody else's business.
    return f"was at “{deed.title}”" if deed.title and deed.data.get("everybody") else None


community.story("hangout.attended", _attended, about=lambda fact: fact.subject)


@segments.uses
def uses(segment_ids: Collection[int]) -> Mapping[int, list[segments.Use]]:
    """The hangouts that each segment is invited to."""
    found: dict[int, list[segments.Use]] = {}
    for segment_id, number, title in queries.for_segments(segment_ids):
        found.setdefault(segment_id, []).append(segments.Use(title=title, url=f"/manage/hangouts/{number}"))
    return found
