"""Words for what asks do, for the desk."""

from challenges.asks.models import AskRule
from challenges.kinds import KINDS

TRIGGERS = {
    "hand": "Now, whom I name or a segment holds", "segment": "When they come into a segment",
    "survey": "After a good answer to a survey", "completed": "After something they did",
    "review": "After a review with us that went well",
}  # fmt: skip
NOTES = {
    "hand": "Once, as soon as they are rested.",
    "segment": "A stage of their time with you: new this month, renewed, on a level, with a tag.",
    "survey": "From a number up. Never for a public review.",
    "completed": "A review, a share, an introduction: whatever they wrote there.",
    "review": "A results or project review that staff noted. Never for a public review.",
}
STATES = {
    "waiting": "Waits", "open": "Asked", "done": "Did it", "declined": "Not for them", "expired": "No answer",
    "skipped": "Not asked",
}  # fmt: skip
WAITS = {
    "asked_enough": "asked often enough lately", "new_here": "hasn’t done anything small yet",
    "recovering": "somebody has to make good on something first", "locked": "it isn’t open to them yet",
    "asked_already": "somebody else asks for it already", "did_it": "had done it already", "closed": "it is over",
    "full": "every place was taken", "not_for_them": "they said that it isn’t for them", "gone": "they have left",
    "not_their_challenge": "the challenge isn’t for them", "called_off": "called off", "no_answer": "",
    "on_a_journey": "they are on a journey that comes first",
}  # fmt: skip


def says(rule: AskRule) -> str:
    """When a rule asks whom: half a sentence."""
    audience = f" of {rule.segment.name}" if rule.segment is not None else ""
    if rule.trigger == "hand":
        return f"everybody in {rule.segment.name}, once" if rule.segment is not None else "by hand"
    if rule.trigger == "segment":
        return f"whoever comes into {rule.segment.name}" if rule.segment is not None else "nobody"
    if rule.trigger == "survey":
        return f"members{audience} who answer {rule.data.get('score', 0)} or more"
    if rule.trigger == "completed":
        kind = KINDS.get(str(rule.data.get("kind") or ""))
        return f"members{audience} after {'“' + kind.title + '”' if kind else 'any challenge'}"
    return f"members{audience} after a review that went well"
