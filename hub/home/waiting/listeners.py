"""What is told of referrals that wait, and the desk's number."""

import datetime as dt
from collections.abc import Iterator

from hub import notices
from hub.core import registry
from hub.home.waiting import queries

notices.kind(
    "referral.quiet", icon="clock", label="See the referral", about="A referral of mine waits for news",
    roles=("rep", "manager"), by_default="email",
    sentence=lambda notice, context: (
        f"{context.title or 'A referral'}: nobody has heard anything for {notice.data.get('days') or 'some'} days. "
        "A sentence is enough."
    ),
)  # fmt: skip
notices.kind(
    "referral.overdue", icon="clock", label="See the referral", about="A referral waits too long",
    roles=("manager",), by_default="email",
    sentence=lambda notice, context: (
        f"{context.title or 'A referral'} has waited {notice.data.get('days') or 'some'} days for news."
    ),
)  # fmt: skip


@registry.figure("waiting")
def figures(now: dt.datetime) -> Iterator[registry.Figure]:
    """How many advocates wait for us."""
    yield registry.Figure(
        label="referrals wait for news",
        value=queries.count(now),
        url="/manage/waiting",
        note="longer than you promise",
    )
