"""Badges follow the books and the facts, go round all members when a badge is new, and look at the calendar."""

import datetime as dt
from collections.abc import Sequence

from badges import actions, queries, rounds
from badges.rules import RULES
from badges.streaks import ACTS
from hub import activity, outbox
from hub.activity.queries import fact
from hub.core import edges
from hub.core.clock import now as clock_now
from hub.core.db import is_sqlite
from hub.ledger import accounts_for
from hub.ledger.books import mark
from hub.ledger.jobs import follows
from hub.outbox.actions import only_one

LISTENER = "badges.notice_deed"
WHEREABOUTS = ("member.joined", "member.enabled", "member.zone_changed")
DAILY = 500


@follows("badges")
def follow(account_ids: Sequence[int], now: dt.datetime) -> None:
    """Each member whose account changed gets the levels and badges they have earned."""
    actions.look(rounds.accounts_members(account_ids), now=now)


def notice_deed(fact_id: int) -> None:
    """Marks the accounts of whoever did something, so that the followers look at them, many at a time."""
    done = fact(fact_id)
    mark(accounts_for(sorted(rounds.whom(done))).values(), now=done.happened_at)


for _kind in sorted({kind for rule in RULES.values() for kind in rule.facts} | set(ACTS) | set(WHEREABOUTS)):
    activity.listens(_kind, LISTENER)(notice_deed)


@activity.listens("referrals.imported", "badges.look_at_imports")
def look_at_imports(fact_id: int) -> None:
    """An import tells nobody of its referrals one by one: the badges for referrals go round."""
    for badge in queries.by_state("live"):
        if badge.rule == "referrals":
            actions.look_at_everybody(badge.subject, now=fact(fact_id).happened_at)


@activity.listens("hub.settled", "badges.look_at_zone")
def look_at_zone(fact_id: int) -> None:
    """The hub's zone may be another one: streaks and anniversaries of everybody who has none of their own."""
    actions.look_at_everybody(actions.MEMBERS, now=fact(fact_id).happened_at)


def go_round(now: dt.datetime) -> int:
    """One batch of the oldest round, in a transaction of its own: its place is kept with what it awarded."""
    with edges.unit():
        return actions.go_round(limit=50 if is_sqlite() else 300, now=now) if only_one(actions.DRAIN) else 0


outbox.drains(
    outbox.Drain(name=actions.DRAIN, queue="books", oldest=lambda _now: rounds.oldest_round(), run=go_round)
)


@outbox.every(3600, "badges.look_at_calendar")
def look_at_calendar() -> None:
    """Anniversaries: nobody does anything on them, so nothing else would notice."""
    now = clock_now()
    for badge in queries.by_state("live"):
        if badge.rule in RULES and RULES[badge.rule].by_clock:
            found = rounds.owed(badge, until=None, limit=DAILY)
            actions.award([badge], found, now=now)
            if len(found) == DAILY:
                actions.look_at_everybody(badge.subject, now=now)
