"""People who introduce each other in a circle."""

from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, signal


def look(case: Case, _bounds: Bounds) -> Found | None:
    """The lead introduced the advocate, or somebody who introduced somebody who did."""
    return Found(facts={"people": case.circle}) if case.circle else None


def says(facts: Facts) -> str:
    """For staff."""
    people = facts.get("people", 2)
    return (
        "Lead and advocate introduced each other."
        if people == 2
        else f"{people} people introduced each other in a circle."
    )


signal(
    Signal(
        name="ring", title="A circle", weight=70, look=look, says=says,
        about="The lead introduced the advocate before, directly or through others.",
        kindly="You and the person you introduced have introduced each other.",
    )
)  # fmt: skip
