"""Reactions: five kinds, each once for each member and post, whoever clicks at the same time."""

import pytest
from flask import Flask
from sqlalchemy import select

from hub.community import signs
from hub.community.models import KINDS, Reaction, Watch
from hub.core.clock import now
from hub.core.db import db
from tests.hub.community.board import at_once, cast, first_post, member, post, topic
from tests.hub.members.people import browser

HTMX = {"HX-Request": "true"}


def given(app: Flask) -> list[tuple[int, int, str]]:
    with app.app_context():
        rows = db.session.execute(
            select(Reaction.post_id, Reaction.member_id, Reaction.kind).order_by(Reaction.id)
        )
        return [(post_id, member_id, kind) for post_id, member_id, kind in rows]


@pytest.mark.parametrize("kind", KINDS)
def test_a_sign_is_put_and_taken_back(app: Flask, kind: str) -> None:
    people = cast(app)
    said = first_post(app, topic(app, people["ada"]))
    client = browser(app, "kim@example.com")
    drawn = client.post(f"/threads/posts/{said}/reactions", data={"on": kind}, headers=HTMX).text
    assert drawn.strip().startswith(f'<div class="signs" id="signs-{said}"')
    assert 'aria-pressed="true"' in drawn
    client.post(f"/threads/posts/{said}/reactions", data={"on": kind})
    assert given(app) == [(said, people["kim"], kind)]
    answer = client.post(f"/threads/posts/{said}/reactions", data={"off": kind})
    assert answer.status_code == 303
    assert answer.location.endswith(f"#post-{said}")
    assert given(app) == []


@pytest.mark.parametrize("data", [{"on": "hate"}, {"on": ""}, {}, {"off": "x"}])
def test_other_kinds_are_none(app: Flask, data: dict[str, str]) -> None:
    people = cast(app)
    said = first_post(app, topic(app, people["ada"]))
    assert (
        browser(app, "kim@example.com").post(f"/threads/posts/{said}/reactions", data=data).status_code == 409
    )
    assert given(app) == []


def test_nobody_cheers_for_themselves_or_for_what_is_gone(app: Flask) -> None:
    people = cast(app)
    number = topic(app, people["ada"])
    said = post(app, number, people["kim"])
    client = browser(app, "kim@example.com")
    assert client.post(f"/threads/posts/{said}/reactions", data={"on": "thanks"}).status_code == 409
    client.post(f"/threads/posts/{said}/removal")
    assert browser(app).post(f"/threads/posts/{said}/reactions", data={"on": "thanks"}).status_code == 409
    assert browser(app).post("/threads/posts/999/reactions", data={"on": "thanks"}).status_code == 404
    assert given(app) == []


def test_two_clicks_at_once_are_one_sign(each_database: Flask) -> None:
    people = cast(each_database)
    said = first_post(each_database, topic(each_database, people["ada"]))
    click = lambda: signs.react(said, member(people["kim"]), "love", now(), on=True)  # noqa: E731
    assert at_once(each_database, click, click, click) == [True, True, True]
    assert given(each_database) == [(said, people["kim"], "love")]


def test_two_wishes_to_watch_are_one(each_database: Flask) -> None:
    people = cast(each_database)
    number = topic(each_database, people["ada"])
    click = lambda: signs.watch(f"topic:{number}", member(people["kim"]), now(), on=True)  # noqa: E731
    assert at_once(each_database, click, click) == [True, True]
    with each_database.app_context():
        mine = select(Watch).where(Watch.member_id == people["kim"])
        assert len(list(db.session.scalars(mine))) == 1
