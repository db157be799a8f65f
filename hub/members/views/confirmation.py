"""Confirming one's e-mail address: asked for in the settings, done by a link that only the mailbox gets."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from flask import Response, flash, make_response, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.web import public, render, see_other
from hub.members import actions, queries
from hub.members.actions.tickets import CONFIRMATION
from hub.members.names import Refusal
from hub.members.throttle import brake_letters
from hub.members.views.blueprint import blueprint

TOO_OFTEN = "Three mails went out within the hour. Look for them, also among the unwanted ones, or try later."


def _too_often() -> Response:
    flash(TOO_OFTEN, "error")
    return make_response(see_other("members.settings"))


@blueprint.post("/settings/confirmation", endpoint="settings_confirmation")
@brake_letters("members.settings_confirmation", _too_often)
def settings_confirmation() -> BaseResponse:
    """Mails the link; three times an hour at most."""
    member = current_user._get_current_object()
    if actions.ask_to_confirm(member, now=now()):
        flash(f"A mail is on its way to {member.email}. Its link is good for three days.", "success")
    else:
        flash("Your address is confirmed already.", "info")
    return see_other("members.settings")


@blueprint.get("/confirmations/<token>")
@public
def confirmation(token: str) -> Response:
    """Asks for one press of a button: programs that look into mails open links, too."""
    found = queries.open_ticket(token, (CONFIRMATION,), now=now())
    if found is None:
        return _private(render("members/spent.html", status=410))
    return _private(render("members/confirmation.html", token=token, member=found[1]))


@blueprint.post("/confirmations/<token>", endpoint="confirm_now")
@public
def confirm_now(token: str) -> BaseResponse:
    """Confirms the address, whoever is signed in or not: the mailbox is the proof."""
    try:
        member = actions.confirm_email(token, now=now())
    except Refusal:
        return _private(render("members/spent.html", status=410))
    flash(
        f"Thank you, {member.first_name}. {member.email} is confirmed, and your points can be spent.",
        "success",
    )
    return see_other("members.settings")


@registry.thing("members.confirmation")
def confirm_first(member: Any, _now: dt.datetime) -> Iterator[registry.Thing]:
    """A member whose address nobody has checked is shown the way; no query."""
    if member.has_confirmed:
        return
    yield registry.Thing(
        name="members.confirmation", need="unfinished", title="Confirm your e-mail address",
        why="Points you earn are yours at once; spending them needs a mailbox that we know is yours.",
        action="Go to settings", url=url_for("members.settings") + "#confirm", icon="mail", minutes=1,
        since=member.joined_at,
    )  # fmt: skip


def _private(page: Response) -> Response:
    page.headers["Referrer-Policy"] = "no-referrer"  # the address is the secret
    page.headers["X-Robots-Tag"] = "noindex"
    return page
