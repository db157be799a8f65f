"""A board for tests: people, topics, posts, and what became of them."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from hub.community import topics
from hub.community.actions import say
from hub.community.models import Post, Thread
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from hub.notices.models import Notice
from tests.hub.members.people import person

MANAGER = {"roles": ("manager",)}


def cast(app: Flask) -> dict[str, int]:
    """Ada, Kim and Linus, customers; Grace, the manager: ids by first name."""
    return {
        "ada": person(app, title="Head of Operations"),
        "kim": person(app, "kim@example.com", "Kim Novak"),
        "linus": person(app, "linus@example.com", "Linus Bergqvist"),
        "grace": person(app, "grace@example.com", "Grace Whitlock", **MANAGER),
    }


def member(member_id: int) -> Member:
    """Somebody, in the current session."""
    return db.session.get_one(Member, member_id)


def change(app: Flask, member_id: int, **values: Any) -> None:
    """Changes a member behind everybody's back."""
    with app.app_context(), edges.unit():
        db.session.execute(update(Member).where(Member.id == member_id).values(**values))


def topic(
    app: Flask, by_id: int, title: str = "Reports", body: str = "How do you do it?", **wishes: Any
) -> int:
    """A topic an hour old; gives its id."""
    at = wishes.pop("at", now() - dt.timedelta(hours=1))
    with app.app_context(), edges.unit():
        return topics.open_topic(member(by_id), title, body, at, **wishes).id


def post(app: Flask, topic_id: int, by_id: int, body: str = "Like this.", **wishes: Any) -> int:
    """A post under a topic; gives its id."""
    at = wishes.pop("at", now())
    with app.app_context(), edges.unit():
        return say(f"topic:{topic_id}", by_id, body, at, **wishes).id


def first_post(app: Flask, topic_id: int) -> int:
    """The post that opens a topic."""
    with app.app_context():
        found = topics.found(topic_id)
        assert found is not None
        assert found.post_id is not None
        return found.post_id


def count_of(app: Flask, subject: str) -> int:
    """What a thread says of its posts."""
    with app.app_context():
        return db.session.scalars(select(Thread.post_count).where(Thread.subject == subject)).one()


def body_of(app: Flask, post_id: int) -> str:
    """What a post says."""
    with app.app_context():
        return db.session.get_one(Post, post_id).body


def told(app: Flask, member_id: int) -> list[str]:
    """The kinds of notices somebody got, in order."""
    with app.app_context():
        mine = select(Notice.kind).where(Notice.member_id == member_id).order_by(Notice.id)
        return list(db.session.scalars(mine))


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """All acts in threads of their own, each in a unit, begun together; what they gave, or the error they met."""
    ready, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            with app.app_context():
                ready.wait()
                with edges.unit():
                    results[place] = act()
        except Exception as error:
            results[place] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
