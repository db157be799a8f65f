"""Many introductions in a short time."""

from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, signal


def look(case: Case, bounds: Bounds) -> Found | None:
    """More than the limit within an hour or a day; twice the limit weighs twice. What reps write down doesn't count."""
    if case.is_logged:
        return None
    over = max(case.in_hour / bounds["hour"], case.in_day / bounds["day"])
    facts = {"hour": case.in_hour, "day": case.in_day}
    return Found(percent=200 if over > 2 else 100, facts=facts) if over > 1 else None


def says(facts: Facts) -> str:
    """For staff."""
    return f"{facts.get('hour', 0):,} introductions within the hour, {facts.get('day', 0):,} within a day."


signal(
    Signal(
        name="velocity", title="Very many at once", weight=30, look=look, says=says,
        about="One advocate introduces more people in an hour or a day than anybody can know well.",
        kindly="You introduced a lot of people in a short time.",
        bounds={"hour": ("As many in an hour are fine", 10), "day": ("As many in a day are fine", 20)},
    )
)  # fmt: skip
