"""A hangout as a calendar file (RFC 5545): stable UID, SEQUENCE, and a VTIMEZONE made from the real transitions.

The library's own VTIMEZONE puts the onset in spring an hour late, so we write ours. The video link is never in it: the
file leads to the hangout's page, and the page lets in whoever has a seat.
"""

import datetime as dt
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import (
    Alarm,
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDDDTypes,
    vText,
)

from hub.hangouts.models import Hangout

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
PRODUCT = "-//Hurrah//Hangouts//EN"
YEAR = dt.timedelta(days=366)
HOUR = dt.timedelta(hours=1)


def calendar(
    hangout: Hangout, *, url: str, method: Method = "PUBLISH", organizer: tuple[str, str] = ("", ""),
    attendee: tuple[str, str] | None = None, at: dt.datetime | None = None,
) -> bytes:  # fmt: skip
    """The file. `organizer` and `attendee` are (name, address); without an attendee it invites nobody. `at` is when
    something changed for this attendee alone: of two files with one SEQUENCE calendars believe the later."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    cancelled = method == "CANCEL" or hangout.state == "cancelled"
    made.add("method", "CANCEL" if cancelled else method)
    zone = ZoneInfo(hangout.zone)
    if not _is_utc(hangout.zone):
        assert hangout.starts_at is not None
        made.add_component(timezone(hangout.zone, hangout.starts_at))
    event = _event(hangout, zone, url=url, organizer=organizer, attendee=attendee, cancelled=cancelled)
    if at is not None and at > hangout.changed_at:
        event["dtstamp"] = vDDDTypes(at.replace(microsecond=0))
    made.add_component(event)
    return bytes(made.to_ical())


def _event(
    hangout: Hangout,
    zone: ZoneInfo,
    *,
    url: str,
    organizer: tuple[str, str],
    attendee: tuple[str, str] | None,
    cancelled: bool,
) -> Event:
    assert hangout.starts_at is not None
    assert hangout.ends_at is not None
    tz = dt.UTC if _is_utc(hangout.zone) else zone
    event = Event()
    event.add("uid", hangout.uid)
    event.add("sequence", hangout.sequence)
    event.add("dtstamp", hangout.changed_at.replace(microsecond=0))
    event.add("last-modified", hangout.changed_at.replace(microsecond=0))
    event.add("dtstart", hangout.starts_at.astimezone(tz))
    event.add("dtend", hangout.ends_at.astimezone(tz))
    event.add("summary", hangout.title)
    where = hangout.place if hangout.in_person else "Video, from the hangout’s page"
    event.add("location", where)
    event.add("description", _says(hangout, url))
    event.add("url", url)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    if organizer[1]:
        event.add("organizer", _address(organizer))
    if attendee is not None:
        guest = _address(attendee)
        guest.params["PARTSTAT"], guest.params["RSVP"] = vText("ACCEPTED"), vText("FALSE")
        event.add("attendee", guest)
    if not cancelled:
        event.add_component(_alarm(hangout.title))
    return event


def _says(hangout: Hangout, url: str) -> str:
    if hangout.by_video:
        return f"Your way in, from {hangout.link_minutes} minutes before: {url}"
    return f"All about it: {url}"


def _address(who: tuple[str, str]) -> vCalAddress:
    made = vCalAddress(f"mailto:{who[1]}")
    made.params["CN"] = vText(" ".join(who[0].replace('"', "’").split()))
    return made


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -dt.timedelta(minutes=10))
    alarm.add("description", title)
    return alarm


def timezone(name: str, around: dt.datetime) -> Timezone:
    """The zone as it is from a year before until a year after an instant: each change with the offset it leaves and the
    one it brings. A DTSTART is the wall clock just before the change, as RFC 5545 wants it."""
    zone, first = ZoneInfo(name), around - YEAR
    made = Timezone()
    made.add("tzid", name)
    made.add_component(
        _observance(first.astimezone(zone).replace(tzinfo=None, microsecond=0), zone, first, first)
    )
    for before, after in _changes(zone, first, around + YEAR):
        onset = (after + (_offset(before, zone))).replace(tzinfo=None)
        made.add_component(_observance(onset, zone, before, after))
    return made


def _observance(
    onset: dt.datetime, zone: ZoneInfo, before: dt.datetime, after: dt.datetime
) -> TimezoneDaylight | TimezoneStandard:
    part = TimezoneDaylight() if after.astimezone(zone).dst() else TimezoneStandard()
    part.add("dtstart", onset)
    part.add("tzname", after.astimezone(zone).tzname() or "")
    part.add("tzoffsetfrom", _offset(before, zone))
    part.add("tzoffsetto", _offset(after, zone))
    return part


def _changes(zone: ZoneInfo, start: dt.datetime, end: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """(the last second before, the first after) each change of the zone's offset or name, found by halving."""
    found = []
    at = start.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
    step = dt.timedelta(days=1)
    while at < end:
        if _sign(at, zone) != _sign(at + step, zone):
            low, high = at, at + step
            while high - low > dt.timedelta(seconds=1):
                middle = low + dt.timedelta(seconds=(high - low).total_seconds() // 2)
                low, high = (middle, high) if _sign(middle, zone) == _sign(at, zone) else (low, middle)
            found.append((low, high))
        at += step
    return found


def _sign(at: dt.datetime, zone: ZoneInfo) -> tuple[dt.timedelta, str | None]:
    return _offset(at, zone), at.astimezone(zone).tzname()


def _offset(at: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    return at.astimezone(zone).utcoffset() or dt.timedelta()


def _is_utc(name: str) -> bool:
    return name in ("UTC", "Etc/UTC", "Zulu", "Etc/GMT", "GMT")
