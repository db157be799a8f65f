"""What `hurrah prove` recomputes of rewards: stock, holds, points, codes, refunds, what lapsed, commissions."""

from collections.abc import Iterator

from hub.core import registry
from hub.rewards import proof


@registry.check("rewards are counted right")
def stock() -> Iterator[str]:
    """What is left and taken against what was put in and the redemptions that hold one."""
    for reward_id, what, kept, true in proof.stock():
        yield f"reward {reward_id}: {what} says {kept:,}, its redemptions come to {true:,}"


@registry.check("redemptions hold and spend what they cost")
def holds() -> Iterator[str]:
    """Each redemption with a price against its hold and its entry; and no hold of a redemption that isn't there."""
    for redemption_id, says in proof.holds():
        yield f"redemption {redemption_id}: {says}"


@registry.check("no code was given twice")
def codes() -> Iterator[str]:
    """Codes against their redemptions: one each, of the reward that was chosen, while it wasn't given back."""
    for redemption_id, says in proof.codes():
        yield f"redemption {redemption_id}: {says}"


@registry.check("refunds are in the books, and two people saw the large ones")
def refunds() -> Iterator[str]:
    """Each booked refund against its entry, and all of a redemption against what it cost."""
    for redemption_id, says in proof.refunds():
        yield f"redemption {redemption_id}: {says}"


@registry.check("points lapse only after a warning")
def lapses() -> Iterator[str]:
    """Each entry of lapsed points against the warning before it."""
    for entry_id, says in proof.lapses():
        yield f"entry {entry_id}: {says}"


@registry.check("a won referral brings its reward once")
def decisions() -> Iterator[str]:
    """Decisions against what was given, and gifts against decisions."""
    for referral_id, says in proof.decisions():
        yield f"referral {referral_id}: {says}"


@registry.check("commissions are what their terms come to, once for each year")
def commissions() -> Iterator[str]:
    """Payouts against their terms, their referral's decision, and where the credit is."""
    for subject, says in proof.commissions():
        yield f"{subject}: {says}"
