"""What managers fill in about money: rules, limits on gifts, suppliers, plans for won referrals."""

from decimal import Decimal

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from hub.ledger.models import LIMIT
from hub.members.forms import TYPE_NAMES, options
from hub.rewards.filled import countries
from hub.rewards.forms import MOST_MONEY, a_sum, a_whole, clean, hundredths
from hub.rewards.models.programmes import PAYEES


class RulesForm(FlaskForm):
    """The rules of the house."""

    currency = StringField(
        "Currency",
        [InputRequired("Name it."), Regexp(r"^[A-Z]{3}$", message="Three capital letters, such as USD.")],
        filters=[clean],
    )
    approve_above = a_whole("A manager approves above", 0, LIMIT)
    two_above = a_whole("Two people give back above", 0, LIMIT)
    per_thousand = a_sum("A thousand points are worth")
    age_days = a_whole("A reward is late after", 1, 365)
    lapse_months = a_whole("Points lapse after so many months without any news", 3, 120,
                          description="Empty: they never do.")  # fmt: skip
    warn_days = a_whole("And are warned of so many days before", 14, 365)


class LimitForm(FlaskForm):
    """A limit on what people may accept."""

    country = SelectField("Where", choices=options([("*", "Everywhere"), *countries()]))
    member_type = SelectField("For whom", choices=options([("", "Everybody"), *TYPE_NAMES.items()]))
    span = RadioField(
        "What is limited",
        [InputRequired("Choose.")],
        choices=options([("each", "A single gift"), ("year", "All gifts of a calendar year")]),
    )
    amount = DecimalField(
        "To so much", [InputRequired("Say how much."), NumberRange(0, MOST_MONEY)], places=2
    )
    action = RadioField("Beyond it", [InputRequired("Choose.")],
                        choices=options([("hold", "A person looks at it"), ("donate", "Only donations")]))  # fmt: skip
    from_on = DateField("From", [InputRequired("From which day on?")])
    until_on = DateField("Until", [Optional()])
    words = StringField("In words", [InputRequired("Say it to the member."), Length(max=200)], filters=[clean],
                        description="“Gifts above the tax threshold need a form first.”")  # fmt: skip

    def validate_until_on(self, field: DateField) -> None:
        """It ends after it begins."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError("It has to end after it begins.")

    def values(self) -> dict[str, object]:
        """As the limit keeps it."""
        names = ("country", "member_type", "span", "action", "from_on", "until_on", "words")
        return {
            **{name: self[name].data for name in names},
            "amount_hundredths": hundredths(self.amount.data),
        }


class SupplierForm(FlaskForm):
    """A system outside that fulfils."""

    name = StringField("Name", [InputRequired("Name it."), Length(max=40)], filters=[clean],
                       description="Small letters, digits and dashes; it stands in an address.")  # fmt: skip
    kind = RadioField("Kind", [InputRequired("Choose.")],
                      choices=options([("webhook", "A signed message"), ("tremendous", "Tremendous")]))  # fmt: skip
    address = StringField("Address", [Length(max=2000)], filters=[clean],
                          description="Of a signed message: where it goes, beginning with https://.")  # fmt: skip
    place = SelectField(
        "Tremendous",
        choices=options([("production", "Production"), ("sandbox", "Sandbox")]),
        validate_choice=False,
    )
    token = PasswordField("Secret or API key", [Length(max=2000)],
                          description="Kept sealed. Empty: as it was, or made here for a signed message.")  # fmt: skip
    funding_source_id = StringField("Funding source", [Length(max=60)], filters=[clean],
                                    description="Of Tremendous; empty: the balance.")  # fmt: skip
    is_on = BooleanField("Orders go out", default=True)


class PlanForm(FlaskForm):
    """What a referral brings besides points."""

    names: tuple[dict[int, str], dict[str, str]] = ({}, {})  # of programmes and of stages

    programme_id = SelectField("Programme", coerce=int)
    for_kind = SelectField("For", choices=options([
        ("", "Everybody"), ("type", "A type of member"), ("mode", "A way of referring"), ("member", "One member"),
    ]))  # fmt: skip
    for_type = SelectField("Type", choices=options(TYPE_NAMES.items()))
    for_mode = SelectField(
        "Way",
        choices=options(
            [
                ("form", "The form"),
                ("link", "A personal link"),
                ("warm_email", "A warm e-mail"),
                ("phone", "A telephone number"),
                ("verbal", "Told to a rep"),
            ]
        ),
    )
    for_email = StringField("Their e-mail address or handle", [Length(max=200)], filters=[clean])
    stage = SelectField("Once it reaches")
    reward_id = SelectField("A reward, given for nothing", coerce=int)
    percent = DecimalField(
        "Percent of the deal", [Optional(), NumberRange(Decimal("0.01"), 100, "From 0.01 to 100.")], places=2
    )
    seat = a_sum("Or for each seat")
    years = a_whole("For so many years", 1, 20, default=1)
    payee = RadioField(
        "Money goes to",
        choices=options(zip(PAYEES, ("The member", "Their company", "Both"), strict=True)),
        default="member",
    )
    member_percent = a_whole("Of both, the member gets", 0, 100, default=50)
    due_days = a_whole("Paid within", 1, 365, default=30)
    is_on = BooleanField("It counts from now on", default=True)

    def validate_seat(self, field: DecimalField) -> None:
        """One way of counting."""
        if field.data and self.percent.data:
            raise ValidationError("Choose one: a percentage, or so much for each seat.")
