"""The mails of this room: an invitation, a seat, a place in line, a seat that is kept, news of the time, thanks, a
promise that was kept. Those about a seat carry the calendar file; none ever carries the video link."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from hub import notices
from hub.core import registry
from hub.core.clock import now
from hub.hangouts import invitations, queries
from hub.hangouts.models import Guest, Hangout
from hub.members.queries import get as member_by_id
from hub.notices.letters import Letter, Occasion, Reader

SPRING = dt.datetime(2026, 3, 26, 16, 0, tzinfo=dt.UTC)


def _sample(**more: Any) -> Mapping[str, Any]:
    return {
        "title": "The spring roadmap, before everybody else", "path": "/hangouts/roadmap", "host": "Dorothy Lindqvist",
        "host_first": "Dorothy", "starts_at": SPRING, "starts": "Thu 26 Mar, 17:00", "there": "",
        "minutes": 60, "where": "By video; the door is on its page", "points": 250, "seats": 10, **more,
    }  # fmt: skip


@notices.letter("hangout.invited", samples={"hangout_invited": _sample})
def invited(told: Occasion, reader: Reader) -> Letter | None:
    """Come; None once they have answered, or it has begun."""
    found, mine = _coming(told, reader)
    if found is None or mine is None or mine.state != "invited":
        return None
    return Letter(folder="hangout_invited", words=_about(found, reader))


@notices.letter("hangout.seated", samples={"hangout_seated": _sample})
def seated(told: Occasion, reader: Reader) -> Letter | None:
    """Your seat, with the calendar file."""
    found, mine = _coming(told, reader)
    if found is None or mine is None or mine.state != "seated":
        return None
    return Letter(
        folder="hangout_seated", words=_about(found, reader), calendar=invitations.beside(found, reader, mine)
    )


@notices.letter("hangout.waiting", samples={"hangout_waiting": lambda: _sample(place=3)})
def waiting(told: Occasion, reader: Reader) -> Letter | None:
    """Your place in line."""
    found, mine = _coming(told, reader)
    if found is None or mine is None or mine.state != "waiting":
        return None
    words = {**_about(found, reader), "place": queries.place_in_line(mine)}
    return Letter(folder="hangout_waiting", words=words)


@notices.letter("hangout.offered", samples={"hangout_offered": lambda: _sample(until="Wed 25 Mar, 09:00")})
def offered(told: Occasion, reader: Reader) -> Letter | None:
    """A seat is kept for you until then; None once it was taken or has gone on."""
    found, mine = _coming(told, reader)
    if found is None or mine is None or mine.state != "offered" or mine.offer_ends_at is None:
        return None
    if mine.offer_ends_at <= now():
        return None
    return Letter(
        folder="hangout_offered", words={**_about(found, reader), "until": reader.when(mine.offer_ends_at)}
    )


@notices.letter("hangout.moved", samples={"hangout_moved": lambda: _sample(has_seat=True)})
def moved(told: Occasion, reader: Reader) -> Letter | None:
    """Another time or place. Whoever has a seat gets the calendar file anew; None when it has moved again since."""
    found, mine = _coming(told, reader)
    if found is None or mine is None or found.sequence != told.data.get("sequence"):
        return None
    has_seat = mine.state == "seated"
    calendar = invitations.beside(found, reader, mine) if has_seat else None
    return Letter(
        folder="hangout_moved", words={**_about(found, reader), "has_seat": has_seat}, calendar=calendar
    )


@notices.letter("hangout.cancelled", samples={"hangout_cancelled": _sample})
def cancelled(told: Occasion, reader: Reader) -> Letter | None:
    """Called off; calendars take it out."""
    found = queries.by_id(told.subject_id)
    if found is None or found.state != "cancelled":
        return None
    mine = queries.guest(found.id, reader.id)
    has_seat = mine is not None and mine.state == "seated"
    calendar = invitations.beside(found, reader, mine) if mine and has_seat else None
    return Letter(folder="hangout_cancelled", words=_about(found, reader), calendar=calendar)


@notices.letter(
    "hangout.left", samples={"hangout_left": lambda: _sample(by="Dorothy Lindqvist", had_seat=True)}
)
def left(told: Occasion, reader: Reader) -> Letter | None:
    """A seat is given back, by whomever: calendars take it out. None when they have one again."""
    found = queries.by_id(told.subject_id)
    mine = queries.guest(found.id, reader.id) if found else None
    if found is None or mine is None or mine.state == "seated" or found.starts_at is None:
        return None
    had_seat, by = told.data.get("held") == "seated", member_by_id(told.data.get("by_id") or 0)
    words = {**_about(found, reader), "had_seat": had_seat, "by": by.name if by else ""}
    calendar = invitations.beside(found, reader, mine) if had_seat else None
    return Letter(folder="hangout_left", words=words, calendar=calendar)


@notices.letter("hangout.reminder", samples={"hangout_reminder": lambda: _sample(soon="tomorrow")})
def reminder(told: Occasion, reader: Reader) -> Letter | None:
    """It is near; None once it has begun: whoever slept through it isn't reminded of that."""
    found, mine = _coming(told, reader)
    if found is None or mine is None or mine.state != "seated":
        return None
    assert found.starts_at is not None
    days = found.starts_at.astimezone(reader.zone).date() - now().astimezone(reader.zone).date()
    soon = "in an hour" if told.data.get("hours") == 1 else "tomorrow" if days.days else "today"
    return Letter(folder="hangout_reminder", words={**_about(found, reader), "soon": soon})


@notices.letter(
    "hangout.thanked",
    samples={"hangout_thanked": lambda: _sample(
        words="You asked for the audit trail before the charts. We changed the order because of you.",
        recording=True, follow_up="Tell us what you would build first")},
)  # fmt: skip
def thanked(told: Occasion, reader: Reader) -> Letter | None:
    """The host's thanks, and what stays."""
    found = queries.by_id(told.subject_id)
    if found is None:
        return None
    link = registry.links([found.follow_up]).get(found.follow_up) if found.follow_up else None
    words = {
        "words": found.thanks, "recording": bool(found.recording_url), "follow_up": link[0] if link else "",
    }  # fmt: skip
    return Letter(folder="hangout_thanked", words={**_about(found, reader), **words})


@notices.letter(
    "request.shipped",
    samples={"request_shipped": lambda: {
        "title": "An audit trail for plans", "path": "/hangouts/roadmap#said", "hangout": "The winter roadmap",
        "points": 150}},
)  # fmt: skip
def shipped(told: Occasion, _reader: Reader) -> Letter | None:
    """You said, we did."""
    found = queries.request(told.subject_id)
    if found is None or found.status != "shipped":
        return None
    words = {
        "title": found.title, "path": f"/hangouts/{found.hangout.slug}#said", "hangout": found.hangout.title,
        "points": told.data.get("points") or 0,
    }  # fmt: skip
    return Letter(folder="request_shipped", words=words)


def _coming(told: Occasion, reader: Reader) -> tuple[Hangout | None, Guest | None]:
    """The hangout while it is still to come, and what the reader has to do with it."""
    found = queries.by_id(told.subject_id)
    if found is None or not found.is_upcoming(now()):
        return None, None
    return found, queries.guest(found.id, reader.id)


def _about(found: Hangout, reader: Reader) -> dict[str, Any]:
    assert found.starts_at is not None
    there = ""
    if found.in_person and str(reader.zone) != found.zone:
        local = found.starts_at.astimezone(ZoneInfo(found.zone))
        there = f"{local:%a} {local.day} {local:%b}, {local:%H:%M} ({found.zone})"
    return {
        "title": found.title, "path": f"/hangouts/{found.slug}", "host": found.by.name,
        "host_first": found.by.first_name, "starts_at": found.starts_at, "starts": reader.when(found.starts_at),
        "there": there, "minutes": found.minutes, "where": where(found), "points": found.points, "seats": found.seats,
    }  # fmt: skip


def where(found: Hangout) -> str:
    """By video, or the place."""
    video, place = "By video; the door is on its page", " ".join(found.place.split())
    return {"video": video, "place": place, "both": f"{place}, or by video from its page"}[found.meets]
