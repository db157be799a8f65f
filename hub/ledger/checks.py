"""What `hurrah prove` recomputes of the ledger."""

from collections.abc import Iterator

from hub.core import registry
from hub.ledger.queries import over_corrected, wallet_differences


@registry.check("wallets are what entries and holds come to")
def wallets() -> Iterator[str]:
    """Balance, lifetime and held of every account."""
    for account_id, column, kept, true in wallet_differences():
        yield f"account {account_id}: {column} says {kept:,}, the books come to {true:,}"


@registry.check("no correction takes more than was booked")
def corrections() -> Iterator[str]:
    """Entries against the sum of what corrects them."""
    for entry_id, left in over_corrected():
        yield f"entry {entry_id}: corrected beyond zero, to {left:,}"
