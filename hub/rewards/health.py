"""Hops of rewards: what waits, each supplier, what nobody has decided."""

import datetime as dt
from collections.abc import Iterable

from hub.core.clock import now
from hub.core.place import place
from hub.core.registry import Hop, State, health
from hub.rewards import wellness
from hub.rewards.rules import rules

UNKNOWN_HOURS = 24


@health("rewards")
def hops() -> Iterable[Hop]:
    """Fulfilment as a whole, suppliers that are used, and won referrals without a decision: three statements."""
    at, found = now(), rules()
    open_ = wellness.waiting(at - dt.timedelta(days=found.age_days), at.astimezone(place().zone).date())
    yield _fulfilment(open_, at, found.age_days)
    for supplier in wellness.suppliers():
        yield _supplier(supplier)
    yield _decisions(open_.undecided, open_.owed)


def _fulfilment(found: wellness.Waiting, at: dt.datetime, days: int) -> Hop:
    stuck = found.unknown_at is not None and at - found.unknown_at > dt.timedelta(hours=UNKNOWN_HOURS)
    state: State = (
        "broken" if stuck or found.gone else "watch" if found.late or found.overdue or found.failing else "ok"
    )
    todo = []
    if stuck:
        todo.append(
            "Ask the supplier about what nobody has known for a day, and say so on the redemption’s page."
        )
    if found.gone:
        todo.append(f"Put codes into the pool: {found.gone} members wait for one.")
    if found.late:
        todo.append(f"See to the {found.late} older than {days} days.")
    if found.overdue:
        todo.append(
            f"See to the {found.overdue} past their day: their owners know them under Redemptions, Mine."
        )
    return Hop(
        name="rewards.fulfilment", title="Rewards on their way", state=state, todo=" ".join(todo),
        says=f"{found.open:,} open, {found.unknown:,} unknown, {found.failing:,} with a problem.",
        last_success_at=found.last_at, waiting=found.open, oldest_at=found.oldest_at, set_aside=found.failing,
    )  # fmt: skip


def _supplier(found: wellness.Asked) -> Hop:
    state: State = "off" if not found.is_on else "broken" if found.failing else "ok"
    return Hop(
        name=f"rewards.supplier.{found.name}",
        title=f"Supplier {found.name} ({found.kind})",
        state=state,
        says="Switched off"
        if not found.is_on
        else f"{found.open:,} orders with them, {found.failing:,} with a problem.",
        todo="Read the reason under Redemptions, With suppliers." if state == "broken" else "",
        last_success_at=found.last_at,
        waiting=found.open,
        set_aside=found.failing,
    )


def _decisions(undecided: int, owed: int) -> Hop:
    says = f"{undecided:,} won referrals without a decision, {owed:,} rewards owed."
    todo = "Decide about them under Rewards, Won referrals." if undecided or owed else ""
    state: State = "watch" if undecided or owed else "ok"
    return Hop(name="rewards.decisions", title="Rewards for won referrals", state=state, says=says, todo=todo,
               waiting=undecided + owed)  # fmt: skip
