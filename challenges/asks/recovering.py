"""What the rest of the hub sees of those who aren't happy: a notice, something to do, a number on the desk."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from challenges.asks.queries import to_recover
from hub import notices
from hub.core import registry

MANAGERS = frozenset({"manager", "admin"})
WHO = MANAGERS | {"rep"}
PAGE = "/manage/recoveries"

notices.kind(
    "recovery.opened", icon="circle-alert", label="See what is wrong",
    about="Somebody isn’t happy and I look after them", by_default="email", roles={"manager", "rep"},
    sentence=lambda notice, context: (
        f"{context.who(notice.data.get('about_id'))} isn’t happy. Make good on it before anybody asks them again."
    ),
)  # fmt: skip


@registry.link("recovery")
def links(ids: Collection[int]) -> Mapping[int, registry.Link]:
    """All lead to the list of them: who isn't happy is nobody's headline."""
    return {number: ("Somebody isn’t happy", f"{PAGE}#recovery-{number}") for number in ids}


@registry.thing("challenges.recovery")
def thing(member: Any, now: dt.datetime) -> Iterator[registry.Thing]:
    """Reps and managers make good on it first."""
    if not member.roles & WHO:
        return
    waiting, oldest = to_recover(None if member.roles & MANAGERS else member.id)
    if waiting:
        yield registry.Thing(
            name="challenges.recovery", need="awaited", icon="circle-alert", minutes=10, since=oldest or now,
            title="Somebody isn’t happy" if waiting == 1 else f"{waiting} people aren’t happy",
            why="Nobody asks them for anything until you have made good on it.", action="See what is wrong", url=PAGE,
        )  # fmt: skip


@registry.figure("recoveries")
def figure(now: dt.datetime) -> Iterator[registry.Figure]:
    """Whom nobody may ask before somebody has made good on something."""
    waiting, oldest = to_recover()
    note = f"oldest {max(0, (now - oldest).days)} days" if oldest else "nobody waits"
    yield registry.Figure(label="to make good on", value=waiting, url=PAGE, note=note)
