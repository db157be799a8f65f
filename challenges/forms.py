"""Forms of the builder and of the review queue."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from challenges import prerequisites
from challenges.kinds import KINDS
from challenges.kinds.base import SeveralField, clean
from challenges.models import Challenge
from hub.ledger.models import LIMIT
from hub.members.forms import options

PAYS = {"whole": "When all is done", "steps": "Step by step"}
REVIEWS = {
    "automatic": "By itself", "reviewed": "Somebody looks at each", "sampled": "By itself, with random second looks",
}  # fmt: skip
REVIEW_NOTES = {
    "automatic": "Points at once. Good for quizzes, reading and sharing.",
    "reviewed": "Points once a reviewer has approved. The member always gets an answer.",
    "sampled": "Points at once; some of them are looked at afterwards.",
}
REPEATS = {"once": "Once", "daily": "Once a day", "weekly": "Once a week", "times": "A number of times"}
WHOLE_NUMBER = "A whole number, please."


def _whole(label: str, least: int, most: int, **more: Any) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(least, most, f"From {least:,} to {most:,}.")], **more)


class ChallengeForm(FlaskForm):
    """A challenge, but for its steps. Only what could never be right is refused while it is a draft."""

    title = StringField(
        "Title", [InputRequired("Every challenge has a title."), Length(max=120)], filters=[clean],
        description="What they do, in a few words: “Tell us how you began”.",
    )  # fmt: skip
    body = TextAreaField(
        "The story",
        [Length(max=6000)],
        filters=[clean],
        description="What it is for, and why them. Markdown works.",
    )
    minutes = _whole("Minutes it takes", 1, 600, default=2)
    points = _whole("Points", 0, LIMIT, default=50)
    pays = RadioField("Points arrive", choices=options(PAYS.items()), default="whole")
    review = RadioField("Who approves", choices=options(REVIEWS.items()), default="automatic")
    sample_percent = _whole("Second looks, in percent", 0, 100, default=0,
                            description="Chosen at random, and looked at by somebody else.")  # fmt: skip
    approver_ids = SeveralField("Who reviews it", coerce=int)
    segment_id = SelectField("Who may do it", coerce=int)
    done = _whole(
        "Challenges done before", 0, 100, default=0, description="Small asks first: 0 opens it to newcomers."
    )
    after = SeveralField("These first", coerce=int)
    least_points = _whole("Points earned before", 0, 1_000_000_000, default=0)
    least_days = _whole("Days since they joined", 0, 3660, default=0)
    is_secret = BooleanField("Hidden until then: it shows itself when all of this is met and it is open")
    repeat = RadioField("How often", choices=options(REPEATS.items()), default="once")
    repeat_times = _whole("How many times", 1, 100, default=1)
    cap_total = _whole(
        "Places",
        1,
        1_000_000,
        description="Submissions in all. Empty: as many as come.",
    )
    zone = StringField("Time zone", [InputRequired("Choose a zone.")], filters=[clean])
    opens_at = DateTimeLocalField("Opens", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    closes_at = DateTimeLocalField("Closes", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    unlocks = SelectField("Training for a programme")

    def offer(
        self, *, segments: Sequence[tuple[str, str]], challenges: Iterable[Challenge],
        approvers: Iterable[tuple[int, str]], programmes: Iterable[tuple[str, str]],
    ) -> None:  # fmt: skip
        """What there is to choose from."""
        self.segment_id.choices = options(
            [(0, "Everybody"), *((int(number), name) for number, name in segments)]
        )
        self.after.choices = options((one.id, one.title) for one in challenges)
        self.approver_ids.choices = options(approvers)
        self.unlocks.choices = options([("", "No"), *programmes])

    def validate_zone(self, field: StringField) -> None:
        """Only zones this machine knows."""
        if field.data not in available_timezones():
            raise ValidationError("This zone isn’t known. They are called like Europe/Berlin.")

    def validate_closes_at(self, field: DateTimeLocalField) -> None:
        """It closes after it opens."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError("It has to close after it opens.")

    def values(self, others: dict[str, list[str]]) -> dict[str, Any]:
        """As the challenge keeps it: instants in place of wall clocks. `others` are prerequisites of other rooms."""
        zone = ZoneInfo(self.zone.data or "UTC")
        asked: dict[str, Any] = {name: values for name, values in others.items() if values}
        if self.done.data:
            asked["done"] = self.done.data
        if self.after.data:
            asked["challenges"] = list(self.after.data)
        asked |= {"points": self.least_points.data} if self.least_points.data else {}
        asked |= {"days": self.least_days.data} if self.least_days.data else {}
        asked |= {"secret": True} if self.is_secret.data else {}
        plain = ("title", "body", "pays", "review", "repeat", "zone")
        return {
            **{name: self[name].data or "" for name in plain},
            "minutes": self.minutes.data or 1, "points": self.points.data or 0,
            "sample_percent": self.sample_percent.data or 0, "repeat_times": self.repeat_times.data or 1,
            "cap_total": self.cap_total.data, "segment_id": self.segment_id.data or None,
            "unlocks": self.unlocks.data or None, "prerequisites": asked,
            "opens_at": instant(self.opens_at.data, zone), "closes_at": instant(self.closes_at.data, zone),
        }  # fmt: skip


def instant(local: dt.datetime | None, zone: ZoneInfo) -> dt.datetime | None:
    """A wall clock in a zone as an instant."""
    return local.replace(tzinfo=zone).astimezone(dt.UTC) if local else None


def filled(challenge: Challenge, approver_ids: Sequence[int]) -> dict[str, Any]:
    """A challenge as its form shows it."""
    zone = ZoneInfo(challenge.zone)
    names = (
        "title", "body", "minutes", "points", "pays", "review", "sample_percent", "repeat", "repeat_times", "cap_total",
        "zone",
    )  # fmt: skip
    return {
        **{name: getattr(challenge, name) for name in names},
        "segment_id": challenge.segment_id or 0, "unlocks": challenge.unlocks or "", "approver_ids": list(approver_ids),
        "done": challenge.prerequisites.get("done", 0), "after": challenge.prerequisites.get("challenges", []),
        "least_points": challenge.prerequisites.get("points", 0),
        "least_days": challenge.prerequisites.get("days", 0),
        "is_secret": bool(challenge.prerequisites.get("secret")),
        "opens_at": challenge.opens_at.astimezone(zone) if challenge.opens_at else None,
        "closes_at": challenge.closes_at.astimezone(zone) if challenge.closes_at else None,
    }  # fmt: skip


def others_asked(values: Any) -> dict[str, list[str]]:
    """What was ticked of what can be earned first: `asks-badge=first-steps`. Unknown values are dropped."""
    return {
        name: [value for value in values.getlist(f"asks-{name}") if value in {known for known, _ in choices}]
        for name, (_, choices) in prerequisites.offered().items()
    }


class NewForm(FlaskForm):
    """A new challenge: its title and what there is to do first."""

    title = StringField("Title", [InputRequired("Give it a title."), Length(max=120)], filters=[clean])
    kind = RadioField("What is there to do?", [InputRequired("Choose what there is to do.")])

    def offer(self) -> None:
        """The kinds there are, the quickest first."""
        ordered = sorted(KINDS.values(), key=lambda kind: (kind.minutes, kind.title))
        self.kind.choices = options((kind.name, kind.title) for kind in ordered)


class DecisionForm(FlaskForm):
    """What a reviewer says."""

    words = TextAreaField("Words to the member", [Optional(), Length(max=2000)], filters=[clean])
    reason = SelectField("Saved reason", choices=options([("", "None")]), validate_choice=False)
    title = StringField("Keep these words as", [Optional(), Length(max=60)], filters=[clean])
