"""Forms of codes and of the door."""

import datetime as dt
import re
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from hub.members.addresses import is_free_provider, plain_domain
from hub.members.forms import NAME, TYPE_NAMES, options
from hub.members.joining.models import JoinCode

ALIAS = re.compile(r"[a-z0-9][a-z0-9-]{2,38}[a-z0-9]")
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
DOOR_NAMES = {
    "closed": "Closed: by invitation only",
    "code": "By a code: whoever was given its address",
    "open": "Open: everybody is shown how",
}


class CodeForm(FlaskForm):
    """What may be changed of a code."""

    name = StringField("Name", NAME)
    alias = StringField("Word in the address", [Optional()])
    domains = StringField("Only addresses at", [Optional(), Length(max=1000)])
    tag = StringField("Tag", [Optional(), Length(max=40)])
    most = IntegerField("How many at most", [Optional(), NumberRange(1, 1_000_000, "From 1 to 1,000,000.")])
    until = DateField("Last day", [Optional()])
    is_on = BooleanField("People can join by it")

    def validate_alias(self, field: Field) -> None:
        """Only what is read out and typed without asking."""
        field.data = (field.data or "").strip().lower()
        if field.data and not ALIAS.fullmatch(field.data):
            raise ValidationError("From 4 to 40 letters a–z, digits and dashes inside.")

    def validate_domains(self, _field: Field) -> None:
        """Whole domains, and none where everybody has their mail."""
        for one in self.listed():
            if not DOMAIN.fullmatch(one):
                raise ValidationError(f"“{one[:60]}” is not a domain: acme.com is one.")
            if is_free_provider(one):
                raise ValidationError(f"Everybody may have an address at {one}: that keeps nobody out.")

    def listed(self) -> list[str]:
        """The domains, as they are compared."""
        words = re.split(r"[\s,;]+", self.domains.data or "")
        return list(dict.fromkeys(plain_domain(word.removeprefix("@")) for word in words if word))


class NewCodeForm(CodeForm):
    """What it makes of people is said once: those who came became that."""

    type = SelectField("They join as", choices=options(TYPE_NAMES.items()))
    company = StringField("Company", [Optional(), Length(max=160)])


class DoorForm(FlaskForm):
    state = RadioField(
        "Joining by oneself", [InputRequired("Choose one.")], choices=options(DOOR_NAMES.items())
    )
    code_id = SelectField("The code that everybody is shown", coerce=int)

    def __init__(self, codes: list[JoinCode], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.code_id.choices = options([(0, "None"), *((one.id, one.name) for one in codes)])


def filled(code: JoinCode, until: dt.date | None) -> dict[str, Any]:
    """The form's values for a code."""
    return {"name": code.name, "alias": code.alias, "tag": code.tag, "domains": ", ".join(code.domains),
            "most": code.most, "until": until, "is_on": code.is_on}  # fmt: skip
