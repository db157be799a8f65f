"""Once an hour."""

from hub import outbox
from hub.core.clock import now
from hub.crm.probe import actions


@outbox.every(3600, "crm.probe")
def probe() -> None:
    """A synthetic referral through the whole chain, undone."""
    actions.look(now=now())
