"""Making alerts, and hearing of members who come to fit: once for each, whoever looks at the same time."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import exists, insert, literal, select

from hub import activity, ledger, notices, segments
from hub.core.db import db, table_of
from hub.home.alerts import queries
from hub.home.alerts.models import TELLS, Alert, AlertHeard
from hub.ledger.models import LIMIT
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring
from hub.segments.fields import Unclear
from hub.segments.models import Segment


def make(
    name: str, *, segment: Segment, tells: str, person_id: int | None, points: int, by_id: int, now: dt.datetime
) -> Alert:  # fmt: skip
    """An alert, from now on: whoever fits already is known and told of to nobody.

    Refuses (Unclear) no name, and nobody to tell with nothing to award.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        raise Unclear("Give it a name of at most 80 characters.", "name")
    if tells not in TELLS or (tells == "person" and person_id is None):
        raise Unclear("Choose who is told.", "tells")
    if not 0 <= points <= LIMIT:
        raise Unclear(f"Points are a whole number from 0 to {LIMIT:,}.", "points")
    if tells == "nobody" and not points:
        raise Unclear("Tell somebody, or award points: otherwise nothing would happen.", "tells")
    made = Alert(
        name=name, segment_id=segment.id, tells=tells, person_id=person_id if tells == "person" else None,
        points=points, by_id=by_id, created_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _know_those_who_fit(made, segment, now)
    activity.record("alert.made", subject=f"alert:{made.id}", by_id=by_id, now=now)
    return made


def _know_those_who_fit(alert: Alert, segment: Segment, now: dt.datetime) -> None:
    at = literal(now, AlertHeard.at.type)
    those = select(literal(alert.id), Member.id, literal(False), at).where(
        segments.condition(segment.rules, now)
    )
    db.session.execute(
        insert(table_of(AlertHeard)).from_select(["alert_id", "member_id", "told", "at"], those)
    )


def turn(alert: Alert, state: str, *, by_id: int, now: dt.datetime) -> None:
    """Switches it off, or on again: then whoever came to fit meanwhile is known, and told of to nobody."""
    if alert.state == state:
        return
    alert.state = state
    db.session.flush()
    if state == "on":
        segment = db.session.get_one(Segment, alert.segment_id)
        at = literal(now, AlertHeard.at.type)
        known = exists().where(AlertHeard.alert_id == alert.id, AlertHeard.member_id == Member.id)
        those = select(literal(alert.id), Member.id, literal(False), at)
        those = those.where(segments.condition(segment.rules, now), ~known)
        db.session.execute(
            insert(table_of(AlertHeard)).from_select(["alert_id", "member_id", "told", "at"], those)
        )
    activity.record(f"alert.turned_{state}", subject=f"alert:{alert.id}", by_id=by_id, now=now)


def hear(member_ids: Collection[int] | None, *, now: dt.datetime, limit: int = 500) -> int:
    """Of these members, or of anybody: tells and awards for whoever fits now and wasn't heard of; gives how many."""
    heard = 0
    for alert, segment in queries.listening():
        found = queries.unheard(alert.id, segment.rules, member_ids, now=now, limit=limit)
        rows = [{"alert_id": alert.id, "member_id": one, "told": True, "at": now} for one, _ in found]
        if not rows:
            continue
        fresh = insert_ignoring(AlertHeard).values(rows).returning(AlertHeard.member_id)
        mine = set(db.session.scalars(fresh))
        _do(alert, [(one, rep) for one, rep in found if one in mine], now)
        heard += len(mine)
    return heard


def _do(alert: Alert, found: list[tuple[int, int | None]], now: dt.datetime) -> None:
    told = [
        {"member_id": to, "kind": "alert.raised", "subject": f"member:{one}", "key": f"alert:{alert.id}:{one}",
         "data": {"alert_id": alert.id}}
        for one, rep in found
        if (to := alert.person_id if alert.tells == "person" else rep) and alert.tells != "nobody" and to != one
    ]  # fmt: skip
    notices.tell_many(told, now=now)
    if alert.points:
        accounts = ledger.accounts_for([one for one, _ in found])
        wishes = [
            ledger.Award(
                account_id=accounts[one], points=alert.points, reason="manual", key=f"alert:{alert.id}:{one}",
                subject=f"alert:{alert.id}", happened_at=now, note=alert.name,
            )
            for one, _ in found
        ]  # fmt: skip
        ledger.award_many(wishes, now=now)
