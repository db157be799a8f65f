"""The programme's questions as fields of a form, checked like any other field."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from hub.members.forms import options
from hub.referrals.lead_terms import Vetting

PREFIX = "q_"
LONGEST = 500
YES_NO = ("Yes", "No")


def with_questions(form: type[FlaskForm], asked: Sequence[Vetting]) -> type[Any]:
    """The form with a field for each question; those that sales insists on must be answered."""
    return type(form.__name__, (form,), {f"{PREFIX}{one.key}": _field(one) for one in asked})


def _field(one: Vetting) -> Any:
    needed = [
        InputRequired("Please answer this: it decides who gets in touch.") if one.required else Optional()
    ]
    if one.kind == "text":
        return StringField(one.label, [*needed, Length(max=LONGEST)], filters=[_stripped])
    choices = YES_NO if one.kind == "yes_no" else one.options
    return RadioField(one.label, needed, choices=options((choice, choice) for choice in choices))


def _stripped(text: str | None) -> str | None:
    return text.replace("\0", "").strip() if text else text


def answers(form: Any) -> dict[str, str]:
    """What was answered, by the question's key."""
    named = {
        name.removeprefix(PREFIX): field.data
        for name, field in form._fields.items()
        if name.startswith(PREFIX)
    }
    return {key: str(said) for key, said in named.items() if said}


def fields(form: Any) -> list[Any]:
    """The question's fields, for a template."""
    return [field for name, field in form._fields.items() if name.startswith(PREFIX)]


def typed(asked: Sequence[Vetting], values: Mapping[str, str]) -> dict[str, str]:
    """What is typed so far, unchecked: for hints."""
    return {
        one.key: said[:LONGEST] for one in asked if (said := values.get(f"{PREFIX}{one.key}", "").strip())
    }
