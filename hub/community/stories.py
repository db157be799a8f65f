"""What the community did, in warm sentences: each room says for its facts how they read and whom they are about.

    community.story("challenge.completed", lambda deed: f"finished {deed.title}" if deed.title else None,
                    about=lambda fact: fact.data["challenge"])

A sentence goes on after a name, holds nobody else's name, and is told only of members whom the boards show, by the
name they chose. Equal sentences of one day become one line: “Ada and 3 others finished …”.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, cast, select, true, union_all
from sqlalchemy.sql.selectable import Subquery

from hub.activity.models import Fact
from hub.community.people import Face, face, seen
from hub.core import registry
from hub.core.db import db
from hub.members.models import Member

HISTORY = 20
LOOKED_AT = 80
PER_MEMBER = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """A fact and the member it is about. `title` and `url` are those of what it was done to, where that is known."""

    id: int
    kind: str
    subject: str
    data: Mapping[str, Any]
    at: dt.datetime
    member: Member
    title: str | None = None
    url: str | None = None


Say = Callable[[Deed], str | None]
Who = Callable[[Subquery], ColumnElement[int]]
About = Callable[[Any], str | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """How the facts of one kind are told."""

    say: Say
    who: Who | None
    about: About | None


STORIES: dict[str, Kind] = {}


def story(kind: str, say: Say, *, who: Who | None = None, about: About | None = None) -> None:
    """Tells facts of a kind: `say(deed)` gives what comes after the name ("finished the quiz"), or None for nothing.

    `who(facts)` is the SQL of the member's id over a subquery of facts (without it: who did it, `facts.c.by_id`).
    `about(fact)` names what its title is of, as a subject of `registry.link` (without it: nothing is looked up).
    """
    STORIES[kind] = Kind(say=say, who=who, about=about)


@dataclass(kw_only=True, slots=True)
class Story:
    """One line: whose faces, who did what, when, where it leads, and the points it brought where it is one deed."""

    text: str
    day: dt.date
    at: dt.datetime
    people: dict[int, Face] = field(default_factory=dict)
    url: str | None = None
    points: int | None = None

    @property
    def faces(self) -> list[Face]:
        """Three of them."""
        return list(self.people.values())[:3]

    @property
    def who(self) -> str:
        """Ada Marlowe · Ada Marlowe and Linus Bergqvist · Ada Marlowe and 3 others."""
        names = [one.name for one in self.people.values()]
        if len(names) == 1:
            return names[0]
        return f"{names[0]} and {names[1] if len(names) == 2 else f'{len(names) - 1} others'}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A page of stories; `before` names the next one."""

    stories: list[Story]
    before: int | None = None


def feed(
    zone: dt.tzinfo, *, besides: int | None = None, before: int | None = None, limit: int | None = None
) -> Feed:
    """What members did lately, latest first: one statement, and one for each kind of thing whose titles are needed.

    A page is eighty facts, however few lines they make; with a `limit` it is the first so many lines of them, and no
    member fills it alone. `besides` leaves out the reader's own deeds.
    """
    rows = _rows(besides, before)
    told: list[Story] = []
    for deed in sorted(_titled(rows), key=lambda deed: (deed.at, deed.id), reverse=True):
        _tell(told, deed, zone, most=PER_MEMBER if limit else LOOKED_AT)
    return Feed(stories=told[:limit], before=rows[-1][0].id if len(rows) == LOOKED_AT else None)


def of(member: Member, zone: dt.tzinfo) -> Feed:
    """What one member did, latest first: their own facts whatever their age, and of what others did for them what is
    among the latest."""
    own = [kind for kind, found in STORIES.items() if found.who is None]
    mine = select(Fact).where(Fact.by_id == member.id, Fact.kind.in_(own)).order_by(Fact.id.desc())
    rows = [(fact, member) for fact in db.session.scalars(mine.limit(LOOKED_AT))]
    special = {kind: found for kind, found in STORIES.items() if found.who is not None}
    if special:
        latest = union_all(*(select(_latest(kind, None)) for kind in special)).subquery()
        who = case(
            *((latest.c.kind == kind, found.who(latest)) for kind, found in special.items() if found.who)
        )
        query = select(Fact).join(latest, latest.c.id == Fact.id).where(cast(who, BigInteger) == member.id)
        rows += [(fact, member) for fact in db.session.scalars(query.order_by(Fact.id.desc()))]
    told: list[Story] = []
    for deed in sorted(_titled(rows), key=lambda deed: (deed.at, deed.id), reverse=True):
        _tell(told, deed, zone, most=LOOKED_AT)
    return Feed(stories=told[:HISTORY])


def _rows(besides: int | None, before: int | None) -> list[tuple[Fact, Member]]:
    """The latest facts with the members they are about. Each kind is cut by itself, straight from its index: a
    hundred thousand imported facts of one kind neither slow this down nor hide the others."""
    if not STORIES:
        return []
    latest = union_all(*(select(_latest(kind, before)) for kind in STORIES)).subquery()
    special = [(latest.c.kind == kind, found.who(latest)) for kind, found in STORIES.items() if found.who]
    who = case(*special, else_=latest.c.by_id) if special else latest.c.by_id
    query = (
        select(Fact, Member)
        .join(latest, latest.c.id == Fact.id)
        .join(Member, Member.id == cast(who, BigInteger))
        .where(seen(), Member.id != besides if besides is not None else true())
        .order_by(Fact.id.desc())
        .limit(LOOKED_AT)
    )
    return [(fact, member) for fact, member in db.session.execute(query)]


def _latest(kind: str, before: int | None) -> Subquery:
    facts = select(Fact.id, Fact.kind, Fact.subject, Fact.by_id, Fact.data).where(Fact.kind == kind)
    facts = facts.where(Fact.id < before) if before else facts
    return facts.order_by(Fact.id.desc()).limit(LOOKED_AT).subquery()


def _titled(rows: Iterable[tuple[Fact, Member]]) -> list[Deed]:
    pairs = []
    for fact, member in rows:
        about = STORIES[fact.kind].about
        pairs.append((fact, member, about(fact) if about else None))
    links = registry.links({subject for _, _, subject in pairs if subject})
    deeds = []
    for fact, member, subject in pairs:
        title, url = links.get(subject or "", (None, None))
        deeds.append(Deed(
            id=fact.id, kind=fact.kind, subject=fact.subject, data=fact.data, at=fact.happened_at, member=member,
            title=title, url=url,
        ))  # fmt: skip
    return deeds


def _tell(told: list[Story], deed: Deed, zone: dt.tzinfo, *, most: int) -> None:
    text, day = STORIES[deed.kind].say(deed), deed.at.astimezone(zone).date()
    if text is None:
        return
    same = next((line for line in told if line.text == text and line.day == day), None)
    points = deed.data.get("points")
    if same is not None:
        same.people.setdefault(deed.member.id, face(deed.member))
        same.points = None
    elif sum(deed.member.id in line.people for line in told) < most:
        worth = points if isinstance(points, int) and points > 0 else None
        told.append(Story(text=text, day=day, at=deed.at, url=deed.url, points=worth,
                          people={deed.member.id: face(deed.member)}))  # fmt: skip
