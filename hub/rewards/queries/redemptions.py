"""Reads of redemptions: a member's own, the desk's queue."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from hub.core.db import db
from hub.members.models import Member
from hub.rewards.models import (
    OPEN,
    Redemption,
    RedemptionAddress,
    RedemptionNote,
    Refund,
    Reward,
)
from hub.rewards.wishes import opened

VIEWS = {
    "decide": "To decide", "do": "To do", "mine": "Mine", "supplier": "With suppliers", "sent": "On their way",
    "refunds": "Refunds", "all": "All",
}  # fmt: skip


def _whole() -> Select[Redemption]:
    return select(Redemption).options(
        joinedload(Redemption.reward).joinedload(Reward.image), joinedload(Redemption.member),
        joinedload(Redemption.owner), joinedload(Redemption.supplier),
    )  # fmt: skip


def one(redemption_id: int) -> Redemption | None:
    """One redemption with all that its page shows."""
    return db.session.scalar(_whole().where(Redemption.id == redemption_id))


def mine(member_id: int, *, before: int | None = None, limit: int = 30) -> list[Redemption]:
    """A member's redemptions, newest first, older than `before`."""
    query = (
        select(Redemption).options(joinedload(Redemption.reward).joinedload(Reward.image))
        .where(Redemption.member_id == member_id).order_by(Redemption.id.desc()).limit(limit)
    )  # fmt: skip
    return list(db.session.scalars(query.where(Redemption.id < before) if before else query))


def notes(redemption_id: int) -> list[tuple[RedemptionNote, str | None]]:
    """The words to a redemption with who said them, oldest first."""
    query = (
        select(RedemptionNote, Member.name)
        .outerjoin(Member, Member.id == RedemptionNote.by_id)
        .where(RedemptionNote.redemption_id == redemption_id)
        .order_by(RedemptionNote.id)
    )
    return [(note, name) for note, name in db.session.execute(query)]


def address_of(redemption_id: int) -> dict[str, str] | None:
    """Where to send it, while anybody needs to know."""
    return opened(db.session.get(RedemptionAddress, redemption_id))


def held_places(reward_id: int, member_id: int, period: str) -> int:
    """How often a member has chosen a reward in a period."""
    query = select(func.count()).where(
        Redemption.reward_id == reward_id, Redemption.member_id == member_id, Redemption.limit_period == period,
        Redemption.limit_place.is_not(None),
    )  # fmt: skip
    return db.session.scalar(query) or 0


def _view(view: str, owner_id: int = 0) -> ColumnElement[bool]:
    outside = Redemption.supplier_id.is_not(None)
    asked = select(Refund.redemption_id).where(Refund.state == "asked")
    return {
        "decide": Redemption.state.in_(("waiting", "held")),
        "do": and_(Redemption.state == "approved", Redemption.supplier_id.is_(None)),
        "mine": and_(Redemption.state.in_(OPEN), Redemption.owner_id == owner_id),
        "supplier": or_(
            Redemption.state.in_(("sending", "unknown")), and_(Redemption.state == "approved", outside)
        ),
        "sent": Redemption.state == "sent",
        "refunds": Redemption.id.in_(asked),
        "all": Redemption.id > 0,
    }[view]


def late(since: dt.datetime, today: dt.date) -> ColumnElement[bool]:
    """What is open and older than that, or past its day."""
    return and_(Redemption.state.in_(OPEN), or_(Redemption.created_at < since, Redemption.due_on < today))


def queue(
    view: str, *, owner_id: int = 0, after: int | None = None, limit: int = 51, only: ColumnElement[bool] | None = None
) -> list[Redemption]:  # fmt: skip
    """One view of the desk, as `owner_id` sees it: what waits, the longest first; all of them newest first."""
    query = _whole().where(_view(view, owner_id)).limit(limit)
    if only is not None:
        query = query.where(only)
    if view == "all":
        query = query.order_by(Redemption.id.desc())
        return list(db.session.scalars(query.where(Redemption.id < after) if after else query))
    query = query.order_by(Redemption.id)
    return list(db.session.scalars(query.where(Redemption.id > after) if after else query))


def counts(owner_id: int, late_ones: ColumnElement[bool]) -> dict[str, int]:
    """How many are in each view, and how many are late: one statement over what is open."""
    views = [view for view in VIEWS if view != "all"]
    columns = [func.count().filter(_view(view, owner_id)) for view in views]
    asked = select(Refund.redemption_id).where(Refund.state == "asked")
    here = or_(Redemption.state.in_((*OPEN, "sent")), Redemption.id.in_(asked))
    row = db.session.execute(select(*columns, func.count().filter(late_ones)).where(here)).one()
    return {**dict(zip(views, row[:-1], strict=True)), "late": row[-1]}


def waiting() -> tuple[int, dt.datetime | None]:
    """How many wait for a person, and since when the first one does."""
    ours = or_(_view("decide"), _view("do"))
    count, oldest = db.session.execute(
        select(func.count(), func.min(Redemption.created_at)).where(ours)
    ).one()
    return int(count), oldest


def of_referral(referral_id: int) -> Sequence[Redemption]:
    """What a referral brought besides points, oldest first."""
    query = (
        select(Redemption).options(joinedload(Redemption.reward)).where(Redemption.referral_id == referral_id)
    )
    return db.session.scalars(query.order_by(Redemption.id)).all()


def redemption_titles(ids: Collection[int]) -> Select[int, str]:
    """Asks what redemptions are called: as their rewards were."""
    return select(Redemption.id, Redemption.title).where(Redemption.id.in_(list(ids)))
