"""Where a referral stands, and what follows when a won deal is no longer won."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.referrals.ladder import SAMPLE, due
from hub.referrals.standing import Clawback, Policy, Restore, Step, clawback, highest, restore, standing

DAY_ONE = datetime(2026, 3, 2, 9, tzinfo=UTC)
CLIMB = ("submitted", "accepted", "meeting", "opportunity", "won")


def step(key: str, day: int, sequence: int = 0) -> Step:
    return Step(key, DAY_ONE + timedelta(days=day), sequence)


class Books:
    """One referral's entries, kept as a caller keeps them: dues first, then the won rung's correction."""

    def __init__(self, policy: Policy, spent: int = 0) -> None:
        self.policy, self.spent = policy, spent
        self.steps: list[Step] = []
        self.paid: dict[str, int] = {}
        self.corrections: list[int] = []
        self.keys: list[str] = []

    @property
    def worth(self) -> int:
        return sum(self.paid.values()) + sum(self.corrections)

    def hear(self, heard: Step) -> None:
        self.steps.append(heard)
        for item in due(SAMPLE, {known.rung_key for known in self.steps}, self.paid):
            self.paid[item.rung_key] = item.points
        taken = clawback(
            SAMPLE,
            self.steps,
            self.paid,
            corrections=self.corrections,
            policy=self.policy,
            free_balance=self.worth - self.spent,
        )
        given_back = restore(SAMPLE, self.steps, corrections=self.corrections)
        if taken:
            self.corrections.append(-taken.points)
            self.keys.append(taken.key_end)
        if given_back:
            self.corrections.append(given_back.points)
            self.keys.append(given_back.key_end)


def test_it_stands_where_its_latest_step_put_it_whenever_that_was_heard() -> None:
    steps = [step("submitted", 0), step("opportunity", 2), step("meeting", 3)]
    for order in permutations(steps):
        assert standing(SAMPLE, order) == SAMPLE.rung("meeting")
        assert highest(SAMPLE, [*order, step("lost", 4)]) == SAMPLE.rung("opportunity")
    assert standing(SAMPLE, []) is None
    assert highest(SAMPLE, [step("lost", 1)]) is None


@pytest.mark.parametrize(
    ("tied", "stands"),
    [
        (("submitted", "opportunity"), "opportunity"),
        (("opportunity", "lost"), "lost"),
        (("lost", "won"), "won"),
        (("won", "meeting"), "won"),
    ],
)
def test_steps_of_one_instant_count_in_the_order_of_the_ladder(tied: tuple[str, str], stands: str) -> None:
    for keys in (tied, tied[::-1]):
        assert standing(SAMPLE, [step(key, 1) for key in keys]) == SAMPLE.rung(stands)


def test_the_senders_own_numbering_settles_an_instant() -> None:
    assert standing(SAMPLE, [step("won", 1, 7), step("meeting", 1, 8)]) == SAMPLE.rung("meeting")


@given(
    st.lists(st.tuples(st.sampled_from([*CLIMB, "lost"]), st.integers(0, 3), st.integers(0, 2)), max_size=8)
)
def test_standing_is_a_function_of_the_set_of_steps(raw: list[tuple[str, int, int]]) -> None:
    steps = [step(*fields) for fields in raw]
    assert standing(SAMPLE, steps) == standing(SAMPLE, [*reversed(steps), *steps])


def test_a_won_deal_that_is_lost_comes_back_to_what_the_other_stages_earned() -> None:
    books = Books("always")
    for day, key in enumerate((*CLIMB, "lost", "lost", "lost")):
        books.hear(step(key, day))
    assert (books.worth, books.corrections, books.keys) == (7_000, [-25_000], ["clawback:1"])


def test_a_deal_lost_without_a_win_keeps_everything() -> None:
    books = Books("always")
    for day, key in enumerate(("submitted", "opportunity", "lost")):
        books.hear(step(key, day))
    assert (books.worth, books.corrections) == (7_000, [])


def test_never_takes_nothing() -> None:
    books = Books("never")
    for day, key in enumerate((*CLIMB, "lost")):
        books.hear(step(key, day))
    assert (books.worth, books.corrections) == (32_000, [])


@pytest.mark.parametrize(("spent", "taken"), [(0, 25_000), (7_000, 25_000), (20_000, 12_000), (40_000, 0)])
def test_unspent_takes_no_more_than_is_free_and_says_what_is_short(spent: int, taken: int) -> None:
    steps = [step("won", 1), step("lost", 2)]
    asked = clawback(
        SAMPLE, steps, {"submitted": 7_000, "won": 25_000}, policy="unspent", free_balance=32_000 - spent
    )
    assert asked == Clawback(taken, 25_000 - taken, 1)


@pytest.mark.parametrize("spent", [0, 20_000, 40_000])
@pytest.mark.parametrize("policy", ["never", "unspent", "always"])
def test_won_again_gives_back_exactly_what_was_taken(policy: Policy, spent: int) -> None:
    books = Books(policy, spent)
    for day, key in enumerate((*CLIMB, "lost", "meeting", "won", "lost", "won", "won")):
        books.hear(step(key, day))
    assert books.worth == 32_000
    assert books.keys == ([] if policy == "never" else ["clawback:1", "restore:1", "clawback:2", "restore:2"])


def test_a_claw_back_that_found_nothing_is_asked_again_unless_it_is_remembered() -> None:
    steps, paid = [step("won", 1), step("lost", 2)], {"won": 25_000}
    assert clawback(SAMPLE, steps, paid, policy="unspent", free_balance=-5) == Clawback(0, 25_000, 1)
    assert clawback(SAMPLE, steps, paid, corrections=[0], policy="unspent", free_balance=9) is None
    again = [*steps, step("won", 3)]
    assert restore(SAMPLE, again, corrections=[0]) == Restore(0, 1)
    assert restore(SAMPLE, again, corrections=[]) is None


def test_one_payees_share_is_clawed_back_by_itself() -> None:
    steps = [step("won", 1), step("opportunity", 2)]
    asked = clawback(SAMPLE, steps, {"won": 15_000}, policy="always", free_balance=0)
    assert asked == Clawback(15_000, 0, 1)


def test_any_order_of_winning_and_losing_ends_in_the_same_worth() -> None:
    """All 720 orders; what stands last decides, however often it went to and fro on the way."""
    for last, worth in (("won", 32_000), ("lost", 7_000), ("meeting", 7_000)):
        keys = ("submitted", "opportunity", "won", "lost", "won", last)
        for order in permutations([step(key, day) for day, key in enumerate(keys)]):
            books = Books("always")
            for heard in (*order, *order[:3]):
                books.hear(heard)
            assert books.worth == worth


@given(st.lists(st.tuples(st.sampled_from([*CLIMB, "lost"]), st.integers(0, 5)), min_size=1, max_size=12))
def test_worth_follows_a_simple_model_after_every_step(raw: list[tuple[str, int]]) -> None:
    totals = {
        "submitted": 100,
        "accepted": 500,
        "meeting": 2_000,
        "opportunity": 7_000,
        "won": 32_000,
        "lost": 0,
    }
    strength = {key: at for at, key in enumerate((*CLIMB[:4], "lost", "won"))}
    books = Books("always")
    for at, (key, day) in enumerate(raw, 1):
        books.hear(step(key, day))
        so_far = raw[:at]
        last = max(so_far, key=lambda pair: (pair[1], strength[pair[0]]))[0]
        best = max(totals[key] for key, _ in so_far)
        assert books.worth == (7_000 if best == 32_000 and last != "won" else best)
