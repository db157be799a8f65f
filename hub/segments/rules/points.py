"""Those whose points lie in a range: what they ever earned, or what they have now."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true

from hub.ledger.books import SPENDING
from hub.ledger.models import Account, Entry, Wallet
from hub.members.models import Member
from hub.segments.fields import Field, Given, Unclear, chosen, whole
from hub.segments.measures import MEASURES, measure
from hub.segments.rules import Plain, Rule, register


@measure("lifetime", label="Points ever earned", unit="points")
def lifetime(until: dt.datetime | None) -> ColumnElement[int]:
    """What was earned, corrections included, never redemptions."""
    if until is None:
        query = select(Wallet.lifetime).join(Account, Account.id == Wallet.account_id)
    else:
        query = (
            select(func.sum(Entry.points))
            .join(Account, Account.id == Entry.account_id)
            .where(Entry.created_at <= until, Entry.reason.not_in(SPENDING))
        )
    return func.coalesce(query.where(Account.member_id == Member.id).correlate(Member).scalar_subquery(), 0)


@measure("balance", label="Points in the wallet", unit="points")
def balance(_until: dt.datetime | None) -> ColumnElement[int]:
    """What is there now, held points included."""
    query = select(Wallet.balance).join(Account, Account.id == Wallet.account_id)
    return func.coalesce(query.where(Account.member_id == Member.id).correlate(Member).scalar_subquery(), 0)


class MeasureKind(Plain):
    """`measure`, and from `least` to `most`, either of which may be open."""

    name = "points"
    label = "Points and other numbers"
    fields = (
        Field(name="measure", label="Which", widget="select", start="lifetime",
              choices=lambda: tuple((name, found.label) for name, found in MEASURES.items())),
        Field(name="least", label="At least", widget="number"),
        Field(name="most", label="At most", widget="number"),
    )  # fmt: skip

    def clean(self, given: Given) -> dict[str, Any]:
        """A known number and at least one end."""
        name = chosen(given, "measure", MEASURES, what="which number")
        least, most = whole(given, "least", what="lower end"), whole(given, "most", what="upper end")
        if least is None and most is None:
            raise Unclear("Say from where, to where, or both.", "least")
        if least is not None and most is not None and least > most:
            raise Unclear("The upper end lies below the lower one.", "most")
        return {"measure": name, "least": least, "most": most}

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:  # noqa: ARG002
        """The number lies in the range; a number nobody counts any more is 0."""
        found = MEASURES.get(rule["measure"])
        if found is None:
            return true() if not rule["least"] else ~true()
        number = found.expression(None)
        ends = [number >= rule["least"]] if rule["least"] is not None else []
        ends += [number <= rule["most"]] if rule["most"] is not None else []
        return and_(*ends)

    def says(self, rule: Rule) -> str:
        """have 1,000 points ever earned or more."""
        found = MEASURES.get(rule["measure"])
        label = found.label[0].lower() + found.label[1:] if found else rule["measure"]
        least, most = rule["least"], rule["most"]
        if most is None:
            return f"have at least {least:,} {label}"
        return f"have at most {most:,} {label}" if least is None else f"have {least:,} to {most:,} {label}"


register(MeasureKind())
