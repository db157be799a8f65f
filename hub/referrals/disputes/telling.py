"""Notices of doubts, their lines in the timeline, and how many wait, for the desk."""

import datetime as dt
from collections.abc import Collection, Iterator

from flask import url_for

from hub import notices
from hub.activity.models import Fact
from hub.core import registry
from hub.core.registry import Figure, Moment
from hub.referrals.disputes import queries

OPENED, DECIDED = "referral.disputed", "referral.dispute_decided"
OUTCOMES = {
    "kept": "A manager looked at both and left the credit where it is.",
    "moved": "A manager looked at both and gave the credit to the other member. What was earned until then stays; "
    "what still waited goes on with it.",
    "withdrawn": "The doubt was taken back.",
}


@registry.link("dispute")
def links(ids: Collection[int]) -> registry.Asked:
    """A doubt is called by its programme."""
    return registry.Asked(
        query=queries.titles(ids), tell=lambda number, title: (title, url_for("disputes.show", number=number))
    )


def lines(fact: Fact, who: str) -> Iterator[Moment]:
    """That somebody doubted the credit, or what a manager decided, as lines of the timeline. `who` did it."""
    if fact.kind == OPENED:
        rest = f"that they introduced them first. A manager decides by {_day(fact.data['due'])}."
        yield _line(fact.happened_at, f"Another member says {rest}", {"advocate"})
        yield _line(fact.happened_at, f"{who} says {rest}", {"rep", "manager"})
        return
    decided = fact.data["state"] != "withdrawn"
    quote = queries.answer(fact.data["dispute"]) if decided else None
    yield Moment(
        at=fact.happened_at, text=OUTCOMES[fact.data["state"]], icon="scale", kind="calm", order=3, quote=quote,
        who=who if quote else None,
    )  # fmt: skip


def _line(at: dt.datetime, text: str, audience: set[str]) -> Moment:
    return Moment(at=at, text=text, icon="scale", kind="problem", order=3, audience=frozenset(audience))


def _day(text: str) -> str:
    day = dt.date.fromisoformat(text)
    return f"{day.day} {day:%b %Y}"


@registry.figure("disputes")
def figures(now: dt.datetime) -> Iterator[Figure]:
    """How many doubts wait for a manager."""
    waiting, late = queries.waiting(now)
    if waiting:
        yield Figure(label="Credits in doubt", value=waiting, url="/manage/disputes",
                     note=f"{late} late" if late else "")  # fmt: skip


notices.kind(
    "dispute.opened", icon="scale", label="Decide it", about="Somebody doubts who is credited", roles=("manager",),
    by_default="email",
    sentence=lambda _notice, context: (
        f"Somebody doubts a credit in {context.title or 'a programme'}. It is yours to decide."
    ),
)  # fmt: skip
notices.kind(
    "dispute.doubted", icon="scale", label="See it", about="Somebody doubts a credit of mine", by_default="email",
    sentence=lambda notice, context: (
        f"Another member says that somebody you are credited for in {context.title or 'a programme'} was theirs first. "
        f"A manager decides by {_day(notice.data['due'])}; what you have earned stays."
    ),
)  # fmt: skip
notices.kind(
    "dispute.goes_on", icon="scale", label="See it", about="A credit I doubt has moved meanwhile", by_default="email",
    sentence=lambda notice, context: (
        f"The credit you doubt in {context.title or 'a programme'} has moved meanwhile, and your doubt goes on. "
        f"A manager decides by {_day(notice.data['due'])}."
    ),
)  # fmt: skip
_SAYS = {
    ("kept", "first"): "The credit that was doubted stays yours.",
    ("kept", "second"): "A manager looked at it: the credit stays with who was first.",
    (
        "moved",
        "first",
    ): "A manager gave a credit of yours to another member. All you have earned with it stays yours.",
    ("moved", "second"): "You are credited now: a manager found that you were first.",
}
notices.kind(
    "dispute.decided", icon="scale", label="See why", about="A doubt about a credit is decided", by_default="email",
    sentence=lambda notice, _context: _SAYS[(notice.data["state"], notice.data["role"])],
)  # fmt: skip
