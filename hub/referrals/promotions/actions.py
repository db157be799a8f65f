"""Promotions: drafted, started, ended."""

import datetime as dt
from dataclasses import dataclass

from hub import activity
from hub.core.db import db
from hub.referrals.intake import Refusal
from hub.referrals.promotions.models import Promotion


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a manager wrote."""

    name: str
    words: str
    subject: str
    kind: str
    percent: int
    bonus: int
    rung_key: str | None
    audience: tuple[str, ...]
    starts_at: dt.datetime
    ends_at: dt.datetime
    first_each: int | None
    first_all: int | None
    budget: int | None


def write(draft: Draft, *, by_id: int | None, now: dt.datetime, promotion_id: int | None = None) -> Promotion:
    """Keeps a draft, a new one or one there is. Refuses (Refusal) one that has started, and an end before the start."""
    if draft.ends_at <= draft.starts_at:
        raise Refusal("ends_at", "It has to end after it begins.")
    values = {name: getattr(draft, name) for name in Draft.__slots__} | {"audience": list(draft.audience)}
    if promotion_id is None:
        found = Promotion(**values, by_id=by_id, created_at=now)
        db.session.add(found)
    else:
        found = _locked(promotion_id)
        if found.state != "draft":
            raise Refusal(
                "form", "It has started: what it pays stays as members read it. End it, and draft another."
            )
        for name, value in values.items():
            setattr(found, name, value)
    db.session.flush()
    return found


def start(promotion_id: int, *, by_id: int | None, now: dt.datetime) -> Promotion:
    """Lets it count from its beginning on, or from now when that has passed: what was paid already never changes.

    Refuses (Refusal) one that has started, and one whose end has passed.
    """
    found = _locked(promotion_id)
    if found.state != "draft":
        raise Refusal("form", "It has started already.")
    if found.ends_at <= now:
        raise Refusal("form", "Its end has passed. Give it another one first.")
    found.state, found.started_at, found.started_by_id = "started", now, by_id
    found.starts_at = max(found.starts_at, now)
    db.session.flush()
    activity.record("promotion.started", subject=f"promotion:{found.id}", by_id=by_id, now=now)
    return found


def end(promotion_id: int, *, by_id: int | None, now: dt.datetime) -> Promotion:
    """Ends it now: what happened before counts, also when we hear of it later. Refuses (Refusal) a draft."""
    found = _locked(promotion_id)
    if found.state == "draft":
        raise Refusal("form", "It has not started.")
    if found.state == "started":
        found.state, found.ended_at, found.ended_by_id = "ended", now, by_id
        found.ends_at = max(found.starts_at, min(found.ends_at, now))
        db.session.flush()
        activity.record("promotion.ended", subject=f"promotion:{found.id}", by_id=by_id, now=now)
    return found


def _locked(promotion_id: int) -> Promotion:
    return db.session.get_one(Promotion, promotion_id, with_for_update=True, populate_existing=True)
