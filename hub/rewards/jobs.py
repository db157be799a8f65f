"""Errands and periodic work: each calls one action."""

from functools import partial

from flask import current_app

from hub import outbox
from hub.core import outgoing
from hub.core.clock import now
from hub.core.crypto import Unreadable, unseal
from hub.rewards import commissions, lapses, programmes, upkeep
from hub.rewards.actions import fulfilling
from hub.rewards.models import Supplier
from hub.rewards.providers import OUTSIDE, Order, Placed, Refused, Target, Trouble
from hub.rewards.providers.base import Secret

Parcel = tuple[str, Order, Target | str]


def target_of(supplier: Supplier) -> Target | str:
    """Whom to ask, or why nobody can be asked."""
    if not supplier.is_on:
        return "This supplier is switched off."
    try:
        secret = Secret(unseal(supplier.sealed))
    except Unreadable as error:
        return f"The credentials can’t be read: {error}."
    # Inner addresses are for tests alone, which say so in the app's own configuration: never by a setting.
    door = partial(outgoing.call, allow_private=bool(current_app.config.get("OUTGOING_ALLOW_PRIVATE")))
    options = {name: str(value) for name, value in supplier.options.items()}
    return Target(address=supplier.address, secret=secret, call=door, options=options)


def prepare(redemption_id: int) -> Parcel | None:
    """Everything a try needs; None when there is nothing to ask any more."""
    taken = fulfilling.take(redemption_id, now=now())
    return None if taken is None else (taken[1].kind, taken[0], target_of(taken[1]))


def call(parcel: Parcel) -> Placed | Refused:
    """Has it ordered. A refusal is an answer; whatever else goes wrong raises, and the outbox tries again later."""
    kind, order, target = parcel
    if isinstance(target, str):
        raise Trouble(target, is_lasting=True)
    try:
        return OUTSIDE[kind].place(order, target, now=now())
    except Refused as refused:
        return refused


def settle(answer: Placed | Refused, redemption_id: int) -> None:
    """Notes the answer."""
    fulfilling.settle(redemption_id, answer, now=now())


def failed(error: Exception, _next_at: object, redemption_id: int) -> None:
    """Notes a failed try where people look."""
    if not isinstance(error, Trouble):
        error = Trouble(f"Something unforeseen: {type(error).__name__}.", maybe_arrived=True)
    fulfilling.missed(redemption_id, str(error), maybe_arrived=error.maybe_arrived, now=now())
    if error.is_lasting:
        fulfilling.alert(redemption_id, now=now())


outbox.calls(outbox.Errand(name=fulfilling.ERRAND, prepare=prepare, call=call, settle=settle, failed=failed))


@outbox.every(900, "rewards.ask_again")
def ask_again() -> None:
    """Whatever suppliers have had for a quarter of an hour is asked after."""
    fulfilling.ask_again(now=now())


@outbox.every(3600, "rewards.decide")
def decide() -> None:
    """Referrals that reached their stage and nobody has decided about; rewards that are owed; commissions of a new
    year."""
    programmes.decide_missing(now=now())
    commissions.renew(now=now())


@outbox.every(24 * 3600, "rewards.look_after")
def look_after() -> None:
    """Addresses that nobody needs any more; points that lapse, a long while after their warning."""
    upkeep.forget_addresses(now=now())
    lapses.look(now=now())
