"""What `hurrah prove` recomputes of referrals: every point from the stage events that justify it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import cast

from hub.core import registry
from hub.core.clock import now
from hub.referrals.fairness.gates import gate as fairness_gate
from hub.referrals.ladder import Ladder, Payee, UnknownRungError, due, shares
from hub.referrals.landing import checks as _landing  # noqa: F401 - registers its own
from hub.referrals.models import Clawback, ProgrammeVersion
from hub.referrals.promotions import checks as promotion_checks
from hub.referrals.proof import Case, Line, by_account, cases, versions
from hub.referrals.standing import highest, reached_at, standing

GRACE = dt.timedelta(hours=1)
PARTS = (promotion_checks,)  # more that `hurrah prove` recomputes, by being imported
Versions = dict[int, ProgrammeVersion]


@registry.check("referrals stand where their stage events put them")
def standings() -> Iterator[str]:
    """Rung, state and highest rung of every referral; each has been submitted."""
    for case in cases(versions()):
        ladder = case.version.ladder
        try:
            now_at, top = standing(ladder, case.steps), highest(ladder, case.steps) or ladder.first
        except UnknownRungError as error:
            yield f"referral {case.id}: {error}"
            continue
        if now_at is None:
            yield f"referral {case.id}: has no stage event, not even its submission"
            continue
        if all(step.rung_key != ladder.first.key for step in case.steps) and not case.moves:
            yield f"referral {case.id}: was never submitted: no event on {ladder.first.label}"
        for name, kept, true in (
            ("rung", case.rung, now_at.key),
            ("state", case.state, now_at.kind),
            ("highest rung", case.highest_rung, top.key),
        ):
            if kept != true:
                yield f"referral {case.id}: {name} says {kept}, its events come to {true}"


@registry.check("referrals are paid what their ladder says")
def payments() -> Iterator[str]:
    """For each stage of each referral the entries: none missing, none too many, each of the right amount and payee."""
    known = versions()
    for case in cases(known):
        for sentence in _paid(case, known):
            yield f"referral {case.id}: {sentence}"


@registry.check("claw-backs are what won and lost again comes to")
def takings() -> Iterator[str]:
    """Each decision against the events that called for it and the entry that booked it."""
    known = versions()
    for case in cases(known):
        for sentence in _taken(case):
            yield f"referral {case.id}: {sentence}"


def _paid(case: Case, known: Versions) -> Iterator[str]:
    booked: dict[str, list[Line]] = defaultdict(list)
    for line in case.lines:
        if line.reason == "referral_stage":
            booked[line.rung_key].append(line)
    if case.advocate_id is None:
        if booked:
            yield f"is credited to nobody, and {sum(map(len, booked.values()))} stages were paid"
        return
    ladder, reached = case.version.ladder, {step.rung_key for step in case.steps}
    held = waiting(case)
    try:
        owed = due(ladder, reached, dict.fromkeys(booked, 0), hold_submission=case.version.hold_submission)
    except UnknownRungError:
        return  # told by the check of standings
    kept = [item for item in owed if held(item.rung_key) and not case.rests]
    for item in owed:
        if item not in kept and not case.rests:
            yield f"{item.points:,} points for {item.rung_key} were never booked"
    if case.waiting != sum(item.points for item in kept):
        yield f"says that {case.waiting:,} points wait, and {sum(item.points for item in kept):,} do"
    for rung_key, lines in booked.items():
        yield from _rung_paid(case, rung_key, lines, known)


def waiting(case: Case) -> Callable[[str], bool]:
    """Whether a stage's points wait: people haven't lifted the ceiling, or the programme's days aren't over. Days that
    ended within the hour may still be on their way."""
    extras = case.version.extras
    gate = fairness_gate(case.reviews, approve_above=extras.approve_above, days=extras.hold_days)
    at = now() - GRACE

    def held(rung_key: str) -> bool:
        return (
            gate.waits(
                case.version.ladder, rung_key, reached_at(case.version.ladder, case.steps, rung_key), at
            )
            is not None
        )

    return held


def _rung_paid(case: Case, rung_key: str, lines: list[Line], known: Versions) -> Iterator[str]:
    version = case.version_at(lines[0].created_at, known)
    if not _reached(version.ladder, rung_key, case):
        yield f"{sum(line.points for line in lines):,} points were booked for {rung_key}, which it never reached"
        return
    payee = cast(Payee, version.payee if case.company_id is not None else "member")
    wanted: dict[str, int] = dict(shares(version.ladder.amounts[rung_key], payee, version.member_percent))
    given = {line.who: line.points for line in lines}
    if given != wanted or len(lines) != len(given):
        yield f"{rung_key} paid {_shown(given)}, and the ladder says {_shown(wanted)}"
    for line in lines:
        holder = case.company_id if line.who == "company" else case.advocate_id
        if holder != (line.company_id if line.who == "company" else line.member_id):
            yield f"entry {line.id} for {rung_key} is in account {line.account_id}, which isn't its payee's"


def _reached(ladder: Ladder, rung_key: str, case: Case) -> bool:
    places = {rung.key: rung.position for rung in ladder.paying}
    tops = [places[step.rung_key] for step in case.steps if step.rung_key in places]
    return rung_key in places and bool(tops) and places[rung_key] <= max(tops)


def _shown(given: dict[str, int]) -> str:
    return " and ".join(f"{points:,} to the {who}" for who, points in given.items()) or "nothing"


def _taken(case: Case) -> Iterator[str]:
    ladder = case.version.ladder
    try:
        now_at, top = standing(ladder, case.steps), highest(ladder, case.steps)
    except UnknownRungError:
        return
    corrections = {line.key: line for line in case.lines if line.reason != "referral_stage"}
    won = {line.account_id: line for line in case.lines
           if line.reason == "referral_stage" and line.rung_key == ladder.won.key}  # fmt: skip
    rows = by_account(case)
    for account_id, line in won.items():
        is_taken = len(rows[account_id]) % 2 == 1
        if now_at == ladder.won and is_taken:
            yield f"is won again, and account {account_id} was not given back what was taken"
        if now_at != ladder.won and top == ladder.won and not is_taken and _takes(case, line):
            yield f"is no longer won, and no claw-back was decided for account {account_id}"
        yield from _alternating(line, rows[account_id], corrections, case)
    for line in corrections.values():
        yield f"entry {line.id} corrects it by {line.points:,}, and no decision says so"


def _takes(case: Case, won: Line) -> bool:
    """Whether a lost deal takes anything back, and somebody left something of the line to take."""
    return case.version.clawback != "never" and won.points + _by_hand(case, won) > 0


def _by_hand(case: Case, won: Line, until: dt.datetime | None = None) -> int:
    lines = [line for line in case.by_hand if line.corrects_id == won.id]
    return sum(line.points for line in lines if until is None or line.created_at <= until)


def _alternating(line: Line, rows: list[Clawback], corrections: dict[str, Line], case: Case) -> Iterator[str]:
    """Taken, returned, taken, …: each decision with its entry, which is then accounted for."""
    before, account_id = 0, line.account_id
    for place, row in enumerate(rows):
        kind = "returned" if place % 2 else "taken"
        number = place // 2 + 1
        if (row.kind, row.number) != (kind, number):
            yield f"claw-back {row.id} of account {account_id} is {row.kind} {row.number}, expected {kind} {number}"
        beside = [other for other in case.beside if other.account_id == account_id]
        won = line.points + _by_hand(case, line, row.created_at)
        if kind == "taken" and (
            row.points + row.short_by < won if beside else row.points + row.short_by != won
        ):
            yield f"claw-back {row.id} accounts for {row.points + row.short_by:,} of {won:,} won points"
        if kind == "returned" and row.points != before:
            yield f"{row.points:,} points were returned to account {account_id}, {before:,} had been taken"
        before = row.points
        yield from _booked(row, corrections, beside)


def _booked(row: Clawback, corrections: dict[str, Line], beside: list[Line]) -> Iterator[str]:
    verb, sign = ("clawback", -1) if row.kind == "taken" else ("restore", 1)
    mine = (k for k, line in corrections.items() if line.account_id == row.account_id)
    key = next((k for k in mine if f":{verb}:{row.number}" in k), None)
    line = corrections.pop(key) if key else None
    end = f":{verb}:{row.number}"
    points = (line.points if line else 0) + sum(one.points for one in beside if one.key.endswith(end))
    if points != sign * row.points:
        yield f"claw-back {row.id} says {sign * row.points:,} points, the books say {points:,}"
