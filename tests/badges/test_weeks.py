"""Streaks: weeks in a row, forgiven where they may be, in the member's own week, whatever the clocks do."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badges.weeks import MOST_FREEZES, WEEK, Run, run, standing, week_of, week_start

MONDAY = dt.date(2026, 1, 5)


def at(*numbers: int) -> list[dt.date]:
    """The weeks of these numbers."""
    return [MONDAY + number * WEEK for number in numbers]


@pytest.mark.parametrize(
    ("active", "away", "weeks", "best", "freezes"),
    [
        ((), (), 0, 0, 0),
        ((0,), (), 1, 1, 0),
        ((0, 1, 2), (), 3, 3, 0),
        ((0, 1, 3), (), 1, 2, 0),  # nothing saved yet: the gap ends it
        ((0, 1, 2, 3), (), 4, 4, 1),  # the fourth week earns a freeze
        ((0, 1, 2, 3, 5), (), 5, 5, 0),  # which the gap spends
        ((0, 1, 2, 3, 6), (), 1, 4, 0),  # two weeks are more than one freeze
        ((*range(8), 10), (), 9, 9, 0),  # two freezes, two weeks
        ((*range(40),), (), 40, 40, 2),  # never more than two
        ((0, 1, 5), (2, 3, 4), 3, 3, 0),  # announced weeks are passed over
        ((0, 1, 5), (2, 3), 1, 2, 0),  # one of them wasn't
        ((0, 1, 2), (1,), 3, 3, 0),  # who comes back early is counted
    ],
)
def test_what_weeks_come_to(
    active: tuple[int, ...], away: tuple[int, ...], weeks: int, best: int, freezes: int
) -> None:
    found = run(at(*active), at(*away))
    assert (found.weeks, found.best, found.freezes) == (weeks, best, freezes)


@pytest.mark.parametrize(
    ("active", "today", "weeks", "freezes"),
    [
        ((0, 1), 1, 2, 0), ((0, 1), 2, 2, 0), ((0, 1), 3, 0, 0), ((0, 1, 2, 3), 5, 4, 0), ((0, 1, 2, 3), 6, 0, 0),
    ],
)  # fmt: skip
def test_the_current_week_is_never_missed_yet(
    active: tuple[int, ...], today: int, weeks: int, freezes: int
) -> None:
    found = standing(run(at(*active)), at(today)[0])
    assert (found.weeks, found.freezes) == (weeks, freezes)
    assert found.best == len(active)


@given(st.lists(st.integers(0, 60)), st.lists(st.integers(0, 60)))
def test_the_order_and_repetition_of_deeds_do_not_matter(active: list[int], away: list[int]) -> None:
    once = run(at(*sorted(set(active))), at(*away))
    assert run(at(*active, *reversed(active)), at(*away)) == once
    assert once.weeks <= once.best <= len(set(active))
    assert 0 <= once.freezes <= MOST_FREEZES


@given(st.sets(st.integers(0, 40), min_size=1), st.integers(0, 10), st.sets(st.integers(0, 50)))
def test_what_stands_today_is_what_a_deed_today_would_continue(
    active: set[int], later: int, away: set[int]
) -> None:
    kept = run(at(*active), at(*away))
    today = max(active) + later
    now = standing(kept, at(today)[0], at(*away))
    then = run(at(*active, today), at(*away))
    assert then.weeks == now.weeks + (1 if later else 0)


@given(st.sets(st.integers(0, 60)), st.integers(0, 60))
def test_one_more_active_week_never_makes_the_best_worse(active: set[int], more: int) -> None:
    assert run(at(*active, more)).best >= run(at(*active)).best


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Berlin", 0), ("America/New_York", 0), ("Asia/Riyadh", 6), ("Asia/Jerusalem", 6), ("Asia/Dubai", 0),
        ("Asia/Tehran", 5), ("Asia/Kolkata", 0), ("UTC", 0),
    ],
)  # fmt: skip
def test_a_week_begins_after_the_weekend_of_the_country(zone: str, start: int) -> None:
    assert week_start(zone) == start


@pytest.mark.parametrize(
    ("zone", "instant", "week"),
    [
        # The same instant is Sunday evening in New York and Monday morning in Tokyo.
        ("America/New_York", "2026-11-23T01:00+00:00", "2026-11-16"),
        ("Asia/Tokyo", "2026-11-23T01:00+00:00", "2026-11-23"),
        # Clocks go back in Berlin on 25 October 2026: Sunday has 25 hours, Monday begins an hour later.
        ("Europe/Berlin", "2026-10-25T22:30+00:00", "2026-10-19"),
        ("Europe/Berlin", "2026-10-25T23:00+00:00", "2026-10-26"),
        # Clocks go forward on 29 March 2026: Sunday has 23 hours.
        ("Europe/Berlin", "2026-03-29T21:59+00:00", "2026-03-23"),
        ("Europe/Berlin", "2026-03-29T22:00+00:00", "2026-03-30"),
        # Samoa skipped 30 December 2011.
        ("Pacific/Apia", "2011-12-30T09:30+00:00", "2011-12-26"),
        ("Pacific/Apia", "2011-12-30T10:30+00:00", "2011-12-26"),
        # A Sunday in Riyadh begins the week.
        ("Asia/Riyadh", "2026-11-22T08:00+00:00", "2026-11-22"),
        ("Asia/Riyadh", "2026-11-21T08:00+00:00", "2026-11-15"),
    ],
)
def test_an_instant_counts_in_the_week_of_its_own_zone(zone: str, instant: str, week: str) -> None:
    assert week_of(dt.datetime.fromisoformat(instant), ZoneInfo(zone)).isoformat() == week


@given(
    st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
    st.sampled_from(["Europe/Berlin", "Asia/Riyadh", "America/St_Johns"]),
)
def test_a_deed_seven_days_later_is_in_the_next_week(day: dt.date, name: str) -> None:
    zone = ZoneInfo(name)
    there, later = (dt.datetime.combine(one, dt.time(12), zone) for one in (day, day + WEEK))
    assert week_of(later, zone) - week_of(there, zone) == WEEK


def test_nothing_done_is_nothing() -> None:
    assert standing(Run(), MONDAY) == Run()
