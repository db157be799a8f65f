"""The form of a landing page, of a member's own page, and of a programme's lead terms."""

import re
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField as Tick
from wtforms import (
    EmailField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from hub.members.addresses import domain_of, is_disposable
from hub.members.forms import options
from hub.referrals.asking import PREFIX
from hub.referrals.forms import ReferralForm, is_address, is_reachable, text
from hub.referrals.landing.actions import LONGEST_WORDS
from hub.referrals.lead_file import LONGEST_TEXT, TEXTS, key_of
from hub.referrals.lead_terms import MOST_VETTING, TYPES, LeadTerms, Profile, Vetting, Words
from hub.referrals.people import Contact

ADDRESS = re.compile(r"https?:|www\.|<\s*a\b|\[url", re.IGNORECASE)


def is_a_name(_form: FlaskForm, field: Any) -> None:
    """Refuses what no name has in it: a web address. It keeps out most of what machines send."""
    if field.data and ADDRESS.search(field.data):
        raise ValidationError("Without a web address, please.")


def lasts(_form: FlaskForm, field: Any) -> None:
    """Refuses a mailbox that is made to be thrown away: nobody would read what we write."""
    if is_disposable(field.data):
        raise ValidationError(
            f"{domain_of(field.data)} gives out addresses that are thrown away after use. Another one, please."
        )


class LeadForm(FlaskForm):
    """Who you are, how to reach you, what it is about. As few fields as sales can work with."""

    contact_name = text("Your name", InputRequired("What may we call you?"), is_a_name)
    contact_email = text("E-mail", Optional(), is_address, lasts, longest=254, kind=EmailField)
    contact_phone = text("Telephone", is_reachable, longest=40, kind=TelField)
    contact_company = text("Company", Optional(), is_a_name)
    contact_title = text("What you do there", Optional(), is_a_name)
    why = text("What is it about?", longest=2000, kind=TextAreaField)
    seen = HiddenField()

    refuse = ReferralForm.refuse

    def contact(self) -> Contact:
        """What was typed."""
        return Contact(
            name=self.contact_name.data or "", email=self.contact_email.data, phone=self.contact_phone.data,
            company=self.contact_company.data, title=self.contact_title.data, why=self.why.data,
            consent_note="Typed it in themselves.",
        )  # fmt: skip


class MyPageForm(FlaskForm):
    """How my pages name me, and what I say to those I send."""

    shown = RadioField(
        "What may your page call you?", [InputRequired()], default="full",
        choices=options((("full", "My whole name"), ("first", "My first name"), ("company", "Only my company"))),
    )  # fmt: skip
    words = text("A word of yours", longest=LONGEST_WORDS, kind=TextAreaField)


FOR = {"": "Everybody", "customer": "When a customer sends them", "partner": "When a partner sends them",
       "employee": "When an employee sends them"}  # fmt: skip


class WordsForm(Form):
    """The page's texts for one kind of advocate."""

    headline = text("Headline", longest=160)
    welcome = text("Welcome", longest=LONGEST_TEXT, kind=TextAreaField)
    offer = text("What they get", longest=LONGEST_TEXT, kind=TextAreaField)
    contact = text("How you get in touch", longest=LONGEST_TEXT, kind=TextAreaField)
    steps = text("What happens next", longest=LONGEST_TEXT, kind=TextAreaField)
    faq = text("Questions and answers", longest=20_000, kind=TextAreaField)


class VettingForm(Form):
    """One question of sales."""

    key = HiddenField()
    label = text("Question", longest=200)
    kind = SelectField(
        "Answer",
        choices=options((("text", "A few words"), ("yes_no", "Yes or no"), ("choice", "One of these"))),
    )
    options = text("Choices, with commas between", longest=500)
    required = Tick("Must be answered")


class TermsForm(FlaskForm):
    """All that a programme says to those who are referred."""

    words = FieldList(FormField(WordsForm), min_entries=4, max_entries=4)
    positions = text("What they do", longest=500)
    levels = text("Level", longest=500)
    industries = text("Industries", longest=500)
    smallest = IntegerField(
        "From how many people", [Optional(), NumberRange(1, 10_000_000, "A whole number.")]
    )
    largest = IntegerField("Up to how many", [Optional(), NumberRange(1, 10_000_000, "A whole number.")])
    vetting = FieldList(FormField(VettingForm), min_entries=MOST_VETTING, max_entries=MOST_VETTING)
    ask = RadioField(
        "Before sales gets in touch with somebody who was introduced", [InputRequired()],
        choices=options((("first", "Ask them first"), ("tell", "Tell them"), ("never", "Leave it to the advocate"))),
    )  # fmt: skip
    keep_days = IntegerField(
        "Days to answer", [InputRequired("How long?"), NumberRange(1, 365, "From 1 to 365.")]
    )
    window_days = IntegerField(
        "Days a click counts", [InputRequired("How long?"), NumberRange(1, 365, "From 1 to 365.")]
    )
    dispute_days = IntegerField(
        "Days to doubt a credit", [InputRequired("How long?"), NumberRange(1, 90, "From 1 to 90.")]
    )
    based_on = HiddenField()

    refuse = ReferralForm.refuse

    def terms(self) -> LeadTerms:
        """What the form says, as far as it can be read."""
        kinds = ("", *TYPES)
        landing = {kind: _words(row.form) for kind, row in zip(kinds, self.words, strict=False)}
        return LeadTerms(
            landing={kind: words for kind, words in landing.items() if words != Words()},
            profile=Profile(
                positions=listed(self.positions.data), levels=listed(self.levels.data),
                industries=listed(self.industries.data), smallest=self.smallest.data, largest=self.largest.data,
            ),
            vetting=tuple(_question(row.form) for row in self.vetting if row.form.label.data),
            window_days=self.window_days.data or 30, dispute_days=self.dispute_days.data or 14,
            ask=self.ask.data or "never", keep_days=self.keep_days.data or 30,
        )  # fmt: skip

    def problems(self) -> None:
        """What single fields can't see."""
        for row in self.vetting:
            one = row.form
            if one.label.data and (one.kind.data == "choice") != bool(listed(one.options.data)):
                one.options.errors = [
                    *one.options.errors,
                    "Give choices to a question that has some, and only there.",
                ]
        keys = [question.key for question in self.terms().vetting]
        if len(set(keys)) < len(keys):
            self.refuse("form", "Two questions are the same.")
        if self.smallest.data and self.largest.data and self.smallest.data > self.largest.data:
            self.refuse("largest", "More than the smallest, please.")
        for texts in self.words:
            if texts.form.faq.data and parse_faq(texts.form.faq.data) is None:
                texts.form.faq.errors = [
                    *texts.form.faq.errors,
                    "Each question needs its answer on the lines below it.",
                ]


def filled(terms: LeadTerms, number: int) -> dict[str, Any]:
    """The form's values for published terms."""
    profile = terms.profile
    lists = {name: ", ".join(getattr(profile, name)) for name in ("positions", "levels", "industries")}
    vetting = [
        {
            "key": one.key,
            "label": one.label,
            "kind": one.kind,
            "options": ", ".join(one.options),
            "required": one.required,
        }
        for one in terms.vetting
    ]
    return {
        "words": [_said(terms.landing.get(kind, Words())) for kind in ("", *TYPES)], **lists,
        "smallest": profile.smallest, "largest": profile.largest, "ask": terms.ask, "keep_days": terms.keep_days,
        "vetting": vetting + [{}] * (MOST_VETTING - len(vetting)), "window_days": terms.window_days,
        "dispute_days": terms.dispute_days, "based_on": str(number),
    }  # fmt: skip


def _said(words: Words) -> dict[str, str]:
    faq = "\n\n".join(f"{question}\n{answer}" for question, answer in words.faq)
    return {**{name: getattr(words, name) for name in TEXTS}, "faq": faq}


def _words(form: Any) -> Words:
    texts = {name: getattr(form, name).data or "" for name in TEXTS}
    return Words(**texts, faq=parse_faq(form.faq.data or "") or ())


def parse_faq(typed: str) -> tuple[tuple[str, str], ...] | None:
    """A question on a line of its own, its answer below it, an empty line before the next; None when one lacks an
    answer."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", typed.replace("\r\n", "\n")) if block.strip()]
    pairs = [block.partition("\n") for block in blocks]
    if any(not answer.strip() for _, _, answer in pairs):
        return None
    return tuple((question.strip()[:300], answer.strip()) for question, _, answer in pairs)


def _question(form: Any) -> Vetting:
    label = form.label.data
    return Vetting(
        key=form.key.data or key_of(label), label=label, kind=form.kind.data, options=listed(form.options.data),
        required=bool(form.required.data),
    )  # fmt: skip


def listed(typed: str | None) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(part.strip() for part in (typed or "").split(",") if part.strip())[:60]


def asked(form: Any) -> Sequence[Any]:
    """The fields of the programme's questions."""
    return [field for name, field in form._fields.items() if name.startswith(PREFIX)]
