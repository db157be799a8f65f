"""Publishing, retiring, granting; and awarding what was earned, exactly once, whoever looks at the same time."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.sql.dml import ReturningInsert

from badges import queries, streaks
from badges.models import Award, AwardNote, Badge, Level, LevelReached, Round
from badges.rules import RULES
from hub import activity, notices, outbox
from hub.core.db import db
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring
from hub.segments.fields import Unclear

LEVELS, MEMBERS = "levels", "members"
DRAIN = "badges.rounds"
CHUNK = 500


def publish(badge: Badge, *, now: dt.datetime, by_id: int | None) -> Badge:
    """Opens a badge: whoever has earned it already gets it within seconds, everybody else when they have. Refuses a
    retired one, and one whose rule nobody knows."""
    if badge.state == "retired":
        raise Unclear("A retired badge stays retired. Make a new one.")
    if badge.rule not in RULES:
        raise Unclear("Choose what it is for.", "rule")
    if badge.state == "draft":
        badge.state, badge.published_at = "live", now
        db.session.flush()
        activity.record("badge.published", subject=badge.subject, by_id=by_id, now=now)
        if RULES[badge.rule].is_automatic:
            look_at_everybody(badge.subject, now=now)
    return badge


def retire(badge: Badge, *, now: dt.datetime, by_id: int | None) -> Badge:
    """Nobody gets it any more; those who have it keep it. A draft can't be retired: it is deleted."""
    if badge.state == "draft":
        raise Unclear("Nobody has seen it yet. Delete it instead.")
    if badge.state == "live":
        badge.state, badge.retired_at = "retired", now
        db.session.execute(delete(Round).where(Round.subject == badge.subject))
        activity.record("badge.retired", subject=badge.subject, by_id=by_id, now=now)
    return badge


def grant(
    badge: Badge, member_ids: Sequence[int], *, citation: str, now: dt.datetime, by_id: int | None
) -> int:
    """Gives a badge by hand, with a reason that is shown; gives how many got it. Who has it keeps the first reason.

    Refuses a badge that isn't live, and an empty reason.
    """
    citation = " ".join(citation.split())
    if badge.state != "live":
        raise Unclear("Only a published badge can be given.")
    if not 1 <= len(citation) <= 300:
        raise Unclear("Say in at most 300 characters what it is for.", "citation")
    rows = [
        {"badge_id": badge.id, "member_id": member_id, "proof": {}} for member_id in sorted(set(member_ids))
    ]
    fresh = _award(rows, now=now, by_id=by_id)
    db.session.add_all(AwardNote(award_id=award_id, citation=citation) for award_id in fresh)
    return len(fresh)


def hide(award: Award, *, is_hidden: bool) -> None:
    """Its holder hides a badge from their profile and from the badge's page, or shows it again."""
    db.session.execute(insert_ignoring(AwardNote).values(award_id=award.id, is_hidden=is_hidden))
    note = update(AwardNote).where(AwardNote.award_id == award.id)
    db.session.execute(note.values(is_hidden=is_hidden).execution_options(synchronize_session="fetch"))


def look(member_ids: Collection[int], *, now: dt.datetime) -> None:
    """These members did something: their streaks, levels and every live badge. The same statements for any number."""
    streaks.refresh(member_ids)
    reach(member_ids, now=now)
    award(queries.by_state("live"), member_ids, now=now)


def award(badges: Sequence[Badge], member_ids: Collection[int], *, now: dt.datetime) -> None:
    """Gives these badges to those of these members who have earned them and don't have them."""
    automatic = [badge for badge in badges if badge.rule in RULES and RULES[badge.rule].is_automatic]
    far = queries.progress(automatic, member_ids)
    done = {
        (badge_id, member_id): one
        for badge_id, members in far.items() for member_id, one in members.items() if one.is_done
    }  # fmt: skip
    if not done:
        return
    held = queries.holding({badge_id for badge_id, _ in done}, {member_id for _, member_id in done})
    zones = _zones({member_id for pair in done.keys() - held for member_id in pair[1:]})
    rows = [
        {"badge_id": badge_id, "member_id": member_id,
         "proof": {"have": one.have, "need": one.need, "zone": zones.get(member_id)}}
        for (badge_id, member_id), one in sorted(done.items()) if (badge_id, member_id) not in held
    ]  # fmt: skip
    _award(rows, now=now)


def _zones(member_ids: Collection[int]) -> dict[int, str | None]:
    """A streak is proved in the zone it was earned in, wherever somebody moves later."""
    if not member_ids:
        return {}
    rows = db.session.execute(select(Member.id, Member.zone).where(Member.id.in_(member_ids)))
    return {member_id: zone for member_id, zone in rows}


def _award(rows: Sequence[Mapping[str, Any]], *, now: dt.datetime, by_id: int | None = None) -> list[int]:
    """Writes awards that aren't there yet and tells whoever got one; the constraint decides of two at once."""
    if not rows:
        return []
    full = [{**row, "at": now, "by_id": by_id} for row in rows]
    fresh = [row for part in _chunks(full) for row in db.session.execute(_new_awards(part))]
    facts = [
        {"kind": "badge.awarded", "subject": f"badge:{badge_id}", "by_id": member_id, "data": {"award_id": award_id}}
        for award_id, badge_id, member_id in fresh
    ]  # fmt: skip
    activity.record_many(facts, now=now)
    told = [
        {"member_id": member_id, "kind": "badge.awarded", "subject": f"badge:{badge_id}", "key": f"award:{award_id}"}
        for award_id, badge_id, member_id in fresh
    ]  # fmt: skip
    notices.tell_many(told, now=now)
    return [award_id for award_id, _, _ in fresh]


def _new_awards(rows: list[dict[str, Any]]) -> ReturningInsert[Any]:
    # One VALUES list: given many rows at once, SQLAlchemy would send them one by one to keep their order.
    made: ReturningInsert[Any] = (
        insert_ignoring(Award).values(rows).returning(Award.id, Award.badge_id, Award.member_id)
    )
    return made


def _chunks(rows: Sequence[Any]) -> Iterable[list[Any]]:
    return (list(rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK))


def reach(member_ids: Collection[int], *, now: dt.datetime) -> None:
    """Notes the levels these members have come to; tells each of the highest new one, once."""
    rows = queries.newly_reached(member_ids)
    if not rows:
        return
    values = [{"member_id": member_id, "level_id": level_id, "at": now} for member_id, level_id, _ in rows]
    fresh: set[tuple[int, int]] = set()
    for part in _chunks(values):
        statement = insert_ignoring(LevelReached).values(part)
        pairs = statement.returning(LevelReached.member_id, LevelReached.level_id)
        fresh |= {(member_id, level_id) for member_id, level_id in db.session.execute(pairs)}
    highest = {member_id: level_id for member_id, level_id, _floor in rows if (member_id, level_id) in fresh}
    first = {level_id for _, level_id, floor in rows if floor == 0}  # where everybody begins is no news
    news = {member_id: level_id for member_id, level_id in highest.items() if level_id not in first}
    facts = [
        {"kind": "level.reached", "subject": f"level:{level_id}", "by_id": member_id}
        for member_id, level_id in news.items()
    ]  # fmt: skip
    activity.record_many(facts, now=now)
    told = [
        {"member_id": member_id, "kind": "level.reached", "subject": f"level:{level_id}",
         "key": f"level:{member_id}:{level_id}"}
        for member_id, level_id in news.items()
    ]  # fmt: skip
    notices.tell_many(told, now=now)


def look_at_everybody(subject: str, *, now: dt.datetime) -> None:
    """Begins a round over all members: for a badge (`badge:7`), for the levels, for everything (`members`). One that
    runs begins anew."""
    db.session.execute(insert_ignoring(Round).values(subject=subject, after_id=0, created_at=now))
    again = update(Round).where(Round.subject == subject)
    db.session.execute(again.values(after_id=0).execution_options(synchronize_session=False))
    outbox.bell(DRAIN)


def go_round(*, limit: int, now: dt.datetime) -> int:
    """The next members of the oldest round; how many were looked at, 0 when no round is open."""
    turn = db.session.scalar(select(Round).order_by(Round.created_at, Round.subject).limit(1))
    if turn is None:
        return 0
    member_ids = streaks.members_after(turn.after_id, limit)
    if member_ids:
        _look_for(turn.subject, member_ids, now)
        turn.after_id = member_ids[-1]
    else:
        db.session.delete(turn)
    db.session.flush()
    return len(member_ids) or 1


def _look_for(subject: str, member_ids: Sequence[int], now: dt.datetime) -> None:
    if subject == LEVELS:
        reach(member_ids, now=now)
        return
    if subject == MEMBERS:
        look(member_ids, now=now)
        return
    badge = db.session.get(Badge, int(subject.partition(":")[2]))
    if badge is None or badge.state != "live":
        return
    if badge.rule == "streak":
        streaks.refresh(member_ids)
    award([badge], member_ids, now=now)


def remove_level(level: Level, *, now: dt.datetime, by_id: int | None) -> None:
    """Takes a level off the ladder. Refuses one that somebody has reached: it may be renamed or moved."""
    if (
        db.session.scalar(select(LevelReached.id).where(LevelReached.level_id == level.id).limit(1))
        is not None
    ):
        raise Unclear("Somebody has reached it already. Rename it or move it instead.")
    activity.record("level.removed", subject=f"level:{level.id}", by_id=by_id, now=now)
    db.session.delete(level)
