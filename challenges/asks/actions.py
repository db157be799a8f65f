"""Making rules, and moving each ask along: asked, reminded, ended. Exactly once, whoever does it at the same time."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import exists, select, update

from challenges import problems
from challenges import queries as challenges
from challenges.asks import queries, rested
from challenges.asks.models import Ask, AskRule
from challenges.models import Challenge
from hub import activity, notices, outbox, segments
from hub.core.db import db
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring, only_one
from hub.segments.fields import Unclear
from hub.segments.models import Segment

DRAIN = "challenges.asks"
ROUND = dt.timedelta(hours=1)
AUDIENCE_BATCH = 500
GATING = ("survey", "review")


def make_rule(
    challenge: Challenge, *, trigger: str, words: str, by_id: int, now: dt.datetime,
    data: Mapping[str, Any] | None = None, segment: Segment | None = None, member_ids: Collection[int] = (),
    wait_days: int = 0,
) -> AskRule:  # fmt: skip
    """Asks from now on; by hand: these members, or those whom the segment holds now.

    Refuses (Unclear) what isn't open, nobody to ask, no words, and a score as the way to a public review.
    """
    words = words.replace("\0", "").strip()
    if challenge.state != "open":
        raise Unclear("Publish it first: a draft can’t be asked for.", "challenge_id")
    if not 1 <= len(words) <= 600:
        raise Unclear("Say in your own words why you ask them: up to 600 characters.", "words")
    if trigger == "segment" and segment is None:
        raise Unclear("Choose whom to ask when they come into it.", "segment_id")
    if trigger == "hand" and segment is None and not member_ids:
        raise Unclear("Name somebody, or choose a segment.", "members")
    _keep_reviews_free(challenge, trigger, segment)
    looks = trigger == "segment" or (trigger == "hand" and segment is not None)
    made = AskRule(
        trigger=trigger, data=dict(data or {}), challenge_id=challenge.id, segment_id=segment.id if segment else None,
        words=words, by_id=by_id, wait_days=wait_days, state="on" if looks or trigger != "hand" else "done",
        due_at=now if looks else None, created_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    activity.record("ask.rule_made", subject=f"challenge:{challenge.id}", by_id=by_id, now=now,
                    data={"rule_id": made.id, "trigger": trigger})  # fmt: skip
    put_in_line(made, member_ids, now=now)
    outbox.bell(DRAIN)
    return made


def _keep_reviews_free(challenge: Challenge, trigger: str, segment: Segment | None) -> None:
    if "review" not in challenges.kinds_of([challenge.id]):
        return
    if trigger in GATING:
        raise Unclear(
            "Who was happy may not decide who is asked for a public review. Choose another trigger.",
            "trigger",
        )
    if segment is not None and problems.mentions_score(segment.rules):
        raise Unclear("This audience is chosen by a score: a public review is for everybody.", "segment_id")


def end_rule(rule: AskRule, *, by_id: int, now: dt.datetime) -> None:
    """Asks nobody any more, and reminds nobody. Who was asked may still do it."""
    if rule.state == "off":
        return
    rule.state, rule.due_at = "off", None
    waiting = update(Ask).where(Ask.rule_id == rule.id, Ask.state == "waiting")
    _run(waiting.values(state="skipped", why="called_off", due_at=None, ended_at=now))
    still = update(Ask).where(Ask.rule_id == rule.id, Ask.state == "open")
    _run(still.values(state="expired", why="called_off", due_at=None, ended_at=now))
    activity.record("ask.rule_ended", subject=f"challenge:{rule.challenge_id}", by_id=by_id, now=now,
                    data={"rule_id": rule.id})  # fmt: skip


def put_in_line(rule: AskRule, member_ids: Collection[int], *, now: dt.datetime) -> int:
    """Lines these members up to be asked by a rule, each once; gives how many are new."""
    due = now + dt.timedelta(days=rule.wait_days)
    rows = [
        {"rule_id": rule.id, "challenge_id": rule.challenge_id, "member_id": number, "state": "waiting", "why": "",
         "reminded": 0, "due_at": due, "created_at": now}
        for number in sorted(set(member_ids)) if number != rule.by_id
    ]  # fmt: skip
    fresh = 0
    for start in range(0, len(rows), AUDIENCE_BATCH):
        part = insert_ignoring(Ask).values(rows[start : start + AUDIENCE_BATCH]).returning(Ask.id)
        fresh += len(db.session.scalars(part).all())
    if fresh:
        outbox.bell(DRAIN)
    return fresh


def happened(trigger: str, member_id: int, told: Mapping[str, Any], *, now: dt.datetime) -> None:
    """Something happened that rules listen to: whoever it is about is lined up."""
    for rule in queries.listening(trigger):
        if _fits(rule, told) and (rule.segment is None or segments.holds(rule.segment.rules, member_id, now)):
            put_in_line(rule, [member_id], now=now)


def _fits(rule: AskRule, told: Mapping[str, Any]) -> bool:
    if rule.trigger == "survey":
        return int(told.get("score") or 0) >= int(rule.data.get("score") or 0)
    if rule.trigger == "completed":
        return not rule.data.get("kind") or told.get("kind") == rule.data["kind"]
    return True


def only_here() -> bool:
    """Whether this transaction alone may move asks."""
    return only_one(DRAIN)


def look_through(now: dt.datetime) -> int:
    """The next members of the oldest audience that is due; 0 when none is."""
    query = select(AskRule).where(AskRule.due_at <= now).order_by(AskRule.due_at, AskRule.id).limit(1)
    rule = db.session.scalar(query)
    if rule is None:
        return 0
    segment = db.session.get(Segment, rule.segment_id) if rule.segment_id is not None else None
    found: list[int] = []
    if segment is not None and not segment.is_archived:
        asked = exists().where(Ask.rule_id == rule.id, Ask.member_id == Member.id)
        fits = select(Member.id).where(
            segments.condition(segment.rules, now), ~asked, Member.id != rule.by_id
        )
        found = list(db.session.scalars(fits.order_by(Member.id).limit(AUDIENCE_BATCH)))
    put_in_line(rule, found, now=now)
    if len(found) < AUDIENCE_BATCH:
        rule.due_at = now + ROUND if rule.trigger == "segment" else None
        rule.state = rule.state if rule.trigger == "segment" else "done"
    db.session.flush()
    return len(found) or 1


def move_next(now: dt.datetime) -> int:
    """Moves the ask that is due longest; 0 when none is."""
    due = select(Ask.id, Ask.member_id).where(Ask.due_at <= now).order_by(Ask.due_at, Ask.id).limit(1)
    found = db.session.execute(due).one_or_none()
    if found is None:
        return 0
    move(found.id, found.member_id, now=now)
    return 1


def move(ask_id: int, member_id: int, *, now: dt.datetime) -> None:
    """One step of one ask: asks, reminds, puts off or ends. One at a time for each member, so that no two asks of
    theirs both find room in the cadence."""
    db.session.execute(select(Member.id).where(Member.id == member_id).with_for_update(key_share=True))
    ask = db.session.get_one(Ask, ask_id, populate_existing=True)
    if ask.due_at is None or ask.due_at > now:
        return
    verdict = rested.judge(ask, now)
    if verdict.ends:
        _end(ask, verdict.ends, verdict.why, now)
    elif verdict.until is not None:
        ask.due_at, ask.why = verdict.until, verdict.why
    elif ask.state == "waiting":
        _ask(ask, now)
    else:
        _remind(ask, now)
    db.session.flush()


def _ask(ask: Ask, now: dt.datetime) -> None:
    rule, cadence = db.session.get_one(AskRule, ask.rule_id), queries.cadence()
    ask.state, ask.why, ask.asked_at = "open", "", now
    ask.due_at = now + dt.timedelta(days=cadence.remind_days)
    _tell(ask, "challenge.asked", f"ask:{ask.id}", rule, now)
    data = {"ask_id": ask.id, "member_id": ask.member_id, "rule_id": rule.id}
    activity.record("ask.made", subject=f"challenge:{ask.challenge_id}", by_id=rule.by_id, now=now, data=data)


def _remind(ask: Ask, now: dt.datetime) -> None:
    cadence = queries.cadence()
    if ask.reminded >= cadence.reminders:
        _end(ask, "expired", "no_answer", now)
        return
    ask.reminded += 1
    ask.due_at = now + dt.timedelta(days=cadence.remind_days)
    rule = db.session.get_one(AskRule, ask.rule_id)
    _tell(ask, "challenge.reminded", f"ask:{ask.id}:{ask.reminded}", rule, now)


def _tell(ask: Ask, kind: str, key: str, rule: AskRule, now: dt.datetime) -> None:
    data = {"by_id": rule.by_id, "ask": ask.id}
    notices.tell(ask.member_id, kind, subject=f"challenge:{ask.challenge_id}", key=key, now=now, data=data)


def answered(
    member_id: int, challenge_ids: Collection[int], *, now: dt.datetime, state: str = "done"
) -> None:
    """Ends what this member was asked, or would have been: they did it, or said that it isn't for them."""
    for challenge_id in challenge_ids:
        mine = update(Ask).where(Ask.member_id == member_id, Ask.challenge_id == challenge_id)
        ended = {"due_at": None, "ended_at": now}
        _run(mine.where(Ask.state == "open").values(state=state, why="", **ended))
        why = "did_it" if state == "done" else "not_for_them"
        _run(mine.where(Ask.state == "waiting").values(state="skipped", why=why, **ended))
        notices.read_about(member_id, f"challenge:{challenge_id}", "challenge.asked", now=now)
        notices.read_about(member_id, f"challenge:{challenge_id}", "challenge.reminded", now=now)


def _end(ask: Ask, state: str, why: str, now: dt.datetime) -> None:
    ask.state, ask.why, ask.due_at, ask.ended_at = state, why, None, now


def set_cadence(**values: int) -> None:
    """Changes how often anybody is asked, from the next ask on."""
    row = queries.cadence()
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    db.session.flush()


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session="fetch"))
