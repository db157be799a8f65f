"""Home."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from flask import abort, request
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from badges.queries import above
from hub import community
from hub.core import registry, shell, words
from hub.core.clock import now
from hub.core.web import Blueprint, public, render, see_other, wants_fragment
from hub.home import actions, economy_desk, flow_desk, probes, pulse_pages, queries, security_page, status
from hub.home import stories as _stories  # noqa: F401 - registers how referrals are told
from hub.home.nextbest import ranked
from hub.ledger.models import Wallet
from hub.members.joining import queries as joining
from hub.referrals.queries import programme_with_version
from hub.referrals.words import drawn

blueprint = Blueprint("home", __name__)
blueprints = [
    blueprint,
    probes.blueprint,
    pulse_pages.blueprint,
    status.blueprint,
    security_page.blueprint,
    flow_desk.blueprint,
    economy_desk.blueprint,
]
STORIES = 6
registry.navigation(registry.Item(label="Home", endpoint="home.home", icon="house", order=0))


@blueprint.get("/")
@public
def home() -> Response:
    """For members: what is next. For everybody else: what this is."""
    if not current_user.is_authenticated:
        return welcome()
    member = current_user._get_current_object()
    wallet, unwanted = queries.wallet_and_put_off(member.id, now())
    shell.know("points", wallet.balance - wallet.held)
    shell.know("lifetime", wallet.lifetime)
    return render("home/home.html", wallet=wallet, **todo(member, wallet, unwanted))


def todo(member: Any, wallet: Wallet, unwanted: Collection[str]) -> dict[str, Any]:
    """The one best next thing and two others; `lifts` names the next level where the first takes the member to it."""
    at, (next_level, to_go) = now(), above(wallet.lifetime)
    found = ranked(offered(member, at, unwanted), at, to_go=to_go)
    lifts = next_level if found and 0 < to_go <= found[0].points else ""
    return {"best": found[0] if found else None, "others": found[1:3], "lifts": lifts}


@blueprint.get("/home/around")
def around() -> Response:
    """My level and the week around me: asked for by the home page once it is shown."""
    member = current_user._get_current_object()
    return render(
        "home/_around.html",
        ring=panel("badges.level_ring", member),
        around=panel("leaderboard.around_me", member),
    )


@blueprint.get("/home/rest")
def rest() -> Response:
    """What is moving, who is customer of the month, what others did: asked for in the same way, all at once, so that
    nothing jumps twice."""
    member = current_user._get_current_object()
    return render(
        "home/_rest.html", moving=panel("referrals.moving", member),
        news=community.feed(words.zone(), besides=member.id, limit=STORIES),
        honoured=community.honours.current(member.id, now()),
    )  # fmt: skip


@blueprint.get("/home/moving")
def moving() -> Response:
    """My referrals on their ladders, as they are now; the home page asks again and again."""
    return render("home/_moving.html", moving=panel("referrals.moving", current_user._get_current_object()))


@blueprint.post("/home/put-off")
def put_off() -> Response:
    """Not now: not for a week. Not for me: never again. The next best thing takes its place."""
    for_good = "for_good" in request.form
    if not actions.put_off(current_user.id, request.form.get("thing", ""), now(), for_good=for_good):
        abort(400)
    if not wants_fragment():
        return see_other("home.home")
    member = current_user._get_current_object()
    return render("home/_next.html", **todo(member, *queries.wallet_and_put_off(member.id, now())))


def welcome() -> Response:
    """What this is and how to join, with the ladder of the first programme."""
    programme = programme_with_version()
    version = programme.version if programme else None
    return render(
        "home/welcome.html",
        version=version,
        is_open=joining.shown(now()) is not None,
        rungs=[replace(rung, state="ahead") for rung in drawn(version.ladder)] if version else [],
    )


def offered(member: Any, at: dt.datetime, unwanted: Collection[str]) -> Iterator[registry.Thing]:
    """What the rooms think this member could do, without what they put off. Once somebody waits for an answer, nothing
    else is looked up."""
    awaited = False
    for offer in registry.things.values():
        for thing in offer(member, at):
            if thing.name not in unwanted:
                awaited = awaited or thing.need == "awaited"
                yield thing
        if awaited:
            return


def panel(name: str, member: Any) -> Markup:
    """Another room's fragment; nothing when that room isn't there."""
    draw = registry.panels.get(name)
    return Markup(draw(member)) if draw else Markup()  # noqa: S704 - drawn by that room's own template
