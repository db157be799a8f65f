"""What a batch of rows would change, from what is here already. Only reads: a dry run stops after this."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from hub.core.db import db
from hub.referrals.ladder import Ladder, due
from hub.referrals.models import Deal, Programme, ProgrammeVersion, Referral, StageEvent
from hub.referrals.spreadsheet import BadRow, Row, until

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
# A spreadsheet knows days, a CRM knows instants: the same stage within a day is the same event.
SAME_EVENT = dt.timedelta(days=1)
Steps = list[tuple[str, dt.datetime]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where the rows go: a programme at its current version. `imported_at` is the time of rows without a date."""

    programme_id: int
    version_id: int
    ladder: Ladder
    hold_submission: bool
    default_owner_id: int | None
    imported_at: dt.datetime
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A referral that is here already, and the stages it has heard of."""

    id: int
    ladder: Ladder
    hold_submission: bool
    is_unattributed: bool
    heard: Mapping[str, tuple[dt.datetime, ...]]


@dataclass(slots=True)
class Wish:
    """What one row asks for: a new referral, new steps of a known one, or nothing."""

    row: Row
    steps: Steps
    known: Known | None
    is_whole: bool
    gains_advocate: bool = False
    points: int = 0

    @property
    def outcome(self) -> str:
        """new, moved or unchanged."""
        if self.known is None:
            return "new"
        return "moved" if self.steps or self.gains_advocate else "unchanged"


@dataclass(slots=True)
class Plan:
    """The wishes of a batch, and the rows that can't be granted."""

    wishes: list[Wish] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def target(programme: Programme, *, now: dt.datetime, until: str | None = None) -> Target:
    """An import into this programme. Refuses (UnknownRungError) to end at a stage its ladder doesn't have."""
    version = programme.version
    if until is not None:
        version.ladder.find(until)
    return Target(
        programme_id=programme.id, version_id=version.id, ladder=version.ladder,
        hold_submission=version.hold_submission, default_owner_id=version.default_owner_id, imported_at=now,
        until=until,
    )  # fmt: skip


def import_key(external_id: str) -> str:
    """What makes a row the same row in every run."""
    return f"import:{external_id}"


def plan(rows: Sequence[Row], to: Target) -> Plan:
    """Looks up a batch in a handful of queries and says what each row would change."""
    known = _known([row.external_id for row in rows])
    planned = Plan()
    for row in rows:
        found = known.get(row.external_id)
        wrong = _wrong(row, found)
        if wrong:
            planned.bad.append(wrong)
        else:
            planned.wishes.append(_wish(row, found, to))
    return planned


def _wrong(row: Row, known: Known | None) -> BadRow | None:
    """What only the hub can say about a row."""
    if row.contact_email and not EMAIL.fullmatch(row.contact_email):
        return BadRow(
            row.line_number, "contact_email", row.contact_email, "is not an e-mail address",
            "correct it or leave it empty",
        )  # fmt: skip
    if known is not None:
        here = {rung.key for rung in known.ladder.rungs}
        for key, _ in row.history:
            if key not in here:
                return BadRow(
                    row.line_number, "stage", row.stage_label,
                    f"means “{key}”, which the ladder that this referral began under lacks",
                    "move this referral by hand",
                )  # fmt: skip
    return None


def _wish(row: Row, known: Known | None, to: Target) -> Wish:
    steps, is_whole = _steps(row, to)
    if known is None:
        points = 0 if row.breakage else _worth({key for key, _ in steps}, to.ladder, to.hold_submission)
        return Wish(row, steps, None, is_whole, points=points)
    fresh = [step for step in steps if not _heard(step, known, row)]
    gains = known.is_unattributed and row.company_name is not None
    wish = Wish(row, fresh, known, is_whole, gains_advocate=gains)
    if gains or not known.is_unattributed:
        before = set() if gains else set(known.heard)
        after = set(known.heard) | {key for key, _ in fresh}
        wish.points = _worth(after, known.ladder, known.hold_submission) - _worth(
            before, known.ladder, known.hold_submission
        )
    return wish


def _steps(row: Row, to: Target) -> tuple[Steps, bool]:
    """The row's steps up to where the import ends, and whether that is all of them.

    A row that begins beyond the end is submitted all the same, at its first time: else there would be nothing for the
    CRM to move.
    """
    cut = until(row, to.ladder, to.until) if to.until else row
    steps = list(cut.history_at(to.imported_at))
    if not steps:
        first_at = min(at for _, at in row.history_at(to.imported_at))
        steps = [(to.ladder.first.key, first_at)]
    return steps, len(cut.history) == len(row.history)


def _heard(step: tuple[str, dt.datetime], known: Known, row: Row) -> bool:
    key, at = step
    times = known.heard.get(key, ())
    dated = {rung for rung, when in row.history if when is not None}
    if key not in dated:
        return bool(times)
    return any(abs(at - time) < SAME_EVENT for time in times)


def _worth(reached: set[str], ladder: Ladder, hold_submission: bool) -> int:
    return sum(item.points for item in due(ladder, reached, {}, hold_submission=hold_submission))


def _known(external_ids: Sequence[str]) -> dict[str, Known]:
    """Referrals of earlier runs by their key, and of others by the CRM's id for the deal."""
    by_key = {import_key(external_id): external_id for external_id in external_ids}
    query = select(Referral.import_key, Referral.id).where(Referral.import_key.in_(list(by_key)))
    ids = {by_key[key]: referral_id for key, referral_id in db.session.execute(query) if key is not None}
    rest = [external_id for external_id in external_ids if external_id not in ids]
    deals = select(Deal.deal_id, Deal.referral_id).where(Deal.deal_id.in_(rest))
    for deal_id, referral_id in db.session.execute(deals.order_by(Deal.connection_id, Deal.id)):
        ids.setdefault(deal_id, referral_id)
    found = _read(sorted(set(ids.values())))
    return {external_id: found[referral_id] for external_id, referral_id in ids.items()}


def _read(ids: Sequence[int]) -> dict[int, Known]:
    if not ids:
        return {}
    columns = (Referral.id, Referral.version_id, Referral.advocate_id)
    rows = db.session.execute(select(*columns).where(Referral.id.in_(ids))).all()
    versions = _versions({row.version_id for row in rows})
    heard: dict[int, dict[str, list[dt.datetime]]] = defaultdict(lambda: defaultdict(list))
    events = select(StageEvent.referral_id, StageEvent.to_rung, StageEvent.happened_at)
    for referral_id, rung, at in db.session.execute(events.where(StageEvent.referral_id.in_(ids))):
        heard[referral_id][rung].append(at)
    return {
        row.id: Known(
            row.id, versions[row.version_id].ladder, versions[row.version_id].hold_submission,
            row.advocate_id is None, {rung: tuple(times) for rung, times in heard[row.id].items()},
        )
        for row in rows
    }  # fmt: skip


def _versions(ids: Iterable[int]) -> dict[int, ProgrammeVersion]:
    query = select(ProgrammeVersion).where(ProgrammeVersion.id.in_(sorted(ids)))
    return {version.id: version for version in db.session.scalars(query)}
