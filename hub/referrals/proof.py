"""Referrals with everything that justifies their points, read in batches for `hurrah prove`."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select

from hub.activity.models import Fact
from hub.core.db import db
from hub.ledger.models import Account, Entry
from hub.referrals.climbs import steps_of
from hub.referrals.fairness.models import Review
from hub.referrals.models import Clawback, ProgrammeVersion, Referral
from hub.referrals.standing import Step

BATCH = 500
BESIDE = ("promotion", "size")  # the keys of what is paid beside the ladder


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a referral as far as arithmetic cares."""

    id: int
    account_id: int
    member_id: int | None
    company_id: int | None
    points: int
    reason: str
    key: str
    created_at: dt.datetime
    corrects_id: int | None = None

    @property
    def rung_key(self) -> str:
        """`meeting` of `referral:7:stage:meeting:company`."""
        return self.key.split(":")[3] if self.key.count(":") > 2 else ""

    @property
    def who(self) -> str:
        """Whose account it is in."""
        return "company" if self.company_id is not None else "member"


@dataclass(slots=True)
class Case:
    """One referral and its rows."""

    id: int
    version: ProgrammeVersion
    advocate_id: int | None
    company_id: int | None
    rung: str
    highest_rung: str
    state: str
    steps: list[Step] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    takings: list[Clawback] = field(default_factory=list)
    waiting: int = 0
    reviews: list[Review] = field(default_factory=list)
    beside: list[Line] = field(default_factory=list)
    by_hand: list[Line] = field(default_factory=list)
    programme_id: int = 0
    source: str = "hub"
    worth: tuple[int | None, str | None] = (None, None)
    rests: bool = False
    moves: list[tuple[dt.datetime, int, ProgrammeVersion]] = field(default_factory=list)

    def version_at(self, instant: dt.datetime, versions: dict[int, ProgrammeVersion]) -> ProgrammeVersion:
        """The version that was in force when something was booked."""
        found = versions[self.moves[0][1]] if self.moves else self.version
        for at, _from, to in self.moves:
            found = to if at <= instant else found
        return found


def versions() -> dict[int, ProgrammeVersion]:
    """Every version there is: few, and each is read once."""
    return {version.id: version for version in db.session.scalars(select(ProgrammeVersion))}


def cases(known: dict[int, ProgrammeVersion], after: int = 0) -> Iterator[Case]:
    """Every referral by id, in batches of a handful of statements."""
    columns = (
        Referral.id, Referral.version_id, Referral.advocate_id, Referral.company_id, Referral.rung,
        Referral.highest_rung, Referral.state, Referral.waiting,
        Referral.programme_id, Referral.source, Referral.amount_hundredths, Referral.currency,
        Referral.merged_into_id,
    )  # fmt: skip
    while True:
        query = select(*columns).where(Referral.id > after).order_by(Referral.id).limit(BATCH)
        rows = db.session.execute(query).all()
        if not rows:
            return
        after = rows[-1].id
        batch = {
            row.id: Case(
                row.id, known[row.version_id], row.advocate_id, row.company_id, row.rung, row.highest_rung, row.state,
                waiting=row.waiting, programme_id=row.programme_id, source=row.source,
                worth=(row.amount_hundredths, row.currency), rests=row.merged_into_id is not None,
            )
            for row in rows
        }  # fmt: skip
        _fill(batch, known)
        yield from batch.values()


def _fill(batch: dict[int, Case], known: dict[int, ProgrammeVersion]) -> None:
    ids = list(batch)
    for referral_id, from_rung, rung, at, sequence in db.session.execute(steps_of(ids)):
        case = batch[referral_id]
        begins = from_rung is None and rung == case.version.ladder.first.key
        case.steps.append(Step(rung, at, sequence, begins))
    takings = select(Clawback).where(Clawback.referral_id.in_(ids)).order_by(Clawback.id)
    for row in db.session.scalars(takings):
        batch[row.referral_id].takings.append(row)
    for review in db.session.scalars(select(Review).where(Review.referral_id.in_(ids)).order_by(Review.id)):
        batch[review.referral_id].reviews.append(review)
    subjects = [f"referral:{referral_id}" for referral_id in ids]
    _fill_lines(batch, subjects)
    moved = (
        select(Fact)
        .where(Fact.subject.in_(subjects), Fact.kind == "referral.version_changed")
        .order_by(Fact.id)
    )
    for fact in db.session.scalars(moved):
        move = (fact.happened_at, int(fact.data["from"]), known[int(fact.data["to"])])
        batch[int(fact.subject.split(":")[1])].moves.append(move)


def _fill_lines(batch: dict[int, Case], subjects: Sequence[str]) -> None:
    columns = (
        Entry.id, Entry.account_id, Account.member_id, Account.company_id, Entry.points, Entry.reason, Entry.key,
        Entry.created_at, Entry.corrects_id,
    )  # fmt: skip
    query = select(Entry.subject, *columns).join(Account, Account.id == Entry.account_id)
    ours = or_(
        *(Entry.key.like(f"{prefix}:%") for prefix in ("referral", *BESIDE)), Entry.reason == "correction"
    )
    rows: Iterable[Any] = db.session.execute(
        query.where(Entry.subject.in_(subjects), ours).order_by(Entry.id)
    )
    for row in rows:
        case = batch[int(row[0].split(":")[1])]
        line = Line(*row[1:])
        # Corrections that a manager made by hand have keys of their own: what they left is all that can be taken.
        if line.reason == "correction":
            case.by_hand.append(line)
        else:
            (case.lines if line.key.startswith("referral:") else case.beside).append(line)


def by_account(case: Case) -> dict[int, list[Clawback]]:
    """The claw-backs of a referral per account, in order."""
    found: dict[int, list[Clawback]] = defaultdict(list)
    for row in case.takings:
        found[row.account_id].append(row)
    return found
