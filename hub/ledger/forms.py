"""Forms of the points desk."""

import secrets

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

from hub.ledger.models import LIMIT

WORDS = Length(max=500, message="Keep it under 500 characters.")
TOKEN = [InputRequired(), Regexp(r"^[\w-]{8,64}$", message="Reload the page, then try again.")]


class AwardForm(FlaskForm):
    """Points by hand. The token is made with the form: sent twice, it is booked once."""

    token = HiddenField(validators=TOKEN, default=lambda: secrets.token_urlsafe(12))
    points = IntegerField(
        "Points", [InputRequired("How many?"), NumberRange(1, LIMIT, f"Give 1 to {LIMIT:,} points.")]
    )
    words = TextAreaField("What for", [InputRequired("Say what it is for; they will read it."), WORDS])
    sure = BooleanField("Yes, that many")


class CorrectionForm(FlaskForm):
    """What a line should come to. `was` is what it came to when this form was made."""

    token = HiddenField(validators=TOKEN, default=lambda: secrets.token_urlsafe(12))
    was = HiddenField(
        validators=[InputRequired(), Regexp(r"^\d{1,7}$", message="Reload the page, then try again.")]
    )
    comes_to = IntegerField(
        "It should come to", [InputRequired("How many?"), NumberRange(0, LIMIT, f"From 0 to {LIMIT:,}.")]
    )
    words = TextAreaField("What was wrong", [InputRequired("Say what was wrong; they will read it."), WORDS])
