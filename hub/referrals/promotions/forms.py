"""The form of a promotion, as a manager writes it."""

import datetime as dt
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from hub.members.forms import options
from hub.referrals.editor import TYPES, Total
from hub.referrals.forms import ReferralForm, text
from hub.referrals.ladder import HIGHEST_TOTAL
from hub.referrals.promotions.actions import Draft
from hub.referrals.promotions.models import Promotion
from hub.referrals.promotions.queries import rung_choices
from hub.referrals.promotions.targets import choices

KINDS = (("multiplier", "Times what is paid"), ("bonus", "Points in addition"))
MOST = 100_000


class PromotionForm(FlaskForm):
    """What it is for, how much, from when to when, and up to what."""

    name = text(
        "Name", InputRequired("A promotion needs a name: it is written beside each line it pays."), longest=80
    )
    words = text("What members read", longest=300, kind=TextAreaField)
    subject = SelectField("What for", [InputRequired("Choose what for.")])
    kind = RadioField(
        "How much more", choices=options(KINDS), default="multiplier", validators=[InputRequired()]
    )
    percent = IntegerField(
        "Percent of what is paid", [Optional(), NumberRange(101, 1000, "From 101 to 1,000: 200 is double.")]
    )
    bonus = Total(
        "Points in addition", [Optional(), NumberRange(1, HIGHEST_TOTAL, f"From 1 to {HIGHEST_TOTAL:,}.")]
    )
    rung_key = SelectField(
        "Only on reaching", choices=options((("", "Every stage"),)), validators=[Optional()]
    )
    audience = SelectMultipleField(
        "For whom",
        choices=options(TYPES),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    starts_at = DateTimeLocalField("From", [InputRequired("From when?")])
    ends_at = DateTimeLocalField("Until", [InputRequired("Until when?")])
    first_each = IntegerField(
        "First of each member", [Optional(), NumberRange(1, MOST, f"From 1 to {MOST:,}.")]
    )
    first_all = IntegerField(
        "First of all members", [Optional(), NumberRange(1, MOST, f"From 1 to {MOST:,}.")]
    )
    budget = Total("Budget", [Optional(), NumberRange(1, 1_000_000_000, "From 1 to 1,000,000,000.")])
    do = HiddenField()
    refuse = ReferralForm.refuse

    def offer(self, subject: str | None = None) -> None:
        """What can be chosen: all that may be promoted, and the stages of what is chosen."""
        self.subject.choices = options(choices())
        stages = rung_choices(subject or self.subject.data or "")
        self.rung_key.choices = options([("", "Every stage"), *stages])

    def draft(self, zone: ZoneInfo) -> Draft | None:
        """What was typed; None when something is wrong, which its field then says."""
        valid = self.validate()
        if self.kind.data == "multiplier" and not self.percent.data and not self.percent.errors:
            self.refuse("percent", "How much? 200 is double.")
        if self.kind.data == "bonus" and not self.bonus.data and not self.bonus.errors:
            self.refuse("bonus", "How many points in addition?")
        if (
            self.kind.data == "bonus"
            and (self.subject.data or "").startswith("programme:")
            and not self.rung_key.data
        ):
            self.refuse("rung_key", "Choose the stage that brings them.")
        if not valid or self.errors or self.form_errors:
            return None
        return Draft(
            name=self.name.data, words=self.words.data or "", subject=self.subject.data, kind=self.kind.data,
            percent=self.percent.data or 200, bonus=self.bonus.data or 0, rung_key=self.rung_key.data or None,
            audience=tuple(self.audience.data or ()), starts_at=_instant(self.starts_at.data, zone),
            ends_at=_instant(self.ends_at.data, zone), first_each=self.first_each.data, first_all=self.first_all.data,
            budget=self.budget.data,
        )  # fmt: skip


def _instant(typed: dt.datetime | None, zone: ZoneInfo) -> dt.datetime:
    assert typed is not None  # required
    return typed.replace(tzinfo=zone).astimezone(dt.UTC)


def filled(promotion: Promotion, zone: ZoneInfo) -> dict[str, object]:
    """The form's values for a promotion."""
    names = (
        "name",
        "words",
        "subject",
        "kind",
        "percent",
        "rung_key",
        "audience",
        "first_each",
        "first_all",
        "budget",
    )
    return {
        **{name: getattr(promotion, name) for name in names}, "bonus": promotion.bonus or None,
        "starts_at": promotion.starts_at.astimezone(zone), "ends_at": promotion.ends_at.astimezone(zone),
    }  # fmt: skip
