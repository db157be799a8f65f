"""Home."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from hub.core import registry, shell
from hub.core.clock import now
from hub.core.web import Blueprint, public, render
from hub.home import probes, queries
from hub.home.nextbest import ranked
from hub.home.stories import stories
from hub.ledger.queries import wallet_of
from hub.referrals.queries import programme_with_version
from hub.referrals.words import drawn

blueprint = Blueprint("home", __name__)
blueprints = [blueprint, probes.blueprint]
registry.navigation(registry.Item(label="Home", endpoint="home.home", icon="house", order=0))


@blueprint.get("/")
@public
def home() -> Response:
    """For members: what is next. For everybody else: what this is."""
    if not current_user.is_authenticated:
        return welcome()
    member = current_user._get_current_object()
    wallet = wallet_of(member.id)
    shell.know("points", wallet.balance - wallet.held)
    todo = ranked(offered(member, now()), now())
    return render(
        "home/home.html", best=todo[0] if todo else None, others=todo[1:3], wallet=wallet,
        moving=panel("referrals.moving", member), stories=stories(queries.deeds(member.id)),
    )  # fmt: skip


@blueprint.get("/home/around")
def around() -> Response:
    """The week around me: asked for by the home page once it is shown, for it costs as much as half of that."""
    return render(
        "home/_around.html", around=panel("leaderboard.around_me", current_user._get_current_object())
    )


def welcome() -> Response:
    """What this is and how to join, with the ladder of the first programme."""
    programme = programme_with_version()
    version = programme.version if programme else None
    return render(
        "home/welcome.html",
        version=version,
        rungs=[replace(rung, state="ahead") for rung in drawn(version.ladder)] if version else [],
    )


def offered(member: Any, at: dt.datetime) -> Iterator[registry.Thing]:
    """What the rooms think this member could do. Once somebody waits for an answer, nothing else is looked up."""
    awaited = False
    for offer in registry.things.values():
        for thing in offer(member, at):
            awaited = awaited or thing.need == "awaited"
            yield thing
        if awaited:
            return


def panel(name: str, member: Any) -> Markup:
    """Another room's fragment; nothing when that room isn't there."""
    draw = registry.panels.get(name)
    return Markup(draw(member)) if draw else Markup()  # noqa: S704 - drawn by that room's own template


@registry.thing("home.profile")
def complete_profile(member: Any, _now: dt.datetime) -> Iterator[registry.Thing]:
    """A profile without a title says little to the reps who read it."""
    if not member.title:
        yield registry.Thing(
            name="home.profile", need="tidy", icon="user", minutes=1, url="/settings", action="Complete my profile",
            title="Say what you do", why="Your title tells a rep whose word they have when they call your friend.",
        )  # fmt: skip
