"""Money owed and paid outside: what it comes to, and its three steps. Nothing here moves money."""

import datetime as dt

from sqlalchemy import select, update

from hub import activity
from hub.core.db import db
from hub.outbox.actions import insert_ignoring
from hub.referrals.models import Referral
from hub.rewards.models import Payout, Redemption, RewardPlan
from hub.rewards.wishes import Refusal

OWN = "This is about your own money. Somebody else decides."


def worth(
    kind: str, *, base_hundredths: int | None = None, percent_bp: int | None = None, seats: int | None = None,
    seat_hundredths: int | None = None, share_percent: int = 100,
) -> int | None:  # fmt: skip
    """What a payout comes to in hundredths, rounded half up; None while something isn't known yet.

    25 % of 60,000.00 is 15,000.00; 12 seats at 40.00 are 480.00; a share takes its part of that.
    """
    if kind == "percent":
        whole = None if base_hundredths is None or percent_bp is None else base_hundredths * percent_bp
        return None if whole is None else _rounded(whole * share_percent, 10_000 * 100)
    if kind == "seats":
        known = seats is not None and seat_hundredths is not None
        return _rounded((seats or 0) * (seat_hundredths or 0) * share_percent, 100) if known else None
    return base_hundredths if base_hundredths is None else _rounded(base_hundredths * share_percent, 100)


def _rounded(above: int, below: int) -> int:
    return (2 * above + below) // (2 * below)


def shares(
    plan: RewardPlan, member_id: int, company_id: int | None
) -> list[tuple[int | None, int | None, int]]:
    """Who gets which part of a plan's money: (member, company, percent). Without a company all goes to the member."""
    if company_id is None or plan.payee == "member":
        return [(member_id, None, 100)]
    if plan.payee == "company":
        return [(None, company_id, 100)]
    parts = [(member_id, None, plan.member_percent), (None, company_id, 100 - plan.member_percent)]
    return [part for part in parts if part[2]]


def owe_for(redemption: Redemption, *, due_on: dt.date, now: dt.datetime) -> None:
    """What a reward that is paid outside costs is owed to its member, once."""
    row = _row(
        redemption_id=redemption.id, member_id=redemption.member_id, holder=f"member:{redemption.member_id}",
        kind="flat", base_hundredths=redemption.cost_hundredths, amount_hundredths=redemption.cost_hundredths,
        currency=redemption.currency, closed_at=redemption.created_at, due_on=due_on, created_at=now,
    )  # fmt: skip
    db.session.execute(insert_ignoring(Payout).values(**row))


def owe(
    plan: RewardPlan, *, referral_id: int, member_id: int, company_id: int | None, base_hundredths: int | None,
    currency: str, closed_at: dt.datetime, year: int, now: dt.datetime,
) -> int:  # fmt: skip
    """A plan's money for one year of one referral, once for each of its payees; how many are new."""
    kind = "percent" if plan.percent_bp is not None else "seats"
    fresh = 0
    for member, company, percent in shares(plan, member_id, company_id):
        amount = worth(
            kind, base_hundredths=base_hundredths, percent_bp=plan.percent_bp, share_percent=percent
        )
        row = _row(
            referral_id=referral_id, plan_id=plan.id, member_id=member, company_id=company,
            holder=f"member:{member}" if member else f"company:{company}", year=year, kind=kind,
            base_hundredths=base_hundredths if kind == "percent" else None, percent_bp=plan.percent_bp,
            seat_hundredths=plan.seat_hundredths, share_percent=percent, amount_hundredths=amount, currency=currency,
            closed_at=closed_at, due_on=closed_at.date() + dt.timedelta(days=plan.due_days), created_at=now,
        )  # fmt: skip
        made = insert_ignoring(Payout).values(**row).returning(Payout.id)
        fresh += db.session.execute(made).scalar_one_or_none() is not None
    return fresh


def _row(**known: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "referral_id": None, "redemption_id": None, "plan_id": None, "member_id": None, "company_id": None, "year": 1,
        "percent_bp": None, "seats": None, "seat_hundredths": None, "share_percent": 100, "state": "closed",
        "reference": "",
    }  # fmt: skip
    return {**usual, **known}


def weigh(
    payout_id: int, *, base_hundredths: int | None, seats: int | None, by_id: int | None = None
) -> bool:
    """Says what the deal was worth, or how many seats it has, while nobody has confirmed the payout. Refuses (Refusal)
    one's own."""
    _not_own(payout_id, by_id)
    payout = db.session.get_one(Payout, payout_id, with_for_update=True, populate_existing=True)
    if payout.state != "closed":
        return False
    if payout.kind == "seats":
        payout.seats = seats
    else:
        payout.base_hundredths = base_hundredths
    payout.amount_hundredths = worth(
        payout.kind, base_hundredths=payout.base_hundredths, percent_bp=payout.percent_bp, seats=payout.seats,
        seat_hundredths=payout.seat_hundredths, share_percent=payout.share_percent,
    )  # fmt: skip
    db.session.flush()
    return True


def revive(payout_id: int, *, now: dt.datetime) -> bool:
    """What no person voided is owed again; False for what one did, and for what was confirmed."""
    mine = update(Payout).where(
        Payout.id == payout_id, Payout.state == "void", Payout.by_id.is_(None), Payout.rewarded_at.is_(None)
    )
    values = {"state": "closed", "ended_at": None}
    done = db.session.execute(mine.values(**values).execution_options(synchronize_session=False))
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    _moved(payout_id, "closed", by_id=None, now=now)
    return True


def advance(
    payout_id: int, to: str, *, by_id: int | None, now: dt.datetime, reference: str = "",
    begins: tuple[str, ...] = (),
) -> Payout | None:  # fmt: skip
    """One step on, once: closed → rewarded → paid, or closed or rewarded → void. None when it isn't where that
    begins. Refuses (Refusal) whoever gets a part of it."""
    _not_own(payout_id, by_id)
    begins = begins or {"rewarded": ("closed",), "paid": ("rewarded",), "void": ("closed", "rewarded")}[to]
    stamp = {"rewarded": "rewarded_at", "paid": "paid_at", "void": "ended_at"}[to]
    here = [Payout.id == payout_id, Payout.state.in_(begins)]
    if to != "void":
        here.append(Payout.amount_hundredths.is_not(None))
    values: dict[str, object] = {"state": to, stamp: now, "by_id": by_id}
    if reference:
        values["reference"] = reference[:200]
    done = db.session.execute(
        update(Payout).where(*here).values(**values).execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        return None
    return _moved(payout_id, to, by_id=by_id, now=now)


def _not_own(payout_id: int, by_id: int | None) -> None:
    found = db.session.get_one(Payout, payout_id)
    advocate = select(Referral.advocate_id).where(Referral.id == found.referral_id)
    if by_id is not None and by_id in (found.member_id, db.session.scalar(advocate)):
        raise Refusal(OWN)


def _moved(payout_id: int, to: str, *, by_id: int | None, now: dt.datetime) -> Payout:
    found = db.session.scalars(
        select(Payout).where(Payout.id == payout_id).execution_options(populate_existing=True)
    ).one()
    activity.record(
        f"payout.{to}", subject=f"payout:{payout_id}", by_id=by_id, now=now,
        data={"referral_id": found.referral_id, "redemption_id": found.redemption_id, "year": found.year},
    )  # fmt: skip
    return found
