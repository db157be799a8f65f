"""Forms of this room."""

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    FileField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from hub.members import passwords
from hub.members.models import Company
from hub.members.names import LANGUAGES, Refusal, address

ROLE_NAMES = {
    "advocate": "Advocate",
    "manager": "Community manager",
    "rep": "Sales rep",
    "host": "Hangout host",
    "admin": "Admin",
}
TYPE_NAMES = {"customer": "Customer", "partner": "Partner", "employee": "Employee"}


def options(pairs: Iterable[tuple[Any, str]]) -> Any:
    """Choices of a select, as WTForms 3.3 wants them; its types don't know them yet."""
    return [SelectChoice(value, label) for value, label in pairs]


def is_address(_form: FlaskForm, field: Field) -> None:
    """Refuses what can't be an e-mail address."""
    try:
        address(field.data or "")
    except Refusal as refusal:
        raise ValidationError(str(refusal)) from None


def is_safe(_form: FlaskForm, field: Field) -> None:
    """Refuses a weak password."""
    try:
        passwords.check_rules(field.data or "")
    except Refusal as refusal:
        raise ValidationError(str(refusal)) from None


NAME = [InputRequired("Tell us a name."), Length(max=120)]


class SignInForm(FlaskForm):
    email = EmailField("E-mail", [InputRequired("Type your e-mail address."), Length(max=320)])
    password = PasswordField(
        "Password", [InputRequired("Type your password."), Length(max=passwords.LONGEST)]
    )
    remember = BooleanField("Keep me signed in on this device", default=True)


class ForgottenForm(FlaskForm):
    email = EmailField("E-mail", [InputRequired("Type your e-mail address."), is_address, Length(max=320)])


class JoinForm(FlaskForm):
    name = StringField("Your name", NAME)
    email = EmailField("E-mail", [InputRequired("Type your e-mail address."), is_address])
    password = PasswordField("Choose a password", [InputRequired("Choose a password."), is_safe])


class NewPasswordForm(FlaskForm):
    password = PasswordField("New password", [InputRequired("Choose a password."), is_safe])


class ChangePasswordForm(FlaskForm):
    old = PasswordField("Password now", [InputRequired("Type the password you have now.")])
    new = PasswordField("New password", [InputRequired("Choose a password."), is_safe])


class ConfirmForm(FlaskForm):
    """Nothing but its token: a button that does something."""


class ProofForm(FlaskForm):
    """A password, to show that it is really them; whoever has none has just signed in."""

    password = PasswordField("Your password", [Length(max=passwords.LONGEST)])


class EraseForm(FlaskForm):
    """Somebody's handle, typed, so that nobody is erased by a slip of the hand; and one's own password."""

    handle = StringField("Type the handle to confirm")
    secret = PasswordField("Your password", [Length(max=passwords.LONGEST)])

    def __init__(self, whose: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.whose = whose

    def validate_handle(self, field: Field) -> None:
        """Only the very handle."""
        if (field.data or "").strip().removeprefix("@").lower() != self.whose.lower():
            raise ValidationError(f"Type {self.whose} to confirm.")


def zone_choices() -> Any:
    """All zones with a place in their name, the hub's own first."""
    named = sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "System"))
    )
    return options(
        [("", "The hub's time zone"), ("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in named)]
    )


class ProfileForm(FlaskForm):
    name = StringField("Name", NAME)
    title = StringField("What you do", [Optional(), Length(max=120)])
    pseudonym = StringField("Name on boards", [Optional(), Length(max=60)])
    zone = SelectField("Time zone", choices=zone_choices)
    language = SelectField(
        "Language", choices=options([("", "No preference"), *LANGUAGES.items()]), default=""
    )
    is_opted_out = BooleanField("Leave me out of leaderboards")


class RolesField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PlaceForm(FlaskForm):
    """What a manager decides about a member besides roles."""

    type = SelectField("Type", choices=options(TYPE_NAMES.items()))
    company = StringField("Company", [Optional(), Length(max=160)])
    title = StringField("Title", [Optional(), Length(max=120)])


class HealthForm(FlaskForm):
    """How well things go with a customer; empty when nobody knows."""

    health = IntegerField(
        "Health, 0 to 100", [Optional(), NumberRange(0, 100, "A whole number from 0 to 100.")]
    )


class HealthSheetForm(FlaskForm):
    sheet = FileField("Sheet (CSV)")
    words = TextAreaField("Or paste it here")


class RolesForm(FlaskForm):
    roles = RolesField("Roles", choices=options(ROLE_NAMES.items()))


class InviteForm(FlaskForm):
    name = StringField("Name", NAME)
    email = EmailField("E-mail", [InputRequired("Where can we reach them?"), is_address])
    type = SelectField("Type", choices=options(TYPE_NAMES.items()))
    company = StringField("Company", [Optional(), Length(max=160)])
    roles = RolesField("Roles", choices=options(ROLE_NAMES.items()), default=["advocate"])


class OwnerForm(FlaskForm):
    owner_id = SelectField("Sales rep", coerce=int)

    def __init__(self, company: Company, reps: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(owner_id=company.owner_id or 0, **kwargs)
        self.owner_id.choices = options([(0, "Nobody"), *reps])
