"""What this room does by the clock, and after an answer was given."""

import json

from hub import outbox
from hub.core import crypto
from hub.core.clock import now
from hub.members import actions
from hub.members.actions.signing_links import ASKED
from hub.members.actions.tickets import FORGOTTEN
from hub.members.joining import actions as joining


@outbox.every(24 * 3600, "members.forget_ended")
def forget_ended() -> None:
    """Drops ended sessions whose cookies have expired by themselves."""
    actions.forget_ended(now=now())


@outbox.handles(FORGOTTEN)
def forgotten(sealed: str) -> None:
    """Mails a link to whoever forgot their password, if we know them."""
    actions.forgotten(crypto.unseal(sealed), now=now())


@outbox.handles(ASKED)
def sign_in_asked(sealed: str) -> None:
    """Mails a link to whoever wants in without a password, if we know them."""
    actions.send_sign_in(crypto.unseal(sealed), now=now())


@outbox.handles(joining.ASKED)
def join_asked(sealed: str) -> None:
    """Mails a link to whoever wants to join; it says something else to members."""
    joining.answer(**json.loads(crypto.unseal(sealed)), now=now())


@outbox.every(24 * 3600, "members.forget_asked")
def forget_asked() -> None:
    """Drops what was asked of us and not answered in two days."""
    joining.forget_asked(now=now())
