"""One rep writes down one advocate's conversations, again and again."""

from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, signal


def look(case: Case, bounds: Bounds) -> Found | None:
    """Of what this rep logged lately, most is this one advocate's."""
    if not case.is_logged or case.told_by_pair < bounds["least"]:
        return None
    percent = 100 * case.told_by_pair // max(1, case.told_by_rep)
    facts = {"pair": case.told_by_pair, "rep": case.told_by_rep}
    return Found(facts=facts) if percent >= bounds["percent"] else None


def says(facts: Facts) -> str:
    """For staff."""
    rep, pair = facts.get("rep", 0), facts.get("pair", 0)
    return f"Of {rep:,} conversations that this rep logged lately, {pair:,} are this advocate’s."


signal(
    Signal(
        name="rep_cluster", title="One rep, one advocate", weight=40, look=look, says=says,
        about="Most of the conversations that a rep logged in 90 days are one advocate’s.",
        kindly="Many of your introductions were written down by the same person in sales.",
        bounds={"least": ("From how many on", 5), "percent": ("From which percentage on", 60)},
    )
)  # fmt: skip
