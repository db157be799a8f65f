"""What other rooms show of challenges: where they are, which of them to do next, what is told, what waits."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement

from challenges import promoted as _promoted  # noqa: F401 - promotions can be on challenges
from challenges import queries, rules
from challenges import shareable as _shareable  # noqa: F401 - says where share steps lead
from challenges.asks import recovering as _recovering  # noqa: F401 - registers its notice, thing and number
from challenges.cards import Card, cards
from challenges.journeys.queries import Way, ways
from hub import community, notices, segments
from hub.core import registry
from hub.core.words import points
from hub.hangouts import follow_ups
from hub.notices import Context
from hub.referrals import gates

THINGS = 12


@registry.link("challenge")
def found(ids: Collection[int]) -> registry.Asked:
    """Title and page of challenges."""
    return registry.Asked(
        query=queries.names(ids), tell=lambda _number, title, slug: (title, f"/challenges/{slug}")
    )


@registry.link("submission")
def submissions(ids: Collection[int]) -> registry.Asked:
    """A submission is called what its challenge is called."""
    return registry.Asked(
        query=queries.submission_titles(ids), tell=lambda _number, title, slug: (title, f"/challenges/{slug}")
    )


@registry.link("review")
def reviews(ids: Collection[int]) -> registry.Asked:
    """The same submissions, for those who review them."""
    return registry.Asked(
        query=queries.submission_titles(ids),
        tell=lambda number, title, _slug: (title, f"/manage/reviews/{number}"),
    )


@registry.thing("challenges.open")
def offers(member: Any, now: dt.datetime) -> Iterator[registry.Thing]:
    """What this member may do next: what was sent back waits for them, then what they began, then what is open."""
    found = cards(queries.open_now(now), member.id, now=now, everyone=False)
    mine = [
        card
        for card in found
        if card.state in ("started", "sent_back")
        or (card.state == "open" and (card.asked or card.kind.is_suggested))
    ]
    if not any(card.standing.times for card in found):
        mine = _small_first(mine)
    done = {card.challenge.id for card in found if card.standing.times}
    steps = {way.next.challenge_id: way for way in ways(member.id, now, done) if way.next is not None}
    first = sorted(
        mine, key=lambda card: (card.state == "open", card.asked is None, card.challenge.id not in steps)
    )
    for card in first[:THINGS]:
        way = steps.get(card.challenge.id)
        thing = _thing(card)
        yield (
            replace(thing, fit=1.0, why=f"{_step_of(way)} {thing.why}")
            if way and card.state == "open"
            else thing
        )


def _step_of(way: Way) -> str:
    return f"Step {way.done + 1} of {len(way.steps)} of “{way.name}”."


def _small_first(mine: list[Card]) -> list[Card]:
    """Who has done nothing yet begins with something small, and isn't asked for friends before: unless somebody asks in
    person, or there is nothing else to do."""
    small = [card for card in mine if card.asked or not card.kind.is_elsewhere]
    return small or mine


def _thing(card: Card) -> registry.Thing:
    asked = card.asked if card.state == "open" else None
    need: Any = {"sent_back": "awaited", "started": "unfinished"}.get(
        card.state, "awaited" if asked else "open"
    )
    first = f" The first {card.worth.first:,} points come at once." if card.worth.first else ""
    return registry.Thing(
        name=f"challenge:{card.challenge.id}", need=need, icon=card.kind.icon, minutes=card.challenge.minutes,
        points=card.worth.points, url=f"/challenges/{card.challenge.slug}", title=card.challenge.title,
        why=_why(card) + first, action=card.kind.action if card.state == "open" else "Go on",
        done_at=None if asked else card.standing.last_at, since=asked.at if asked else None,
    )  # fmt: skip


def _why(card: Card) -> str:
    if card.state == "sent_back":
        return "Somebody read it and asks for a little more."
    if card.state == "started":
        return "You have begun; the rest is short."
    if card.asked:
        return f"{card.asked.by} asks you: “{card.asked.words}”"
    times = card.standing.times
    if times:
        return f"You did this {'once' if times == 1 else f'{times} times'}, and it counts each time."
    if card.kind.is_elsewhere:
        return "You know people whom this would help; nobody else can introduce them."
    return (
        "A small thing, and it counts at once."
        if card.challenge.review != "reviewed"
        else "We read every answer."
    )


@registry.figure("challenges")
def figures(now: dt.datetime) -> Iterator[registry.Figure]:
    """What waits for a reviewer."""
    waiting, oldest = queries.waiting()
    note = f"oldest {max(0, (now - oldest).days)} days" if oldest else "nothing waits"
    yield registry.Figure(label="to review", value=waiting, url="/manage/reviews", note=note)


@registry.thing("challenges.review")
def review(member: Any, now: dt.datetime) -> Iterator[registry.Thing]:
    """Reviewers who aren't at the desk all day are told that somebody waits for them."""
    if not member.is_staff:
        return
    waiting, oldest = (
        queries.waiting_for(member.id) if not member.roles & rules.MANAGERS else queries.waiting()
    )
    if waiting:
        yield registry.Thing(
            name="challenges.review", need="open", icon="clipboard-list", minutes=min(15, 1 + waiting),
            since=oldest or now,
            title="One answer waits for you" if waiting == 1 else f"{waiting} answers wait for you", action="Review",
            why="Every member gets an answer, and soon is better.", url="/manage/reviews",
        )  # fmt: skip


def _about(context: Context) -> str:
    return f"“{context.title}”" if context.title else "your challenge"


def _approved(notice: Any, context: Context) -> str:
    paid = notice.data.get("points")
    return (
        f"{_about(context)} is done. {points(paid)} points are yours!"
        if paid
        else f"{_about(context)} is done."
    )


notices.kind(
    "submission.approved", icon="circle-check", label="See it", sentence=_approved,
    about="An answer of mine is approved", by_default="digest",
    celebrate=lambda notice: notice.data.get("points", 0) > 0,
)  # fmt: skip
notices.kind(
    "submission.sent_back", icon="undo-2", label="Read and go on",
    about="An answer of mine comes back", by_default="email",
    sentence=lambda notice, context: (
        f"{context.who(notice.data.get('by_id'))} read {_about(context)} and asks for a little more."
    ),
)  # fmt: skip
notices.kind(
    "submission.refused", icon="circle-x", label="Read why",
    about="An answer of mine isn’t accepted", by_default="email",
    sentence=lambda _notice, context: f"{_about(context)} wasn’t accepted. The reason is on its page.",
)  # fmt: skip
notices.kind(
    "submission.overturned", icon="circle-x", label="Read why",
    about="An approval is taken back", by_default="email",
    sentence=lambda _notice, context: (
        f"We looked at {_about(context)} again, and it doesn’t count after all. The reason is on its page."
    ),
)  # fmt: skip
notices.kind(
    "submission.undone", icon="history", label="See it",
    about="An answer of mine is looked at again",
    sentence=lambda _notice, context: f"We decided about {_about(context)} too fast. Somebody looks at it once more.",
)  # fmt: skip
notices.kind(
    "review.waiting", icon="clipboard-list", label="Review",
    about="An answer waits for my review",
    sentence=lambda _notice, context: f"An answer to {_about(context)} waits for you, and maybe more.",
)  # fmt: skip
notices.kind(
    "seat.promoted", icon="rocket", label="See it", celebrate=True,
    about="I move up from a waiting list", by_default="email",
    sentence=lambda _notice, context: f"You moved up: you have a seat in {_about(context)}!",
)  # fmt: skip


notices.kind(
    "challenge.asked", icon="hand-heart", label="See it",
    about="Somebody asks me in person", by_default="email",
    sentence=lambda notice, context: f"{context.who(notice.data.get('by_id'))} asks you for {_about(context)}.",
)  # fmt: skip
notices.kind(
    "challenge.reminded", icon="hand-heart", label="See it",
    about="I am reminded of what I was asked", by_default="email",
    sentence=lambda notice, context: (
        f"{context.who(notice.data.get('by_id'))} still hopes for {_about(context)}. “Not for me” is an answer, too."
    ),
)  # fmt: skip


def _finished(deed: Any) -> str | None:
    # What is for some alone is nobody else's business, and its page would be closed to them.
    return f"finished “{deed.title}”" if deed.title and deed.data.get("everybody") else None


community.story("challenge.completed", _finished, about=lambda fact: fact.subject)


@segments.uses
def uses(segment_ids: Collection[int]) -> Mapping[int, list[segments.Use]]:
    """The challenges each segment is the audience of."""
    found: dict[int, list[segments.Use]] = {}
    for one in queries.for_segments(segment_ids):
        use = segments.Use(title=one.title, url=f"/manage/challenges/{one.id}")
        found.setdefault(one.segment_id or 0, []).append(use)
    return found


@follow_ups
def following() -> list[tuple[str, str]]:
    """Published challenges a host may name as the next step after a hangout."""
    return [(f"challenge:{number}", title) for number, title in queries.published_titles()]


@segments.measure("challenges", label="Challenges completed", unit="challenges")
def completed(until: dt.datetime | None) -> ColumnElement[int]:
    """Approved submissions, as they stand now: what was taken back doesn't count."""
    return queries.completed(until)


@gates.gate
def trainings(member_id: int, programme: str, now: dt.datetime) -> list[registry.Link]:
    """Trainings that a programme asks for and this member hasn't completed."""
    return [(one.title, f"/challenges/{one.slug}") for one in queries.gates(programme, member_id, now)]
