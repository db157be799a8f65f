"""Forms of fairness: a decision, an appeal, and the scale of signals."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from hub.referrals.editor import Total
from hub.referrals.fairness.limits import Scale
from hub.referrals.fairness.signals.known import every_signal
from hub.referrals.forms import ReferralForm, text
from hub.referrals.ladder import HIGHEST_TOTAL

LONGEST = 2_000
HEAVIEST, FURTHEST = 200, 10_000


class DecisionForm(FlaskForm):
    """What somebody of the team decides, in words that the advocate reads."""

    words = text("Your words to the advocate", Optional(), longest=LONGEST, kind=TextAreaField)
    do = HiddenField()
    refuse = ReferralForm.refuse


class AppealForm(FlaskForm):
    """The advocate's side."""

    words = text(
        "How do you see it?",
        InputRequired("Say in a few words how you see it."),
        longest=LONGEST,
        kind=TextAreaField,
    )
    refuse = ReferralForm.refuse


class ScaleForm(FlaskForm):
    """From which score on people look, and what each signal weighs."""

    threshold = IntegerField(
        "People look from this score on",
        [InputRequired("From which score on?"), NumberRange(1, 200, "From 1 to 200.")],
    )
    second_above = Total(
        "A second person above",
        [Optional(), NumberRange(0, HIGHEST_TOTAL, f"Between 0 and {HIGHEST_TOTAL:,}.")],
    )
    alarm_days = IntegerField(
        "Sound the alarm after",
        [InputRequired("After how many days?"), NumberRange(1, 90, "From 1 to 90 days.")],
    )
    region = StringField(
        "Country of telephone numbers without one",
        [Optional(), Regexp(r"^[A-Za-z]{2}$", message="Two letters, as in SE, DE or US.")],
    )
    refuse = ReferralForm.refuse

    def scale(self) -> Scale:
        """What was typed; what is as the signal has it isn't kept."""
        weights, bounds = {}, {}
        for name, signal in every_signal().items():
            value = self[f"weight_{name}"].data
            if value is not None and value != signal.weight:
                weights[name] = int(value)
            for bound, (_label, usual) in signal.bounds.items():
                value = self[f"bound_{name}_{bound}"].data
                if value is not None and value != usual:
                    bounds[f"{name}.{bound}"] = int(value)
        return Scale(
            threshold=self.threshold.data or 1, second_above=self.second_above.data,
            alarm_days=self.alarm_days.data or 1,
            region=(self.region.data or "").upper() or None, weights=weights, bounds=bounds,
        )  # fmt: skip


def scale_form(chosen: Scale | None = None, **wishes: Any) -> Any:
    """The form with a field for each signal's weight and limits; filled with `chosen` when given."""
    fields: dict[str, Any] = {}
    for name, signal in every_signal().items():
        fields[f"weight_{name}"] = IntegerField(
            "Weight", [InputRequired("How much?"), NumberRange(0, HEAVIEST, f"From 0 to {HEAVIEST}.")]
        )
        for bound, (label, _usual) in signal.bounds.items():
            fields[f"bound_{name}_{bound}"] = IntegerField(
                label, [InputRequired("How many?"), NumberRange(1, FURTHEST, f"From 1 to {FURTHEST:,}.")]
            )
    made = type("HubScaleForm", (ScaleForm,), fields)
    return made(formdata=None, data=_filled(chosen)) if chosen is not None else made(**wishes)


def _filled(chosen: Scale) -> dict[str, Any]:
    data: dict[str, Any] = {
        "threshold": chosen.threshold, "second_above": chosen.second_above, "alarm_days": chosen.alarm_days,
        "region": chosen.region,
    }  # fmt: skip
    for name, signal in every_signal().items():
        data[f"weight_{name}"] = chosen.weight(name)
        for bound in signal.bounds:
            data[f"bound_{name}_{bound}"] = signal.bound(chosen.bounds, bound)
    return data
