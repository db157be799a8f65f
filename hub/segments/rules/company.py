"""Those who work for certain companies, or for the customers of a rep."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_

from hub.members.models import Member
from hub.segments.fields import Field, Given, Unclear, listed, many, one
from hub.segments.lookups import companies_named, company_names
from hub.segments.rules import Rule, register


class CompanyKind:
    """`companies`: ids, so that a new name changes nothing. The form takes names, one on each line."""

    name = "company"
    label = "Company"
    fields = (Field(name="names", label="Companies", widget="lines", help="One name on each line."),)

    def clean(self, given: Given) -> dict[str, Any]:
        """Companies we know, at least one."""
        if "companies" in given:
            ids = sorted(int(number) for number in many(given, "companies"))
            if not ids:
                raise Unclear("Name at least one company.", "names")
            return {"companies": ids}
        names = [line.strip() for line in one(given, "names").splitlines() if line.strip()]
        if not names:
            raise Unclear("Name at least one company.", "names")
        found = companies_named(names)
        missing = [name for name in names if name not in found]
        if missing:
            raise Unclear(f"There is no company called {missing[0]}.", "names")
        return {"companies": sorted(set(found.values()))}

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:  # noqa: ARG002
        """Works for one of them."""
        return and_(Member.company_id.is_not(None), Member.company_id.in_(rule["companies"]))

    def says(self, rule: Rule) -> str:
        """work for Orbit Foods or Compiler Works."""
        names = sorted(company_names(rule["companies"]).values()) or ["a company that is gone"]
        return f"work for {listed(names[:3] + ([f'{len(names) - 3} more'] if len(names) > 3 else []))}"

    def shown(self, rule: Rule) -> dict[str, Any]:
        """Names, one on each line."""
        return {"names": "\n".join(sorted(company_names(rule["companies"]).values()))}


register(CompanyKind())
