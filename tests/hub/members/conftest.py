"""Fixtures of this room."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.statements import statements


@pytest.fixture
def count_statements(app: Flask) -> Callable[[Callable[[], object]], int]:
    """How many statements `app` sends to its database while something is done."""

    def count(do: Callable[[], object]) -> int:
        with statements(app) as seen:
            do()
        return len(seen)

    return count
