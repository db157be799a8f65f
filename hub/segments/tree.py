"""Rules as a tree of two floors: a group of rules, and groups within it. Read, checked, and said in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.segments.fields import Unclear
from hub.segments.rules import KINDS, Rule, Rules

MATCHES = ("all", "any", "none")
MOST_RULES = 20
EVERYBODY: dict[str, Any] = {"match": "all", "rules": []}


def read(given: Any, *, depth: int = 2) -> dict[str, Any]:
    """The group as it is stored. Refuses (Unclear) unknown kinds, a third floor, more than twenty rules in a group, and
    what a kind refuses."""
    if not isinstance(given, Mapping) or given.get("match") not in MATCHES:
        raise Unclear("A group of rules says how they go together: all, any or none.", "match")
    parts = given.get("rules", [])
    if not isinstance(parts, Sequence) or len(parts) > MOST_RULES:
        raise Unclear(f"A group has at most {MOST_RULES} rules.", "rules")
    return {"match": given["match"], "rules": [_part(part, depth) for part in parts]}


def _part(part: Any, depth: int) -> dict[str, Any]:
    if isinstance(part, Mapping) and "match" in part:
        if depth == 1:
            raise Unclear("A group within a group within a group is more than anybody can read.", "rules")
        group = read(part, depth=depth - 1)
        if not group["rules"]:
            raise Unclear("This group has no rule yet. Add one, or take the group away.", "rules")
        return group
    kind = KINDS.get(part.get("kind", "")) if isinstance(part, Mapping) else None
    if kind is None:
        raise Unclear("Choose what the rule looks at.", "kind")
    return {"kind": kind.name, **kind.clean({name: value for name, value in part.items() if name != "kind"})}


def says(rules: Rules) -> str:
    """The audience in one sentence: "Everybody who are customers and joined in the last 30 days"."""
    return f"Members who {_words(rules)}." if rules["rules"] else "Everybody."


def _words(group: Rules) -> str:
    joined = " and " if group["match"] == "all" else " or "
    words = joined.join(f"({_words(part)})" if "match" in part else _says(part) for part in group["rules"])
    return f"do not fit any of these: {words}" if group["match"] == "none" else words


def _says(rule: Rule) -> str:
    kind = KINDS.get(rule["kind"])
    return kind.says(rule) if kind else f"fit a rule nobody knows any more ({rule['kind']})"
