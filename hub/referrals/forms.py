"""Forms of this room: introducing somebody, logging what was said, and what managers decide on one referral."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from hub.members.forms import options
from hub.members.models import Member
from hub.members.names import Refusal, address
from hub.referrals.correcting import REASONS
from hub.referrals.ladder import Ladder
from hub.referrals.models import Programme
from hub.referrals.people import Contact
from hub.referrals.words import MODE_LABELS


def is_address(_form: FlaskForm, field: Field) -> None:
    """Refuses what can't be an e-mail address."""
    try:
        address(field.data or "")
    except Refusal as refusal:
        raise ValidationError(str(refusal)) from None


def is_reachable(form: FlaskForm, field: Field) -> None:
    """Refuses somebody we could not reach."""
    if not field.data and not form.contact_email.data:
        raise ValidationError("Give us an e-mail or a telephone number to reach them.")


def _stripped(text: str | None) -> str | None:
    return text.replace("\0", "").strip() if text else text


def text(label: str, *more: Any, longest: int = 120, kind: Any = StringField, **options: Any) -> Any:
    """A field of plain text, without the spaces around it."""
    return kind(label, [*(more or [Optional()]), Length(max=longest)], filters=[_stripped], **options)


class ReferralForm(FlaskForm):
    """Who is introduced, how you know them, why they fit. The same fields for everybody, so that sales knows them."""

    programme = RadioField("Which programme", [InputRequired("Choose a programme.")])
    contact_name = text("Their name", InputRequired("Whom would you like to introduce?"))
    contact_email = text("E-mail", Optional(), is_address, longest=254, kind=EmailField)
    contact_phone = text("Telephone", is_reachable, longest=40, kind=TelField)
    contact_company = text("Company")
    contact_title = text("What they do there")
    relation = text("How do you know them?", InputRequired("A few words are enough: a colleague, a friend."),
                    longest=300)  # fmt: skip
    why = text("Why would it suit them?", longest=2000, kind=TextAreaField)
    mode = RadioField(
        "How would you like to introduce them?", choices=options(MODE_LABELS.items()), default="warm_email"
    )
    consent = BooleanField("They know that I’m introducing them")
    consent_note = text("What did they say?", longest=300)
    once = HiddenField(default=lambda: secrets.token_hex(12))

    def offer(self, programmes: Sequence[Programme], chosen: Programme) -> None:
        """The programmes to choose from; the chosen one is marked on a form that is shown for the first time."""
        self.programme.choices = options((programme.slug, programme.version.name) for programme in programmes)
        if not self.programme.data:
            self.programme.data = chosen.slug

    def contact(self) -> Contact:
        """What was typed."""
        knows = "They know about it." if self.consent.data else None
        return Contact(
            name=self.contact_name.data or "", email=self.contact_email.data, phone=self.contact_phone.data,
            company=self.contact_company.data, title=self.contact_title.data, relation=self.relation.data,
            why=self.why.data, consent_note=self.consent_note.data or knows,
        )  # fmt: skip

    def refuse(self, field: str, says: str) -> None:
        """Puts a refusal where it belongs: at its field, or above the form."""
        if field in self._fields:
            self._fields[field].errors = [*self._fields[field].errors, says]
        else:
            self.form_errors.append(says)


class VerbalForm(FlaskForm):
    """What somebody said in conversation, in three fields."""

    advocate = text("Who introduced them?", InputRequired("Who told you about them?"), longest=300)
    contact = text("Whom did they introduce?", InputRequired("Whom did they introduce?"), longest=400)
    note = text("What was said?", longest=2000, kind=TextAreaField)
    programme = SelectField("Programme", [InputRequired()])
    once = HiddenField(default=lambda: secrets.token_hex(12))

    refuse = ReferralForm.refuse

    def offer(self, programmes: Sequence[Programme]) -> None:
        """The programmes to choose from, the oldest first."""
        self.programme.choices = options((programme.slug, programme.version.name) for programme in programmes)
        if len(programmes) == 1:
            self.programme.data = programmes[0].slug


class InvitationForm(FlaskForm):
    """A customer who should become an advocate."""

    name = text("Their name", InputRequired("What are they called?"))
    email = text("E-mail", InputRequired("Type their e-mail."), is_address, longest=254, kind=EmailField)
    company = text("Company")
    refuse = ReferralForm.refuse


class DealForm(FlaskForm):
    """A deal's number in the CRM."""

    deal_id = text("Deal in the CRM", InputRequired("Type the deal’s number."), longest=64)
    refuse = ReferralForm.refuse


class OwnerForm(FlaskForm):
    """Who looks after a referral."""

    owner_id = SelectField("Who looks after it", coerce=int)
    refuse = ReferralForm.refuse

    def offer(self, reps: Sequence[Member]) -> None:
        """The people to choose from."""
        self.owner_id.choices = options((rep.id, rep.name) for rep in reps)


class PersonForm(FlaskForm):
    """The person of a referral, put right."""

    contact_name = text("Name", InputRequired("What are they called?"))
    contact_company = text("Company")
    contact_email = text("E-mail", Optional(), is_address, longest=254, kind=EmailField)
    contact_phone = text("Telephone", is_reachable, longest=40, kind=TelField)
    contact_title = text("What they do there")
    reason = SelectField("Why", [InputRequired("Say why.")], choices=options(REASONS.items()))
    refuse = ReferralForm.refuse

    def contact(self) -> Contact:
        """What was typed."""
        return Contact(
            name=self.contact_name.data or "", email=self.contact_email.data, phone=self.contact_phone.data,
            company=self.contact_company.data, title=self.contact_title.data,
        )  # fmt: skip


class StageForm(FlaskForm):
    """A stage set by hand, with words."""

    rung = SelectField("Stage", [InputRequired()])
    note = text("Why, in words the advocate may read", InputRequired("Say why: the advocate reads it."), longest=1000,
                kind=TextAreaField)  # fmt: skip
    refuse = ReferralForm.refuse

    def offer(self, ladder: Ladder) -> None:
        """The stages to choose from."""
        self.rung.choices = options((rung.key, rung.label) for rung in ladder.rungs)
