"""Everything that is known of one referral, read in a fixed number of queries: what its timeline is told from."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from hub.activity.models import Fact
from hub.activity.queries import about
from hub.core.db import db
from hub.members.models import Member
from hub.notices.models import Notice
from hub.referrals import queries
from hub.referrals.fairness import queries as fairness
from hub.referrals.fairness.models import Review
from hub.referrals.ladder import Ladder
from hub.referrals.models import Clawback, Referral, StageEvent
from hub.referrals.queries import Booked, Heard

TOLD = 200
PAID_LATER = frozenset({"referral.version_changed", "referral.review_released", "referral.review_lifted"})
OPENED = frozenset({"referral.review_opened", "referral.approval_asked"})
AT_ONCE = dt.timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
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
    reviews: Sequence[Review] = ()

    @cached_property
    def told_with_stage(self) -> dict[int, int]:
        """Entries that came at once with the stage they are for: entry → stage event."""
        first: dict[str, StageEvent] = {}
        for heard in self.events:
            first.setdefault(heard.event.to_rung, heard.event)
        found = {}
        for line in self.booked:
            event = first.get(line.rung_key or "") if line.entry.reason == "referral_stage" else None
            at_once = event is not None and abs(line.entry.created_at - event.heard_at) < AT_ONCE
            if event is not None and at_once and line.company is None:
                found[line.entry.id] = event.id
        return found

    @cached_property
    def gained(self) -> dict[int, int]:
        """What each stage event brought at once."""
        points = {line.entry.id: line.entry.points for line in self.booked}
        return {event_id: points[entry_id] for entry_id, event_id in self.told_with_stage.items()}

    @property
    def gained_at_first(self) -> int | None:
        """What the submission brought at once."""
        first = next((h.event.id for h in self.events if h.event.to_rung == self.ladder.first.key), None)
        return self.gained.get(first) if first is not None else None

    def told_at(self, line: Booked) -> dt.datetime:
        """Where an entry stands in the story: at its stage, but a correction or a late payment when it was made."""
        entry = line.entry
        later = {fact.happened_at for fact in self.facts if fact.kind in PAID_LATER}
        late = entry.corrects_id is not None or entry.created_at in later
        return entry.created_at if late else entry.happened_at

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
    looked_at = any(fact.kind in OPENED for fact in facts)
    reviews = fairness.about(referral_id) if looked_at else []
    people = {fact.by_id for fact in facts} | {heard.event.by_id for heard in events}
    people |= {notice.member_id for notice in notices} | {referral.owner_id, referral.advocate_id}
    for fact in facts:
        people |= {v for k in ("owner_id", "from", "to") if isinstance(v := fact.data.get(k), int)}
    return Dossier(
        referral=referral, ladder=referral.version.ladder, facts=facts, events=events,
        booked=queries.booked(referral_id), takings=db.session.scalars(takings).all(), notices=notices,
        reviews=reviews, names=_names({person for person in people if person is not None}),
    )  # fmt: skip


def _names(ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(select(Member.id, Member.name).where(Member.id.in_(sorted(ids))))
    return {member_id: name for member_id, name in rows}
