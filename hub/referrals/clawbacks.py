"""Taking back what the won rung paid when the deal is no longer won, and returning it when it is again.

Each decision is a row, also one of zero points (all spent), so it is taken once and shown.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from hub import ledger
from hub.core.db import db
from hub.ledger.actions import comes_to, lock
from hub.referrals.models import Clawback
from hub.referrals.promotions import extras
from hub.referrals.promotions.extras import Standing
from hub.referrals.standing import clawback, restore

if TYPE_CHECKING:
    from hub.referrals.climbs import Climb

Beside = Mapping[str, Standing]


def settle_clawbacks(climbs: Iterable["Climb"], *, now: dt.datetime) -> None:
    """Decides for each payee of each referral whose won rung was ever booked."""
    asked = [c for c in climbs if any(c.version.ladder.won.key in booked for booked in c.paid.values())]
    if not asked:
        return
    decided = _decided([climb.id for climb in asked])
    # What is free to take must not be spent meanwhile; in one order, so that nobody waits in a circle.
    takes = [c for c in asked if c.now_at != c.version.ladder.won and c.version.clawback != "never"]
    for account_id in sorted({account_id for climb in takes for account_id in climb.accounts.values()}):
        lock(account_id)
    for climb in asked:
        beside: Beside | None = None
        for who, account_id in climb.accounts.items():
            before = decided[(climb.id, account_id)]
            if climb.now_at != climb.version.ladder.won or len(before) % 2:
                beside = extras.of_won(climb) if beside is None else beside
            _decide(climb, who, account_id, before, beside or {}, now)


def _decided(referral_ids: list[int]) -> dict[tuple[int, int], list[int]]:
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for start in range(0, len(referral_ids), 500):
        part = referral_ids[start : start + 500]
        query = select(Clawback).where(Clawback.referral_id.in_(part)).order_by(Clawback.id)
        for row in db.session.scalars(query):
            sign = -1 if row.kind == "taken" else 1
            found[(row.referral_id, row.account_id)].append(sign * row.points)
    return found


def _decide(
    climb: "Climb", who: str, account_id: int, corrections: list[int], beside: Beside, now: dt.datetime
) -> None:
    """What the won stage paid, and what was paid beside the ladder for it, goes and comes back together."""
    ladder, steps = climb.version.ladder, climb.steps
    mine = {key: line for key, line in beside.items() if line.account_id == account_id}
    back = restore(ladder, steps, corrections=corrections)
    if back is not None:
        given = {key: line.taken.get(back.number, 0) for key, line in mine.items()}
        _keep(climb, account_id, "returned", back.points, 0, back.number, now)
        extras.give_back(mine, given, number=back.number, now=now)
        _book(climb, who, "returned", back.points - sum(given.values()), back.number, now)
        return
    if climb.now_at == ladder.won or climb.version.clawback == "never":
        return  # nothing can be taken: no need to look into the wallet
    own = comes_to(climb.won_entries[who]) if who in climb.won_entries else 0
    booked = {ladder.won.key: own + sum(line.left for line in mine.values())}
    take = clawback(
        ladder, steps, booked, corrections=corrections,
        policy=climb.version.clawback, free_balance=ledger.wallet(account_id).free,  # type: ignore[arg-type]
    )  # fmt: skip
    if take is not None:
        _keep(climb, account_id, "taken", take.points, take.short_by, take.number, now)
        first = min(own, take.points)
        _book(climb, who, "taken", first, take.number, now)
        extras.take_back(mine, take.points - first, number=take.number, now=now)


def _keep(
    climb: "Climb", account_id: int, kind: str, points: int, short_by: int, number: int, now: dt.datetime
) -> None:
    row = {
        "referral_id": climb.id, "account_id": account_id, "number": number, "kind": kind, "points": points,
        "short_by": short_by, "created_at": now,
    }  # fmt: skip
    db.session.execute(insert(Clawback).values(**row))


def _book(climb: "Climb", who: str, kind: str, points: int, number: int, now: dt.datetime) -> None:
    if not points:
        return
    verb, sign = ("clawback", -1) if kind == "taken" else ("restore", 1)
    end = f":{who}" if "company" in climb.accounts else ""
    ledger.correct(
        climb.won_entries[who], sign * points,
        key=f"referral:{climb.id}:stage:{climb.version.ladder.won.key}:{verb}:{number}{end}",
        now=now, reason="referral_clawback" if kind == "taken" else "referral_restored",
    )  # fmt: skip
