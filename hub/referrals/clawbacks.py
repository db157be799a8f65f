"""Taking back what the won rung paid when the deal is no longer won, and returning it when it is again.

Each decision is a row, also one of zero points (all spent), so it is taken once and shown.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from hub import ledger
from hub.core.db import db
from hub.referrals.models import Clawback
from hub.referrals.standing import clawback, restore

if TYPE_CHECKING:
    from hub.referrals.advance import Climb


def settle_clawbacks(climbs: Iterable["Climb"], *, now: dt.datetime) -> None:
    """Decides for each payee of each referral whose won rung was ever booked."""
    asked = [c for c in climbs if any(c.version.ladder.won.key in booked for booked in c.paid.values())]
    if not asked:
        return
    decided = _decided([climb.id for climb in asked])
    for climb in asked:
        for who, account_id in climb.accounts.items():
            _decide(climb, who, account_id, decided[(climb.id, account_id)], now)


def _decided(referral_ids: list[int]) -> dict[tuple[int, int], list[int]]:
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for start in range(0, len(referral_ids), 500):
        part = referral_ids[start : start + 500]
        query = select(Clawback).where(Clawback.referral_id.in_(part)).order_by(Clawback.id)
        for row in db.session.scalars(query):
            sign = -1 if row.kind == "taken" else 1
            found[(row.referral_id, row.account_id)].append(sign * row.points)
    return found


def _decide(climb: "Climb", who: str, account_id: int, corrections: list[int], now: dt.datetime) -> None:
    ladder, steps = climb.version.ladder, climb.steps
    back = restore(ladder, steps, corrections=corrections)
    if back is not None:
        _book(climb, who, account_id, "returned", back.points, 0, back.number, now)
        return
    if climb.now_at == ladder.won or climb.version.clawback == "never":
        return  # nothing can be taken: no need to look into the wallet
    take = clawback(
        ladder, steps, climb.paid[who], corrections=corrections,
        policy=climb.version.clawback, free_balance=ledger.wallet(account_id).free,  # type: ignore[arg-type]
    )  # fmt: skip
    if take is not None:
        _book(climb, who, account_id, "taken", take.points, take.short_by, take.number, now)


def _book(
    climb: "Climb",
    who: str,
    account_id: int,
    kind: str,
    points: int,
    short_by: int,
    number: int,
    now: dt.datetime,
) -> None:
    row = {
        "referral_id": climb.id, "account_id": account_id, "number": number, "kind": kind, "points": points,
        "short_by": short_by, "created_at": now,
    }  # fmt: skip
    db.session.execute(insert(Clawback).values(**row))
    if not points:
        return
    verb, sign = ("clawback", -1) if kind == "taken" else ("restore", 1)
    end = f":{who}" if "company" in climb.accounts else ""
    ledger.correct(
        climb.won_entries[who], sign * points,
        key=f"referral:{climb.id}:stage:{climb.version.ladder.won.key}:{verb}:{number}{end}",
        now=now, reason="referral_clawback" if kind == "taken" else "referral_restored",
    )  # fmt: skip
