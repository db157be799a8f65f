"""What `hurrah prove` recomputes of everything that is paid beside a ladder: promotions, sizes of deals, n-th wins."""

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
        if promotion.subject == f"programme:{case.programme_id}" and _counts(promotion, case):
            wanted |= {key: (points, promotion) for key, points in _promoted(promotion, case)}
    wanted |= {key: (points, None) for key, points in _sized(case)}
    for key, (points, of) in wanted.items():
        line = stand.get(key)
        if line is not None and line.is_taken:
            continue
        total = line.total if line else 0
        if total != points and not _is_out_of(of, points - total):
            yield f"referral {case.id}: {key} comes to {total:,}, and should to {points:,}"
    for key, line in stand.items():
        if key not in wanted and line.total and not line.is_taken:
            yield f"referral {case.id}: {key} comes to {line.total:,}, and nothing calls for it"


def _is_out_of(promotion: Promotion | None, points: int) -> bool:
    """Whether the promotion's budget had no room for it: what was spent never comes back."""
    return (
        promotion is not None and promotion.budget is not None and promotion.spent + points > promotion.budget
    )


def _counts(promotion: Promotion, case: Case) -> bool:
    if case.source == "import" or case.advocate_id is None:
        return False
    return queries.chosen(promotion, [case.advocate_id]).has(case.id, case.advocate_id)


def _promoted(promotion: Promotion, case: Case) -> Iterator[tuple[str, int]]:
    stages = [line for line in case.lines if line.reason == "referral_stage"]
    split = case.version.payee != "member" and case.company_id is not None
    seen: set[str] = set()
    for line in sorted(stages, key=lambda line: line.who != "member"):
        if promotion.rung_key not in (None, line.rung_key):
            continue
        if not promotion.covers(reached_at(case.version.ladder, case.steps, line.rung_key)):
            continue
        if promotion.kind == "bonus" and line.rung_key in seen:
            continue
        seen.add(line.rung_key)
        end = f":{line.who}" if split else ""
        if points := promotion.adds(line.points):
            yield f"promotion:{promotion.id}:referral:{case.id}:stage:{line.rung_key}{end}", points


def _sized(case: Case) -> Iterator[tuple[str, int]]:
    won = case.version.ladder.won.key
    points = case.version.extras.for_size(*case.worth)
    if points and any(line.reason == "referral_stage" and line.rung_key == won for line in case.lines):
        yield f"size:referral:{case.id}", points


def _standings(case: Case) -> Mapping[str, Standing]:
    found: dict[str, Standing] = defaultdict(Standing)
    for line in case.beside:
        count_in(found[base_key(line.key)], line.id, line.account_id, line.key, line.points)
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
