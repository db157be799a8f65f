"""Everything that is known of one referral, read in a fixed number of queries: what its timeline is told from."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from hub.activity.models import Fact
from hub.activity.queries import about
from hub.core.db import db
from hub.members.models import Member
from hub.notices.models import Notice
from hub.referrals import queries
from hub.referrals.ladder import Ladder
from hub.referrals.models import Clawback, Referral
from hub.referrals.queries import Booked, Heard

TOLD = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """A referral with all that happened to it, and the names of everybody in it."""

    referral: Referral
    ladder: Ladder
    facts: Sequence[Fact]
    events: Sequence[Heard]
    booked: Sequence[Booked]
    takings: Sequence[Clawback]
    notices: Sequence[Notice]
    names: dict[int, str]

    def fact(self, kind: str) -> Fact | None:
        """The first fact of a kind."""
        return next((fact for fact in self.facts if fact.kind == kind), None)

    def name(self, member_id: object) -> str:
        """Who that is."""
        return self.names.get(member_id, "Somebody") if isinstance(member_id, int) else "Somebody"

    @property
    def advocate(self) -> str:
        """Who introduced them."""
        return self.referral.advocate.name if self.referral.advocate else "Nobody we know"

    @property
    def contact(self) -> str:
        """Who was introduced."""
        return self.referral.title

    @property
    def company(self) -> str:
        """The advocate's company."""
        return self.referral.company.name if self.referral.company else "the advocate’s company"

    @property
    def submitted_by(self) -> int | None:
        """Who wrote it down."""
        fact = self.fact("referral.submitted")
        return fact.by_id if fact else None

    @property
    def claimed_at(self) -> dt.datetime | None:
        """When the advocate joined, if that was after the referral."""
        advocate = self.referral.advocate
        joined = advocate.joined_at if advocate and advocate.stub_key else None
        return joined if joined and joined > self.referral.created_at else None


def open_file(referral_id: int) -> Dossier | None:
    """The dossier of a referral; None when there is no such one."""
    referral = queries.referral(referral_id)
    if referral is None:
        return None
    facts, events = about(referral.subject), queries.events(referral_id)
    takings = select(Clawback).where(Clawback.referral_id == referral_id).order_by(Clawback.id)
    told = select(Notice).where(Notice.subject == referral.subject).order_by(Notice.id).limit(TOLD)
    notices = db.session.scalars(told).all()
    people = {fact.by_id for fact in facts} | {heard.event.by_id for heard in events}
    people |= {notice.member_id for notice in notices} | {referral.owner_id, referral.advocate_id}
    for fact in facts:
        people |= {v for k in ("owner_id", "from", "to") if isinstance(v := fact.data.get(k), int)}
    return Dossier(
        referral=referral, ladder=referral.version.ladder, facts=facts, events=events,
        booked=queries.booked(referral_id), takings=db.session.scalars(takings).all(), notices=notices,
        names=_names({person for person in people if person is not None}),
    )  # fmt: skip


def _names(ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(select(Member.id, Member.name).where(Member.id.in_(sorted(ids))))
    return {member_id: name for member_id, name in rows}
