"""What home and the desk show of rewards: one within reach, and what waits."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from hub.core import registry
from hub.core.db import db
from hub.ledger.models import Account, Wallet
from hub.rewards import queries
from hub.rewards.models import Reward, RewardWish

MEMBER_MINUTES = 1


def within_reach(member: Any, now: dt.datetime) -> Iterator[registry.Thing]:
    """What a member saved towards and can have now: the dearest of it. One statement."""
    free = Wallet.balance - Wallet.held
    query = (
        select(Reward, RewardWish.created_at)
        .join(RewardWish, RewardWish.reward_id == Reward.id)
        .join(Account, Account.member_id == RewardWish.member_id).join(Wallet, Wallet.account_id == Account.id)
        .where(
            RewardWish.member_id == member.id, Reward.state == "open", Reward.price <= free,
            Reward.stock.is_(None) | (Reward.stock > 0),
        )
        .order_by(Reward.price.desc(), Reward.id).limit(1)
    )  # fmt: skip
    row = db.session.execute(query).one_or_none()
    if row is not None and row[0].is_open(now):
        reward, since = row
        yield registry.Thing(
            name=f"reward:{reward.id}", need="open", title=f"You have enough for {reward.title}", icon="gift",
            why="You saved towards it, and the points are there.", action="Have a look", since=since,
            url=f"/rewards/{reward.slug}", minutes=MEMBER_MINUTES,
        )  # fmt: skip


def figures(now: dt.datetime) -> Iterator[registry.Figure]:
    """Rewards that wait for somebody."""
    waiting, oldest = queries.waiting()
    note = f"oldest {max(0, (now - oldest).days)} days" if oldest else "nothing waits"
    yield registry.Figure(label="rewards to see to", value=waiting, url="/manage/redemptions", note=note)


@dataclass(frozen=True, slots=True)
class Way:
    """The quickest way to some points: what to do, what it brings, and how often it has to be done."""

    title: str
    url: str
    points: int
    minutes: int
    times: int


def quickest(member: Any, short_by: int, now: dt.datetime) -> Way | None:
    """Of all that a member could do now, what closes the gap in the fewest minutes."""
    found = [
        Way(one.title, one.url, one.points, one.minutes, -(-short_by // one.points))
        for offer in registry.things.values()
        for one in offer(member, now)
        if one.points > 0
    ]
    return min(found, key=lambda way: (way.times * way.minutes, way.times, way.title), default=None)
