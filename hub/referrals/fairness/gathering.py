"""The cases of referrals, read in a fixed number of statements whatever their number. Each is as it was when it was
made: only what came before it counts, so weighing it again gives the same."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from hub.core.db import db
from hub.core.doubts import DOUBTS
from hub.members.addresses import domain_of, plain_domain
from hub.members.models import Company, Member
from hub.referrals.fairness.models import Print
from hub.referrals.fairness.signals import Case, Move, Someone, Twin
from hub.referrals.models import ProgrammeVersion, Referral, StageEvent

HOUR, DAY, LATELY = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=90)
LONGEST_CIRCLE = 5
MOST_TWINS = 2_000

Other, Mine, Theirs = aliased(Referral), aliased(Print), aliased(Print)
COLUMNS = (
    Referral.id, Referral.created_at, Referral.mode, Referral.advocate_id, Referral.owner_id, Referral.programme_id,
    Referral.version_id, Referral.contact_name, Referral.contact_email, Referral.contact_phone,
    Referral.contact_company, Member.name, Member.email, Company.name.label("company"), Company.domain,
)  # fmt: skip


def gather(referral_ids: Collection[int], *, only_moves: bool = False) -> dict[int, Case]:
    """The cases of these referrals; those that nobody is credited for are left out. `only_moves` reads what signals of
    stages need, in three statements."""
    query = select(*COLUMNS).join(Member, Member.id == Referral.advocate_id)
    query = query.outerjoin(Company, Company.id == Member.company_id)
    rows: Sequence[Any] = db.session.execute(
        query.where(Referral.id.in_(referral_ids)).order_by(Referral.id)
    ).all()
    cases = {row.id: _begun(row) for row in rows}
    if not cases:
        return {}
    for part in (
        (_steps, _wins)
        if only_moves
        else (_steps, _wins, _twins, _members, _pace, _ends, _conversations, _doubts)
    ):
        cases |= part(cases, rows)
    return cases


def _begun(row: Any) -> Case:
    lead = Someone(
        name=row.contact_name, email=row.contact_email, phone=row.contact_phone, company=row.contact_company or "",
        domain=domain_of(row.contact_email),
    )  # fmt: skip
    domain = domain_of(row.email) or plain_domain(row.domain or "")
    advocate = Someone(name=row.name, email=row.email, company=row.company or "", domain=domain)
    return Case(
        id=row.id, made_at=row.created_at, mode=row.mode, lead=lead, advocate=advocate, advocate_id=row.advocate_id,
        programme_id=row.programme_id, owner_id=row.owner_id,
    )  # fmt: skip


Cases = dict[int, Case]
Rows = Sequence[Any]


def _steps(cases: Cases, rows: Rows) -> Cases:
    """How high each has been and when, and who wrote it down."""
    versions = {row.version_id for row in rows}
    ladders = {
        v.id: v.ladder
        for v in db.session.scalars(select(ProgrammeVersion).where(ProgrammeVersion.id.in_(versions)))
    }
    ladder_of = {row.id: ladders[row.version_id] for row in rows}
    columns = (
        StageEvent.referral_id,
        StageEvent.to_rung,
        StageEvent.happened_at,
        StageEvent.from_rung,
        StageEvent.by_id,
    )
    events = select(*columns).where(StageEvent.referral_id.in_(cases)).order_by(StageEvent.id)
    moves: dict[int, list[Move]] = defaultdict(list)
    by: dict[int, int | None] = {}
    for number, rung, at, before, by_id in db.session.execute(events):
        ladder = ladder_of[number]
        places = [r.key for r in ladder.paying]
        height = places.index(rung) / max(1, len(places) - 1) if rung in places else 0.0
        begins = before is None and rung == ladder.first.key
        moves[number].append(Move(height=height, at=at, begins=begins, rung_key=rung))
        if begins:
            by.setdefault(number, by_id)
    return {n: replace(case, moves=tuple(moves[n]), logged_by_id=by.get(n)) for n, case in cases.items()}


def _twins(cases: Cases, _rows: Rows) -> Cases:
    """Earlier introductions with a print in common; and those of the advocate's own address, for the telephone."""
    query = (
        select(
            Mine.referral_id, Mine.kind, Other.id, Other.advocate_id, Other.programme_id, Other.contact_name,
            Other.contact_email,
        )
        .join(Theirs, and_(Theirs.digest == Mine.digest, Theirs.referral_id < Mine.referral_id))
        .join(Other, Other.id == Theirs.referral_id)
        .where(Mine.referral_id.in_(cases))
        .order_by(Other.id)
        .limit(MOST_TWINS)
    )  # fmt: skip
    found: dict[int, dict[str, list[Twin]]] = defaultdict(lambda: defaultdict(list))
    own_phone: set[int] = set()
    for number, kind, other, advocate_id, programme_id, name, email in db.session.execute(query):
        twin = Twin(
            id=other,
            advocate_id=advocate_id,
            programme_id=programme_id,
            name=name.casefold(),
            domain=domain_of(email),
        )
        found[number][kind].append(twin)
        mine = cases[number].advocate.email
        if kind == "phone" and email and mine and email.lower() == mine.lower():
            own_phone.add(number)
    return {
        n: replace(
            case, same_email=tuple(found[n]["email"]), same_phone=tuple(found[n]["phone"]),
            same_person=tuple(found[n]["person"]), has_own_phone=n in own_phone,
        )
        for n, case in cases.items() if n in found
    }  # fmt: skip


def _members(cases: Cases, _rows: Rows) -> Cases:
    """Leads who are members; for those, whether their own introductions lead back to the advocate."""
    wanted = {case.lead.email.lower() for case in cases.values() if case.lead.email}
    if not wanted:
        return {}
    query = select(Member.id, func.lower(Member.email), Member.joined_at).where(
        func.lower(Member.email).in_(wanted)
    )
    members = {email: (member_id, joined) for member_id, email, joined in db.session.execute(query)}
    found: Cases = {}
    for number, case in cases.items():
        member_id, joined = members.get((case.lead.email or "").lower(), (None, None))
        if member_id is not None and member_id != case.advocate_id:
            here = joined is not None and joined < case.made_at
            found[number] = replace(case, is_member=here, circle=_circle(member_id, case))
    return found


def _circle(member_id: int, case: Case) -> int:
    """How many people there are from the lead by introductions to the advocate; 0 when they don't lead there."""
    reached, frontier = {member_id}, {member_id}
    for people in range(2, LONGEST_CIRCLE + 1):
        introduced = (
            select(Member.id)
            .join(Referral, func.lower(Member.email) == Referral.contact_email)
            .where(Referral.advocate_id.in_(frontier), Referral.id < case.id)
        )
        frontier = set(db.session.scalars(introduced)) - reached
        if case.advocate_id in frontier:
            return people
        if not frontier:
            return 0
        reached |= frontier
    return 0


def _pace(cases: Cases, rows: Rows) -> Cases:
    """How many the advocate had introduced within the hour and the day, this one among them; logged ones aside."""
    first = min(row.created_at for row in rows) - DAY
    last = max(row.created_at for row in rows)
    query = select(Referral.advocate_id, Referral.created_at, Referral.id).where(
        Referral.advocate_id.in_({row.advocate_id for row in rows}), Referral.created_at.between(first, last),
        Referral.mode != "verbal", Referral.source == "hub",
    )  # fmt: skip
    made: dict[int | None, list[tuple[dt.datetime, int]]] = defaultdict(list)
    for advocate_id, at, number in db.session.execute(query):
        made[advocate_id].append((at, number))

    def count(case: Case, span: dt.timedelta) -> int:
        since = case.made_at - span
        return sum(since < at <= case.made_at and number <= case.id for at, number in made[case.advocate_id])

    return {n: replace(case, in_hour=count(case, HOUR), in_day=count(case, DAY)) for n, case in cases.items()}


def _ends(cases: Cases, rows: Rows) -> Cases:
    """How the advocate's earlier introductions ended."""
    query = select(Referral.id, Referral.advocate_id, Referral.state, Referral.highest_rung, Referral.version_id).where(
        Referral.advocate_id.in_({row.advocate_id for row in rows}), Referral.id < max(cases),
    )  # fmt: skip
    seen = db.session.execute(query.order_by(Referral.id.desc()).limit(MOST_TWINS)).all()
    versions = select(ProgrammeVersion).where(ProgrammeVersion.id.in_({row.version_id for row in seen}))
    first = {version.id: version.ladder.first.key for version in db.session.scalars(versions)}
    found = {}
    for number, case in cases.items():
        mine = [row for row in seen if row.advocate_id == case.advocate_id and row.id < number]
        accepted = sum(row.highest_rung != first[row.version_id] for row in mine)
        ended = sum(row.state == "lost" and row.highest_rung == first[row.version_id] for row in mine)
        found[number] = replace(case, never_accepted=ended, ever_accepted=accepted)
    return found


def _conversations(cases: Cases, _rows: Rows) -> Cases:
    """What each rep wrote down in the ninety days before: of this advocate, and of all."""
    logged = {n: case for n, case in cases.items() if case.is_logged}
    if not logged:
        return {}
    query = (
        select(StageEvent.by_id, Referral.advocate_id, Referral.created_at)
        .join(Referral, Referral.id == StageEvent.referral_id)
        .where(
            Referral.mode == "verbal", StageEvent.from_rung.is_(None),
            StageEvent.by_id.in_({case.logged_by_id for case in logged.values()}),
            Referral.created_at > min(case.made_at for case in logged.values()) - LATELY,
        )
    )  # fmt: skip
    told = db.session.execute(query).all()
    found = {}
    for number, case in logged.items():
        since = case.made_at - LATELY
        mine = [row for row in told if row[0] == case.logged_by_id and since < row[2] <= case.made_at]
        pair = sum(row[1] == case.advocate_id for row in mine)
        found[number] = replace(case, told_by_pair=pair, told_by_rep=len(mine))
    return found


def _wins(cases: Cases, _rows: Rows) -> Cases:
    """How often owner and advocate won in the ninety days before this one was won."""
    won = {n: case for n, case in cases.items() if case.highest >= 1 and case.owner_id is not None}
    if not won:
        return {}
    query = select(Referral.owner_id, Referral.advocate_id, Referral.moved_at).where(
        Referral.owner_id.in_({case.owner_id for case in won.values()}), Referral.state == "won",
        Referral.advocate_id.in_({case.advocate_id for case in won.values()}),
    )  # fmt: skip
    wins = db.session.execute(query).all()
    found = {}
    for number, case in won.items():
        at = max(move.at for move in case.moves if move.height >= 1)
        mine = [
            row
            for row in wins
            if (row[0], row[1]) == (case.owner_id, case.advocate_id) and at - LATELY < row[2] <= at
        ]
        found[number] = replace(case, won_together=len(mine) + 1)
    return found


def _doubts(cases: Cases, rows: Rows) -> Cases:
    """What other rooms measure of the advocates: a statement each."""
    people = {row.advocate_id for row in rows}
    measured: Mapping[str, Mapping[int, int]] = {
        name: doubt.measure(people, max(row.created_at for row in rows)) for name, doubt in DOUBTS.items()
    }
    return {
        n: replace(case, doubts={name: found[case.advocate_id or 0] for name, found in measured.items()
                                 if (case.advocate_id or 0) in found})
        for n, case in cases.items()
    } if measured else {}  # fmt: skip
