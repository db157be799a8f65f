"""One hop per connection that takes referrals."""

from collections.abc import Iterable

from hub.core.registry import Hop, State, health
from hub.crm.outward import queries
from hub.crm.outward.models import PushTarget


@health("crm.push")
def hops() -> Iterable[Hop]:
    """Whether new referrals arrive in each CRM; two statements."""
    counts = queries.counts()
    for target in queries.targets():
        yield _hop(target, counts.get(target.connection_id, queries.NONE))


def _hop(target: PushTarget, count: queries.Count) -> Hop:
    name, kind = target.connection.name, target.connection.kind
    state: State = "broken" if count.lasting else "watch" if count.failed else "ok"
    todo = ""
    if count.lasting:
        todo = "Read the reason under Connections, mend it and switch sending on again: all are sent then."
    elif count.failed:
        todo = "They are tried again every half hour for a week; see the reasons under Connections."
    if not target.is_on:
        state, todo = "off", ""
    return Hop(
        name=f"crm.push.{name}", title=f"Sending referrals to {name} ({kind})", state=state, todo=todo,
        says="Switched off" if not target.is_on else f"{count.sent:,} sent, {count.waiting:,} on their way, "
        f"{count.failed:,} set aside",
        last_success_at=count.last_sent_at, waiting=count.waiting, oldest_at=count.oldest_at, set_aside=count.failed,
    )  # fmt: skip
