"""Forms of asks, and of what there is to make good on."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from challenges.asks.caring import HELD, WENT
from challenges.asks.queries import choices
from challenges.asks.words import TRIGGERS
from challenges.kinds import KINDS
from challenges.kinds.base import clean
from hub.members.forms import options
from hub.segments.queries import choices as segment_choices
from hub.segments.queries import named

MOST_NAMES = 200


def _whole(label: str, least: int, most: int, **more: Any) -> IntegerField:
    return IntegerField(label, [InputRequired("A whole number."), NumberRange(least, most)], **more)


class AskForm(FlaskForm):
    """Whom to ask for what, when, and in whose words."""

    challenge_id = SelectField("What for", coerce=int)
    trigger = RadioField("When", choices=options(TRIGGERS.items()), default="hand")
    members = TextAreaField(
        "Whom", [Optional(), Length(max=8000)], filters=[clean],
        description="E-mail addresses or handles, one on each line.",
    )  # fmt: skip
    segment_id = SelectField("Segment", coerce=int)
    score = IntegerField("From this answer up", [Optional(), NumberRange(0, 10, "From 0 to 10.")], default=9)
    kind = SelectField("After")
    words = TextAreaField(
        "In your own words", [InputRequired("Say why you ask them."), Length(max=600)], filters=[clean],
        description="They read it with your name above it. A sentence about them is worth three about us.",
    )  # fmt: skip
    wait_days = IntegerField(
        "Days to wait", [Optional(), NumberRange(0, 90, "From 0 to 90 days.")], default=0,
        description="After what happened.",
    )  # fmt: skip

    def offer(self) -> None:
        """What there is to choose from."""
        self.challenge_id.choices = options((one.id, one.title) for one in choices())
        self.segment_id.choices = options(
            [(0, "None"), *((int(number), name) for number, name in segment_choices())]
        )
        kinds = sorted((kind.title, kind.name) for kind in KINDS.values())
        self.kind.choices = options([("", "Any challenge"), *((name, title) for title, name in kinds)])

    def validate_members(self, _field: TextAreaField) -> None:
        """Everybody named is somebody here."""
        names = self._names()
        known = named(names) if names else {}
        missing = [name for name in names if name.lower().removeprefix("@") not in known]
        if missing:
            raise ValidationError(f"Nobody here is called {missing[0][:80]}.")
        if len(names) > MOST_NAMES:
            raise ValidationError(f"At most {MOST_NAMES} by name. A segment holds as many as you like.")
        self._known = known

    def _names(self) -> list[str]:
        typed = (self.members.data or "").replace(",", "\n").split()
        return typed if self.trigger.data == "hand" else []

    def people(self) -> list[int]:
        """The members who were named."""
        return sorted(set(getattr(self, "_known", {}).values()))

    def told(self) -> dict[str, Any]:
        """What the trigger needs besides."""
        if self.trigger.data == "survey":
            return {"score": self.score.data if self.score.data is not None else 9}
        return {"kind": self.kind.data} if self.trigger.data == "completed" and self.kind.data else {}

    def blame(self, field: str | None, says: str) -> None:
        """Puts a refusal where it belongs."""
        found = self._fields.get(field or "")
        if found is None:
            self.form_errors.append(says)
        else:
            found.errors = [*found.errors, says]


class CadenceForm(FlaskForm):
    """How often anybody may be asked."""

    most = _whole("Asks at most", 1, 20)
    per_days = _whole("In so many days", 1, 365)
    reminders = _whole("Reminders", 0, 5)
    remind_days = _whole("Days between", 1, 60)
    least_done = _whole(
        "Small things before", 0, 50, description="Challenges or introductions. Give before you ask."
    )

    def values(self) -> dict[str, int]:
        """As they are kept."""
        names = ("most", "per_days", "reminders", "remind_days", "least_done")
        return {name: int(self[name].data) for name in names}


class HeldForm(FlaskForm):
    """A review that staff held with a member."""

    member = StringField(
        "With whom", [InputRequired("Name them."), Length(max=254)], filters=[clean],
        description="E-mail address or handle.",
    )  # fmt: skip
    kind = RadioField("What it was", choices=options(HELD.items()), default="results")
    went = RadioField("How it went", choices=options(WENT.items()), default="well")
    words = TextAreaField("What was said", [Optional(), Length(max=2000)], filters=[clean])


class OutcomeForm(FlaskForm):
    """What was done about it."""

    outcome = TextAreaField(
        "What you did about it", [InputRequired("A sentence: whoever asks next reads it."), Length(max=2000)],
        filters=[clean],
    )  # fmt: skip
