"""The one best next thing: need before worth, worth before patience, and never what was just done."""

import dataclasses
import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from hub.core.registry import Thing
from hub.home.nextbest import NEED, ranked, score

NOW = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
OPEN = Thing(
    name="b", need="open", title="Refer", why="", action="", url="/", icon="", minutes=3, points=32_000
)
days = st.one_of(st.none(), st.floats(0, 900).map(lambda n: NOW - dt.timedelta(days=n)))


def thing(**changes: object) -> Thing:
    return dataclasses.replace(OPEN, **changes)  # type: ignore[arg-type]


@given(
    st.sampled_from(list(itertools.combinations(sorted(NEED, key=lambda need: NEED[need]), 2))),
    st.integers(1, 600), st.integers(0, 1_000_000), days, days,
    st.integers(1, 600), st.integers(0, 1_000_000), days, days,
)  # fmt: skip
def test_a_greater_need_always_comes_first(
    needs: tuple[str, str], minutes: int, points: int, since: dt.datetime | None, done_at: dt.datetime | None,
    minutes2: int, points2: int, since2: dt.datetime | None, done_at2: dt.datetime | None,
) -> None:  # fmt: skip
    less = thing(need=needs[0], minutes=minutes, points=points, since=since, done_at=done_at)
    more = thing(need=needs[1], minutes=minutes2, points=points2, since=since2, done_at=done_at2)
    assert ranked([less, more], NOW)[0].need == needs[1]


def test_more_points_a_minute_come_first() -> None:
    assert ranked([OPEN, thing(name="a", points=100)], NOW)[0] is OPEN
    assert ranked([thing(name="a", minutes=30), OPEN], NOW)[0] is OPEN


def test_what_waits_longer_comes_first() -> None:
    long, short = (thing(need="awaited", since=NOW - dt.timedelta(days=n)) for n in (4, 1))
    assert ranked([short, long], NOW)[0] is long


def test_what_was_just_done_is_not_next_and_is_again_a_week_later() -> None:
    other = thing(name="a", points=50)
    assert ranked([thing(done_at=NOW), other], NOW)[0] is other
    assert ranked([thing(done_at=NOW - dt.timedelta(days=8)), other], NOW)[0] is not other


def test_equals_go_by_length_then_name_so_the_card_does_not_flicker() -> None:
    twins = [thing(name=name, points=0, minutes=minutes) for name, minutes in (("z", 2), ("b", 5), ("a", 5))]
    for order in itertools.permutations(twins):
        assert [found.name for found in ranked(order, NOW)] == ["z", "a", "b"]


def test_a_clock_that_is_ahead_harms_nothing() -> None:
    later = NOW + dt.timedelta(days=1)
    assert score(thing(since=later, done_at=later), NOW) >= NEED["open"]
