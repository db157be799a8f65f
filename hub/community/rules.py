"""Who may take part in a thread: each room says it for its own subjects."""

from collections.abc import Callable

from hub.members.models import Member

# `fn(subject_id, member)`: the ids of everybody who takes part, or None when this member may not.
Rule = Callable[[int, Member], set[int] | None]
RULES: dict[str, Rule] = {}


def admits(prefix: str, rule: Rule) -> Rule:
    """Opens threads under subjects of a prefix (`referral` for `referral:7`), to those the rule admits."""
    RULES[prefix] = rule
    return rule


def circle(subject: str, member: Member) -> set[int] | None:
    """Everybody who takes part in the thread of a subject; None when this member may not, or nobody can."""
    prefix, _, number = subject.partition(":")
    rule = RULES.get(prefix)
    if rule is None or not number.isdecimal() or len(number) > 18:
        return None
    return rule(int(number), member)
