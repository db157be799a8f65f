"""Those who wear a tag."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from hub.members.models import Member
from hub.segments.fields import Field, Given, Unclear, chosen, listed, many, one
from hub.segments.models import MemberTag
from hub.segments.rules import Rule, register
from hub.segments.words import tag_key

WEARS = (("any", "any of them"), ("every", "every one of them"))


class TagsKind:
    """`tags`, and whether `any` or `every` one of them is needed."""

    name = "tags"
    label = "Tags"
    fields = (
        Field(name="tags", label="Tags", widget="text", help="Several with commas between them."),
        Field(name="wears", label="Has", widget="select", choices=WEARS, start="any"),
    )

    def clean(self, given: Given) -> dict[str, Any]:
        """At least one tag; they need not be in use yet."""
        words = given.get("tags", "")
        parts = (
            many(given, "tags")
            if isinstance(words, list) and len(words) > 1
            else one(given, "tags").split(",")
        )
        tags = sorted({tag for part in parts if (tag := tag_key(part))})
        if not tags:
            raise Unclear("Name at least one tag.", "tags")
        return {
            "tags": tags,
            "wears": chosen({"wears": "any", **given}, "wears", dict(WEARS), what="any or every"),
        }

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:  # noqa: ARG002
        """Wears one of them, or each."""
        join = and_ if rule["wears"] == "every" else or_
        return join(*(_wears(tag) for tag in rule["tags"]))

    def says(self, rule: Rule) -> str:
        """are tagged beta or vip."""
        return f"are tagged {listed(rule['tags'], 'and' if rule['wears'] == 'every' else 'or')}"

    def shown(self, rule: Rule) -> dict[str, Any]:
        """Tags with commas."""
        return {"tags": ", ".join(rule["tags"]), "wears": rule["wears"]}


def _wears(tag: str) -> ColumnElement[bool]:
    return exists().where(MemberTag.member_id == Member.id, MemberTag.tag == tag)


register(TagsKind())
