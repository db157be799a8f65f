"""Forms of the desk. What a database can't keep (a NUL) is left out of what is typed."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, Optional

from hub.crm.models import IGNORE, KINDS
from hub.crm.rungs import NOTHING, Choice
from hub.crm.wording import KIND_NAMES


def tidy(text: str | None) -> str | None:
    """Without NUL and spaces around."""
    return text.replace("\0", "").strip() if text else text


class ConnectionForm(FlaskForm):
    kind = RadioField(
        "Which CRM", choices=[SelectChoice(kind, KIND_NAMES[kind]) for kind in KINDS], default="generic"
    )
    name = StringField("Name", [DataRequired("Give it a short name."), Length(max=40)], filters=[tidy])
    account = StringField("Account", [Optional(), Length(max=200)], filters=[tidy])
    secret = StringField("Secret", [Optional(), Length(max=500)], filters=[tidy])


class SecretForm(FlaskForm):
    secret = StringField("New secret", [Optional(), Length(max=500)], filters=[tidy])


class StageForm(FlaskForm):
    """A stage of the CRM and what it means here."""

    crm_stage = StringField(
        "Stage in the CRM", [DataRequired("Which stage of the CRM?"), Length(max=200)], filters=[tidy]
    )
    rung = SelectField("Means here", [DataRequired("Choose what it means here.")])

    def offer(self, rungs: Sequence[Choice]) -> "StageForm":
        """With these rungs to choose from."""
        self.rung.choices = [
            SelectChoice("", "Choose …"),
            *(SelectChoice(rung.key, rung.label) for rung in rungs),
            SelectChoice(IGNORE, NOTHING),
        ]
        return self


class ForgetStageForm(FlaskForm):
    crm_stage = StringField("Stage in the CRM", [DataRequired(), Length(max=200)])


class AsideForm(FlaskForm):
    reason = TextAreaField(
        "Why", [DataRequired("Say why, for whoever looks at it next."), Length(max=300)], filters=[tidy]
    )


class LinkForm(FlaskForm):
    code = StringField(
        "Referral's code", [DataRequired("Type the referral's code."), Length(max=40)], filters=[tidy]
    )


class ConfirmForm(FlaskForm):
    """Nothing but its token: a button that does something."""
