"""What referrals say of an advocate: quality before quantity."""

import datetime as dt

from sqlalchemy import ColumnElement, case, func, select, tuple_
from sqlalchemy.orm import load_only

from hub.core.db import db
from hub.members.models import Member
from hub.referrals.models import ProgrammeVersion, Referral
from hub.segments.scoring import capped, part

VOLUME, SHARE = 20, 15


@part(
    "referrals", label="Introductions", most=VOLUME + SHARE,
    says="Five for each that qualified, ten for each that was won; and more, the larger the share that qualified",
)  # fmt: skip
def quality(_now: dt.datetime) -> ColumnElement[int]:
    """Qualified is what got beyond its first rung; what was merged away counts with the other one."""
    versions = select(ProgrammeVersion).options(load_only(ProgrammeVersion.id, ProgrammeVersion.rungs))
    firsts = [(version.id, version.ladder.first.key) for version in db.session.scalars(versions)]
    at_first = tuple_(Referral.version_id, Referral.highest_rung).in_(firsts)
    qualified = func.sum(case((at_first, 0), else_=1))
    won = func.sum(case((Referral.state == "won", 1), else_=0))
    share = SHARE * qualified // func.count(Referral.id)
    query = select(capped(5 * qualified + 10 * won, VOLUME) + share)
    query = query.where(Referral.advocate_id == Member.id, Referral.merged_into_id.is_(None))
    return func.coalesce(query.correlate(Member).scalar_subquery(), 0)
