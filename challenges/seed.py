"""The sample's challenges, and what its members made of them: by the same verbs that people use."""

import datetime as dt
from typing import Any

from sqlalchemy import select

from challenges import actions, queries
from challenges.actions import building
from challenges.actions.reasons import keep_reason
from challenges.asks import actions as asking
from challenges.asks import caring
from challenges.asks import queries as asks
from challenges.kinds import Given
from challenges.models import Challenge, Submission
from challenges.samples import AFTER_A_REVIEW, ANSWERS, ASKED, BUSY, CHALLENGES, REASONS, STORY
from hub import members
from hub.core import registry
from hub.core.db import db
from hub.referrals.queries import programmes


@registry.seed(60, "challenges")
def plant(now: dt.datetime) -> None:
    """Challenges of the sample, each once; the referral for the first active programme."""
    programme = next((found for found in programmes() if found.state == "active"), None)
    grace = members.find("grace@example.com")
    for place, plan in enumerate(CHALLENGES, 1):
        known = db.session.scalar(select(Challenge.id).where(Challenge.slug == plan["slug"]))
        if known is None and (plan["kind"] != "referral" or programme is not None):
            slug = programme.slug if programme is not None else ""
            _plant(dict(plan), place, slug, grace.id if grace else None, now)


def _plant(plan: dict[str, Any], place: int, programme: str, by_id: int | None, now: dt.datetime) -> None:
    steps, begun = plan.pop("steps"), now - dt.timedelta(days=plan.pop("days_ago"))
    opens = plan.pop("opens_in", None)
    after = plan.pop("after", ())
    made = building.create(plan.pop("title"), by_id=by_id, now=begun, **plan)
    for step in steps:
        data = dict(step["data"]) | ({"programme": programme} if step["kind"] == "referral" else {})
        building.add_step(made, **{**step, "data": data})
    made.position = place * 10
    made.opens_at = now + dt.timedelta(days=opens) if opens else None
    if after:
        ids = list(db.session.scalars(select(Challenge.id).where(Challenge.slug.in_(after))))
        made.prerequisites = {**made.prerequisites, "challenges": ids}
    building.publish(made, by_id=by_id, now=begun)


@registry.seed(62, "submissions")
def answer(now: dt.datetime) -> None:
    """What the sample's members answered, once, in the order in which they did."""
    for verdict, title, words in REASONS:
        keep_reason(verdict, title=title, words=words)
    if db.session.scalar(select(Submission.id).limit(1)) is not None:
        return
    for one in sorted(ANSWERS, key=lambda one: -one["days_ago"]):
        _answer(one, now - dt.timedelta(days=one["days_ago"]))


@registry.seed(64, "asks")
def ask(now: dt.datetime) -> None:
    """A rule that waits for good reviews, two members asked by hand, and one for whom something isn't."""
    grace, story = members.find("grace@example.com"), queries.by_slug("your-story-in-three-steps")
    referral = queries.by_slug("refer-somebody")
    if grace is None or story is None or referral is None or asks.rules():
        return
    asking.make_rule(referral, trigger="review", words=AFTER_A_REVIEW, by_id=grace.id, wait_days=1, now=now)
    named = [found.id for email in ASKED if (found := members.find(email)) is not None]
    asking.make_rule(story, trigger="hand", words=STORY, by_id=grace.id, member_ids=named, now=now)
    vote, busy = queries.by_slug("vote-for-the-award"), members.find(BUSY)
    if vote is not None and busy is not None:
        caring.set_aside(vote.id, busy.id, reason="rules", words="Public votes go past legal here.", now=now)


def _answer(one: dict[str, Any], at: dt.datetime) -> None:
    challenge, member = queries.by_slug(one["slug"]), members.find(one["by"])
    if challenge is None or member is None:
        return
    made = None
    for step, form in zip(challenge.steps, one["forms"], strict=False):
        given = Given()
        for name, value in form.items():
            given.form.setlist(name, value if isinstance(value, list) else [value])
        made = actions.answer(challenge, step, member, given, now=at, opened_at=at - dt.timedelta(minutes=10))
    verdict, reviewer = one.get("verdict"), members.find("grace@example.com")
    if made is None or verdict is None or reviewer is None or made.submission.state != "pending":
        return
    words, later = one.get("words", ""), at + dt.timedelta(hours=one.get("hours", 5))
    actions.decide(made.submission.id, verdict, by_id=reviewer.id, now=later, words=words)
