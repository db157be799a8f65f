"""The ledger: points are money to the people who earn them.

Accounts hold points, entries say why, wallets sum them up in the same transaction. An entry is never edited: a mistake
is corrected by another one. The caller makes the key, so paying twice with one key is paying once. This room never
decides what something is worth.
"""

from hub.ledger.actions import (
    Award,
    KeyTaken,
    NotEnough,
    award,
    award_many,
    correct,
    hold,
    release,
    settle,
)
from hub.ledger.queries import account_for, accounts_for, wallet

__all__ = [
    "Award", "KeyTaken", "NotEnough", "account_for", "accounts_for", "award", "award_many", "correct", "hold",
    "release", "settle", "wallet",
]  # fmt: skip
