"""Templates to begin with, and sets of them: the onboarding set asks for little first and for a referral last."""

import copy
import datetime as dt
from typing import Any

from challenges.actions import building
from challenges.models import Challenge
from challenges.queries import offers

DISCLOSURE = "I get points in their customer programme for sharing this, whatever I say."
TEMPLATES: dict[str, dict[str, Any]] = {
    "profile": {
        "title": "Tell us who you are", "minutes": 1, "points": 20,
        "body": "A title and a company make your word count when a colleague of ours mentions you.",
        "steps": [{"kind": "profile", "data": {"fields": ["title", "company"]}}],
    },
    "watch": {
        "title": "See what is new in two minutes", "minutes": 2, "points": 30,
        "body": "A short tour of what changed, so that you get more out of it. No strings attached.",
        "steps": [{"kind": "read", "body": "", "data": {"seconds": 60}}],
    },
    "share": {
        "title": "Share our latest story", "minutes": 2, "points": 50,
        "body": "One post from you says more than ten from us. Your own words are best.",
        "steps": [{"kind": "share", "data": {"disclosure": DISCLOSURE, "words": "Worth a read:"}}],
    },
    "training": {
        "title": "Whom we help best", "minutes": 4, "points": 100,
        "body": "A few questions about the teams that gain the most here: whom to introduce, and whom to spare.",
        "steps": [{"kind": "quiz", "data": {"mark": 75, "tries": 0, "shuffle": True, "questions": []}}],
    },
    "nps": {
        "title": "How likely are you to recommend us?", "minutes": 1, "points": 20,
        "body": "One number and a sentence. A low one is as welcome as a high one: it shows us what to mend.",
        "steps": [{"kind": "survey", "data": {
            "question": "How likely are you to recommend us to a colleague?", "low": "Not at all", "high": "Certainly",
            "ask": "What is the main reason for your answer?", "low_below": 7}}],
    },
    "review": {
        "title": "Write a review in your own words", "minutes": 10, "points": 200, "review": "reviewed",
        "body": "Say what you would tell a friend: what works, what doesn’t. The points are the same either way.",
        "steps": [{"kind": "review", "data": {"disclosure": DISCLOSURE}}],
    },
    "feedback": {
        "title": "What should we build next?", "minutes": 3, "points": 60, "review": "reviewed",
        "body": "Our product team reads every answer and writes back.",
        "steps": [{"kind": "feedback", "data": {"question": "What would save you the most time?", "least": 40}}],
    },
    "referral": {
        "title": "Introduce us to a team like yours", "minutes": 3, "points": 0,
        "body": "One name is enough to begin. You see every step, and points arrive with each of them.",
        "steps": [{"kind": "referral", "data": {}}],
    },
}  # fmt: skip
SETS: dict[str, tuple[str, str, tuple[tuple[str, dict[str, Any]], ...]]] = {
    "onboarding": (
        "Small asks first, referral later",
        "Five drafts in order: a minute of profile, something to learn, a question, a training; then the referral.",
        (
            ("profile", {}), ("watch", {}), ("nps", {}), ("training", {"prerequisites": {"done": 1}}),
            ("referral", {"prerequisites": {"done": 2}}),
        ),
    ),
}  # fmt: skip


def plant(name: str, *, by_id: int | None, now: dt.datetime) -> list[Challenge]:
    """Drafts from a template or a set, in order. Refuses (KeyError) a name that isn't there."""
    if name in SETS:
        return [_plant(one, changes, by_id=by_id, now=now) for one, changes in SETS[name][2]]
    return [_plant(name, {}, by_id=by_id, now=now)]


def _plant(name: str, changes: dict[str, Any], *, by_id: int | None, now: dt.datetime) -> Challenge:
    plan = {**copy.deepcopy(TEMPLATES[name]), **changes}
    steps = plan.pop("steps")
    made = building.create(plan.pop("title"), by_id=by_id, now=now, kind=steps[0]["kind"], **plan)
    for step in steps:
        data = step.get("data", {})
        if step["kind"] == "referral":
            data = {"programme": next(iter(offers(0)), "")}
        building.add_step(made, step["kind"], data=data, body=step.get("body", ""))
    return made
