"""Reads of the catalogue."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from hub.core.db import db
from hub.referrals.models import Programme
from hub.referrals.queries import programmes
from hub.rewards.models import Reward, RewardWish, Supplier

MOST = 200


def _whole() -> Select[Reward]:
    return select(Reward).options(
        joinedload(Reward.image), joinedload(Reward.segment), joinedload(Reward.supplier)
    )


def by_id(reward_id: int) -> Reward | None:
    """One reward with its picture, audience and supplier."""
    return db.session.scalar(_whole().where(Reward.id == reward_id))


def by_slug(slug: str) -> Reward | None:
    """The same by its address."""
    return db.session.scalar(_whole().where(Reward.slug == slug))


def catalogue(now: dt.datetime) -> list[Reward]:
    """What can be chosen now, the dearest first."""
    query = (
        _whole()
        .where(
            Reward.state == "open", or_(Reward.opens_at.is_(None), Reward.opens_at <= now),
            or_(Reward.closes_at.is_(None), Reward.closes_at > now),
        )
        .order_by(Reward.price.desc(), Reward.id).limit(MOST)
    )  # fmt: skip
    return list(db.session.scalars(query))


def listed(*, archived: bool = False, after: int | None = None, limit: int = 100) -> list[Reward]:
    """Rewards for the desk by number, newest first, older than `after`."""
    query = _whole().where((Reward.state == "archived") == archived).order_by(Reward.id.desc()).limit(limit)
    return list(db.session.scalars(query.where(Reward.id < after) if after else query))


def wished(member_id: int) -> set[int]:
    """What a member saves towards."""
    return set(db.session.scalars(select(RewardWish.reward_id).where(RewardWish.member_id == member_id)))


def titles(ids: Collection[int]) -> Select[int, str, str]:
    """Asks for title and address of rewards."""
    return select(Reward.id, Reward.title, Reward.slug).where(Reward.id.in_(list(ids)))


def for_segments(segment_ids: Collection[int]) -> Sequence[Reward]:
    """Rewards whose audience is one of these, but archived ones."""
    query = select(Reward).where(Reward.segment_id.in_(list(segment_ids)), Reward.state != "archived")
    return db.session.scalars(query.order_by(Reward.id)).all()


def supplier_choices() -> list[tuple[int, str]]:
    """Suppliers by name."""
    return [(one.id, one.name) for one in db.session.scalars(select(Supplier).order_by(Supplier.name))]


def stage_choices() -> tuple[list[Programme], list[tuple[str, str]]]:
    """The programmes there are, and the stages of their ladders: (key, label), each once."""
    found = programmes()
    stages: dict[str, str] = {}
    for one in found:
        for rung in one.version.ladder.rungs:
            if rung.kind != "lost":
                stages.setdefault(rung.key, rung.label)
    return found, list(stages.items())
