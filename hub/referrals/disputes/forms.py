"""Forms of doubts."""

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, RadioField, TelField, TextAreaField
from wtforms.validators import InputRequired, Optional

from hub.members.forms import options
from hub.referrals.disputes.actions import LONGEST
from hub.referrals.forms import ReferralForm, is_address, text
from hub.referrals.people import Contact


class DoubtForm(FlaskForm):
    """Whom I introduced first, and how I know. After a visit by my own link only the words are asked for."""

    programme = RadioField("Which programme", [Optional()], validate_choice=False)
    contact_email = text("Their e-mail", Optional(), is_address, longest=254, kind=EmailField)
    contact_phone = text("Or their telephone", Optional(), longest=40, kind=TelField)
    words = text("What happened?", InputRequired("A few words: when and how you introduced them."), longest=LONGEST,
                 kind=TextAreaField)  # fmt: skip
    touch = HiddenField()
    refuse = ReferralForm.refuse

    def contact(self) -> Contact:
        """Who is meant."""
        return Contact(email=self.contact_email.data, phone=self.contact_phone.data)


class DecisionForm(FlaskForm):
    """What a manager decides, in words that both read."""

    moves = RadioField(
        "Who is credited?", [InputRequired("Choose one.")],
        choices=options((("no", "It stays where it is"), ("yes", "It goes to who doubted it"))),
    )  # fmt: skip
    answer = text("Why, in words that both read", InputRequired("Both read why: a sentence or two."), longest=LONGEST,
                  kind=TextAreaField)  # fmt: skip
    refuse = ReferralForm.refuse
