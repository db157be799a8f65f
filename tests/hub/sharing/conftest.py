"""A place that links lead to, for tests of links and clicks."""

import pytest

from hub.sharing import Destination, targets


@pytest.fixture
def somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """`probe:n`: an odd number is a page of this hub, an even one somebody else's."""

    def lead(number: int, _link: object) -> Destination:
        url = f"/probe/{number}" if number % 2 else f"https://example.org/{number}?a=1"
        return Destination(url=url, title="A probe", says="What it is about")

    monkeypatch.setitem(targets.TARGETS, "probe", lead)
