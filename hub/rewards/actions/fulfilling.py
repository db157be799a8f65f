"""Fulfilment: begun when a redemption is approved; a supplier is asked between two transactions.

Claim and commit, call, settle and commit. Whoever dies on the way leaves a redemption that says so: the next try
looks for our reference first, and nothing is given back while nobody knows.
"""

import datetime as dt

from sqlalchemy import ColumnElement, case, func, or_, select, update

from hub import outbox
from hub.core.db import db
from hub.outbox.models import Message
from hub.rewards import telling
from hub.rewards.actions import steps
from hub.rewards.models import Redemption, RedemptionAddress, Reward, Supplier
from hub.rewards.providers import INSIDE, Order, Placed, Refused
from hub.rewards.wishes import Refusal, opened

ERRAND = "rewards.fulfil"
IN_HAND = dt.timedelta(seconds=240)  # less than the five minutes that the outbox gives an errand
AGAIN = dt.timedelta(minutes=15)
ALARM = dt.timedelta(hours=24)
SHARE = 200
AFTER_OPEN = ("approved", "sending", "unknown")


def begin(found: Redemption, *, now: dt.datetime) -> None:
    """Has an approved redemption fulfilled: at once where nobody outside is needed, by an errand where somebody is.
    Whatever has moved on meanwhile is left alone: who cancels at this moment gets the points and nothing else."""
    way = INSIDE.get(found.provider)
    if way is None:
        ask(found, now=now)
        return
    if not _still_approved(found.id):
        return
    owner_before = found.owner_id
    outcome = way.begin(found, db.session.get_one(Reward, found.reward_id), now=now)
    db.session.flush()
    if found.owner_id != owner_before:
        telling.task(found, now=now)
    if isinstance(outcome, Placed):
        apply(found.id, outcome, now=now)
    else:
        found.error = outcome or ""
        db.session.flush()


def _still_approved(redemption_id: int) -> bool:
    """Nobody moves it before we are done, and nobody has."""
    mine = (
        select(Redemption)
        .where(Redemption.id == redemption_id, Redemption.state == "approved")
        .with_for_update()
    )
    return db.session.scalar(mine.execution_options(populate_existing=True)) is not None


def ask(found: Redemption, *, now: dt.datetime) -> None:
    """Sends the errand for the next try, once for each try."""
    outbox.post(ERRAND, {"redemption_id": found.id}, key=f"{found.subject}:fulfil:{found.attempts}", now=now)


def take(redemption_id: int, *, now: dt.datetime) -> tuple[Order, Supplier] | None:
    """Takes a redemption in hand for one try; None when there is nothing to ask any more, or somebody else is at it.

    What the supplier has already taken, or may have from somebody who didn't come back, is theirs until they say
    otherwise: that is kept, and looked at first.
    """
    free = or_(Redemption.taken_until.is_(None), Redemption.taken_until < now)
    mine = update(Redemption).where(
        Redemption.id == redemption_id,
        Redemption.state.in_(AFTER_OPEN),
        Redemption.supplier_id.is_not(None),
        free,
    )
    theirs = case(
        (
            or_(Redemption.taken_until.is_not(None), Redemption.state == "sending"),
            func.coalesce(Redemption.unknown_at, now),
        ),
        else_=Redemption.unknown_at,
    )
    done = db.session.execute(
        mine.values(state="sending", unknown_at=theirs, attempts=Redemption.attempts + 1, taken_until=now + IN_HAND)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if not done.rowcount:  # type: ignore[attr-defined]
        return None
    found = steps.fresh(redemption_id)
    supplier = db.session.get_one(Supplier, found.supplier_id)
    return order_of(found), supplier


def order_of(found: Redemption) -> Order:
    """The redemption in a supplier's words: what was chosen, whatever its reward has become since. So a reference
    always stands for one thing."""
    db.session.refresh(found, ["member"])
    return Order(
        reference=found.reference, title=found.title, kind=found.kind, name=found.member.name,
        email=found.member.email or "", value_hundredths=found.cost_hundredths, currency=found.currency,
        options=found.options, address=opened(db.session.get(RedemptionAddress, found.id)), data=found.data,
        asked_before=found.attempts > 1, may_be_there=found.unknown_at is not None,
    )  # fmt: skip


def settle(redemption_id: int, answer: Placed | Refused, *, now: dt.datetime) -> None:
    """Notes what the supplier said. A second answer, or one that comes after the end, changes nothing."""
    if isinstance(answer, Refused):
        if steps.turned_down(redemption_id, now=now, words=str(answer)) is None:
            _odd(redemption_id, f"The supplier says no, after it was sent: {answer} A refund is up to you.")
    else:
        apply(redemption_id, answer, now=now)


def apply(redemption_id: int, placed: Placed, *, now: dt.datetime) -> None:
    """Moves a redemption to where its fulfilment is; never back. Safe twice."""
    if placed.state == "sending":
        steps.move(
            redemption_id,
            AFTER_OPEN,
            "sending",
            error="",
            outside_id=placed.outside_id or Redemption.outside_id,
        )
        return
    instant = placed.state == "delivered"
    try:
        steps.dispatch(
            redemption_id, by_id=None, now=now, tracking=placed.tracking, tracking_url=placed.tracking_url,
            outside_id=placed.outside_id, begins=AFTER_OPEN, quietly=instant,
        )  # fmt: skip
    except Refusal:
        if steps.fresh(redemption_id).state in ("refused", "cancelled"):
            _odd(
                redemption_id, "The supplier says it was sent, after it had ended. Ask them to take it back."
            )
            return
    if instant and steps.fresh(redemption_id).state == "sent":
        steps.deliver(redemption_id, by_id=None, now=now)


def missed(redemption_id: int, says: str, *, maybe_arrived: bool, now: dt.datetime) -> None:
    """Notes a try that failed: known not to have arrived, it is as before; else it is unknown, and stays so until
    somebody knows better. What was unknown before stays unknown, whatever this try says."""
    found = steps.fresh(redemption_id)
    since = found.unknown_at or (now if maybe_arrived else None)
    to = "unknown" if since is not None else "approved"
    steps.move(redemption_id, AFTER_OPEN, to, error=says[:1000], unknown_at=since)


def alert(redemption_id: int, *, now: dt.datetime) -> None:
    """A supplier can't be asked until somebody mends something: the managers hear of it at once, once a day."""
    telling.failing(steps.fresh(redemption_id), now=now)


def _odd(redemption_id: int, says: str) -> None:
    """Something for a person to look at; nothing moves by itself."""
    steps.fresh(redemption_id).error = says[:1000]
    db.session.flush()


def ask_again(*, now: dt.datetime) -> int:
    """Everything that a supplier has had for a while is asked after: what nobody knows, what they are at, what failed.
    Nothing is ever given up here. What nobody knows for a day is told to the managers.

    What nobody knows has a share of its own, and whoever waited longest comes first: many that take their time keep
    nobody from being asked after.
    """
    unknown = Redemption.state == "unknown"
    found = [*_to_ask(now, unknown), *_to_ask(now, ~unknown)]
    for one in found:
        one.asked_at = now
        once_more(one, now)
        if one.unknown_at is not None and one.unknown_at < now - ALARM:
            telling.stuck(one, now=now)
    db.session.flush()
    return len(found)


def _to_ask(now: dt.datetime, which: ColumnElement[bool]) -> list[Redemption]:
    query = (
        select(Redemption)
        .where(
            Redemption.state.in_(AFTER_OPEN), Redemption.supplier_id.is_not(None), Redemption.attempts > 0,
            or_(Redemption.taken_until.is_(None), Redemption.taken_until < now), Redemption.approved_at < now - AGAIN,
            which,
        )
        .order_by(Redemption.asked_at.is_not(None), Redemption.asked_at, Redemption.id).limit(SHARE)
    )  # fmt: skip
    return list(db.session.scalars(query))


def once_more(found: Redemption, now: dt.datetime) -> None:
    """One message at a time: an open one goes on by itself, one that was set aside comes back."""
    mine = (
        Message.name == ERRAND,
        Message.key.startswith(f"{found.subject}:fulfil:"),
        Message.done_at.is_(None),
    )
    waiting = db.session.scalars(select(Message).where(*mine)).all()
    for message in waiting:
        outbox.retry(message.id, now=now)
    if not waiting:
        ask(found, now=now)


def go_on(reward_id: int, *, now: dt.datetime) -> int:
    """There are codes again: whoever waited for one gets it, the longest first."""
    query = (
        select(Redemption)
        .where(Redemption.reward_id == reward_id, Redemption.state == "approved", Redemption.provider == "codes")
        .order_by(Redemption.id).limit(500)
    )  # fmt: skip
    found = list(db.session.scalars(query))
    for one in found:
        begin(one, now=now)
    return len(found)
