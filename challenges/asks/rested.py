"""Whether somebody can be asked now, later, or not at all: the one place where that is decided."""

import datetime as dt
from dataclasses import dataclass

from challenges import queries as challenges
from challenges.asks import queries
from challenges.asks.models import Ask, AskRule
from challenges.cards import cards
from challenges.journeys.queries import is_waited_for
from hub.core.db import db
from hub.members.models import Member

LATER = dt.timedelta(days=7)
MOST_PATIENCE = dt.timedelta(days=90)
ENDS = {"done": "did_it", "refused": "did_it", "waiting": "did_it", "closed": "closed", "full": "full",
        "aside": "not_for_them"}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Go ahead, unless it `ends` in this state or waits `until` then; `why` says why."""

    ends: str = ""
    until: dt.datetime | None = None
    why: str = ""


def judge(ask: Ask, now: dt.datetime) -> Verdict:
    """What becomes of an ask that is due. An ask that was made ends as expired, one that wasn't as skipped."""
    found = _judge(ask, now)
    if found.until is not None and now - ask.created_at > MOST_PATIENCE:
        return Verdict(ends="skipped" if ask.state == "waiting" else "expired", why=found.why)
    return found


def _judge(ask: Ask, now: dt.datetime) -> Verdict:
    over = "skipped" if ask.state == "waiting" else "expired"
    member = db.session.get(Member, ask.member_id)
    if member is None or not member.is_active:
        return Verdict(ends=over, why="gone")
    if ask.state == "waiting" and db.session.get_one(AskRule, ask.rule_id).state == "off":
        return Verdict(ends=over, why="called_off")
    if queries.is_set_aside(ask.challenge_id, ask.member_id):
        return Verdict(ends="skipped" if ask.state == "waiting" else "declined", why="not_for_them")
    state = _standing(ask, now)
    if state in ENDS:
        return Verdict(
            ends="done" if ask.state == "open" and ENDS[state] == "did_it" else over, why=ENDS[state]
        )
    if state == "":
        return Verdict(ends=over, why="not_their_challenge")
    if queries.is_recovering(ask.member_id):
        return Verdict(until=now + LATER, why="recovering")
    if ask.state == "waiting" and is_waited_for(ask.member_id, ask.challenge_id, now):
        return Verdict(until=now + LATER, why="on_a_journey")
    if state in ("locked", "soon"):
        return Verdict(until=now + LATER, why="locked")
    return _rested(ask, now) if ask.state == "waiting" else Verdict()


def _standing(ask: Ask, now: dt.datetime) -> str:
    """Where the member stands with the challenge; empty when it isn't for them."""
    challenge = challenges.by_id(ask.challenge_id)
    if challenge is None or challenge.state != "open":
        return "closed"
    found = cards([challenge], ask.member_id, now=now, everyone=False)
    return found[0].state if found else ""


def _rested(ask: Ask, now: dt.datetime) -> Verdict:
    cadence = queries.cadence()
    if queries.is_being_asked(ask.challenge_id, ask.member_id):
        return Verdict(until=now + LATER, why="asked_already")
    if queries.done_by(ask.member_id) < cadence.least_done:
        return Verdict(until=now + LATER, why="new_here")
    window = dt.timedelta(days=cadence.per_days)
    lately = queries.asked_lately(ask.member_id, now - window)
    if len(lately) >= cadence.most:
        return Verdict(until=lately[-cadence.most] + window, why="asked_enough")
    return Verdict()
