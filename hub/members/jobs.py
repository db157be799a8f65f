"""What this room does by the clock, and after an answer was given."""

from hub import outbox
from hub.core import crypto
from hub.core.clock import now
from hub.members import actions
from hub.members.actions.tickets import FORGOTTEN


@outbox.every(24 * 3600, "members.forget_ended")
def forget_ended() -> None:
    """Drops ended sessions whose cookies have expired by themselves."""
    actions.forget_ended(now=now())


@outbox.handles(FORGOTTEN)
def forgotten(sealed: str) -> None:
    """Mails a link to whoever forgot their password, if we know them."""
    actions.forgotten(crypto.unseal(sealed), now=now())
