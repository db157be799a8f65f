"""Who is told what about a review, once each."""

import datetime as dt

from hub import notices
from hub.members.queries import staff


def opened(referral_id: int, advocate_id: int | None, *, now: dt.datetime) -> None:
    """The advocate that somebody looks at it, and the managers that it is theirs to do."""
    if advocate_id is not None:
        _tell(referral_id, "referral.in_review", f"opened:{int(now.timestamp())}", [advocate_id], now, {})
    _managers(referral_id, f"opened:{int(now.timestamp())}", now, {"cause": "score"})


def approval(referral_id: int, advocate_id: int | None, *, now: dt.datetime, points: int) -> None:
    """A large stage waits for a manager, as its programme says."""
    if advocate_id is not None:
        _tell(
            referral_id,
            "referral.in_review",
            "approval",
            [advocate_id],
            now,
            {"cause": "approval", "points": points},
        )
    _managers(referral_id, "approval", now, {"cause": "approval", "points": points})


def second(referral_id: int, first_by_id: int | None, *, now: dt.datetime, points: int) -> None:
    """More is due than one person releases: the others are asked."""
    _managers(
        referral_id, f"second:{points}", now, {"cause": "second", "points": points}, besides=first_by_id
    )


def decided(
    referral_id: int, advocate_id: int | None, kind: str, end: str, now: dt.datetime, **data: object
) -> None:
    """The advocate hears of each decision."""
    if advocate_id is not None:
        _tell(referral_id, kind, end, [advocate_id], now, dict(data))


def appealed(referral_id: int, review_id: int, advocate_id: int, *, now: dt.datetime) -> None:
    """An appeal waits for an answer."""
    _managers(
        referral_id,
        f"appeal:{review_id}:{int(now.timestamp())}",
        now,
        {"cause": "appeal", "by_id": advocate_id},
    )


def _managers(
    referral_id: int, end: str, now: dt.datetime, data: dict[str, object], *, besides: int | None = None
) -> None:  # fmt: skip
    people = [member.id for member in staff("manager") if member.id != besides]
    _tell(referral_id, "referral.doubted", end, people, now, data)


def _tell(
    referral_id: int, kind: str, end: str, people: list[int], now: dt.datetime, data: dict[str, object]
) -> None:
    words = [
        {
            "member_id": who, "kind": kind, "subject": f"referral:{referral_id}", "data": data,
            "key": f"referral:{referral_id}:{kind.partition('.')[2]}:{end}:{who}",
        }
        for who in people
    ]  # fmt: skip
    notices.tell_many(words, now=now)
