"""The badges and levels of the sample programme."""

import datetime as dt
from typing import Any

from sqlalchemy import select

from badges import actions, upkeep
from badges.lookups import stages
from badges.models import Badge, Level
from hub.core import registry
from hub.core.db import db
from hub.segments import actions as segment_actions
from hub.segments.models import Segment

LEVELS = (
    # name, floor, metal, perks
    ("Newcomer", 0, 1, "Everything is open to you: challenges, referrals, the board."),
    ("Helper", 500, 1, "Your name in the monthly round of thanks."),
    ("Guide", 2_500, 2, "Hangouts with the product team, one week before everybody else."),
    ("Champion", 10_000, 3, "Early access to betas, and a direct line to your rep."),
    ("Trailblazer", 35_000, 4, "A seat at the customer council."),
    ("Legend", 100_000, 6, "An evening with the founders, and your story told on stage."),
)
Sample = tuple[str, str, str, str, str, int, str, dict[str, Any]]
BADGES: tuple[Sample, ...] = (
    # slug, name, story, shape, sign, hue, rule, data
    ("first-steps", "First steps", "The beginning of everything: your first challenge is done.",
     "hex", "sprout", 5, "challenges", {"which": "any", "times": 1}),
    ("all-rounder", "All-rounder", "Ten challenges, whichever they were. You know your way around here.",
     "star", "target", 8, "challenges", {"which": "any", "times": 10}),
    ("door-opener", "Door opener", "You introduced somebody, and trusted us with a name.",
     "shield", "handshake", 1, "referrals", {"stage": "submitted", "times": 1}),
    ("matchmaker", "Matchmaker", "Five people you introduced were a fit: accepted, every one.",
     "flower", "heart", 11, "referrals", {"stage": "accepted", "times": 5}),
    ("deal-maker", "Deal maker", "Somebody you introduced became a customer.",
     "gem", "trophy", 2, "referrals", {"stage": "won", "times": 1}),
    ("thousand", "First thousand", "A thousand points. Spend them as you like; the badge stays.",
     "ribbon", "coins", 2, "points", {"points": 1000}),
    ("high-flyer", "High flyer", "As many points as a whole ladder brings, from the first name to the win.",
     "gem", "rocket", 9, "points", {"points": 32000}),
    ("magnet", "Magnet", "A hundred people followed the links you shared.",
     "hex", "mouse-pointer-click", 7, "clicks", {"times": 100}),
    ("steady", "Steady", "Four weeks in a row. A week off is forgiven when you have a freeze.",
     "flower", "flame", 1, "streak", {"weeks": 4}),
    ("at-the-table", "At the table", "You met the people who build this.",
     "ribbon", "video", 8, "hangouts", {"times": 1}),
    ("first-year", "A year together", "One year since you joined. Thank you for staying.",
     "star", "calendar", 3, "anniversary", {"years": 1}),
    ("kindness", "Out of kindness", "For help that no rule could see.",
     "shield", "hand-heart", 0, "manual", {"what": "going out of one's way for somebody here"}),
)  # fmt: skip
UPKEEP = {"all-rounder": (3, 180)}  # it says that you know your way around here: that has to stay true
AUDIENCES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Customers and partners", "Whoever isn't on our payroll",
     {"match": "all", "rules": [{"kind": "type", "types": ["customer", "partner"]}]}),
    ("New here", "Joined in the last 90 days",
     {"match": "all", "rules": [{"kind": "joined", "when": "within", "days": 90}]}),
    ("Most engaged", "A good word from them carries",
     {"match": "all", "rules": [{"kind": "points", "measure": "lifetime", "least": 2500}]}),
    ("Gone quiet", "Give before asking",
     {"match": "all", "rules": [{"kind": "activity", "did": "nothing", "days": 60},
                                {"kind": "points", "measure": "lifetime", "least": 1}]}),
)  # fmt: skip


@registry.seed(70, "badges")
def plant(*, now: dt.datetime) -> None:
    """Six levels, a dozen badges, four segments. What is there already stays as it is."""
    if db.session.scalar(select(Level.id).limit(1)) is None:
        db.session.add_all(
            Level(name=name, floor=floor, metal=metal, perks=perks) for name, floor, metal, perks in LEVELS
        )
        db.session.flush()
        actions.look_at_everybody(actions.LEVELS, now=now)
    known = set(db.session.scalars(select(Badge.slug)))
    for slug, name, story, shape, sign, hue, rule, data in BADGES:
        unknown_stage = rule == "referrals" and data["stage"] not in stages()
        if slug in known or unknown_stage:
            continue
        badge = Badge(
            slug=slug,
            name=name,
            story=story,
            shape=shape,
            sign=sign,
            hue=hue,
            rule=rule,
            data=data,
            created_at=now,
        )
        db.session.add(badge)
        db.session.flush()
        if slug in UPKEEP:
            keep, days = UPKEEP[slug]
            upkeep.ask(badge, keep=keep, days=days, by_id=None, now=now)
        actions.publish(badge, now=now, by_id=None)
    if db.session.scalar(select(Segment.id).limit(1)) is None:
        for name, purpose, rules in AUDIENCES:
            segment_actions.create(name, rules, purpose=purpose, now=now)
