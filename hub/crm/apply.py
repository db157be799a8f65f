"""What an event means here: which referral, which rung; or why it waits, is skipped, or needs a person.

Written for batches: a handful of statements, however many events. Applying twice changes nothing.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hub.core import bulk
from hub.crm import connections, deals, redaction
from hub.crm.matching import Matches, match
from hub.crm.models import IGNORE, DeliveryState
from hub.crm.states import Pending
from hub.referrals import Advance, advance_many
from hub.referrals.advance import book_again
from hub.referrals.ladder import UnknownRungError
from hub.referrals.models import Referral

AHEAD = dt.timedelta(minutes=5)
LACKING = "which this programme's ladder lacks"  # how the desk finds what a changed mapping may mend


@dataclass(slots=True)
class Batch:
    """The outcome of a batch before it is written."""

    now: dt.datetime
    mapping: dict[tuple[int, str], str]
    matches: Matches
    advances: list[Advance] = field(default_factory=list)
    amounts: list[dict[str, Any]] = field(default_factory=list)
    ended: list[dict[str, Any]] = field(default_factory=list)

    def end(self, state: Pending, to: str, reason: str | None, referral_id: int | None = None) -> None:
        """Ends a delivery: done and skipped are dated; what waits or is set aside says why."""
        self.ended.append(
            {
                "delivery_id": state.delivery_id, "state": to, "reason": reason,
                "referral_id": referral_id or state.referral_id,
                "done_at": self.now if to in ("done", "skipped") else None,
            }
        )  # fmt: skip


def apply(states: Sequence[Pending], *, now: dt.datetime) -> None:
    """Applies pending deliveries in the current transaction."""
    if not states:
        return
    merges = [state for state in states if state.event["merged_into"]]
    for state in merges:
        deals.merge(state, now=now)
    mapping = connections.mappings(sorted({state.connection_id for state in states}))
    batch = Batch(now=now, mapping=mapping, matches=match(states, now=now))
    for state in states:
        _one(batch, state)
    advance_many(batch.advances, now=now)
    for amount in batch.amounts:  # one by one: two of them may be about one referral
        bulk.change(Referral, [amount], by="id")
    if batch.amounts:  # a programme may pay for the size of a deal
        book_again({amount["id"] for amount in batch.amounts}, now=now, quietly=True)
    bulk.change(DeliveryState, batch.ended, by="delivery_id")
    late = {state.delivery_id for state in states if redaction.is_late(received_at(state), now)}
    redaction.blank_ended(late & {row["delivery_id"] for row in batch.ended if row["done_at"]})


def _one(batch: Batch, state: Pending) -> None:
    if state.kind == "privacy":
        return batch.end(state, "skipped", deals.forget(state, now=batch.now))
    referral_id = batch.matches.referral_of(state)
    if state.kind == "other":
        return batch.end(state, "skipped", "It says nothing about a deal's stage.", referral_id)
    if state.kind == "merged" and not state.crm_stage:
        return batch.end(
            state, "skipped", "Deals were merged; the referral that came first goes on.", referral_id
        )
    if referral_id is None:
        return batch.end(state, "waiting", batch.matches.why_not(state))
    if state.kind == "deleted":
        return batch.end(
            state, "skipped", "The deal was deleted in the CRM; what it earned stays.", referral_id
        )
    if state.kind == "restored":
        return batch.end(
            state, "skipped", "The deal was restored in the CRM; nothing is paid twice.", referral_id
        )
    amount = hundredths(state.event["amount"])
    if state.kind == "amount" or not state.crm_stage:
        if amount is not None:
            currency = state.event["currency"]
            batch.amounts.append({"id": referral_id, "amount_hundredths": amount, "currency": currency})
        return batch.end(state, "done", None, referral_id)
    return _stage(batch, state, referral_id, amount)


def _stage(batch: Batch, state: Pending, referral_id: int, amount: int | None) -> None:
    names = (*state.event["aliases"], state.crm_stage)
    rung = next((r for name in names if (r := batch.mapping.get((state.connection_id, name)))), None)
    if rung is None:
        return batch.end(
            state, "unmapped", f"Nobody has mapped the stage “{state.crm_stage}” yet.", referral_id
        )
    if rung == IGNORE:
        return batch.end(state, "skipped", f"“{state.crm_stage}” is mapped to no stage of ours.", referral_id)
    ladder = batch.matches.ladders[referral_id]
    try:
        ladder.rung(rung)
    except UnknownRungError:
        return batch.end(
            state, "set_aside", f"“{state.crm_stage}” is mapped to “{rung}”, {LACKING}. "
            "Change the mapping, then replay.", referral_id,
        )  # fmt: skip
    batch.advances.append(
        Advance(
            referral_id=referral_id,
            rung_key=rung,
            happened_at=happened_at(state),
            source="crm",
            sequence=state.event["sequence"] or 0,
            delivery_id=state.delivery_id,
            amount_hundredths=amount,
            currency=state.event["currency"],
            note=state.event["note"],
        )
    )
    return batch.end(state, "done", None, referral_id)


def happened_at(state: Pending | DeliveryState) -> dt.datetime:
    """When the CRM says it happened; a clock ahead of ours counts as five minutes after we heard of it."""
    heard = received_at(state)
    said = state.event["occurred_at"]
    return min(dt.datetime.fromisoformat(said), heard + AHEAD) if said else heard


def received_at(state: Pending | DeliveryState) -> dt.datetime:
    """When we received it, kept in the event so that a replay years later says the same."""
    return dt.datetime.fromisoformat(state.event["received_at"])


def hundredths(amount: str | None) -> int | None:
    """'60000.00' → 6000000; what is finer than a hundredth is rounded half to even."""
    return None if amount is None else int((Decimal(amount) * 100).to_integral_value())
