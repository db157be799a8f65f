"""What this room keeps of one person: numbers beside ids. Scores vanish with their member, as everybody's do who hides;
standings of seasons that are over stay, and show nobody."""

import datetime as dt

from sqlalchemy import delete, select

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.ledger.models import Account
from leaderboard.models import Place, Score, Share, Standing


@registry.export("boards")
def tell(member_id: int) -> registry.Told:
    """Scores, shares in their company's scores, where they stood this morning, how seasons ended for them."""
    mine = select(Account.id).where(Account.member_id == member_id)
    yield told(Score, Score.member_id == member_id)
    yield told(Share, Share.account_id.in_(mine))
    yield told(Place, Place.account_id.in_(mine))
    yield told(Standing, Standing.member_id == member_id)


@registry.erasure("boards")
def forget(member_id: int, _now: dt.datetime) -> None:
    """Scores and shares are the follower's, which keeps their histograms right; it is told by the fact."""
    mine = select(Account.id).where(Account.member_id == member_id)
    db.session.execute(delete(Place).where(Place.account_id.in_(mine)))
