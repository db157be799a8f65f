"""What every way of fulfilling promises.

Inside ones work in the transaction that approves. Outside ones call a supplier between two transactions: they know
neither database nor Flask, and being asked again with the same reference they never make a second order.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from hub.crm.adapters import Secret
from hub.crm.outward.kinds.base import Call, Trouble
from hub.rewards.models import Redemption, Reward

__all__ = ["Inside", "Order", "Outside", "Placed", "Provider", "Refused", "Secret", "Target", "Trouble"]

Problem = tuple[str, str]  # the field of the reward's form, and what to do


class Refused(Exception):
    """The supplier won't, for good: the points go back. The sentence is read by the member. A bare status is no such
    word about an order that may be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A redemption as a supplier hears of it."""

    reference: str
    title: str
    kind: str
    name: str
    email: str
    value_hundredths: int
    currency: str
    options: Mapping[str, str]
    address: Mapping[str, str] | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    asked_before: bool = False
    may_be_there: bool = (
        False  # they have it, or may: only their own word that they refuse it counts as a refusal
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """How far it is: a supplier has it, it is on its way, it is there."""

    state: Literal["sending", "sent", "delivered"]
    outside_id: str | None = None
    tracking: str = ""
    tracking_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom to ask, and with which credentials."""

    address: str
    secret: Secret
    call: Call
    options: Mapping[str, str] = field(default_factory=dict)


class Provider(Protocol):
    """A way of fulfilling."""

    name: str
    title: str
    says: str  # when to choose it

    def problems(self, reward: Reward) -> Iterator[Problem]:
        """What a reward lacks to be fulfilled this way."""
        ...


class Inside(Provider, Protocol):
    """A way that needs nobody outside."""

    def begin(self, redemption: Redemption, reward: Reward, *, now: dt.datetime) -> Placed | str | None:
        """Does what can be done at once: how far it came, what is in the way (a sentence), or None when people do the
        rest. Safe twice."""
        ...


class Outside(Provider, Protocol):
    """A way through a supplier."""

    def place(self, order: Order, target: Target, *, now: dt.datetime) -> Placed:
        """Has it ordered, once for its reference however often it is asked. Raises Refused or Trouble, nothing else."""
        ...
