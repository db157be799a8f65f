"""What must point uphill goes through here: rooms register, core and home read.

checks    recompute something derived and yield a line for each difference (`hurrah prove`)
health    one hop each: is it working, since when, what to do
shell     numbers the shell shows to a signed-in member (points, unread)
things    what a member could do next; home shows the best of them
figures   numbers of the managers' desk, each with the page behind it
exports   what a room keeps of one member, told to them; erasures, how it forgets them
navigation, timeline sources, panels (a fragment of another room's page), link targets
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hub.core.titles import Asked as Asked
from hub.core.titles import Link as Link
from hub.core.titles import answers

Check = Callable[[], Iterator[str]]
State = Literal["ok", "watch", "broken", "off"]


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One link of the chain as the health page shows it."""

    name: str
    title: str
    state: State
    says: str
    todo: str = ""
    last_success_at: dt.datetime | None = None
    waiting: int | None = None
    oldest_at: dt.datetime | None = None
    set_aside: int | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """A navigation entry, shown to those who hold one of `roles` (empty: every member)."""

    label: str
    endpoint: str
    icon: str
    section: Literal["main", "desk", "sales"] = "main"
    order: int = 50
    group: Literal["", "Engage", "Refer", "Reward", "People", "System"] = (
        ""  # a heading of the managers' desk
    )
    roles: frozenset[str] = frozenset()
    values: Mapping[str, Any] = field(default_factory=dict)
    when: Callable[[], bool] | None = None


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One line of a timeline. `audience` says who may read it; money and words are already plain."""

    at: dt.datetime
    text: str
    icon: str
    kind: str
    order: int = 0
    points: int | None = None
    quote: str | None = None
    who: str | None = None
    audience: frozenset[str] = frozenset({"advocate", "rep", "manager"})


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something a member could do next. `need` says how much it matters to somebody, points and minutes how much it
    is worth; `since` is when it began to wait, `done_at` when this member last did one like it. `fit` says from 0 to 1
    how well it suits this member, as far as its room knows. Members put it off by its `name`, which stays the same.
    """

    name: str
    need: Literal["awaited", "unfinished", "open", "tidy"]
    title: str
    why: str
    action: str
    url: str
    icon: str
    minutes: int
    points: int = 0
    since: dt.datetime | None = None
    done_at: dt.datetime | None = None
    fit: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number of the managers' desk. `url` opens the rows behind it."""

    label: str
    value: int
    url: str | None = None
    note: str = ""


checks: dict[str, Check] = {}
hops: dict[str, Callable[[], Iterable[Hop]]] = {}
shell: dict[str, Callable[[int], Any]] = {}
items: list[Item] = []
sources: list[Callable[[str], Iterable[Moment]]] = []
panels: dict[str, Callable[..., str]] = {}
seeds: list[tuple[int, str, Callable[..., None]]] = []
sign_ins: list[str] = []
things: dict[str, Callable[[Any, dt.datetime], Iterable[Thing]]] = {}
figures: dict[str, Callable[[dt.datetime], Iterable[Figure]]] = {}
Titles = Callable[[Collection[int]], Mapping[int, Link] | Asked]
targets: dict[str, Titles] = {}
# (table, its rows), as core.personal.told makes them
Told = Iterable[tuple[str, Iterable[Mapping[str, Any]]]]
exports: dict[str, Callable[[int], Told]] = {}
erasures: dict[str, Callable[[int, dt.datetime], None]] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Registers a check of `hurrah prove`. It only reads, and is safe to run at any time."""

    def keep(run: Check) -> Check:
        checks[name] = run
        return run

    return keep


def health(name: str) -> Callable[[Callable[[], Iterable[Hop]]], Callable[[], Iterable[Hop]]]:
    """Registers hops of the health page and of `hurrah doctor`. It must answer within a second, whatever is down."""

    def keep(run: Callable[[], Iterable[Hop]]) -> Callable[[], Iterable[Hop]]:
        hops[name] = run
        return run

    return keep


def counter(name: str) -> Callable[[Callable[[int], Any]], Callable[[int], Any]]:
    """Registers a number of the shell: a function of the member's id, one query."""

    def keep(run: Callable[[int], Any]) -> Callable[[int], Any]:
        shell[name] = run
        return run

    return keep


def navigation(item: Item) -> None:
    """Adds an entry to the navigation (once, however often the module is imported)."""
    if item not in items:
        items.append(item)
        items.sort(key=lambda entry: entry.order)


def timeline(source: Callable[[str], Iterable[Moment]]) -> Callable[[str], Iterable[Moment]]:
    """Registers a source of timeline lines: a function of the subject (`referral:7`)."""
    if source not in sources:
        sources.append(source)
    return source


def moments(subject: str) -> list[Moment]:
    """All lines about `subject` from every source, oldest first; ties in the order of `Moment.order`."""
    found = [moment for source in sources for moment in source(subject)]
    return sorted(found, key=lambda moment: (moment.at, moment.order))


def panel(name: str) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Registers a fragment that another room's page shows: `panel("leaderboard.around_me")`."""

    def keep(draw: Callable[..., str]) -> Callable[..., str]:
        panels[name] = draw
        return draw

    return keep


def seed(order: int, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Registers a part of `hurrah seed demo`: `fn(now=…)`, safe to run twice, in the order given."""

    def keep(plant: Callable[..., None]) -> Callable[..., None]:
        if all(known != name for _, known, _ in seeds):
            seeds.append((order, name, plant))
            seeds.sort(key=lambda entry: entry[:2])
        return plant

    return keep


def thing(name: str) -> Callable[[Callable[..., Iterable[Thing]]], Callable[..., Iterable[Thing]]]:
    """Registers what a member could do next: `fn(member, now)`, one query at most."""

    def keep(offer: Callable[..., Iterable[Thing]]) -> Callable[..., Iterable[Thing]]:
        things[name] = offer
        return offer

    return keep


def figure(name: str) -> Callable[[Callable[..., Iterable[Figure]]], Callable[..., Iterable[Figure]]]:
    """Registers numbers of the managers' desk: `fn(now)`, one query at most."""

    def keep(count: Callable[..., Iterable[Figure]]) -> Callable[..., Iterable[Figure]]:
        figures[name] = count
        return count

    return keep


def link(prefix: str) -> Callable[[Titles], Titles]:
    """Registers what subjects of a prefix (`referral` of `referral:7`) are called and where they are shown: `fn(ids)`
    gives what to ask the database (`Asked`), so that all prefixes of a page cost one statement, or id → (title,
    address) where nothing has to be asked. It says nothing of who may see it: the page behind it does."""

    def keep(find: Titles) -> Titles:
        targets[prefix] = find
        return find

    return keep


def export(name: str) -> Callable[[Callable[[int], Told]], Callable[[int], Told]]:
    """Registers what a room keeps of one member: `fn(member_id)` yields (table, rows), fit for JSON and for the eyes of
    that member alone. `core.personal.told(Model, condition)` makes one such pair. Never digests, keys or the words of
    a third person about them that they may not read."""

    def keep(tell: Callable[[int], Told]) -> Callable[[int], Told]:
        exports[name] = tell
        return tell

    return keep


def erasure(
    name: str,
) -> Callable[[Callable[[int, dt.datetime], None]], Callable[[int, dt.datetime], None]]:
    """Registers how a room forgets one member: `fn(member_id, now)`, in the transaction that erases them.

    It blanks words, names, addresses and files (files by `edges.after_commit`) and what nobody needs without the
    person; entries, facts, stage events and awards stay, for they hold ids only. Safe to run twice.
    """

    def keep(forget: Callable[[int, dt.datetime], None]) -> Callable[[int, dt.datetime], None]:
        erasures[name] = forget
        return forget

    return keep


def links(subjects: Iterable[str]) -> dict[str, Link]:
    """Subject → (title, address), one statement for all prefixes together; what nobody knows is left out."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for subject in subjects:
        prefix, _, number = subject.partition(":")
        if prefix in targets and number.isdecimal():
            wanted[prefix].add(int(number))
    found = {prefix: targets[prefix](ids) for prefix, ids in wanted.items()}
    known = answers({prefix: one for prefix, one in found.items() if isinstance(one, Asked)})
    for prefix, one in found.items():
        if not isinstance(one, Asked):
            known |= {f"{prefix}:{number}": link for number, link in one.items()}
    return known
