"""Composing: drafts, changes, publishing, stock, archiving. Nothing here reaches a redemption that was made."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from hub import activity
from hub.core.db import db
from hub.outbox.actions import insert_ignoring
from hub.rewards import codes
from hub.rewards.models import Reward, RewardWish
from hub.rewards.providers import INSIDE, PROVIDERS
from hub.rewards.queries import by_id
from hub.rewards.rules import rules
from hub.rewards.wishes import Refusal
from hub.segments.words import slug_of

RESERVED = frozenset({"quickest", "new"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is missing: the field on the form, and what to do."""

    field: str
    says: str


class Incomplete(Exception):
    """It can't be published yet; `problems` say what is missing and where."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__(f"{len(found)} things are missing")
        self.problems = found


def problems(reward: Reward) -> list[Problem]:
    """Everything that keeps a reward from being published. Its segment and supplier must be loaded."""
    return [
        *_words(reward),
        *(Problem(field, says) for field, says in PROVIDERS[reward.provider].problems(reward)),
    ]


def _words(reward: Reward) -> Iterator[Problem]:
    if not reward.summary.strip():
        yield Problem("summary", "Say in a sentence what it is.")
    if not reward.story.strip():
        yield Problem("story", "Tell its story: what is in it, why somebody would want it.")
    if not reward.price:
        yield Problem("price", "Say how many points it costs.")
    if not reward.cost_hundredths and reward.kind not in ("experience", "coupon"):
        yield Problem("cost", "Say what it costs you: the books of the programme need it.")
    if reward.kind == "donation" and not reward.cause.strip():
        yield Problem("cause", "Say whom the donation goes to.")
    if reward.segment is not None and reward.segment.is_archived:
        yield Problem("segment_id", "This segment is archived. Choose another one.")
    if any(not one.get("values") for one in reward.options):
        yield Problem("asks", "An option needs something to choose from.")


def create(title: str, *, by_id: int | None, now: dt.datetime, slug: str = "", **values: Any) -> Reward:
    """A draft; its address is made of its title."""
    made = Reward(
        slug=slug or _free_slug(slug_of(title)), title=title, by_id=by_id, created_at=now, state="draft", taken=0,
        **{"currency": rules().currency, "data": {}, "options": [], **values},
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    activity.record("reward.drafted", subject=made.subject, by_id=by_id, now=now)
    return made


def _free_slug(wish: str) -> str:
    taken = set(db.session.scalars(select(Reward.slug).where(Reward.slug.startswith(wish)))) | RESERVED
    return next(slug for slug in [wish, *(f"{wish}-{n}" for n in range(2, 10_000))] if slug not in taken)


def change(reward: Reward, values: dict[str, Any], *, by_id: int | None, now: dt.datetime) -> None:
    """Saves what a manager filled in. What was chosen before keeps its price and its cost.

    Only what is fulfilled outside has a supplier, and what comes from a pool of codes has as many as the pool.
    Refuses (Incomplete) to leave an open reward in a state in which it couldn't be published.
    """
    before = reward.provider
    for name, value in values.items():
        setattr(reward, name, value)
    if reward.provider in INSIDE:
        reward.supplier_id = None
    db.session.flush()
    if reward.provider == "codes" and before != "codes":
        codes.count_anew(reward.id)
    fresh = _fresh(reward)
    if fresh.state == "open" and (missing := problems(fresh)):
        raise Incomplete(missing)
    activity.record("reward.changed", subject=reward.subject, by_id=by_id, now=now)


def _fresh(reward: Reward) -> Reward:
    db.session.expire(reward)
    found = by_id(reward.id)
    assert found is not None
    return found


def publish(reward: Reward, *, by_id: int | None, now: dt.datetime) -> None:
    """Opens it to members. Refuses (Incomplete) what is incomplete, with everything that is missing."""
    fresh = _fresh(reward)
    if missing := problems(fresh):
        raise Incomplete(missing)
    fresh.state, fresh.published_at, fresh.archived_at = "open", fresh.published_at or now, None
    db.session.flush()
    activity.record("reward.published", subject=reward.subject, by_id=by_id, now=now)


def withdraw(reward: Reward, *, by_id: int | None, now: dt.datetime) -> None:
    """Back to a draft. What was chosen goes on."""
    reward.state = "draft"
    db.session.flush()
    activity.record("reward.withdrawn", subject=reward.subject, by_id=by_id, now=now)


def archive(reward: Reward, *, by_id: int | None, now: dt.datetime) -> None:
    """Off the catalogue for good. What was chosen goes on."""
    reward.state, reward.archived_at = "archived", now
    db.session.flush()
    activity.record("reward.archived", subject=reward.subject, by_id=by_id, now=now)


def restock(reward_id: int, more: int | None, *, by_id: int | None, now: dt.datetime) -> None:
    """Puts so many more in, or takes some out; None means there is no end of it. Never below what is left.

    Refuses to take out more than there is, and to count what is counted by its codes.
    """
    reward = db.session.get_one(Reward, reward_id, with_for_update=True, populate_existing=True)
    if reward.provider == "codes":
        raise Refusal("Its stock is its codes. Put more of them into the pool.")
    mine = update(Reward).where(Reward.id == reward_id)
    if more is None:
        change_ = mine.values(stock=None, stocked=None)
    elif reward.stock is None:
        if more < 0:
            raise Refusal("It has no end. Say how many there are.")
        change_ = mine.values(stock=more, stocked=Reward.taken + more)
    else:
        change_ = mine.where(Reward.stock + more >= 0).values(
            stock=Reward.stock + more, stocked=Reward.stocked + more
        )
    done = db.session.execute(change_.execution_options(synchronize_session="fetch"))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise Refusal(f"Only {reward.stock} are left.")
    activity.record("reward.stocked", subject=reward.subject, by_id=by_id, now=now, data={"more": more})


def wish(member_id: int, reward_id: int, *, now: dt.datetime) -> None:
    """A member saves towards it. A second time is the first."""
    row = {"member_id": member_id, "reward_id": reward_id, "created_at": now}
    db.session.execute(insert_ignoring(RewardWish).values(**row))


def unwish(member_id: int, reward_id: int) -> None:
    """They don't any more."""
    db.session.execute(
        delete(RewardWish).where(RewardWish.member_id == member_id, RewardWish.reward_id == reward_id)
    )
