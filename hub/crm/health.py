"""The CRM's hops on the health page: each connection, and the drain behind it."""

from collections.abc import Iterable

from hub.core.clock import now
from hub.core.registry import Hop, State, health
from hub.crm import queries
from hub.crm.receipt import oldest_pending

LATE_SECONDS = 60
SILENT_HOURS = 24


@health("crm")
def hops() -> Iterable[Hop]:
    """One hop per connection, one for the drain."""
    counts = queries.counts()
    for connection in queries.connections():
        yield _connection(connection.name, connection.kind, counts.get(connection.id))
    yield _drain(sum(count.states.get("pending", 0) for count in counts.values()))


def _connection(name: str, kind: str, count: queries.Count | None) -> Hop:
    title = f"CRM connection {name} ({kind})"
    if count is None or count.last_at is None:
        return Hop(
            name=f"crm.{name}", title=title, state="watch", says="Nothing has arrived yet.",
            todo="Point the CRM's webhook at the address shown under Connections and send a test.",
        )  # fmt: skip
    aside, unmapped = count.states.get("set_aside", 0), count.states.get("unmapped", 0)
    waiting = count.states.get("waiting", 0)
    silent = (now() - count.last_at).total_seconds() > SILENT_HOURS * 3600
    state: State = "watch" if aside or unmapped or silent else "ok"
    todo = []
    if unmapped:
        todo.append(f"Map the stages that {unmapped} deliveries wait for.")
    if aside:
        todo.append(f"Look at the {aside} set aside, mend the reason and replay them.")
    if silent:
        todo.append("Nothing for a day: check that the CRM still has our webhook.")
    return Hop(
        name=f"crm.{name}", title=title, state=state, says=f"{waiting} wait for a referral, {unmapped} for a mapping.",
        todo=" ".join(todo), last_success_at=count.last_at, waiting=waiting + unmapped, set_aside=aside,
    )  # fmt: skip


def _drain(pending: int) -> Hop:
    oldest = oldest_pending(now())
    late = oldest is not None and (now() - oldest).total_seconds() > LATE_SECONDS
    return Hop(
        name="crm.drain", title="Booking of CRM messages", state="broken" if late else "ok",
        says=f"{pending} messages wait to be booked." if pending else "Everything that arrived is booked.",
        todo="Start a worker: hurrah work books." if late else "", last_success_at=queries.last_booked(),
        waiting=pending, oldest_at=oldest,
    )  # fmt: skip
