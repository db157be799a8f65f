"""Those with whom things go well, or don't: the health of a member, else of their company."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_

from hub.members.customer_health import of_member
from hub.segments.fields import Field, Given, Unclear, whole
from hub.segments.rules import Plain, Rule, register


class HealthKind(Plain):
    """From `least` to `most`, either of which may be open. Of whom nothing is known belongs to neither."""

    name = "health"
    label = "Customer health"
    fields = (
        Field(name="least", label="At least", widget="number", start=70, help="0 to 100"),
        Field(name="most", label="At most", widget="number"),
    )

    def clean(self, given: Given) -> dict[str, Any]:
        """At least one end, the lower one first."""
        least, most = (
            whole(given, "least", most=100, what="lower end"),
            whole(given, "most", most=100, what="upper end"),
        )
        if least is None and most is None:
            raise Unclear("Say from where, to where, or both.", "least")
        if least is not None and most is not None and least > most:
            raise Unclear("The upper end lies below the lower one.", "most")
        return {"least": least, "most": most}

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:  # noqa: ARG002
        """Known, and within."""
        value = of_member()
        ends = [value >= rule["least"]] if rule["least"] is not None else []
        return and_(*ends, *([value <= rule["most"]] if rule["most"] is not None else []))

    def says(self, rule: Rule) -> str:
        """have a customer health of at least 70."""
        least, most = rule["least"], rule["most"]
        if most is None:
            return f"have a customer health of at least {least}"
        return (
            f"have a customer health of at most {most}"
            if least is None
            else f"have a customer health from {least} to {most}"
        )


register(HealthKind())
