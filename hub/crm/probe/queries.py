"""Reads of probes."""

import datetime as dt

from sqlalchemy import case, func, select

from hub.core.db import db
from hub.crm.probe.models import Probe


def latest() -> Probe | None:
    """The last one."""
    return db.session.scalar(select(Probe).order_by(Probe.at.desc(), Probe.id.desc()).limit(1))


def tally(since: dt.datetime) -> tuple[int, int]:
    """How many there were since then, and how many of them went through."""
    query = select(func.count(Probe.id), func.sum(case((Probe.is_ok, 1), else_=0))).where(Probe.at >= since)
    number, good = db.session.execute(query).one()
    return int(number), int(good or 0)


def last_good() -> dt.datetime | None:
    """When one last went through."""
    return db.session.scalar(select(func.max(Probe.at)).where(Probe.is_ok))
