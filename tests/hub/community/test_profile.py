"""A profile tells what somebody did and was thanked for, and never which name they chose among strangers."""

import pytest
from flask import Flask

from hub.community import shout_outs
from hub.core import edges
from hub.core.clock import now
from tests.hub.community.board import cast, change, member, topic
from tests.hub.members.people import browser


@pytest.fixture
def people(app: Flask) -> dict[str, int]:
    """Kim opened a topic, and Ada thanked her in public."""
    found = cast(app)
    topic(app, found["kim"], "Month-end reports")
    with app.app_context(), edges.unit():
        shout = shout_outs.thank(member(found["ada"]), member(found["kim"]), "For the *reports*.", now())
        shout_outs.answer(shout.id, member(found["kim"]), now(), yes=True)
    return found


def seen(app: Flask, who: str) -> str:
    """Both panels, as somebody sees them."""
    client = browser(app, f"{who}@example.com")
    panels = [client.get(f"/members/kim-novak/panels/{name}").text for name in ("thanks", "history")]
    return "".join(page.partition("<main")[2] for page in panels)


@pytest.mark.parametrize("hidden", [{}, {"pseudonym": "Falcon"}, {"is_opted_out": True}])
def test_others_see_it_unless_that_gives_a_chosen_name_away(
    app: Flask, people: dict[str, int], hidden: dict[str, object]
) -> None:
    if hidden:
        change(app, people["kim"], **hidden)
    page = seen(app, "linus")
    assert ("reports" in page, "started a conversation: Month-end reports" in page) == (not hidden,) * 2
    assert "Falcon" not in page
    for who in ("kim", "grace"):
        page = seen(app, who)
        assert "For the <em>reports</em>." in page
        assert "started a conversation: Month-end reports" in page
