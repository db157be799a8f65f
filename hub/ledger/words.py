"""Why a line is there, in plain words."""

REASONS = {
    "referral_stage": "Your referral moved up",
    "referral_clawback": "A won deal was lost again",
    "referral_restored": "A lost deal was won again",
    "challenge": "You completed a challenge",
    "manual": "A thank-you from the team",
    "correction": "A correction",
    "redemption": "You chose a reward",
    "refund": "A reward was taken back",
    "lapse": "Points lapsed after a long time without news",
    "hangout": "You took part in a hangout",
    "promotion": "A promotion",
    "import": "Earned before this hub",
}
BESIDE = {"size": "Your referral became a large deal", "nth": "You keep introducing people"}
ICONS = {
    "referral_stage": "handshake", "referral_clawback": "handshake", "referral_restored": "handshake",
    "challenge": "target", "manual": "hand-heart", "correction": "pencil", "redemption": "gift", "refund": "gift",
    "hangout": "video", "promotion": "megaphone", "import": "package", "lapse": "clock",
}  # fmt: skip


def why(reason: str, key: str) -> str:
    """What happened, from the reason and, for a referral, the rung that its key ends in."""
    parts = key.split(":")
    if reason == "referral_stage" and len(parts) >= 4 and parts[2] == "stage":
        return f"Your referral reached “{parts[3].replace('-', ' ').replace('_', ' ').capitalize()}”"
    if reason == "promotion":
        return BESIDE.get(parts[0], REASONS[reason])
    return REASONS[reason]
