"""Verbs of this room."""

from hub.rewards.actions.moving import approve, cancel, deliver, dispatch, refuse
from hub.rewards.actions.redeeming import grant, redeem
from hub.rewards.wishes import KeyUsed, Refusal, Unfit, Wanted

__all__ = [
    "KeyUsed", "Refusal", "Unfit", "Wanted", "approve", "cancel", "deliver", "dispatch", "grant", "redeem", "refuse",
]  # fmt: skip
