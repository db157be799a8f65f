"""The programme editor's form, and how it becomes a ProgrammeFile: the same thing a text file says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from hub.members.forms import options
from hub.referrals.extra_terms import CURRENCY, LARGEST, MOST_DAYS, MOST_PEOPLE, MOST_WINS, parse, shown
from hub.referrals.extras import Extras
from hub.referrals.forms import ReferralForm, is_address, text
from hub.referrals.ladder import HIGHEST_TOTAL, Kind, Ladder, LadderError, Payee, Rung
from hub.referrals.models import Programme
from hub.referrals.programme_file import LONGEST_TEXT, SLUG, Page, Policies, ProgrammeFile, key_of
from hub.referrals.standing import Policy

MOST_RUNGS, MOST_QUESTIONS = 20, 30
RESERVED = {"new", "preview"}
TYPES = (("customer", "Customers"), ("partner", "Partners"), ("employee", "Employees"))
CLAWBACKS = (
    ("never", "Never take points back"),
    ("unspent", "Take back what is unspent"),
    ("always", "Always"),
)
CLAWBACK_NOTES = {
    "never": "The advocate keeps everything.",
    "unspent": "Down to what the other stages earned; what was spent stays.",
    "always": "The balance may fall below zero until it is earned again.",
}
PAYEES = (("member", "The advocate"), ("company", "Their company"), ("split", "Both"))


class Total(IntegerField):
    """A whole number as people write it: 32,000 and 32 000 are 32000."""

    def process_formdata(self, valuelist: list[str]) -> None:
        plain = [value.translate({ord(c): None for c in ", \u00a0\u2009\u202f'"}) for value in valuelist]
        super().process_formdata(plain)


class RungForm(Form):
    """One stage of the ladder."""

    key = HiddenField()
    label = text("Stage", InputRequired("A stage needs a name."), longest=80)
    total = Total("Total", [InputRequired("How many points in all?"),
                            NumberRange(0, HIGHEST_TOTAL, f"Between 0 and {HIGHEST_TOTAL:,}.")])  # fmt: skip
    kind = SelectField("Kind", choices=options((("open", "On the way"), ("won", "Won"), ("lost", "Lost"))))


class QuestionForm(Form):
    """A question and its answer."""

    question = text("Question", InputRequired("Type the question, or remove it."), longest=300)
    answer = text("Answer", InputRequired("Type the answer."), longest=LONGEST_TEXT, kind=TextAreaField)


class ProgrammeForm(FlaskForm):
    """All that a programme says and pays."""

    name = text("Name", InputRequired("A programme needs a name."))
    slug = StringField("Short name for addresses", [Optional(), Length(max=60)])
    audience = SelectMultipleField(
        "For whom", choices=options(TYPES), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        validators=[InputRequired("Choose at least one.")],
    )  # fmt: skip
    rungs = FieldList(FormField(RungForm), min_entries=1, max_entries=MOST_RUNGS)
    clawback = RadioField("When a won deal is lost after all", choices=options(CLAWBACKS), default="unspent",
                          validators=[InputRequired()])  # fmt: skip
    daily_cap = IntegerField(
        "Referrals per member and day", [Optional(), NumberRange(1, 10_000, "From 1 to 10,000.")]
    )
    monthly_cap = IntegerField(
        "Referrals per member and month", [Optional(), NumberRange(1, MOST_PEOPLE, "From 1 to 10,000.")]
    )
    hold_submission = BooleanField("Pay the first stage only when the next one is reached")
    payee = RadioField(
        "Who gets the points", choices=options(PAYEES), default="member", validators=[InputRequired()]
    )
    member_percent = IntegerField(
        "The advocate’s share", [Optional(), NumberRange(0, 100, "From 0 to 100 %.")]
    )
    default_owner = text("Who looks after referrals that no rep owns", Optional(), is_address, longest=254,
                         kind=EmailField)  # fmt: skip
    nth_won = text("More for further wins of a member", Optional(), longest=400, kind=TextAreaField)
    size = text("More for large deals", Optional(), longest=400, kind=TextAreaField)
    size_currency = text("Currency of those sizes", Optional(), longest=3)
    hold_days = IntegerField(
        "Days that points wait", [Optional(), NumberRange(0, MOST_DAYS, "From 0 to 365 days.")]
    )
    approve_above = Total(
        "A manager’s go-ahead above", [Optional(), NumberRange(0, HIGHEST_TOTAL, "Too much.")]
    )
    ideal_customer = text("Whom you can help", longest=LONGEST_TEXT, kind=TextAreaField)
    what_happens_next = text("What happens next", longest=LONGEST_TEXT, kind=TextAreaField)
    follow_up_promise = text("How you follow up", longest=LONGEST_TEXT, kind=TextAreaField)
    reward_promise = text("What they get", longest=LONGEST_TEXT, kind=TextAreaField)
    faq = FieldList(FormField(QuestionForm), max_entries=MOST_QUESTIONS)
    also_open = BooleanField("Take the open referrals along")
    based_on = HiddenField()
    refuse = ReferralForm.refuse


TEXTS = ("ideal_customer", "what_happens_next", "follow_up_promise", "reward_promise")
FIRST = (("Submitted", 100, "open"), ("Accepted", 500, "open"), ("Won", 5_000, "won"), ("Lost", 0, "lost"))


def blank() -> dict[str, Any]:
    """What a new programme starts from."""
    rungs = [
        {"key": key_of(label), "label": label, "total": total, "kind": kind} for label, total, kind in FIRST
    ]
    return {"audience": [value for value, _ in TYPES], "rungs": rungs, "member_percent": 50, "based_on": "0"}


def filled(file: ProgrammeFile, number: int) -> dict[str, Any]:
    """The form's values for a published programme."""
    policies = file.policies
    rungs = [{"key": r.key, "label": r.label, "total": r.total, "kind": r.kind} for r in file.ladder.rungs]
    return {
        "name": file.name, "slug": file.slug, "audience": list(file.audience), "rungs": rungs,
        "clawback": policies.clawback, "daily_cap": policies.daily_cap, "hold_submission": policies.hold_submission,
        "payee": policies.payee, "default_owner": policies.default_owner,
        "member_percent": policies.member_percent if policies.payee == "split" else None,
        "faq": [{"question": q, "answer": a} for q, a in file.page.faq], "based_on": str(number),
        **shown(policies.extras),
        **{name: getattr(file.page, name) for name in TEXTS},
    }  # fmt: skip


def rearranged(data: Mapping[str, Any], do: str) -> dict[str, Any]:
    """The values after a button that adds, removes or moves a stage or a question: `up-rungs-2`, `add-faq`."""
    verb, _, rest = do.partition("-")
    name, _, place = rest.partition("-")
    changed = dict(data)
    if name not in ("rungs", "faq"):
        return changed
    rows, at = list(data[name]), int(place) if place.isdecimal() and len(place) < 4 else -1
    if verb == "add" and len(rows) < (MOST_RUNGS if name == "rungs" else MOST_QUESTIONS):
        rows.insert(_before_the_end(rows) if name == "rungs" else len(rows), _empty(name))
    elif verb == "remove" and 0 <= at < len(rows) and (name == "faq" or len(rows) > 1):
        rows.pop(at)
    elif verb in ("up", "down") and 0 <= at < len(rows):
        other = at + (-1 if verb == "up" else 1)
        if 0 <= other < len(rows):
            rows[at], rows[other] = rows[other], rows[at]
    changed[name] = rows
    return changed


def _empty(name: str) -> dict[str, Any]:
    if name == "rungs":
        return {"key": "", "label": "", "total": None, "kind": "open"}
    return {"question": "", "answer": ""}


def _before_the_end(rows: list[dict[str, Any]]) -> int:
    """A new stage comes before the won one, which must stay the last to pay."""
    return next((place for place, row in enumerate(rows) if row["kind"] == "won"), len(rows))


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form says: a ladder if its stages make one, else what keeps them from it."""

    ladder: Ladder | None
    problems: tuple[str, ...]


def draft(form: ProgrammeForm) -> Draft:
    """The ladder in the form, as far as it has got."""
    rungs: list[Rung] = []
    taken = {row.form.key.data for row in form.rungs if row.form.key.data}
    for place, row in enumerate(form.rungs, 1):
        label, total = row.form.label.data or "", row.form.total.data
        if not label and total is None:
            continue
        key = row.form.key.data or _free(key_of(label) or "stage", taken)
        taken.add(key)
        kind = cast(Kind, row.form.kind.data)
        rungs.append(Rung(key, label.strip(), total if total is not None else -1, kind, place))
    try:
        return Draft(Ladder(tuple(rungs)), ())
    except LadderError as error:
        return Draft(None, tuple(sentence.replace(" is -1:", " is missing:") for sentence in error.problems))


def _free(key: str, taken: set[str]) -> str:
    numbered = (f"{key[:36]}-{number}" for number in range(2, MOST_RUNGS + 2))
    return key if key not in taken else next(k for k in numbered if k not in taken)


def to_file(form: ProgrammeForm, programme: Programme | None) -> ProgrammeFile | None:
    """The programme that the form describes; None when something is wrong, which its fields then say."""
    found = draft(form)
    valid = form.validate()
    extras = _extras(form)
    slug = programme.slug if programme else (form.slug.data or key_of(form.name.data or "").replace("_", "-"))
    for sentence in found.problems:
        form.refuse("form", sentence)
    if programme is None and (not SLUG.fullmatch(slug) or slug in RESERVED):
        form.refuse("slug", "Use a-z and 0-9 with single hyphens between, as in partner-referrals.")
    if form.payee.data == "split" and form.member_percent.data is None:
        form.refuse("member_percent", "Say how many percent the advocate gets.")
    if not valid or found.ladder is None or form.errors or form.form_errors:
        return None
    return ProgrammeFile(
        name=form.name.data, slug=slug, audience=tuple(v for v, _ in TYPES if v in (form.audience.data or ())),
        ladder=found.ladder, policies=replace(_policies(form), extras=extras),
        page=Page(
            faq=tuple((row.form.question.data, row.form.answer.data) for row in form.faq),
            **{name: getattr(form, name).data or "" for name in TEXTS},
        ),
    )  # fmt: skip


def beside(form: ProgrammeForm) -> tuple[Extras, dict[str, str]]:
    """What is paid beside the ladder as far as it has got, and what is wrong with it, by field."""
    nth, wrong = parse(form.nth_won.data or "", most=MOST_WINS, unit=1)
    sizes, odd = parse(form.size.data or "", most=LARGEST, unit=100)
    currency = (form.size_currency.data or "").upper()
    unclear = bool(sizes) and not CURRENCY.fullmatch(currency)
    says = {
        "nth_won": wrong, "size": odd,
        "size_currency": "Three letters, as in USD: sizes in other currencies don’t count." if unclear else "",
    }  # fmt: skip
    found = Extras(
        nth=nth, sizes=sizes, currency=currency if sizes else "", hold_days=form.hold_days.data or 0,
        approve_above=form.approve_above.data, monthly_cap=form.monthly_cap.data,
    )  # fmt: skip
    return found, {field: text for field, text in says.items() if text}


def _extras(form: ProgrammeForm) -> Extras:
    found, wrong = beside(form)
    for field, says in wrong.items():
        form.refuse(field, says)
    return found


def _policies(form: ProgrammeForm) -> Policies:
    percent = int(form.member_percent.data or 0) if form.payee.data == "split" else 100
    return Policies(
        clawback=cast(Policy, form.clawback.data), daily_cap=form.daily_cap.data,
        hold_submission=bool(form.hold_submission.data), payee=cast(Payee, form.payee.data), member_percent=percent,
        default_owner=form.default_owner.data or None,
    )  # fmt: skip
