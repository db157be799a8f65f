"""What the CRM's messages add to a referral's timeline, for staff: each message and what became of it."""

from collections.abc import Iterable

from hub.core.registry import Moment, timeline
from hub.crm import queries

STAFF = frozenset({"manager"})
BECAME = {
    "done": "booked", "skipped": "nothing to do", "waiting": "waits", "unmapped": "waits for a mapping",
    "set_aside": "set aside", "pending": "not looked at yet",
}  # fmt: skip


@timeline
def messages(subject: str) -> Iterable[Moment]:
    """One line per delivery of this referral."""
    kind, _, number = subject.partition(":")
    if kind != "referral" or not number.isdigit():
        return
    for row in queries.about_referral(int(number)):
        said = f"“{row.state.crm_stage}”" if row.state.crm_stage else row.state.kind
        reason = f": {row.state.reason}" if row.state.reason else ""
        yield Moment(
            at=row.delivery.received_at, kind="delivery", icon="inbox", order=1, audience=STAFF,
            text=f"Message {row.delivery.id} from {row.delivery.connection.name} said {said}, "
            f"{BECAME[row.state.state]}{reason}",
        )  # fmt: skip
