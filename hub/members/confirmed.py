"""Who may spend points: members whose e-mail address is known to be theirs. Asked by whoever sets points aside."""

from hub.members.models import Member


def may_spend(member: Member) -> bool:
    """Whether this member's points can be spent: they are here, and their address is confirmed. No query."""
    return member.is_active and member.has_confirmed


def why_not_spend(member: Member) -> str:
    """Why they can't, in a sentence for them, with what to do; empty when they can."""
    if may_spend(member):
        return ""
    if not member.is_active:
        return "This membership is switched off, so its points can’t be spent now."
    return f"Confirm first that {member.email} is yours. Your points are safe and wait for you."
