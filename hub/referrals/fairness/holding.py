"""While a referral is worked on: it is weighed, its gate is read, and what waits is written down beside it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from hub import activity
from hub.core.db import db, table_of
from hub.referrals.fairness import limits, prints, telling
from hub.referrals.fairness.gates import Gate, gate
from hub.referrals.fairness.gathering import gather
from hub.referrals.fairness.limits import Scale
from hub.referrals.fairness.models import DECIDED, SAID, Review
from hub.referrals.fairness.signals.known import every_signal
from hub.referrals.fairness.weighing import Reason, reasons, score, weigh, weightiest

if TYPE_CHECKING:
    from hub.referrals.climbs import Climb

# Whoever brings these in vouches for them: nobody typed them for points.
VOUCHED = frozenset({"import", "operator", "api"})
CHUNK = 500


def weigh_climbs(climbs: Mapping[int, "Climb"], *, now: dt.datetime) -> None:
    """Puts what is new on the scale: a new introduction on all of it, a moved one on the signals of stages."""
    asked = [
        c for c in climbs.values() if c.advocate_id and c.source not in VOUCHED and c.fresh and not c.rests
    ]
    if not asked:
        return
    scale = limits.scale()
    begun = [climb for climb in asked if not climb.rung]
    if begun:
        prints.leave([climb.id for climb in begun], scale.region)
        _weigh(begun, scale, None, now)
    moved = [climb for climb in asked if climb.rung]
    if moved:
        _weigh(moved, scale, True, now)


def _weigh(climbs: Collection["Climb"], scale: Scale, of_moves: bool | None, now: dt.datetime) -> None:
    cases = gather([climb.id for climb in climbs], only_moves=bool(of_moves))
    doubtful = []
    for climb in climbs:
        case = cases.get(climb.id)
        if case is None:
            continue
        found = weigh(case, scale, of_moves=of_moves)
        if of_moves:
            found += [
                r
                for r in reasons(climb.reasons)
                if r.signal in every_signal() and not every_signal()[r.signal].of_moves
            ]
        found = weightiest(found)
        climb.reasons, climb.score = [reason.stored() for reason in found] or None, score(found)
        if climb.score >= scale.threshold:
            doubtful.append((climb, found))
    if doubtful:
        _open_reviews(doubtful, now)


def _open_reviews(doubtful: list[tuple["Climb", list[Reason]]], now: dt.datetime) -> None:
    """A review for each, unless people have looked at these very signals already."""
    known = reviews_of([climb.id for climb, _ in doubtful])
    for climb, found in doubtful:
        review = next((r for r in known[climb.id] if r.cause == "score"), None)
        seen = {reason.signal for reason in found if reason.points}
        before = {stored["signal"] for stored in review.signals} if review else set()
        if review is not None and seen <= before:
            continue
        kept = [reason.stored() for reason in found]
        if review is None:
            row = {"referral_id": climb.id, "cause": "score", "state": "open", "score": climb.score, "signals": kept,
                   "ceiling": 0, "alone": limits.scale().alone, "opened_at": now}  # fmt: skip
            db.session.execute(insert(table_of(Review)), [row])
            told = "referral.review_opened"
        else:
            told = _look_again(review, climb.score, kept, now)
        if told:
            data = {"score": climb.score, "signals": sorted(seen)}
            activity.record(told, subject=f"referral:{climb.id}", now=now, data=data)
            telling.opened(climb.id, climb.advocate_id, now=now)


def _look_again(review: Review, points: int, kept: list[dict[str, Any]], now: dt.datetime) -> str:
    """Something new turned up. What is open stays open; what was released is looked at again from the start."""
    values: dict[str, Any] = {"score": points, "signals": kept}
    again = review.state == "released"
    if again:
        nothing = dict.fromkeys((*DECIDED, *SAID))
        values |= {"state": "open", "ceiling": 0, "alone": limits.scale().alone, "opened_at": now, **nothing}
    db.session.execute(update(Review).where(Review.id == review.id).values(**values))
    db.session.expire(review)
    return "referral.review_opened" if again else ""


def reviews_of(referral_ids: Collection[int]) -> dict[int, list[Review]]:
    """The reviews of referrals, as they are now."""
    found: dict[int, list[Review]] = defaultdict(list)
    ids = list(referral_ids)
    for start in range(0, len(ids), CHUNK):
        query = select(Review).where(Review.referral_id.in_(ids[start : start + CHUNK])).order_by(Review.id)
        for review in db.session.scalars(query.execution_options(populate_existing=True)):
            found[review.referral_id].append(review)
    return found


def load_gates(climbs: Iterable["Climb"]) -> None:
    """Says of each what may be paid; one statement for all."""
    climbs = list(climbs)
    known = reviews_of([climb.id for climb in climbs])
    for climb in climbs:
        extras = climb.version.extras
        climb.gate = gate(known[climb.id], approve_above=extras.approve_above, days=extras.hold_days)


def settle_waiting(climbs: Iterable["Climb"], *, now: dt.datetime) -> None:
    """After paying: whatever a ceiling kept back is somebody's to look at."""
    waiting = [
        climb for climb in climbs if any(why in ("review", "approval") for _, _, why in climb.withheld)
    ]
    if not waiting:
        return
    known = reviews_of([climb.id for climb in waiting])
    for climb in waiting:
        reviews = known[climb.id]
        if any(review.state == "refused" for review in reviews):
            continue
        closed = [r for r in reviews if r.state == "released" and r.ceiling is not None]
        for review in closed:
            if _keeps_back(climb, review):
                _reopen(review, climb, now)
        if climb.gate.why == "approval" and all(r.cause != "approval" for r in reviews):
            _ask_approval(climb, now)


def _keeps_back(climb: "Climb", review: Review) -> bool:
    ladder = climb.version.ladder
    return any(ladder.earned(due.rung_key) > (review.ceiling or 0) for due, _, _ in climb.withheld)


def _reopen(review: Review, climb: "Climb", now: dt.datetime) -> None:
    """More is due than one person may release: a second one looks."""
    again = update(Review).where(Review.id == review.id, Review.state == "released").values(state="open")
    db.session.execute(again.execution_options(synchronize_session=False))
    db.session.expire(review)
    activity.record(
        "referral.review_second", subject=f"referral:{climb.id}", now=now, data={"points": climb.waits}
    )
    telling.second(climb.id, review.first_by_id, now=now, points=climb.waits)


def _ask_approval(climb: "Climb", now: dt.datetime) -> None:
    ceiling = climb.version.extras.approve_above
    row = {"referral_id": climb.id, "cause": "approval", "state": "open", "score": 0, "signals": [], "ceiling": ceiling,
           "alone": limits.scale().alone, "opened_at": now}  # fmt: skip
    db.session.execute(insert(table_of(Review)), [row])
    activity.record(
        "referral.approval_asked", subject=f"referral:{climb.id}", now=now, data={"points": climb.waits}
    )
    telling.approval(climb.id, climb.advocate_id, now=now, points=climb.waits)


def placed(climb: "Climb") -> dict[str, Any]:
    """What is written beside the referral: only what changed."""
    wish: dict[str, Any] = {
        "score": climb.score, "reasons": climb.reasons, "waiting": climb.waits, "hold": _hold(climb),
        "due_at": _due_at(climb),
    }  # fmt: skip
    return {name: value for name, value in wish.items() if climb.kept.get(name) != value}


def _hold(climb: "Climb") -> str | None:
    whys = {why for _, _, why in climb.withheld}
    return next(
        (why for why in ("refused", "review", "approval", "days") if why in whys), None
    ) or _looked_at(climb)


def _looked_at(climb: "Climb") -> str | None:
    """Nothing is due, yet people are looking, or have said no: the pages say so."""
    gate_: Gate = climb.gate
    top = climb.version.ladder.won.key
    if (
        climb.rests
        or gate_.ceiling is None
        or gate_.why == "approval"
        or climb.version.ladder.earned(top) <= gate_.ceiling
    ):
        return None
    return gate_.why if gate_.ceiling == 0 else None


def _due_at(climb: "Climb") -> dt.datetime | None:
    times = [climb.gate.due_at(at) for _, at, why in climb.withheld if why == "days"]
    return min(times, default=None)
