"""Quiet hours and the digest's hour, across zones and the two nights a year when the clock jumps."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.notices.hours import Hours

ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe",
    "Pacific/Apia", "Pacific/Kiritimati", "America/Havana", "America/St_Johns", "Africa/Casablanca", "Asia/Gaza",
)  # fmt: skip


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


# zone, quiet from and to, the instant, when mail may go; all instants in UTC
TABLE = [
    ("UTC", 21, 7, "2026-11-21T20:59", "2026-11-21T20:59"),
    ("UTC", 21, 7, "2026-11-21T21:00", "2026-11-22T07:00"),
    ("UTC", 21, 7, "2026-11-22T06:59", "2026-11-22T07:00"),
    ("UTC", 21, 7, "2026-11-22T07:00", "2026-11-22T07:00"),
    ("UTC", 12, 14, "2026-11-21T13:30", "2026-11-21T14:00"),
    ("UTC", 0, 6, "2026-11-21T00:00", "2026-11-21T06:00"),
    ("UTC", 18, 0, "2026-11-21T23:30", "2026-11-22T00:00"),
    ("America/New_York", 21, 7, "2026-11-21T03:00", "2026-11-21T12:00"),
    ("Asia/Kolkata", 21, 7, "2026-11-21T16:00", "2026-11-22T01:30"),
    ("Asia/Kathmandu", 22, 6, "2026-11-21T17:00", "2026-11-22T00:15"),
    ("Pacific/Kiritimati", 21, 7, "2026-11-21T08:00", "2026-11-21T17:00"),
    # Berlin, 29 March 2026: at 02:00 the clock shows 03:00. The night is an hour shorter.
    ("Europe/Berlin", 22, 7, "2026-03-28T21:30", "2026-03-29T05:00"),
    ("Europe/Berlin", 22, 2, "2026-03-28T23:30", "2026-03-29T01:00"),  # 02:00 is skipped: as it jumps
    ("Europe/Berlin", 22, 3, "2026-03-29T00:30", "2026-03-29T01:00"),
    # Berlin, 25 October 2026: 02:00 to 03:00 comes twice. The night is an hour longer.
    ("Europe/Berlin", 22, 7, "2026-10-24T20:30", "2026-10-25T06:00"),
    ("Europe/Berlin", 22, 3, "2026-10-25T00:30", "2026-10-25T02:00"),
    (
        "Europe/Berlin",
        22,
        3,
        "2026-10-25T01:30",
        "2026-10-25T02:00",
    ),  # the second 02:30 is as quiet as the first
    ("Europe/Berlin", 22, 2, "2026-10-24T23:30", "2026-10-25T00:00"),
    # Lord Howe jumps by half an hour.
    ("Australia/Lord_Howe", 22, 2, "2026-10-03T14:00", "2026-10-03T15:30"),
]


@pytest.mark.parametrize(("zone", "start", "end", "at", "goes"), TABLE)
def test_mail_waits_for_the_end_of_the_quiet_hours(
    zone: str, start: int, end: int, at: str, goes: str
) -> None:
    assert Hours(zone=ZoneInfo(zone), quiet_from=start, quiet_to=end).may_go(utc(at)) == utc(goes)


@pytest.mark.parametrize(("start", "end"), [(None, None), (9, 9), (21, None)])
def test_without_quiet_hours_mail_goes_at_once(start: int | None, end: int | None) -> None:
    at = utc("2026-11-21T03:00")
    assert Hours(zone=ZoneInfo("UTC"), quiet_from=start, quiet_to=end).may_go(at) == at


YEARS = dt.datetime(2026, 1, 1), dt.datetime(2028, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone itself
INSTANTS = st.datetimes(*YEARS, timezones=st.just(dt.UTC))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ZONES), st.integers(0, 23), st.integers(0, 23), INSTANTS)
def test_what_waits_goes_as_soon_as_it_is_not_quiet(zone: str, start: int, end: int, at: dt.datetime) -> None:
    hours = Hours(zone=ZoneInfo(zone), quiet_from=start, quiet_to=end)
    goes = hours.may_go(at)
    assert at <= goes <= at + dt.timedelta(hours=25)
    assert not hours.is_quiet(goes)
    if goes > at:
        minutes = range(0, int((goes - at).total_seconds()), 600)
        assert all(hours.is_quiet(at + dt.timedelta(seconds=second)) for second in minutes)
        assert hours.is_quiet(goes - dt.timedelta(seconds=1))


DIGESTS = [
    ("UTC", "daily", 8, 0, "2026-11-21T07:59", "2026-11-21T08:00"),
    ("UTC", "daily", 8, 0, "2026-11-21T08:00", "2026-11-22T08:00"),
    ("America/New_York", "daily", 8, 0, "2026-11-21T12:59", "2026-11-21T13:00"),
    ("Europe/Berlin", "daily", 2, 0, "2026-03-28T12:00", "2026-03-29T01:00"),  # there is no 02:00 that night
    ("Europe/Berlin", "daily", 2, 0, "2026-10-24T12:00", "2026-10-25T00:00"),  # the first of two
    ("UTC", "weekly", 8, 0, "2026-11-21T12:00", "2026-11-23T08:00"),
    ("UTC", "weekly", 8, 5, "2026-11-21T07:00", "2026-11-21T08:00"),
    ("UTC", "weekly", 8, 5, "2026-11-21T08:00", "2026-11-28T08:00"),
    (
        "Pacific/Kiritimati",
        "weekly",
        8,
        6,
        "2026-11-21T12:00",
        "2026-11-21T18:00",
    ),  # it is Sunday there already
]


@pytest.mark.parametrize(("zone", "digest", "hour", "weekday", "after", "wanted"), DIGESTS)
def test_the_digest_has_its_hour(
    zone: str, digest: str, hour: int, weekday: int, after: str, wanted: str
) -> None:
    hours = Hours(zone=ZoneInfo(zone), digest=digest, digest_hour=hour, digest_weekday=weekday)  # type: ignore[arg-type]
    assert hours.next_digest(utc(after)) == utc(wanted)


def test_no_digest_has_no_hour() -> None:
    assert Hours(zone=ZoneInfo("UTC"), digest="off").next_digest(utc("2026-11-21T07:00")) is None


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [0, 2, 8, 23])
def test_two_years_have_one_daily_digest_for_each_day(zone: str, hour: int) -> None:
    hours, at = Hours(zone=ZoneInfo(zone), digest_hour=hour), utc("2026-01-01T00:00")
    times = []
    for _ in range(730):
        at = hours.next_digest(at) or at
        times.append(at)
    assert len({hours.period(at) for at in times}) == 730
    assert all(
        dt.timedelta(hours=22) < after - before < dt.timedelta(hours=26) for before, after in pairwise(times)
    )


def test_a_week_is_called_by_its_number_and_a_day_by_its_date() -> None:
    at = utc("2027-01-01T23:30")
    assert Hours(zone=ZoneInfo("UTC"), digest="weekly").period(at) == "2026-W53"
    assert Hours(zone=ZoneInfo("Asia/Kolkata")).period(at) == "2027-01-02"
