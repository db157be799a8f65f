"""Forms of introductions."""

import secrets

from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, HiddenField, RadioField, TelField, TextAreaField
from wtforms.validators import InputRequired, Optional

from hub.referrals.forms import ReferralForm, is_address, is_reachable, text
from hub.referrals.people import Contact


class AnnounceForm(FlaskForm):
    """What is planned. Not a word about a person: a company at most."""

    programme = RadioField("Which programme", [InputRequired("Choose a programme.")])
    company = text("Company")
    held_on = DateField("Which day?", [Optional()])
    words = text("Anything we should know?", longest=1000, kind=TextAreaField)
    once = HiddenField(default=lambda: secrets.token_hex(12))

    refuse = ReferralForm.refuse
    offer = ReferralForm.offer


class MeetForm(FlaskForm):
    """Whom sales has met."""

    contact_name = text("Their name", InputRequired("What are they called?"))
    contact_email = text("E-mail", Optional(), is_address, longest=254, kind=EmailField)
    contact_phone = text("Telephone", is_reachable, longest=40, kind=TelField)
    contact_company = text("Company")
    contact_title = text("What they do there")
    why = text("What is it about?", longest=2000, kind=TextAreaField)
    once = HiddenField(default=lambda: secrets.token_hex(12))
    refuse = ReferralForm.refuse

    def contact(self) -> Contact:
        """Who it is."""
        return Contact(
            name=self.contact_name.data or "", email=self.contact_email.data, phone=self.contact_phone.data,
            company=self.contact_company.data, title=self.contact_title.data, why=self.why.data,
        )  # fmt: skip


class CloseForm(FlaskForm):
    """Why nothing (more) comes of it."""

    answer = text("What shall we tell them?", InputRequired("A sentence for whoever introduced them."), longest=500,
                  kind=TextAreaField)  # fmt: skip
    refuse = ReferralForm.refuse
