"""What `hurrah prove` recomputes of everything that is paid beside a ladder: promotions, sizes of deals, n-th wins."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import func, select

from hub.core import registry
from hub.core.db import begins, db
from hub.ledger.models import Entry
from hub.referrals.extras import Extras
from hub.referrals.models import Programme, ProgrammeVersion
from hub.referrals.promotions import nth, queries
from hub.referrals.promotions.extras import Standing, base_key, count_in
from hub.referrals.promotions.models import Promotion
from hub.referrals.promotions.room import Room, rooms
from hub.referrals.proof import Case, cases, versions
from hub.referrals.standing import reached_at


@registry.check("what is paid beside a ladder is what promotions and sizes come to")
def beside() -> Iterator[str]:
    """Each key of each referral against the entries of its stages, the promotion's dates and caps, the deal's size."""
    known = versions()
    programmes = set(db.session.scalars(select(Programme.id)))
    promotions = queries.of_programmes(programmes)
    for case in cases(known):
        if case.advocate_id is not None and (case.beside or promotions or case.version.extras.sizes):
            yield from _case(case, promotions)


def _case(case: Case, promotions: list[Promotion]) -> Iterator[str]:
    stand = _standings(case)
    wanted: dict[str, tuple[int, Promotion | None]] = {}
    for promotion in promotions:
        if promotion.subject == f"programme:{case.programme_id}" and case.source != "import":
            wanted |= _wanted(promotion, case, stand)
    wanted |= {key: (points, None) for key, points in _sized(case)}
    for key, (points, of) in wanted.items():
        line = stand.get(key)
        if line is not None and line.is_taken:
            continue
        total = line.total if line else 0
        if line is not None and total > points and not line.left:
            continue  # somebody corrected it by hand to less than that
        if total != points and not _is_out_of(of, points - total):
            yield f"referral {case.id}: {key} comes to {total:,}, and should to {points:,}"
    for key, line in stand.items():
        if key not in wanted and line.total and line.left and not line.is_taken:
            yield f"referral {case.id}: {key} comes to {line.total:,}, and nothing calls for it"


def _is_out_of(promotion: Promotion | None, points: int) -> bool:
    """Whether the promotion's budget had no room for it: what was spent never comes back."""
    return (
        promotion is not None and promotion.budget is not None and promotion.spent + points > promotion.budget
    )


def _wanted(
    promotion: Promotion, case: Case, stand: Mapping[str, Standing]
) -> dict[str, tuple[int, Promotion | None]]:
    """What stands, and what is missing while there is room for it."""
    found: dict[str, tuple[int, Promotion | None]] = {}
    assert case.advocate_id is not None
    room: Room | None = None
    for key, points, at in _promoted(promotion, case):
        if key not in stand:
            room = room or rooms([promotion], [case.advocate_id])[promotion.id]
            if not room.fits(case.id, case.advocate_id, at):
                continue
        found[key] = (points, promotion)
    return found


def _promoted(promotion: Promotion, case: Case) -> Iterator[tuple[str, int, dt.datetime]]:
    stages = [line for line in case.lines if line.reason == "referral_stage"]
    split = case.version.payee != "member" and case.company_id is not None
    seen: set[str] = set()
    for line in sorted(stages, key=lambda line: line.who != "member"):
        if promotion.rung_key not in (None, line.rung_key):
            continue
        at = reached_at(case.version.ladder, case.steps, line.rung_key)
        if not promotion.covers(at):
            continue
        if promotion.kind == "bonus" and line.rung_key in seen:
            continue
        seen.add(line.rung_key)
        end = f":{line.who}" if split else ""
        if points := promotion.adds(line.points):
            yield f"promotion:{promotion.id}:referral:{case.id}:stage:{line.rung_key}{end}", points, at


def _sized(case: Case) -> Iterator[tuple[str, int]]:
    won = case.version.ladder.won.key
    points = case.version.extras.for_size(*case.worth)
    if points and any(line.reason == "referral_stage" and line.rung_key == won for line in case.lines):
        yield f"size:referral:{case.id}", points


def _standings(case: Case) -> Mapping[str, Standing]:
    found: dict[str, Standing] = defaultdict(Standing)
    for line in case.beside:
        count_in(found[base_key(line.key)], line.id, line.account_id, line.key, line.points)
    by_entry = {line.entry_id: line for line in found.values()}
    for line in case.by_hand:
        if line.corrects_id in by_entry:
            by_entry[line.corrects_id].by_hand += line.points
    return found


@registry.check("budgets of promotions are what their entries took")
def budgets() -> Iterator[str]:
    """`spent` of each promotion with a budget against all that was ever booked out of it."""
    for promotion in db.session.scalars(
        select(Promotion).where(Promotion.budget.is_not(None)).order_by(Promotion.id)
    ):
        gross = select(func.coalesce(func.sum(Entry.points), 0)).where(
            begins(Entry.key, f"promotion:{promotion.id}:"),
            Entry.points > 0,
            Entry.reason != "referral_restored",
        )
        booked = int(db.session.scalar(gross) or 0)
        if booked != promotion.spent:
            yield f"promotion {promotion.id}: says that {promotion.spent:,} were spent, its entries took {booked:,}"


@registry.check("promotions count no more than the first of all")
def firsts() -> Iterator[str]:
    """Of each promotion with a cap for everybody, what it ever counted."""
    for promotion in db.session.scalars(
        select(Promotion).where(Promotion.first_all.is_not(None)).order_by(Promotion.id)
    ):
        mine = begins(Entry.key, f"promotion:{promotion.id}:"), Entry.corrects_id.is_(None)
        counted = int(db.session.scalar(select(func.count(func.distinct(Entry.subject))).where(*mine)) or 0)
        if counted > (promotion.first_all or 0):
            yield f"promotion {promotion.id}: is for the first {promotion.first_all:,}, and counted {counted:,}"


@registry.check("n-th wins are paid once each, and no more of them than there are wins")
def wins() -> Iterator[str]:
    """For each member and programme: every key up to the number of wins that the programme pays something for."""
    booked: dict[tuple[int, int], set[int]] = defaultdict(set)
    for key in db.session.scalars(select(Entry.key).where(begins(Entry.key, "nth:"))):
        programme, member, number = (int(part) for part in key.split(":")[1:])
        booked[(programme, member)].add(number)
    for (programme_id, member_id), numbers in sorted(booked.items()):
        won = nth.won_by(programme_id, member_id)
        if max(numbers) > won:
            yield f"member {member_id}: was paid for win {max(numbers)} in programme {programme_id}, and has {won}"
    for programme_id, extras in _paying():
        for member_id, won in nth.winners(programme_id):
            missing = {n for n in range(1, won + 1) if extras.for_nth(n)} - booked[(programme_id, member_id)]
            if missing:
                yield f"member {member_id}: win {min(missing)} in programme {programme_id} was never paid in addition"


def _paying() -> Iterator[tuple[int, Extras]]:
    """Programmes that have always paid for n-th wins in this way: a changed one has paid by what it was then."""
    for programme in db.session.scalars(select(Programme).order_by(Programme.id)):
        query = select(ProgrammeVersion).where(ProgrammeVersion.programme_id == programme.id)
        terms = {version.extras.nth for version in db.session.scalars(query)}
        version = db.session.get(ProgrammeVersion, programme.version_id) if programme.version_id else None
        if version is not None and len(terms) == 1 and version.extras.nth:
            yield programme.id, version.extras
