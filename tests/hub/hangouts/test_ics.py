"""The calendar file: a strict parser takes it, and it reads right on both sides of a clock change, in two zones."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from hub.hangouts.ics import calendar, timezone
from hub.hangouts.models import Hangout

ZONES = ("Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca")
URL = "https://hub.example.com/hangouts/roadmap"


def hangout(starts: dt.datetime, zone: str, **values: object) -> Hangout:
    given: dict[str, Any] = {
        "id": 7, "slug": "roadmap", "uid": "one-and-the-same@hangouts", "title": "Roadmap; with commas, and more",
        "story": "", "state": "open", "zone": zone, "starts_at": starts, "minutes": 60, "meets": "video", "place": "",
        "link_minutes": 30, "sequence": 3, "changed_at": starts - dt.timedelta(days=9), "link_sealed": "sealed",
        **values,
    }  # fmt: skip
    return Hangout(**given)


def event(raw: bytes) -> tuple[Any, Any]:
    parsed = Calendar.from_ical(raw)
    assert isinstance(parsed, Calendar)
    (found,) = parsed.walk("VEVENT")
    assert isinstance(found, Event)
    assert [name for part in parsed.walk() for name, _ in part.errors] == [], (
        "a strict parser has nothing to say"
    )
    return parsed, found


@pytest.mark.parametrize(
    ("wall", "hour"),
    [
        # Clocks go forward in the night to 29 March and back in the night to 25 October 2026.
        ("2026-03-28T17:00", 16),
        ("2026-03-29T17:00", 15),
        ("2026-10-24T17:00", 15),
        ("2026-10-25T17:00", 16),
    ],
)
def test_it_reads_right_around_a_clock_change_in_two_zones(wall: str, hour: int) -> None:
    local = dt.datetime.fromisoformat(wall)
    utc = local.replace(hour=hour, tzinfo=dt.UTC)
    raw = calendar(hangout(local.replace(tzinfo=ZoneInfo("Europe/Berlin")), "Europe/Berlin"), url=URL)
    _, found = event(raw)
    start, end = found["DTSTART"], found["DTEND"]
    assert start.params["TZID"] == "Europe/Berlin"
    assert start.dt.replace(tzinfo=None) == local
    assert start.dt.astimezone(dt.UTC) == utc
    # New York changes its clocks on other days: the instant is what both agree on.
    assert start.dt.astimezone(ZoneInfo("America/New_York")) == utc.astimezone(ZoneInfo("America/New_York"))
    assert end.dt - start.dt == dt.timedelta(hours=1)


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize(
    "around", [dt.datetime(2026, 3, 20, tzinfo=dt.UTC), dt.datetime(2026, 10, 28, tzinfo=dt.UTC)]
)
def test_its_own_rules_of_the_zone_say_what_the_zone_says(name: str, around: dt.datetime) -> None:
    """Read by the letter of RFC 5545: the last change whose onset has passed gives the offset."""
    real, made = ZoneInfo(name), timezone(name, around)
    parts: list[Any] = list(made.subcomponents)
    changes = sorted(
        (part["DTSTART"].dt - part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td, part["TZNAME"])
        for part in parts
    )
    for hours in range(-60 * 24, 300 * 24, 1):
        at = around + dt.timedelta(hours=hours)
        offset, word = [(to, said) for onset, to, said in changes if onset <= at.replace(tzinfo=None)][-1]
        local = at.astimezone(real)
        assert (offset, str(word)) == (local.utcoffset(), local.tzname()), at


def test_another_time_keeps_the_uid_and_raises_the_sequence_and_calling_off_says_so() -> None:
    starts = dt.datetime(2026, 3, 29, 15, tzinfo=dt.UTC)
    who: dict[str, Any] = {
        "organizer": ("Dorothy “D” Lindqvist", "hub@example.com"),
        "attendee": ("Ada, Marlowe", "ada@example.com"),
    }
    parsed, first = event(calendar(hangout(starts, "Europe/Berlin"), url=URL, method="REQUEST", **who))
    assert (parsed["METHOD"], first["UID"], first["SEQUENCE"]) == ("REQUEST", "one-and-the-same@hangouts", 3)
    assert str(first["ATTENDEE"]) == "mailto:ada@example.com"
    moved = hangout(starts + dt.timedelta(days=1), "Europe/Berlin", sequence=4)
    _, second = event(calendar(moved, url=URL, method="REQUEST", **who))
    assert (second["UID"], second["SEQUENCE"]) == (first["UID"], 4)
    off = hangout(starts, "Europe/Berlin", state="cancelled", sequence=5)
    parsed, gone = event(calendar(off, url=URL, method="REQUEST", **who))
    assert (parsed["METHOD"], gone["STATUS"], gone["UID"], gone["SEQUENCE"]) == (
        "CANCEL",
        "CANCELLED",
        first["UID"],
        5,
    )
    assert gone.walk("VALARM") == []


def test_without_a_zone_of_its_own_it_is_plain_utc_and_names_its_place() -> None:
    starts = dt.datetime(2026, 7, 1, 9, tzinfo=dt.UTC)
    raw = calendar(hangout(starts, "UTC", meets="place", place="Harbour House\nThird floor"), url=URL)
    parsed, found = event(raw)
    assert b"DTSTART:20260701T090000Z" in raw
    assert parsed.walk("VTIMEZONE") == []
    assert found["LOCATION"] == "Harbour House\nThird floor"
    assert parsed["METHOD"] == "PUBLISH"
