"""What `hurrah prove` asks of deliveries."""

from collections.abc import Iterator

from hub.core import registry
from hub.crm import queries
from hub.crm.unbooked import unbooked


@registry.check("every delivery has an outcome and a reason")
def outcomes() -> Iterator[str]:
    """Nothing is done without a date, waits without a reason, or was kept without ever being looked at."""
    for delivery_id in queries.undone():
        yield f"delivery {delivery_id}: its outcome lacks a date or a reason"
    for delivery_id in queries.stateless():
        yield f"delivery {delivery_id}: was kept but has no state"


@registry.check("every delivery that moved a referral left its stage event")
def events() -> Iterator[str]:
    """A done stage delivery without the event it tells of would be points forgotten."""
    for delivery_id, referral_id in unbooked():
        yield f"delivery {delivery_id}: done, but referral {referral_id} has no such stage event"
