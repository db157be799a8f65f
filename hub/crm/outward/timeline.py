"""What a referral's timeline says of sending it to CRMs: on its way, there, or why not and when next."""

from collections.abc import Iterable

from hub.core.registry import Moment, timeline
from hub.crm.outward import queries
from hub.crm.outward.actions import OFF
from hub.crm.outward.models import Push

STAFF = frozenset({"rep", "manager"})
ADVOCATE = frozenset({"advocate"})
ORDER = 4


@timeline
def pushes(subject: str) -> Iterable[Moment]:
    """One line per CRM for staff; for the advocate one, once it is there."""
    kind, _, number = subject.partition(":")
    if kind != "referral" or not number.isdecimal():
        return
    found = queries.of_referral(int(number))
    for push in found:
        yield Moment(
            at=push.sent_at or push.created_at, text=sentence(push), icon="send", audience=STAFF, order=ORDER,
            kind="problem" if push.error and push.state != "sent" else "calm",
        )  # fmt: skip
    first = min((push.sent_at for push in found if push.sent_at is not None), default=None)
    if first is not None:
        text = "It is in the sales team’s system now, with your name on it."
        yield Moment(at=first, text=text, icon="send", kind="calm", order=ORDER, audience=ADVOCATE)


def sentence(push: Push) -> str:
    """What became of a push, in a sentence or three."""
    name = push.connection.name
    if push.state == "sent":
        deal = {
            "found": f"deal {push.deal_id}, which was there already",
            "unnumbered": "it answered no deal number",
        }
        said = f"Sent to CRM {name}: {deal.get(push.outcome or '', f'deal {push.deal_id}')}."
        return f"{said} {push.remark}" if push.remark else said
    if push.error is None:
        return f"On its way to CRM {name}."
    doubt = " It may have arrived all the same; the next try looks first." if push.state == "unknown" else ""
    return f"It could not be sent to CRM {name}: {push.error}{doubt} {then(push)}"


def then(push: Push) -> str:
    """What comes next."""
    if push.state == "failed":
        again = "It is set aside until somebody looks at it."
        return (
            again if push.is_lasting or push.error == OFF else "It is tried again every half hour for a week."
        )
    at = push.next_try_at
    return f"Next try {at:%d %b %Y, %H:%M:%S} UTC." if at else "The next try follows."
