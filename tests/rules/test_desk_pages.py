"""Every page of the desk and of sales, as people meet it: see test_pages."""

import pytest

from tests.rules.house import House
from tests.rules.looking import Looker
from tests.rules.pages import PAGES, in_the_way

DESK = [name for name in PAGES if name.startswith(("GET /manage", "GET /sales"))]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", DESK)
def test_nothing_is_in_anybodys_way(furnished: House, lookers: dict[str, Looker], name: str) -> None:
    assert in_the_way(furnished, lookers, name) == []
