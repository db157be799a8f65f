"""A batch is as large as fits into its time."""

import pytest
from flask import Flask

from hub.outbox.pace import MOST, Pace


@pytest.mark.parametrize(
    ("done", "limit", "spent", "then"),
    [
        (100, 100, 0.1, 200),  # quick and full: twice as many, not ten times
        (100, 100, 1.0, 101),  # as long as it should be
        (100, 100, 4.0, 25),  # too slow
        (3, 100, 0.1, 100),  # what wasn't full says nothing
        (3, 100, 2.0, 50),  # unless it was slow
        (100, 100, 1000.0, 5),  # never none
        (MOST, MOST, 0.0, MOST),  # never more than a transaction may hold
    ],
)
def test_the_next_batch_is_learnt_from_the_last(done: int, limit: int, spent: float, then: int) -> None:
    pace = Pace(first=limit)
    pace.learn(done, limit, spent)
    assert pace.size == then


def test_a_batch_is_told_its_size_and_gives_what_it_did(app: Flask) -> None:
    pace = Pace(first=10)
    with app.app_context():
        assert pace.run(lambda limit: limit - 1) == 9
