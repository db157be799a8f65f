"""Clicks for tests: a link, people and crawlers who follow it, and what was counted."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hub import sharing
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.sharing.clicks import writing
from hub.sharing.models import Click, ClickDay, ClickMember

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def linked(app: Flask, member_id: int, target: str = "probe:1", channel: str = "copy") -> str:
    """The code of a member's link."""
    with app.app_context(), edges.unit():
        return sharing.link(member_id, target, channel, now()).code


def follow(
    app: Flask, code: str, *, address: str = "192.0.2.1", agent: str | None = BROWSER, method: str = "GET",
    client: Any = None, query: str = "", headers: Mapping[str, str] | None = None,
) -> TestResponse:  # fmt: skip
    """Somebody opens a link."""
    given = {**(headers or {}), **({"User-Agent": agent} if agent is not None else {})}
    answer: TestResponse = (client or app.test_client()).open(
        f"/s/{code}{query}", method=method, headers=given, environ_base={"REMOTE_ADDR": address}
    )
    return answer


def written(app: Flask) -> int:
    """Lets the writer work until nothing waits; how many it looked at."""
    total = 0
    with app.app_context():
        while count := writing.write_batch():
            total += count
    return total


def sums(app: Flask) -> dict[str, int]:
    """Clicks by kind, as rows; what isn't there is left out."""
    with app.app_context(), edges.reading():
        found = db.session.execute(select(Click.kind, func.count()).group_by(Click.kind))
        return {kind: count for kind, count in found}


def counted(app: Flask, member_id: int) -> tuple[int, int]:
    """A member's visits, over all and by days."""
    with app.app_context(), edges.reading():
        overall = db.session.scalar(select(ClickMember.visits).where(ClickMember.member_id == member_id)) or 0
        by_days = select(func.coalesce(func.sum(ClickDay.visits), 0)).where(ClickDay.member_id == member_id)
        return overall, int(db.session.scalar(by_days) or 0)


def differences(app: Flask) -> list[str]:
    """What `hurrah prove` says of clicks."""
    with app.app_context(), edges.reading():
        return [
            line for name, check in registry.checks.items() if name.startswith("sharing") for line in check()
        ]
