"""Which week, month, quarter, year an instant counts in."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard import periods
from leaderboard.periods import Period

ZONES = [
    "UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia", "America/Sao_Paulo", "America/St_Johns",
    "America/Havana", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Kiritimati", "Africa/Cairo",
]  # fmt: skip
START = dt.datetime(2000, 1, 2, tzinfo=dt.UTC)
instants = st.integers(0, 40 * 365 * 86_400_000_000).map(
    lambda passed: START + dt.timedelta(microseconds=passed)
)


@given(at=instants, zone=st.sampled_from(ZONES).map(ZoneInfo))
def test_every_instant_lies_in_its_own_periods_and_in_no_neighbouring_one(
    at: dt.datetime, zone: ZoneInfo
) -> None:
    for period in Period:
        name = periods.key(period, at, zone)
        since, until = periods.span(name, zone)
        if since is None or until is None:
            assert period is Period.ALL
            continue
        assert since <= at < until
        assert periods.key(period, since, zone) == name
        assert periods.key(period, since - dt.timedelta(microseconds=1), zone) != name
        assert periods.key(period, until, zone) != name


@given(day=st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2040, 1, 1)))
def test_names_sort_as_time_runs(day: dt.date) -> None:
    for name, next_name in zip(periods.names(day), periods.names(day + dt.timedelta(days=1)), strict=True):
        assert name <= next_name


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (dt.date(2026, 11, 21), ("2026-W47", "2026-11", "2026-Q4", "2026", "all")),
        (dt.date(2027, 1, 1), ("2026-W53", "2027-01", "2027-Q1", "2027", "all")),
        (dt.date(2024, 12, 30), ("2025-W01", "2024-12", "2024-Q4", "2024", "all")),
    ],
)
def test_keys_of_a_day(day: dt.date, names: tuple[str, ...]) -> None:
    assert periods.names(day) == names


def test_the_hubs_zone_decides() -> None:
    late = dt.datetime(2026, 10, 31, 23, 30, tzinfo=dt.UTC)
    assert periods.key(Period.MONTH, late, ZoneInfo("UTC")) == "2026-10"
    assert periods.key(Period.MONTH, late, ZoneInfo("Europe/Berlin")) == "2026-11"
    assert periods.key(Period.MONTH, late, ZoneInfo("America/New_York")) == "2026-10"


def test_a_week_in_which_clocks_change_has_an_hour_more() -> None:
    since, until = periods.span("2026-W43", ZoneInfo("Europe/Berlin"))
    assert since is not None
    assert until is not None
    assert until - since == dt.timedelta(days=7, hours=1)


@pytest.mark.parametrize("name", ["2026-W99", "2026-Q7", "2026-13", "soon", ""])
def test_what_is_no_key_is_refused(name: str) -> None:
    with pytest.raises(ValueError):
        periods.span(name, ZoneInfo("UTC"))
