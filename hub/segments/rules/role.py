"""Those who hold a role here."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, or_

from hub.members import ROLES
from hub.members.queries import holds
from hub.segments.fields import Field, Given, listed, picked
from hub.segments.rules import Plain, Rule, register

NAMES = {
    "advocate": "advocates", "manager": "community managers", "rep": "sales reps", "host": "hangout hosts",
    "admin": "admins",
}  # fmt: skip


class RoleKind(Plain):
    """`roles`: holds at least one of these."""

    name = "role"
    label = "Role"
    fields = (Field(name="roles", label="Role", widget="checks", multiple=True,
                    choices=tuple((role, NAMES[role].capitalize()) for role in ROLES)),)  # fmt: skip

    def clean(self, given: Given) -> dict[str, Any]:
        """At least one known role."""
        return {"roles": picked(given, "roles", ROLES, what="at least one role")}

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:  # noqa: ARG002
        """Holds one of the roles."""
        return or_(*(holds(role) for role in rule["roles"]))

    def says(self, rule: Rule) -> str:
        """are sales reps or hangout hosts."""
        return f"are {listed([NAMES[role] for role in rule['roles']])}"


register(RoleKind())
