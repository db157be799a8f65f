"""What is done by hand is somebody's: they are told, find it, and it is heard of when its day has gone by."""

import datetime as dt
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select, update

from hub.core import edges
from hub.core.db import db
from hub.notices.models import Notice
from hub.rewards.health import hops
from hub.rewards.models import Redemption
from tests.hub.rewards.scene import choose, person, reward
from tests.hub.rewards.test_pages import browser


def told(app: Flask, member_id: int) -> int:
    with app.app_context():
        mine = select(Notice.id).where(Notice.member_id == member_id, Notice.kind == "redemption.task")
        return len(db.session.scalars(mine).all())


def test_a_task_is_told_to_its_owner_found_under_mine_and_late_after_its_day(app: Flask) -> None:
    grace, mary = (person(app, name, roles=("manager",)) for name in ("grace", "mary"))
    desk = browser(app, grace)
    number = choose(app, person(app, points=900), reward(app, owner_id=grace))
    assert told(app, grace) == 1
    path = f"/manage/redemptions/{number}"
    for owner, day in ((mary, "2031-05-06"), (mary, "2031-05-07"), (grace, "2031-05-07")):
        assert desk.post(f"{path}/task", data={"owner_id": owner, "due_on": day}).status_code == 303
    assert (told(app, mary), told(app, grace)) == (1, 1), "once, and nobody hears of what they did themselves"
    mine = "/manage/redemptions?view=mine"
    assert "Ada Example" in desk.get(mine).text
    assert "Ada Example" not in browser(app, mary).get(mine).text
    assert (late(desk.get), watched(app)) == (False, "ok")
    with app.app_context(), edges.unit():
        db.session.execute(update(Redemption).values(due_on=dt.date(2020, 1, 1)))
    assert (late(desk.get), watched(app)) == (True, "watch")
    assert "overdue" in desk.get(mine).text
    assert "overdue" in desk.get(path).text
    assert "Ada Example" in desk.get("/manage/redemptions?view=all&late=1").text


def late(get: Callable[..., object]) -> bool:
    return "1 is late" in get("/manage/redemptions").text  # type: ignore[attr-defined]


def watched(app: Flask) -> str:
    with app.app_context(), edges.reading():
        return next(one.state for one in hops() if one.name == "rewards.fulfilment")
