"""What a manager may say of the whole hub."""

from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, ValidationError
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from hub.core.hue import pairs


def _stripped(text: str | None) -> str:
    return (text or "").replace("\0", "").strip()


class HubForm(FlaskForm):
    """Name, words, colour, zone, contact."""

    name = StringField(
        "Name", filters=[_stripped],
        validators=[InputRequired("Every hub has a name."), Length(max=40, message="Forty characters fit everywhere.")],
    )  # fmt: skip
    tagline = StringField(
        "Tagline", filters=[_stripped], validators=[Length(max=160, message="Keep it to 160 characters.")]
    )
    brand_hue = IntegerField(
        "Colour",
        validators=[InputRequired("Choose a hue."), NumberRange(0, 359, "A hue is a number from 0 to 359.")],
    )
    zone = StringField("Time zone", filters=[_stripped], validators=[InputRequired("Choose a zone.")])
    contact_name = StringField(
        "Contact", filters=[_stripped], validators=[Length(max=80, message="Keep it to 80 characters.")]
    )
    contact_email = StringField(
        "Contact’s e-mail",
        filters=[_stripped],
        validators=[Optional(), Email("That isn’t an e-mail address.")],
    )

    def validate_zone(self, field: StringField) -> None:
        """Only zones this machine knows."""
        if field.data not in available_timezones():
            raise ValidationError("This zone isn’t known. They are called like Europe/Berlin.")

    def validate_brand_hue(self, field: IntegerField) -> None:
        """Words on the colour must be readable for everybody."""
        dim = [pair.name for pair in pairs(field.data or 0) if not pair.reads]
        if dim:
            raise ValidationError(f"Too little contrast: {', '.join(dim)}. Move the hue a little.")
