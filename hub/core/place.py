"""The hub's own row, read at most every few seconds per process: every page shows it."""

import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from sqlalchemy import select

from hub.core.db import db
from hub.core.models import Hub

KEPT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Place:
    """What pages need to know of the hub."""

    name: str = "Hurrah"
    tagline: str = ""
    brand_hue: int = 10
    zone_name: str = "UTC"
    contact_name: str = ""
    contact_email: str = ""
    has_sample: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The hub's zone: it decides which week or month an entry counts in."""
        return ZoneInfo(self.zone_name)


def init_app(app: Flask) -> None:
    """Starts with nothing remembered."""
    app.extensions["place"] = (0.0, Place())


def place(*, fresh: bool = False) -> Place:
    """The hub's row; defaults when nobody has set it up yet. `fresh` asks the database now."""
    kept: tuple[float, Place] = current_app.extensions["place"]
    read_at, known = kept
    if not fresh and read_at and time.monotonic() - read_at < KEPT_SECONDS:
        return known
    row = db.session.execute(select(Hub).where(Hub.id == 1)).scalar_one_or_none()
    found = (
        Place()
        if row is None
        else Place(
            name=row.name, tagline=row.tagline, brand_hue=row.brand_hue, zone_name=row.zone,
            contact_name=row.contact_name, contact_email=row.contact_email, has_sample=row.has_sample,
        )
    )  # fmt: skip
    current_app.extensions["place"] = (time.monotonic(), found)
    return found


def settle(**changes: object) -> Hub:
    """Changes the hub's row; creates it on first use."""
    row = db.session.get(Hub, 1)
    if row is None:
        row = Hub(id=1)
        db.session.add(row)
    for name, value in changes.items():
        setattr(row, name, value)
    db.session.flush()
    current_app.extensions["place"] = (0.0, Place())
    return row
