"""Referrals while they are worked on: what is known of each, read for a whole batch in a few statements."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select

from hub.core.db import db
from hub.ledger.models import Entry
from hub.referrals.fairness.gates import OPEN, Gate, Why
from hub.referrals.ladder import Due, Rung
from hub.referrals.models import ProgrammeVersion, Referral, StageEvent
from hub.referrals.standing import Step

CHUNK = 500
KEPT = ("score", "reasons", "waiting", "hold", "due_at")
Withheld = tuple[Due, dt.datetime, Why]


@dataclass(frozen=True, kw_only=True, slots=True)
class Advance:
    """One stage event to record: which referral reached which rung, when, and who says so."""

    referral_id: int
    rung_key: str
    happened_at: dt.datetime
    source: str
    sequence: int = 0
    delivery_id: int | None = None
    by_id: int | None = None
    amount_hundredths: int | None = None
    currency: str | None = None
    note: str | None = None


@dataclass(slots=True)
class Climb:
    """A referral while it is worked on: what is known, what is new, what is paid per payee."""

    id: int
    version: ProgrammeVersion
    advocate_id: int | None
    company_id: int | None
    owner_id: int | None
    rung: str
    state: str
    accounts: dict[str, int] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    fresh: list[Advance] = field(default_factory=list)
    paid: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    won_entries: dict[str, int] = field(default_factory=dict)
    now_at: Rung | None = None
    earned: int = 0
    source: str = "hub"
    programme_id: int = 0
    worth: tuple[int | None, str | None] = (None, None)
    has_just_won: bool = False
    score: int = 0
    reasons: list[Any] | None = None
    kept: dict[str, Any] = field(default_factory=dict)
    gate: Gate = OPEN
    withheld: list[Withheld] = field(default_factory=list)
    rests: bool = False

    @property
    def waits(self) -> int:
        """The points that are due and kept back."""
        return sum(due.points for due, _, _ in self.withheld)


def load(ids: Sequence[int]) -> dict[int, Climb]:
    """The climbs of these referrals, whose rows nobody else moves or pays until this transaction ends."""
    climbs: dict[int, Climb] = {}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        columns = (
            Referral.id, Referral.version_id, Referral.advocate_id, Referral.company_id, Referral.rung,
            Referral.owner_id, Referral.state, Referral.source, Referral.programme_id, Referral.amount_hundredths,
            Referral.currency, Referral.merged_into_id, *(getattr(Referral, name) for name in KEPT),
        )  # fmt: skip
        query = select(*columns).where(Referral.id.in_(part)).order_by(Referral.id)
        rows = db.session.execute(query.with_for_update()).all()
        versions = _versions({row.version_id for row in rows})
        for row in rows:
            climbs[row.id] = Climb(
                id=row.id, version=versions[row.version_id], advocate_id=row.advocate_id,
                company_id=row.company_id, owner_id=row.owner_id, rung=row.rung, state=row.state,
                source=row.source, programme_id=row.programme_id, worth=(row.amount_hundredths, row.currency),
                score=row.score, reasons=row.reasons, kept={k: getattr(row, k) for k in KEPT},
                rests=row.merged_into_id is not None,
            )  # fmt: skip
        for referral_id, from_rung, rung, at, sequence in db.session.execute(steps_of(part)):
            climb = climbs[referral_id]
            begins = from_rung is None and rung == climb.version.ladder.first.key
            climb.steps.append(Step(rung, at, sequence, begins))
        _load_paid(climbs, part)
    return climbs


def steps_of(ids: Sequence[int]) -> Select[int, str | None, str, dt.datetime, int]:
    """What arithmetic needs of the stage events of these referrals."""
    columns = (
        StageEvent.referral_id, StageEvent.from_rung, StageEvent.to_rung, StageEvent.happened_at,
        StageEvent.sequence,
    )  # fmt: skip
    return select(*columns).where(StageEvent.referral_id.in_(ids))


def _versions(ids: Iterable[int]) -> dict[int, ProgrammeVersion]:
    query = select(ProgrammeVersion).where(ProgrammeVersion.id.in_(sorted(ids)))
    return {version.id: version for version in db.session.scalars(query)}


def _load_paid(climbs: Mapping[int, Climb], ids: Sequence[int]) -> None:
    """What was booked per stage: read from the keys, `referral:<id>:stage:<rung>[:<payee>]`."""
    subjects = [f"referral:{referral_id}" for referral_id in ids]
    query = select(Entry.id, Entry.key, Entry.points).where(
        Entry.subject.in_(subjects), Entry.reason == "referral_stage"
    )
    for entry_id, key, points in db.session.execute(query):
        _, referral_id, _, rung, *payee = key.split(":")
        climb = climbs[int(referral_id)]
        who = payee[0] if payee else "member"
        climb.paid[who][rung] = points
        if rung == climb.version.ladder.won.key:
            climb.won_entries[who] = entry_id
