"""What a ladder pays: fixed amounts per rung, once, in whatever order the stages are heard."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.referrals.ladder import (
    SAMPLE,
    Due,
    Ladder,
    LadderError,
    Rung,
    UnknownRungError,
    due,
    problems,
    shares,
)

KEYS = ("submitted", "accepted", "meeting", "opportunity", "won", "lost")
SAMPLE_ENTRIES = {"submitted": 100, "accepted": 400, "meeting": 1_500, "opportunity": 5_000, "won": 25_000}


def ladder_of(*totals: int) -> Ladder:
    """An open rung per total, the last one won."""
    last = len(totals) - 1
    return Ladder(
        tuple(
            Rung(f"r{at}", f"Rung {at}", total, "won" if at == last else "open", at)
            for at, total in enumerate(totals)
        )
    )


def book(ladder: Ladder, heard: tuple[str, ...], *, hold: bool = False) -> dict[str, int]:
    """The entries after hearing these stages one by one; an entry that comes twice would be paid twice."""
    paid: dict[str, int] = {}
    reached: set[str] = set()
    for key in heard:
        reached.add(key)
        for item in due(ladder, reached, paid, hold_submission=hold):
            assert item.rung_key not in paid
            paid[item.rung_key] = item.points
    return paid


@pytest.mark.parametrize("repeat", [(), (0,), (5,), (0, 2, 4), tuple(range(6))])
def test_every_order_of_the_stages_ends_in_the_same_entries(repeat: tuple[int, ...]) -> None:
    for order in permutations(KEYS):
        heard = tuple(key for at, key in enumerate(order) for _ in range(2 if at in repeat else 1))
        assert book(SAMPLE, heard) == SAMPLE_ENTRIES
        assert book(SAMPLE, heard + order, hold=True) == SAMPLE_ENTRIES


@pytest.mark.parametrize("skipped", [(), ("accepted",), ("accepted", "meeting"), KEYS[:4]])
def test_a_won_deal_is_worth_its_total_whatever_it_skipped(skipped: tuple[str, ...]) -> None:
    heard = tuple(key for key in KEYS if key not in (*skipped, "lost"))
    assert sum(book(SAMPLE, heard).values()) == 32_000


def test_steps_back_losses_and_reopenings_pay_nothing_more_and_take_nothing() -> None:
    assert book(SAMPLE, ("submitted", "opportunity")) == {k: SAMPLE_ENTRIES[k] for k in KEYS[:4]}
    assert book(SAMPLE, ("submitted", "opportunity", "lost", "submitted", "meeting")) == {
        k: SAMPLE_ENTRIES[k] for k in KEYS[:4]
    }


def test_lost_alone_pays_nothing() -> None:
    assert due(SAMPLE, {"lost"}, {}) == []
    assert due(SAMPLE, {"submitted", "lost"}, {}) == [Due("submitted", 100)]


def test_what_is_paid_already_is_not_due_even_if_it_was_another_amount() -> None:
    assert due(SAMPLE, {"accepted"}, {"submitted": 50}) == [Due("accepted", 400)]


def test_a_held_submission_pays_with_the_next_stage_and_not_with_a_loss() -> None:
    assert due(SAMPLE, {"submitted"}, {}, hold_submission=True) == []
    assert due(SAMPLE, {"submitted", "lost"}, {}, hold_submission=True) == []
    assert due(SAMPLE, {"accepted"}, {}, hold_submission=True) == [
        Due("submitted", 100),
        Due("accepted", 400),
    ]


def test_a_ladder_of_one_rung_is_not_held_for_ever() -> None:
    assert due(ladder_of(10), {"r0"}, {}, hold_submission=True) == [Due("r0", 10)]


def test_a_rung_that_pays_less_than_a_lower_one_pays_nothing_and_is_warned_of() -> None:
    ladder = ladder_of(100, 500, 300, 400, 900)
    assert book(ladder, ("r4",)) == {"r0": 100, "r1": 400, "r4": 400}
    assert ladder.warnings() == [
        "Rung 2 pays less than Rung 1: nothing is paid on reaching it.",
        "Rung 3 pays less than Rung 1: nothing is paid on reaching it.",
    ]
    assert SAMPLE.warnings() == []
    assert ladder_of(0, 0).warnings() == [
        "No stage pays anything: advocates of this programme earn no points."
    ]


@given(
    totals=st.lists(st.integers(0, 1_000_000), min_size=1, max_size=9),
    picks=st.lists(st.integers(0, 8), max_size=20),
)
def test_what_is_booked_is_the_highest_total_up_to_the_highest_stage(
    totals: list[int], picks: list[int]
) -> None:
    ladder = ladder_of(*totals)
    reached = [at for at in picks if at < len(totals)]
    booked = book(ladder, tuple(f"r{at}" for at in reached))
    assert sum(booked.values()) == (max(totals[: max(reached) + 1]) if reached else 0)
    assert all(booked.values())
    assert ladder.earned(f"r{len(totals) - 1}") == max(totals)


def test_an_unknown_stage_is_refused_by_name() -> None:
    with pytest.raises(UnknownRungError, match=r"no stage “demo”.*Submitted, Accepted"):
        due(SAMPLE, {"submitted", "demo"}, {})
    assert SAMPLE.find(" WON ") == SAMPLE.won
    assert SAMPLE.find("Opportunity").key == "opportunity"
    with pytest.raises(UnknownRungError):
        SAMPLE.find("")


def test_rungs_stand_by_position_not_by_the_order_they_are_given_in() -> None:
    assert Ladder(tuple(reversed(SAMPLE.rungs))) == SAMPLE
    assert (SAMPLE.first.key, SAMPLE.won.key, SAMPLE.lost) == ("submitted", "won", SAMPLE.rung("lost"))


@pytest.mark.parametrize(
    ("rungs", "sentence"),
    [
        ([], "No stage is the won one"),
        ([("a", "A", 1, "open", 1)], "No stage is the won one"),
        ([("a", "A", 1, "won", 1), ("b", "B", 2, "won", 2)], "A and B are all marked as won"),
        ([("w", "W", 1, "won", 1), ("a", "A", 2, "open", 2)], "A stands above W"),
        (
            [("w", "W", 1, "won", 1), ("l", "L", 0, "lost", 2), ("m", "M", 0, "lost", 3)],
            "L and M are all marked",
        ),
        ([("w", "W", 1, "won", 1), ("l", "L", 5, "lost", 2)], "set its total to 0"),
        ([("a", "A", 1, "open", 1), ("a", "B", 2, "won", 2)], "Two stages have the key “a”"),
        ([("a", "A", 1, "open", 1), ("b", "a", 2, "won", 2)], "Two stages have the name “a”"),
        ([("a", "A", 1, "open", 1), ("b", "B", 2, "won", 1)], "Two stages have the position “1”"),
        ([("Ä", "A", 1, "won", 1)], "use 1 to 40 of a-z"),
        ([("a" * 41, "A", 1, "won", 1)], "use 1 to 40 of a-z"),
        ([("a\n", "A", 1, "won", 1)], "use 1 to 40 of a-z"),
        ([("a", " ", 1, "won", 1)], "needs a name"),
        ([("a", "A\nB", 1, "won", 1)], "needs a name"),
        ([("a", "A", -1, "won", 1)], "whole number from 0 to 1,000,000"),
        ([("a", "A", 1_000_001, "won", 1)], "whole number from 0 to 1,000,000"),
        ([("a", "A", True, "won", 1)], "whole number from 0 to 1,000,000"),
        ([("a", "A", 1, "closed", 1)], "use open, won or lost"),
    ],
)
def test_what_is_no_ladder_is_refused_in_words(
    rungs: list[tuple[str, str, int, str, int]], sentence: str
) -> None:
    built = [Rung(*fields) for fields in rungs]  # type: ignore[arg-type]  # wrong kinds on purpose
    assert any(sentence in problem for problem in problems(built))
    with pytest.raises(LadderError):
        Ladder(tuple(built))


def test_shares_add_up_and_the_odd_point_goes_to_the_member() -> None:
    assert shares(100, "member") == [("member", 100)]
    assert shares(100, "company", 60) == [("company", 100)]
    assert shares(5, "split", 50) == [("member", 3), ("company", 2)]
    assert shares(5, "split", 0) == [("company", 5)]
    assert shares(0, "split", 50) == []


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_no_point_is_lost_or_made_in_a_split(points: int, percent: int) -> None:
    split = dict(shares(points, "split", percent))
    assert sum(split.values()) == points
    assert 0 <= split.get("member", 0) - points * percent / 100 < 1


def test_shares_refuse_what_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="negative"):
        shares(-1, "member")
    with pytest.raises(ValueError, match="0 to 100"):
        shares(1, "split", 101)
