"""What `hurrah prove` asks of pushes."""

from collections.abc import Iterator

from hub.core import registry
from hub.crm.outward import queries


@registry.check("every referral sent to a CRM has its deal, or was told no number")
def links() -> Iterator[str]:
    """A sent push without its deal link would leave the stages of that deal without a referral."""
    for push in queries.unlinked():
        yield f"push {push.id}: referral {push.referral_id} is said to be sent, but deal {push.deal_id} is not linked"
