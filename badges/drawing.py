"""Badges as templates draw them: never a colour alone, always a silhouette, a sign and words."""

from typing import Any

from flask import url_for

from badges.models import Badge
from badges.queries import Held
from badges.rules import RULES, Progress

SHAPE_NAMES = {
    "shield": "Shield", "hex": "Hexagon", "star": "Star", "flower": "Flower", "ribbon": "Ribbon", "gem": "Gem",
}  # fmt: skip
HUE_NAMES = (
    "Red", "Orange", "Gold", "Lime", "Green", "Jade", "Teal", "Sky", "Blue", "Violet", "Magenta", "Rose",
)  # fmt: skip
SIGNS = (
    "star", "award", "medal", "trophy", "crown", "heart", "hand-heart", "handshake", "thumbs-up", "smile", "sprout",
    "leaf", "tree-pine", "flame", "zap", "rocket", "sparkles", "party-popper", "target", "flag", "map-pin", "globe",
    "plane", "coins", "gift", "users", "user-plus", "message-circle", "quote", "megaphone", "share-2", "link",
    "mouse-pointer-click", "book-open", "graduation-cap", "lightbulb", "newspaper", "camera", "video", "mic",
    "headphones", "coffee", "calendar", "clock", "shield-check", "badge-check", "key", "ladder",
)  # fmt: skip


def drawn(badge: Badge, is_mine: bool, far: Progress | None) -> dict[str, Any]:
    """The parts of a medallion: earned, or locked with an arc of what is done."""
    return {
        "shape": badge.shape, "sign": badge.sign, "hue": badge.hue, "state": "earned" if is_mine else "locked",
        "percent": 0 if is_mine or far is None else far.percent,
    }  # fmt: skip


def carded(badge: Badge, is_mine: bool, far: Progress | None, held: Held | None = None) -> dict[str, Any]:
    """A card: the medallion, its name, and what is to be done or when it was."""
    rule = RULES.get(badge.rule)
    counts = rule is not None and rule.is_automatic and far is not None and far.need > 1 and not is_mine
    return {
        **drawn(badge, is_mine, far), "name": badge.name, "url": url_for("badges.show", slug=badge.slug),
        "text": rule.says(badge.data) if rule and not is_mine else "", "held": held,
        "far": f"{max(0, far.have):,} of {far.need:,} {rule.unit}".strip() if counts and far and rule else "",
    }  # fmt: skip
