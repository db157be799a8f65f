"""What other pages show of the community: where its things are, what it told, and who waits for an answer."""

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from hub.community import honours, moderation, shout_outs, topics
from hub.community import profile as _profile  # noqa: F401 - registers what a profile shows
from hub.community.queries import waiting_notices
from hub.community.stories import Deed, story
from hub.core import registry
from hub.notices.queries import lines

SUGGESTS = {
    "community.said": ("A short answer keeps it moving.", "Read and answer"),
    "community.mentioned": ("Somebody thinks you know.", "Read and answer"),
    "community.thanked": ("It is shown to others only if you say yes.", "Read and decide"),
    "honour.asked": ("Nobody hears of it unless you say yes.", "Read and decide"),
}


@registry.thing("community.answer")
def answer(member: Any, _now: dt.datetime) -> Iterator[registry.Thing]:
    """The newest things said to a member, or asked of them, that they haven't read."""
    found = waiting_notices(member.id)
    for notice, line in zip(found, lines(found), strict=True):
        if not line.url:
            continue
        why, action = SUGGESTS[notice.kind]
        yield registry.Thing(
            name=f"notice:{notice.id}", need="awaited", icon=line.kind.icon, minutes=2, url=line.url, title=line.text,
            why=why, action=action, since=line.at,
        )  # fmt: skip


@registry.link("topic")
def topic_links(ids: Collection[int]) -> registry.Asked:
    """Titles and pages of topics that are on the board."""
    return registry.Asked(
        query=topics.titles(ids), tell=lambda number, title: (title, f"/community/topics/{number}")
    )


@registry.link("shout_out")
def shout_out_links(ids: Collection[int]) -> registry.Asked:
    """Pages of shout-outs, named by whom they thank."""
    return registry.Asked(
        query=shout_outs.titles(ids),
        tell=lambda number, name: (f"a thank-you to {name}", f"/community/thanks/{number}"),
    )


@registry.link("honour")
def honour_links(ids: Collection[int]) -> registry.Asked:
    """Pages of customers of the month, named by their month."""
    return registry.Asked(query=honours.months_of(ids), tell=_honour)


def _honour(number: int, month: str) -> registry.Link:
    return f"Customer of the month, {honours.first_day(month):%B %Y}", f"/community/months/{number}"


@registry.figure("community")
def figures(_now: dt.datetime) -> Iterator[registry.Figure]:
    """Posts that a moderator should look at."""
    waiting = moderation.waiting()
    if waiting:
        yield registry.Figure(label="reported posts", value=waiting, url="/manage/community")


def _about_itself(fact: Any) -> str:
    return str(fact.subject)


def _opened(deed: Deed) -> str | None:
    return f"started a conversation: {deed.title}" if deed.title else None


def _honoured(deed: Deed) -> str | None:
    return f"is the {deed.title[0].lower()}{deed.title[1:]}" if deed.title else None


def _thanked(deed: Deed) -> str | None:
    return "was thanked in public" if deed.title else None


story("member.joined", lambda _deed: "joined")
story("community.opened", _opened, about=_about_itself)
story("honour.announced", _honoured, about=_about_itself)
story(
    "community.thanks_shown",
    _thanked,
    about=_about_itself,
    who=lambda facts: facts.c.data["member_id"].as_integer(),
)
