"""Qualified referrals: those that got beyond the first stage of their ladder.

A referral counts once, when it first reached such a stage, and keeps counting whatever becomes of it: the introduction
was good. One that was merged into another counts no more; the other one does.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select, tuple_
from sqlalchemy.orm import load_only

from hub.core.db import db
from hub.ledger.models import Account
from hub.referrals.models import ProgrammeVersion, Referral, StageEvent
from leaderboard.metrics import Happened, numbers_of, register


class Referrals:
    """Follows the events of each referral."""

    name = "referrals"
    label = "Qualified referrals"
    says = "Introductions that got beyond the first stage. Each counts once, on the day it got there."
    order = 2
    icon = "handshake"
    one, many = "referral", "referrals"
    facts: tuple[str, ...] = ("referral.advanced", "referral.merged", "referrals.imported")

    def happened(self, account_ids: Sequence[int]) -> Happened:
        """One for each referral, at the first event on a stage beyond the first."""
        versions = select(ProgrammeVersion).options(load_only(ProgrammeVersion.id, ProgrammeVersion.rungs))
        beyond = [
            (version.id, rung.key)
            for version in db.session.scalars(versions)
            for rung in version.ladder.paying
            if rung != version.ladder.first
        ]
        if not beyond:
            return
        query = (
            select(Account.id, func.min(StageEvent.happened_at))
            .join(Referral, Referral.advocate_id == Account.member_id)
            .join(StageEvent, StageEvent.referral_id == Referral.id)
            .where(Account.id.in_(account_ids), Referral.merged_into_id.is_(None))
            .where(tuple_(Referral.version_id, StageEvent.to_rung).in_(beyond))
            .group_by(Account.id, Referral.id)
        )
        for account_id, at in db.session.execute(query):
            yield account_id, at, 1

    def whom(self, subjects: Collection[str]) -> set[int]:
        """The advocates of these referrals, and of those they were merged into; of all in an imported programme."""
        referrals, programmes = (numbers_of(subjects, prefix) for prefix in ("referral", "programme"))
        into = select(Referral.merged_into_id).where(Referral.id.in_(referrals))
        query = select(Referral.advocate_id).distinct().where(
            or_(Referral.id.in_(referrals), Referral.id.in_(into),
                Referral.programme_id.in_(programmes))
        )  # fmt: skip
        return {member_id for member_id in db.session.scalars(query) if member_id is not None}

    def counts(self) -> ColumnElement[bool]:
        """Somebody was introduced."""
        return exists().where(Referral.advocate_id == Account.member_id).correlate(Account)


register(Referrals())
