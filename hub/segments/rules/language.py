"""Those who like to be spoken to in a language."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_

from hub.members.models import Member
from hub.members.names import LANGUAGES
from hub.segments.fields import Field, Given, listed, picked
from hub.segments.rules import Plain, Rule, register


class LanguageKind(Plain):
    """`languages`: their codes."""

    name = "language"
    label = "Language"
    fields = (Field(name="languages", label="Language", widget="checks", multiple=True,
                    choices=tuple(LANGUAGES.items())),)  # fmt: skip

    def clean(self, given: Given) -> dict[str, Any]:
        """At least one language that members can choose."""
        return {"languages": picked(given, "languages", LANGUAGES, what="at least one language")}

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:  # noqa: ARG002
        """Chose one of them; who chose none is in none."""
        return and_(Member.language.is_not(None), Member.language.in_(rule["languages"]))

    def says(self, rule: Rule) -> str:
        """speak German or French."""
        return f"speak {listed([LANGUAGES[code] for code in rule['languages']])}"


register(LanguageKind())
