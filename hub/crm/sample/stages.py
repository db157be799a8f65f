"""The sample CRM's own words for its stages, and what they mean on the sample programme's ladder."""

CONNECTION = "sample"
NEW = "New lead"
MEANS = {
    NEW: "-",
    "Working": "accepted",
    "Discovery call": "meeting",
    "Proposal": "opportunity",
    "Negotiation": "opportunity",
    "Closed Won": "won",
    "Closed Lost": "lost",
}
STAGES = tuple(MEANS)
STANDS_AT = {"accepted": "Working", "meeting": "Discovery call", "opportunity": "Proposal", "won": "Closed Won",
             "lost": "Closed Lost"}  # fmt: skip


def next_stage(stage: str) -> str | None:
    """The stage that usually follows; None after an end."""
    place = STAGES.index(stage)
    return STAGES[place + 1] if stage not in ("Closed Won", "Closed Lost") else None
