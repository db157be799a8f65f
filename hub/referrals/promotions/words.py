"""Promotions in words, for members and for managers."""

import datetime as dt

from hub.core import words as language
from hub.core.words import points
from hub.referrals.promotions.models import Promotion

PHASES = {"draft": "Draft", "planned": "Planned", "running": "Running", "over": "Over"}
TIMES = {200: "Double", 300: "Triple"}


def offer(promotion: Promotion) -> str:
    """Double points; 500 points more."""
    if promotion.kind == "bonus":
        return f"{points(promotion.bonus)} points more"
    whole = TIMES.get(promotion.percent)
    return f"{whole} points" if whole else f"{promotion.percent - 100} % more points"


def what_for(promotion: Promotion, stage: str = "") -> str:
    """For whom and what, in one sentence."""
    thing = "introduction" if promotion.subject.startswith("programme:") else "time"
    things = f"{thing}s" if thing == "introduction" else "times"
    first = ""
    if promotion.first_each:
        first = f" for your first {things if promotion.first_each > 1 else thing}" if promotion.first_each == 1 else (
            f" for your first {promotion.first_each:,} {things}"
        )  # fmt: skip
    elif promotion.first_all:
        first = f" for the first {promotion.first_all:,} {things}"
    at = f" on reaching {stage}" if stage else ""
    return f"{offer(promotion)}{at}{first}."


def until(promotion: Promotion, now: dt.datetime) -> str:
    """Until 31 March; ended on 31 March."""
    last = (promotion.ends_at - dt.timedelta(minutes=1)).astimezone(language.zone())
    day = f"{last.day} {last:%B}"
    return f"Ended on {day}" if now >= promotion.ends_at else f"Until {day}"
