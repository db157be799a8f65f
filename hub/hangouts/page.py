"""Everything one member sees of one hangout, looked up together."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from hub.community.people import Face
from hub.community.text import html
from hub.core import registry
from hub.core.titles import Link
from hub.hangouts import asking, attending, queries, rules
from hub.hangouts.drawing import Chair, table
from hub.hangouts.models import Guest, Hangout
from hub.hangouts.queries import Asked, Heard, Item
from hub.members.models import Member


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A hangout as one member sees it. The video link is in none of it."""

    hangout: Hangout
    guest: Guest | None
    is_host: bool  # may run it
    in_person: bool  # is one of those who hold it
    now: dt.datetime
    story: Markup
    place: int
    faces: list[Face]
    hosts: list[Member]
    agenda: list[Item]
    questions: list[Asked]
    requests: list[Heard]
    follow_up: Link | None

    @property
    def state(self) -> str:
        """What this member has to do with it; `free` when nothing yet."""
        return self.guest.state if self.guest else "free"

    @property
    def is_seated(self) -> bool:
        """Whether a seat is theirs."""
        return self.state == "seated"

    @property
    def was_there(self) -> bool:
        """Whether they were seen at it."""
        return bool(self.guest and self.guest.attended_at)

    @property
    def may_take(self) -> bool:
        """Whether they can ask for a seat now."""
        return (
            self.hangout.is_upcoming(self.now)
            and not self.in_person
            and self.state not in ("seated", "waiting")
        )

    @property
    def may_check_in(self) -> bool:
        """Whether they can type the code now."""
        return self.is_seated and not self.was_there and attending.takes_codes(self.hangout, self.now)

    @property
    def takes_questions(self) -> bool:
        """Whether questions and votes are taken."""
        return asking.takes_questions(self.hangout, self.now)

    @property
    def shows_recording(self) -> bool:
        """The recording is for those who had to do with it."""
        mine = self.guest is not None and self.guest.state != "declined"
        return bool(self.hangout.recording_url) and (self.is_host or mine or self.was_there)

    @property
    def chairs(self) -> list[Chair]:
        """The table as it is drawn."""
        return table(self.hangout.seats, self.hangout.taken, faces=self.faces, mine=self.is_seated)

    @property
    def phase(self) -> str:
        """Where it is in its life."""
        if self.hangout.state != "open":
            return self.hangout.state
        if self.hangout.is_over(self.now):
            return "over"
        return "on" if self.hangout.is_on(self.now) else "ahead"


def find(slug: str, member: Any, now: dt.datetime) -> tuple[Hangout, Guest | None, bool] | None:
    """A hangout that this member may see, what they have to do with it, and whether they hold it; else None."""
    hangout = queries.by_slug(slug)
    if hangout is None:
        return None
    mine = queries.guest(hangout.id, member.id)
    is_host = rules.holds(hangout, member)
    if not rules.sees(hangout, member, mine, is_host=is_host, now=now):
        return None
    return hangout, mine, is_host


def see(slug: str, member: Any, now: dt.datetime) -> Seen | None:
    """The whole page; None when it isn't there for them."""
    found = find(slug, member, now)
    if found is None:
        return None
    hangout, mine, is_host = found
    own = asking.mine(hangout.id, member.id)
    hosts = queries.hosts(hangout)
    links = registry.links([hangout.follow_up]) if hangout.follow_up else {}
    return Seen(
        hangout=hangout, guest=mine, is_host=is_host, now=now, story=html(hangout.story),
        place=queries.place_in_line(mine) if mine and mine.state == "waiting" else 0,
        faces=queries.faces(hangout.id, besides=member.id), hosts=hosts,
        in_person=any(host.id == member.id for host in hosts),
        agenda=queries.agenda(hangout.id, member.id), questions=queries.questions(hangout.id, member.id, own),
        requests=queries.requests(hangout.id, member.id), follow_up=links.get(hangout.follow_up or ""),
    )  # fmt: skip
