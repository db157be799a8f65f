"""What this room adds to others: its notices, where its subjects are shown, rules for segments, panels."""

from collections.abc import Collection
from typing import Any

from flask import g, render_template, url_for

from badges import audiences as _audiences  # noqa: F401 - registers its kinds
from badges import queries, streaks
from hub import notices
from hub.core import registry
from hub.core.clock import now as clock_now

notices.kind(
    "badge.awarded", icon="award", label="See the badge", celebrate=True,
    about="I earn a badge",
    sentence=lambda _notice, context: f"You earned the badge {context.title or 'of an earlier time'}!",
)  # fmt: skip
notices.kind(
    "badge.lapsing", icon="clock", label="See what keeps it", about="A badge of mine needs keeping up",
    sentence=lambda _notice, context: (
        f"Your badge {context.title or 'of an earlier time'} lapses in two weeks unless you keep it up."
    ),
)  # fmt: skip
notices.kind(
    "badge.lapsed", icon="history", label="Win it back", about="A badge of mine lapses",
    sentence=lambda _notice, context: (
        f"Your badge {context.title or 'of an earlier time'} has lapsed. You had it, that stays; you can win it back."
    ),
)  # fmt: skip
notices.kind(
    "badge.renewed", icon="award", label="See the badge", celebrate=True, about="I win a badge back",
    sentence=lambda _notice, context: f"{context.title or 'A badge'} is yours again!",
)  # fmt: skip
notices.kind(
    "level.reached", icon="trending-up", label="See your levels", celebrate=True,
    about="I reach a level",
    sentence=lambda _notice, context: f"You are {context.title or 'a level higher'} now!",
)  # fmt: skip


@registry.link("badge")
def badge_links(ids: Collection[int]) -> registry.Asked:
    """Name and page of badges."""
    return registry.Asked(
        query=queries.titles(ids), tell=lambda _number, name, slug: (name, url_for("badges.show", slug=slug))
    )


@registry.link("level")
def level_links(ids: Collection[int]) -> registry.Asked:
    """Name of levels, and the page that shows them all."""
    return registry.Asked(
        query=queries.level_names(ids), tell=lambda _number, name: (name, url_for("badges.index"))
    )


@registry.counter("level")
def level(member_id: int) -> str | None:
    """What a member's level is called, for the shell. Free where the page has read the wallet already."""
    known = getattr(g.get("me"), "__dict__", {}).get("lifetime")
    return queries.level_name(member_id) if known is None else queries.level_at(known)


@registry.panel("badges.level_ring")
def level_ring(member: Any) -> str:
    """The ring of this member's level and their streak, for the home page: four statements."""
    rank = queries.level_of([member.id]).get(member.id)
    streak = streaks.standing(member, clock_now())
    return render_template("badges/_level_ring.html", rank=rank, streak=streak)


@registry.panel("profile.badges")
def on_profile(member: Any, viewer: Any) -> str:
    """A member's level and badges; what they hide is shown to themselves alone."""
    mine = viewer.id == member.id
    return render_template(
        "badges/_profile.html", member=member, mine=mine, held=queries.held_by(member.id, hidden=mine),
        rank=queries.level_of([member.id]).get(member.id),
    )  # fmt: skip
