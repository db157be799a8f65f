"""What promotions take out of their budgets."""

from sqlalchemy import update

from hub.core.db import db
from hub.referrals.promotions.models import Promotion


def claim(promotion: Promotion, points: int) -> bool:
    """Takes points out of the budget, whoever races; without a budget there is always enough."""
    if promotion.budget is None:
        return True
    mine = update(Promotion).where(Promotion.id == promotion.id, Promotion.spent + points <= Promotion.budget)
    done = db.session.execute(
        mine.values(spent=Promotion.spent + points).execution_options(synchronize_session=False)
    )
    db.session.expire(promotion, ["spent"])
    return bool(done.rowcount)  # type: ignore[attr-defined]
