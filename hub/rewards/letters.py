"""The mails of this room: what became of a choice, points that will lapse, money that was paid, a reward that runs
low."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hub import notices
from hub.core.words import money
from hub.notices.letters import Letter, Occasion, Reader
from hub.rewards import queries, refunds
from hub.rewards.models import Redemption
from hub.rewards.queries.money import payout, referral_title

MUG = {"title": "The ladder hoodie", "path": "/redemptions/12", "points": 2_200}


def _requested_sample() -> Mapping[str, Any]:
    return {**MUG, "state": "approved"}


@notices.letter("redemption.requested", samples={"redemption_requested": _requested_sample})
def requested(told: Occasion, reader: Reader) -> Letter | None:  # noqa: ARG001
    """What was taken down, and what comes next; None when it has gone further or ended meanwhile."""
    found = _held(told, "waiting", "held", "approved", "sending", "unknown")
    return (
        None
        if found is None
        else Letter(folder="redemption_requested", words={**_about(found), "state": found.state})
    )


def _given_sample() -> Mapping[str, Any]:
    return {**MUG, "title": "A gift card over 25", "state": "delivered", "contact": "Marit Osei"}


@notices.letter("redemption.given", samples={"redemption_given": _given_sample})
def given(told: Occasion, reader: Reader) -> Letter | None:  # noqa: ARG001
    """A reward for a referral, on top of its points."""
    found = _held(told)
    if found is None or found.state in ("refused", "cancelled"):
        return None
    words = {**_about(found), "state": found.state, "contact": referral_title(found.referral_id)}
    return Letter(folder="redemption_given", words=words)


def _approved_sample() -> Mapping[str, Any]:
    return {
        **MUG,
        "due": "Fri 4 Dec",
        "words": "Your size is the last one. Well chosen.",
        "by": "Grace Whitlock",
    }


@notices.letter("redemption.approved", samples={"redemption_approved": _approved_sample})
def approved(told: Occasion, reader: Reader) -> Letter | None:  # noqa: ARG001
    """Somebody prepares it, by when, and what they said."""
    found = _held(told, "approved")
    if found is None:
        return None
    due = f"{found.due_on:%a} {found.due_on.day} {found.due_on:%b}" if found.due_on else ""
    return Letter(folder="redemption_approved", words={**_about(found), "due": due, **_words(found.id)})


def _sent_sample() -> Mapping[str, Any]:
    return {**MUG, "tracking": "1Z 204 LF 88"}


@notices.letter("redemption.sent", samples={"redemption_sent": _sent_sample})
def sent(told: Occasion, reader: Reader) -> Letter | None:  # noqa: ARG001
    """On its way, with its number; None when it is there already."""
    found = _held(told, "sent")
    return (
        None
        if found is None
        else Letter(folder="redemption_sent", words={**_about(found), "tracking": found.tracking})
    )


def _delivered_sample() -> Mapping[str, Any]:
    return {**MUG, "title": "A gift card over 25", "is_code": True}


@notices.letter("redemption.delivered", samples={"redemption_delivered": _delivered_sample})
def delivered(told: Occasion, reader: Reader) -> Letter | None:  # noqa: ARG001
    """There; a code is never in a mail."""
    found = _held(told, "delivered")
    is_code = found is not None and found.provider == "codes"
    return (
        None
        if found is None
        else Letter(folder="redemption_delivered", words={**_about(found), "is_code": is_code})
    )


def _refused_sample() -> Mapping[str, Any]:
    words = "The conference is full. We keep the spring one for you, if you like."
    return {
        **MUG,
        "title": "A stage for your story",
        "words": words,
        "by": "Grace Whitlock",
        "path": "/rewards",
    }


@notices.letter("redemption.refused", samples={"redemption_refused": _refused_sample})
def refused(told: Occasion, reader: Reader) -> Letter | None:  # noqa: ARG001
    """Why not, and that the points are free."""
    found = _held(told, "refused")
    if found is None:
        return None
    return Letter(
        folder="redemption_refused", words={**_about(found), **_words(found.id), "path": "/rewards"}
    )


def _refunded_sample() -> Mapping[str, Any]:
    return {
        **MUG,
        "words": "It came torn, and there is no other one.",
        "by": "Grace Whitlock",
        "path": "/points",
    }


@notices.letter("redemption.refunded", samples={"redemption_refunded": _refunded_sample})
def refunded(told: Occasion, reader: Reader) -> Letter | None:  # noqa: ARG001
    """How many came back, and why."""
    found, points = _held(told), int(told.data.get("points") or 0)
    if found is None:
        return None
    back = next((one for one in refunds.of(found.id) if one.state == "booked" and one.points == points), None)
    words = {"words": back.words if back else "", "by": ""}
    return Letter(
        folder="redemption_refunded", words={**_about(found), **words, "points": points, "path": "/points"}
    )


def _lapsing_sample() -> Mapping[str, Any]:
    return {"points": 1_450, "day": "30 December 2026", "path": "/rewards"}


@notices.letter("points.lapsing", samples={"points_lapsing": _lapsing_sample})
def lapsing(told: Occasion, reader: Reader) -> Letter | None:  # noqa: ARG001
    """How many, when, and how to keep them."""
    words = {"points": told.data.get("points"), "day": _day(str(told.data.get("on"))), "path": "/rewards"}
    return Letter(folder="points_lapsing", words=words)


def _paid_sample() -> Mapping[str, Any]:
    return {
        "amount": "USD 15,000",
        "contact": "Harbour Mutual",
        "reference": "LF-2026-118",
        "path": "/redemptions",
    }


@notices.letter("payout.paid", samples={"payout_paid": _paid_sample})
def paid(told: Occasion, reader: Reader) -> Letter | None:  # noqa: ARG001
    """How much, for what, under which reference."""
    found = payout(int(told.data.get("payout_id") or 0))
    if found is None:
        return None
    amount, contact = money(found.amount_hundredths, found.currency), referral_title(found.referral_id)
    words = {"amount": amount, "contact": contact, "reference": found.reference, "path": "/redemptions"}
    return Letter(folder="payout_paid", words=words)


def _low_sample() -> Mapping[str, Any]:
    return {"title": "A gift card over 25", "left": 3, "path": "/manage/rewards/9"}


@notices.letter("reward.low", samples={"reward_low": _low_sample})
def low(told: Occasion, reader: Reader) -> Letter | None:  # noqa: ARG001
    """How many are left."""
    found = queries.by_id(told.subject_id)
    if found is None:
        return None
    words = {"title": found.title, "left": told.data.get("left") or 0, "path": f"/manage/rewards/{found.id}"}
    return Letter(folder="reward_low", words=words)


def _held(told: Occasion, *states: str) -> Redemption | None:
    found = queries.one(told.subject_id)
    return found if found is not None and (not states or found.state in states) else None


def _about(found: Redemption) -> dict[str, Any]:
    return {"title": found.title, "path": f"/redemptions/{found.id}", "points": found.points}


def _words(redemption_id: int) -> dict[str, Any]:
    said = queries.notes(redemption_id)
    return {"words": said[-1][0].words if said else "", "by": (said[-1][1] or "") if said else ""}


def _day(text: str) -> str:
    on = dt.date.fromisoformat(text)
    return f"{on.day} {on:%B %Y}"
