"""The floor plan and the way in: `flask --app wsgi` and `hurrah` start here. A room imports only rooms above it."""

from typing import Any

from flask import Flask

from hub.core import app as house
from hub.core.settings import Settings

ROOMS = (
    "hub.core",
    "hub.outbox",
    "hub.activity",
    "hub.members",
    "hub.ledger",
    "hub.segments",
    "hub.notices",
    "hub.community",
    "hub.sharing",
    "hub.referrals",
    "hub.crm",
    "hub.hangouts",
    "hub.rewards",
    "challenges",
    "badges",
    "leaderboard",
    "hub.home",
)


def create_app(settings: Settings | None = None) -> Flask:
    """Hurrah, ready to answer."""
    return house.create_app(ROOMS, settings)


def __getattr__(name: str) -> Any:
    # Servers ask for `wsgi:app`; tests and commands import this module without wanting one.
    if name == "app":
        globals()["app"] = create_app()
        return globals()["app"]
    raise AttributeError(name)
