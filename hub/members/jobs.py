"""What this room does by the clock."""

from hub import outbox
from hub.core.clock import now
from hub.members import actions


@outbox.every(24 * 3600, "members.forget_ended")
def forget_ended() -> None:
    """Drops ended sessions whose cookies have expired by themselves."""
    actions.forget_ended(now=now())
