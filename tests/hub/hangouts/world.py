"""Hangouts for tests: made by the room's own verbs, and many people around them."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy import select

from hub import members
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.hangouts import building, seats
from hub.hangouts.models import Guest, Hangout
from hub.notices.models import Notice

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LINK = "https://meet.example.com/s3cret-room-4711"


def crowd(app: Flask, many: int, name: str = "guest") -> list[int]:
    """So many members, in the order of their ids."""
    with app.app_context(), edges.unit():
        return [
            members.add(f"{name}{n}@example.com", name=f"{name.title()} {n}", now=now()).id
            for n in range(many)
        ]


def hangout(
    app: Flask, host: int, *, begins: dt.timedelta = 3 * DAY, publish: bool = True, **values: Any
) -> int:
    """A hangout of one seat for everybody that begins in three days, unless told otherwise; gives its number."""
    given: dict[str, Any] = {
        "seats": 1, "story": "Come.", "link": LINK, "audience": "everybody", "zone": "Europe/Berlin",
        "starts_at": now() + begins, **values,
    }  # fmt: skip
    with app.app_context(), edges.unit():
        made = building.create(given.pop("title", "The table"), by_id=host, now=now() - 90 * DAY, **given)
        if publish:
            building.publish(made, by_id=host, now=min(now(), given["starts_at"] - DAY))
        return made.id


def act(app: Flask, verb: Callable[..., Any], *args: Any, **wishes: Any) -> Any:
    """Does something as a request would, and keeps it."""
    with app.app_context():
        return edges.persistent(verb)(*args, **{"now": now(), **wishes})


def of(app: Flask, verb: Callable[..., Any], hangout_id: int, *args: Any, **wishes: Any) -> Any:
    """The same for verbs whose first word is the hangout itself; what they make is given by its number."""
    with app.app_context(), edges.unit():
        made = verb(db.session.get_one(Hangout, hangout_id), *args, **{"now": now(), **wishes})
        return getattr(made, "id", made)


def together(app: Flask, works: list[Callable[[], Any]], *, threads: int = 25) -> list[Any]:
    """Runs all at once, each as a request of its own; a refusal is a result, too."""

    def run(work: Callable[[], Any]) -> Any:
        try:
            with app.app_context():
                return edges.persistent(work)()
        except seats.Closed as refusal:
            return refusal

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, works))


def standing(app: Flask, hangout_id: int) -> dict[int, str]:
    """Member → state, in the order of their tickets."""
    with app.app_context(), edges.reading():
        query = select(Guest.member_id, Guest.state).where(Guest.hangout_id == hangout_id)
        rows = db.session.execute(query.order_by(Guest.ticket.is_(None), Guest.ticket, Guest.id))
        return {member_id: state for member_id, state in rows}


def in_state(app: Flask, hangout_id: int, *states: str) -> list[int]:
    """Who is in one of these states, in the order of their tickets."""
    return [one for one, state in standing(app, hangout_id).items() if state in states]


def taken(app: Flask, hangout_id: int) -> int:
    """How many seats are counted as taken."""
    with app.app_context(), edges.reading():
        return db.session.get_one(Hangout, hangout_id).taken


def told(app: Flask, kind: str) -> list[int]:
    """Who was told something of this kind, in order."""
    with app.app_context(), edges.reading():
        return list(
            db.session.scalars(select(Notice.member_id).where(Notice.kind == kind).order_by(Notice.id))
        )


def differences(app: Flask) -> list[str]:
    """What `hurrah prove` would say."""
    with app.app_context(), edges.reading():
        return [line for check in registry.checks.values() for line in check()]
