"""Rewards in the flight recorder of a referral: what it brought besides points, and each step of the money."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, union_all
from sqlalchemy.sql.expression import literal, null

from hub.core.db import db
from hub.core.registry import Moment
from hub.core.words import money
from hub.rewards.models import Payout, Redemption

ORDER = 40
STAFF = frozenset({"rep", "manager"})


def about(subject: str) -> Iterator[Moment]:
    """The lines of one referral, from one statement; nothing for other subjects."""
    prefix, _, number = subject.partition(":")
    if prefix != "referral" or not number.isdecimal():
        return
    referral_id = int(number)
    given = (
        select(
            literal("reward"), Redemption.title, Redemption.created_at, Redemption.sent_at, Redemption.delivered_at,
            null().label("amount"), null().label("currency"), null().label("year"), Redemption.member_id,
        )
        .where(Redemption.referral_id == referral_id)
    )  # fmt: skip
    owed = select(
        literal("payout"), literal(""), Payout.closed_at, Payout.rewarded_at, Payout.paid_at, Payout.amount_hundredths,
        Payout.currency, Payout.year, Payout.member_id,
    ).where(Payout.referral_id == referral_id, Payout.state != "void")  # fmt: skip
    rows: list[Any] = list(db.session.execute(union_all(given, owed)))
    for kind, title, first, second, third, *rest in rows:
        if kind == "reward":
            yield from _reward(title, first, second, third)
        else:
            yield from _payout(first, second, third, *rest)


def _reward(
    title: str, given_at: dt.datetime, sent_at: dt.datetime | None, delivered_at: dt.datetime | None
) -> Iterator[Moment]:
    lines = ((given_at, f"It brought a reward: {title}."), (sent_at, f"{title} is on its way."),
             (delivered_at, f"{title} has arrived."))  # fmt: skip
    for place, (at, text) in enumerate(lines):
        if at is not None:
            yield Moment(at=at, text=text, icon="gift", kind="reward", order=ORDER + place)


def _payout(
    closed_at: dt.datetime, rewarded_at: dt.datetime | None, paid_at: dt.datetime | None, amount: int | None,
    currency: str, year: int, member_id: int | None,
) -> Iterator[Moment]:  # fmt: skip
    what = f"A commission of {money(amount, currency)}" if amount is not None else "A commission"
    what += f" for year {year}" if year > 1 else ""
    lines = (
        (closed_at, f"{what} falls due."),
        (rewarded_at, f"{what} is confirmed."),
        (paid_at, f"{what} was paid."),
    )
    for place, (at, text) in enumerate(lines):
        if at is not None:
            audience = STAFF if member_id is None else STAFF | {"advocate"}
            yield Moment(
                at=at, text=text, icon="wallet", kind="reward", order=ORDER + place, audience=audience
            )
