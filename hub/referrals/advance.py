"""A referral moves: events recorded, what is due booked, what follows told; a batch of them in a few statements.

What is paid is a function of the set of a referral's events (ladder.py, standing.py), so order, repeats and skips
don't matter. The caller's transaction holds all of it or nothing.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from hub import activity, ledger, notices
from hub.core import bulk
from hub.core.db import db
from hub.ledger import Award
from hub.ledger.models import Entry
from hub.referrals.clawbacks import settle_clawbacks
from hub.referrals.climbs import Advance, Climb, load
from hub.referrals.fairness import holding
from hub.referrals.ladder import due, shares
from hub.referrals.models import Referral, StageEvent, StageEventNote
from hub.referrals.people import reopen
from hub.referrals.promotions import extras, nth
from hub.referrals.standing import Step, highest, reached_at, standing

__all__ = ["Advance", "advance_many", "book_again"]


def advance_many(advances: Sequence[Advance], *, now: dt.datetime, quietly: bool = False) -> set[int]:
    """Records the events and books what they pay; returns the referrals that heard something new.

    Refuses a rung the referral's ladder doesn't have (UnknownRungError): callers check first. `quietly` tells
    nobody: an import of old deals is no news.
    """
    climbs = load(sorted({advance.referral_id for advance in advances}))
    for advance in advances:
        climb = climbs[advance.referral_id]
        climb.version.ladder.rung(advance.rung_key)
        if all((s.rung_key, s.happened_at) != (advance.rung_key, advance.happened_at) for s in climb.steps):
            climb.fresh.append(advance)
            if advance.amount_hundredths is not None:
                climb.worth = (advance.amount_hundredths, advance.currency)
            begins = not climb.rung and advance.rung_key == climb.version.ladder.first.key
            climb.steps.append(Step(advance.rung_key, advance.happened_at, advance.sequence, begins))
    moved = {climb.id: climb for climb in climbs.values() if climb.fresh}
    _stand(moved)
    _record(moved, now)
    if not quietly:
        holding.weigh_climbs(moved, now=now)
    _pay(moved, now)
    settle_clawbacks(moved.values(), now=now)
    _place(moved)
    _tell(moved, now, quietly=quietly)
    return set(moved)


def book_again(referral_ids: Iterable[int], *, now: dt.datetime, quietly: bool = False) -> dict[int, int]:
    """Books what is due and was not yet, after a referral got another ladder or somebody to credit: referral →
    points. Nothing is paid twice, nothing is taken; the advocate is told, unless `quietly`."""
    climbs = {climb.id: climb for climb in load(sorted(set(referral_ids))).values() if climb.steps}
    _stand(climbs)
    _pay(climbs, now)
    settle_clawbacks(climbs.values(), now=now)
    _place(climbs)
    words = [
        {
            "member_id": climb.advocate_id, "kind": "referral.repriced", "subject": f"referral:{climb.id}",
            "key": f"referral:{climb.id}:repriced:{climb.version.id}", "data": {"points": climb.earned},
        }
        for climb in climbs.values() if climb.earned and climb.advocate_id and not quietly
    ]  # fmt: skip
    notices.tell_many(words, now=now)
    return {climb.id: climb.earned for climb in climbs.values()}


def _stand(climbs: Mapping[int, Climb]) -> None:
    """Where each referral stands by all its steps; asked often, worked out once."""
    for climb in climbs.values():
        climb.now_at = standing(climb.version.ladder, climb.steps)


def _record(moved: Mapping[int, Climb], now: dt.datetime) -> None:
    news = [(climb, advance) for climb in moved.values() for advance in climb.fresh]
    ids = bulk.numbers(StageEvent, len(news))
    rows = [{"id": i, **_event_row(*new, now)} for i, new in zip(ids, news, strict=True)]
    bulk.put(StageEvent, rows)
    words = [
        {"stage_event_id": i, "note": advance.note}
        for i, (_, advance) in zip(ids, news, strict=True)
        if advance.note
    ]
    bulk.put(StageEventNote, words)


def _event_row(climb: Climb, advance: Advance, now: dt.datetime) -> dict[str, object]:
    return {
        "referral_id": climb.id, "from_rung": climb.rung or None, "to_rung": advance.rung_key,
        "happened_at": advance.happened_at, "heard_at": now, "sequence": advance.sequence,
        "source": advance.source, "delivery_id": advance.delivery_id, "by_id": advance.by_id,
        "amount_hundredths": advance.amount_hundredths, "currency": advance.currency,
    }  # fmt: skip


def _pay(moved: Mapping[int, Climb], now: dt.datetime) -> None:
    _open_accounts(moved.values())
    holding.load_gates(moved.values())
    awards = [award for climb in moved.values() if climb.accounts for award in _awards(climb, now)]
    beside = extras.book(moved, now=now)
    fresh = ledger.award_many([*awards, *beside], now=now)
    for award in (*awards, *beside):
        if award.key in fresh:
            moved[int(award.subject.split(":")[1])].earned += award.points
    booked = [award for award in awards if award.key in fresh]
    _remember_won(moved, booked)
    nth.book(moved.values(), now=now)
    holding.settle_waiting(moved.values(), now=now)


def _open_accounts(climbs: Iterable[Climb]) -> None:
    climbs = list(climbs)
    people = ledger.accounts_for(
        c.advocate_id for c in climbs if c.advocate_id and c.version.payee != "company"
    )
    companies: dict[int, int] = {}
    for climb in climbs:
        if climb.advocate_id is None:
            continue
        payee = climb.version.payee if climb.company_id else "member"
        if payee != "company":
            climb.accounts["member"] = people.get(climb.advocate_id) or ledger.account_for(
                member_id=climb.advocate_id
            )
        if payee != "member" and climb.company_id:
            if climb.company_id not in companies:
                companies[climb.company_id] = ledger.account_for(company_id=climb.company_id)
            climb.accounts["company"] = companies[climb.company_id]


def _awards(climb: Climb, now: dt.datetime) -> Iterable[Award]:
    if climb.rests:
        return  # the one it rests in is paid
    version = climb.version
    payee = version.payee if "company" in climb.accounts else "member"
    reached = {step.rung_key for step in climb.steps}
    paid = {rung: 0 for booked in climb.paid.values() for rung in booked}
    for owed in due(version.ladder, reached, paid, hold_submission=version.hold_submission):
        at = reached_at(version.ladder, climb.steps, owed.rung_key)
        if why := climb.gate.waits(version.ladder, owed.rung_key, at, now):
            climb.withheld.append((owed, at, why))
            continue
        for who, points in shares(owed.points, payee, version.member_percent):  # type: ignore[arg-type]
            climb.paid[who][owed.rung_key] = points
            end = "" if payee == "member" else f":{who}"
            yield Award(
                account_id=climb.accounts[who], points=points, reason="referral_stage",
                key=f"referral:{climb.id}:stage:{owed.rung_key}{end}", subject=f"referral:{climb.id}",
                happened_at=at,
            )  # fmt: skip


def _remember_won(moved: Mapping[int, Climb], booked: Sequence[Award]) -> None:
    """Claw-backs name the entry they correct: the ids of won entries just booked."""
    for award in booked:
        climb = moved[int(award.subject.split(":")[1])]
        climb.has_just_won |= award.key.split(":")[3] == climb.version.ladder.won.key
    lost = {climb.id for climb in moved.values() if climb.now_at != climb.version.ladder.won}
    keys = [
        award.key
        for award in booked
        if (climb := moved[int(award.key.split(":")[1])]).id in lost
        and award.key.split(":")[3] == climb.version.ladder.won.key
    ]
    if not keys:
        return
    for entry_id, key in db.session.execute(select(Entry.id, Entry.key).where(Entry.key.in_(keys))):
        _, referral_id, _, _, *payee = key.split(":")
        moved[int(referral_id)].won_entries[payee[0] if payee else "member"] = entry_id


def _place(moved: Mapping[int, Climb]) -> None:
    """Writes where each referral stands now: one statement for each set of columns that changes."""
    groups: dict[tuple[str, ...], list[dict[str, object]]] = defaultdict(list)
    for climb in moved.values():
        values = _placed(climb)
        groups[tuple(values)].append({"id": climb.id, **values})
        if climb.state == "lost" and values["state"] != "lost":
            reopen(climb.id)
    for rows in groups.values():
        bulk.change(Referral, rows, by="id")


def _placed(climb: Climb) -> dict[str, object]:
    ladder, now_at = climb.version.ladder, climb.now_at
    assert now_at is not None
    values: dict[str, object] = {
        "rung": now_at.key, "highest_rung": (highest(ladder, climb.steps) or ladder.first).key,
        "state": now_at.kind, "moved_at": max(step.happened_at for step in climb.steps),
    }  # fmt: skip
    values |= holding.placed(climb)
    if now_at.kind == "lost":
        values["lead_key"] = None  # somebody else may introduce them now
    for advance in climb.fresh:
        if advance.amount_hundredths is not None:
            values |= {"amount_hundredths": advance.amount_hundredths, "currency": advance.currency}
    return values


def _tell(moved: Mapping[int, Climb], now: dt.datetime, *, quietly: bool) -> None:
    facts, words = [], []
    for climb in moved.values():
        ladder = climb.version.ladder
        now_at = climb.now_at
        assert now_at is not None
        data = {"from": climb.rung or None, "to": now_at.key, "points": climb.earned, "kind": now_at.kind}
        facts.append({"kind": "referral.advanced", "subject": f"referral:{climb.id}", "data": data})
        news = climb.earned or now_at.key != climb.rung  # two of the CRM's stages may be one rung of ours
        if climb.advocate_id is not None and not quietly and news and (now_at != ladder.first or climb.rung):
            words += _words(climb, {**data, "version_id": climb.version.id})
    if not quietly:
        activity.record_many(facts, now=now)
    notices.tell_many(words, now=now)


def _words(climb: Climb, data: dict[str, object]) -> list[dict[str, object]]:
    """What the advocate is told, and the owner when a deal was won and paid."""
    told = "+".join(sorted({a.rung_key for a in climb.fresh}))
    stamp = int(max(a.happened_at for a in climb.fresh).timestamp() * 1000)
    about = {"subject": f"referral:{climb.id}", "data": data}
    end = f"{told}:{stamp}"
    words: list[dict[str, object]] = [
        {
            **about, "member_id": climb.advocate_id, "kind": "referral.advanced",
            "key": f"referral:{climb.id}:advanced:{end}",
        }
    ]  # fmt: skip
    if data["kind"] == "won" and climb.earned and climb.owner_id not in (None, climb.advocate_id):
        words.append(
            {
                **about, "member_id": climb.owner_id, "kind": "referral.rewarded",
                "key": f"referral:{climb.id}:rewarded:{end}", "data": {**data, "by_id": climb.advocate_id},
            }
        )  # fmt: skip
    return words
