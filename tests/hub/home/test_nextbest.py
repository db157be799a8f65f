"""The one best next thing: need before worth, worth before patience, and never what was just done."""

import dataclasses
import datetime as dt
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
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


@settings(suppress_health_check=[HealthCheck.too_slow])  # two cores, and others at work on them
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


def days_ago(number: float) -> dt.datetime:
    return NOW - dt.timedelta(days=number)


ANSWER = thing(name="answer", need="awaited", points=0, minutes=2, since=days_ago(0))
BEGUN = thing(name="begun", need="unfinished", points=50, minutes=4, since=days_ago(1))
REFER = thing(name="refer", points=32_000, minutes=3)
QUIZ = thing(name="quiz", points=150, minutes=4)
POLL = thing(name="poll", points=20, minutes=1)
LONG = thing(name="long", points=150, minutes=40)
LIKE = thing(name="like", points=1, minutes=1, fit=0.2)
SURVEY = thing(name="survey", points=100, minutes=2)
THANKS = thing(name="thanks", need="awaited", points=0, minutes=2, since=days_ago(3))
OLD_TIDY = thing(name="tidy", need="tidy", fit=1.0, since=days_ago(900))
PROFILE = thing(name="profile", need="tidy", points=0, minutes=1)

SITUATIONS = [
    # what is going on, what is offered, points to the next level, what comes first
    ("a rep waits for an answer", [REFER, BEGUN, ANSWER], 0, "answer"),
    ("something was begun", [REFER, BEGUN], 0, "begun"),
    ("the referral is worth most", [QUIZ, POLL, REFER], 0, "refer"),
    ("the referral was made this morning", [thing(name="refer", done_at=days_ago(0.1)), QUIZ], 0, "quiz"),
    ("and a week later it leads again", [thing(name="refer", done_at=days_ago(7)), QUIZ], 0, "refer"),
    ("short before long for the same points", [LONG, QUIZ], 0, "quiz"),
    ("it fits this member, the other doesn't", [QUIZ, thing(name="beta", points=100, minutes=4, fit=1.0)], 0, "beta"),
    ("it fits, but it is worth next to nothing beside", [REFER, LIKE], 0, "refer"),
    ("the quiz is all that lacks to the next level", [QUIZ, SURVEY], 150, "quiz"),
    ("far from the next level the shorter one leads", [QUIZ, SURVEY], 90_000, "survey"),
    ("it has waited for three weeks", [QUIZ, thing(name="old", points=100, minutes=4, since=days_ago(21))], 0, "old"),
    ("nothing is open but the profile", [PROFILE], 0, "profile"),
    ("anything open comes before tidying up", [PROFILE, thing(name="tiny", points=0, minutes=600)], 0, "tiny"),
    ("even fit and old, tidying comes last", [OLD_TIDY, LONG], 0, "long"),
    ("two wait: the one who waits longer", [ANSWER, THANKS], 0, "thanks"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("offers", "to_go", "first"), [case[1:] for case in SITUATIONS], ids=[case[0] for case in SITUATIONS]
)
def test_what_comes_first(offers: list[Thing], to_go: int, first: str) -> None:
    for order in (offers, offers[::-1]):
        assert ranked(order, NOW, to_go=to_go)[0].name == first


@given(st.integers(0, 1_000_000), st.integers(1, 600), days, st.floats(-5, 5), st.integers(0, 1_000_000))
def test_nothing_is_lifted_over_a_greater_need(
    points: int, minutes: int, since: dt.datetime | None, fit: float, to_go: int
) -> None:
    best = score(thing(need="tidy", points=points, minutes=minutes, since=since, fit=fit), NOW, to_go=to_go)
    assert 0 <= best < 100
