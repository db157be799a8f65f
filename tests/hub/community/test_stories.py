"""The feed: each room says how its facts read; only of those who are seen, by the name they chose, in few lines."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask

from hub import activity, community
from hub.community import stories
from hub.community.people import seen
from hub.core import edges, registry
from hub.core.clock import now
from leaderboard.visibility import HIDDEN_BY
from tests.hub.community.board import cast, change
from tests.hub.members.people import browser, person
from tests.statements import statements

ZONE = dt.UTC


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    known, targets = dict(stories.STORIES), dict(registry.targets)
    stories.STORIES.clear()
    community.story("quiz.passed", lambda deed: f"finished {deed.title}" if deed.title else None,
                    about=lambda fact: fact.subject)  # fmt: skip
    community.story(
        "quiz.praised", lambda _deed: "was praised", who=lambda facts: facts.c.data["member_id"].as_integer()
    )
    registry.link("quiz")(
        lambda ids: {number: (f"Quiz {number}", f"/quiz/{number}") for number in ids if number < 90}
    )
    yield
    stories.STORIES.clear()
    stories.STORIES.update(known)
    registry.targets.clear()
    registry.targets.update(targets)


def did(
    app: Flask, by_id: int | None, quiz: int = 1, *, kind: str = "quiz.passed", ago: float = 0, **data: object
) -> None:
    with app.app_context(), edges.unit():
        at = now() - dt.timedelta(hours=ago)
        activity.record(kind, subject=f"quiz:{quiz}", by_id=by_id, data=data, now=at)


def told(app: Flask, **wishes: int) -> list[str]:
    with app.app_context():
        return [f"{story.who} {story.text}" for story in community.feed(ZONE, **wishes).stories]


def test_equal_deeds_of_one_day_are_one_line(app: Flask) -> None:
    people = cast(app)
    for who in ("linus", "kim", "ada"):
        did(app, people[who])
    did(app, people["ada"], 2)
    did(app, people["ada"], ago=72)
    assert told(app) == [
        "Ada Marlowe finished Quiz 2", "Ada Marlowe and 2 others finished Quiz 1", "Ada Marlowe finished Quiz 1",
    ]  # fmt: skip
    did(app, person(app, "mo@example.com", "Mo Ray"), 7)
    did(app, people["kim"], 7)
    assert told(app)[0] == "Kim Novak and Mo Ray finished Quiz 7"
    assert told(app, besides=people["kim"])[0] == "Mo Ray finished Quiz 7"


def test_twice_by_one_member_names_them_once(app: Flask) -> None:
    people = cast(app)
    did(app, people["ada"], points=50)
    did(app, people["ada"], points=50)
    assert told(app) == ["Ada Marlowe finished Quiz 1"]


def test_a_story_may_be_about_somebody_else_than_who_did_it(app: Flask) -> None:
    people = cast(app)
    did(app, people["grace"], kind="quiz.praised", member_id=people["kim"])
    did(app, people["grace"], kind="quiz.praised", member_id=None)
    assert told(app) == ["Kim Novak was praised"]


def test_the_latest_is_first_whenever_it_was_written_down(app: Flask) -> None:
    people = cast(app)
    did(app, people["ada"], 1, ago=1)
    did(app, people["kim"], 2, ago=200)
    assert told(app) == ["Ada Marlowe finished Quiz 1", "Kim Novak finished Quiz 2"]


def test_what_has_no_title_any_more_is_not_told(app: Flask) -> None:
    did(app, cast(app)["ada"], 95)
    did(app, None)
    assert told(app) == []


HIDDEN = [{name: now() if name.endswith("_at") else True} for name in HIDDEN_BY]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_of_some_nothing_is_told(app: Flask, hidden: dict[str, object]) -> None:
    people = cast(app)
    did(app, people["kim"])
    assert told(app) == ["Kim Novak finished Quiz 1"]
    change(app, people["kim"], **hidden)
    assert told(app) == []


def test_a_pseudonym_is_the_name(app: Flask) -> None:
    people = cast(app)
    did(app, people["kim"])
    change(app, people["kim"], pseudonym="Night Owl")
    assert told(app) == ["Night Owl finished Quiz 1"]
    page = browser(app).get("/community/happened").text
    assert "Night Owl" in page
    assert "Kim" not in page


def test_the_feed_and_the_boards_hide_the_same_people() -> None:
    condition = str(seen().compile(compile_kwargs={"literal_binds": True}))
    assert all(f"members.{name}" in condition for name in HIDDEN_BY)


def test_pages_follow_each_other_and_nothing_is_lost(app: Flask) -> None:
    people = [person(app, f"p{n}@example.com", f"Person {n:03}") for n in range(3)]
    for n in range(170):
        did(app, people[n % 3], n % 85, ago=(170 - n) * 30)
    client, found, url = browser(app, "p0@example.com"), [], "/community/happened"
    while url:
        page = client.get(url).text
        found += [part.split("</p>")[0] for part in page.split('<p class="story__words">')[1:]]
        more = page.split('href="/community/happened?before=')[1:]
        url = f"/community/happened?before={more[0].split(chr(34))[0]}" if more else ""
    assert len(found) == 170
    assert len(set(found)) == 170


def test_a_feed_is_one_statement_and_one_for_titles(app: Flask) -> None:
    people = cast(app)
    for n in range(40):
        did(app, people["ada" if n % 2 else "kim"], n)
    with app.app_context(), statements(app) as sent:
        community.feed(ZONE)
    assert len(sent) == 1, sent  # the titles of quizzes come from no table


def test_a_flood_of_one_kind_hides_no_other(each_database: Flask) -> None:
    people = cast(each_database)
    did(each_database, people["grace"], kind="quiz.praised", member_id=people["kim"], ago=500)
    with each_database.app_context(), edges.unit():
        rows = [{"kind": "quiz.passed", "subject": "quiz:1", "by_id": people["grace"]} for _ in range(600)]
        activity.record_many(rows, now=now())
    assert told(each_database) == ["Kim Novak was praised"]
