"""The form of a board."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from challenges.kinds.base import SeveralField, clean
from hub.members.forms import options
from leaderboard import brackets
from leaderboard.metrics import METRICS
from leaderboard.models import MOST_WINNERS, Board
from leaderboard.periods import Period
from leaderboard.words import LABELS

KINDS = {"member": "Members", "company": "Companies"}
KIND_NOTES = {
    "member": "Everybody stands for themselves.",
    "company": "A company has its members’ sum. Those under a pseudonym aren’t added: it would tell where they work.",
}
RANKINGS = {"competition": "1, 2, 2, 4", "dense": "1, 2, 2, 3"}
RANKING_NOTES = {
    "competition": "Equals share a place, and the next one counts them all.",
    "dense": "Equals share a place, and the next one follows at once. For small numbers.",
}
A_DAY = "A day, please: 2026-12-31."


class BoardForm(FlaskForm):
    """What a board counts, for whom, when, among whom."""

    name = StringField("Name", [InputRequired("Every board has a name."), Length(max=80)], filters=[clean])
    story = TextAreaField(
        "What it is about", [Length(max=300)], filters=[clean], description="A sentence under its name."
    )
    metric = RadioField("What it counts", default="points")
    kind = RadioField("Who stands on it", choices=options(KINDS.items()), default="member")
    segment_id = SelectField(
        "Who takes part", coerce=int, description="Only who belongs sees the board, and who else is on it."
    )
    periods = SeveralField("Periods to choose from", default=[period.value for period in Period])
    starts_on = DateField("First day", [Optional()])
    ends_on = DateField("Last day", [Optional()])
    winners = IntegerField(
        "How many are thanked",
        [Optional(), NumberRange(0, MOST_WINNERS, f"From 0 to {MOST_WINNERS}.")],
        default=3,
    )
    badge_id = SelectField(
        "With the badge", coerce=int, description="A published badge that is given by hand."
    )
    brackets = RadioField("Among whom", choices=options(brackets.NAMES.items()), default="none")
    ranking = RadioField("Equals", choices=options(RANKINGS.items()), default="competition")

    def offer(
        self, *, segments: list[tuple[str, str]], badges: list[tuple[int, str]], is_published: bool
    ) -> None:
        """What there is to choose from; what a published board counts can't be chosen any more."""
        self.metric.choices = options(
            (metric.name, metric.label) for metric in sorted(METRICS.values(), key=lambda one: one.order)
        )
        self.segment_id.choices = options(
            [(0, "Everybody"), *((int(number), name) for number, name in segments)]
        )
        self.badge_id.choices = options([(0, "No badge"), *badges])
        self.periods.choices = options((period.value, LABELS[period]) for period in Period)
        if is_published:
            for name in ("metric", "kind", "brackets", "ranking"):
                delattr(self, name)

    def wish(self) -> dict[str, Any]:
        """As a board keeps it."""
        found = {field.short_name: field.data for field in self if field.short_name != "csrf_token"}
        found |= {"segment_id": self.segment_id.data or None, "badge_id": self.badge_id.data or None,
                  "winners": self.winners.data or 0, "story": self.story.data or ""}  # fmt: skip
        return found


def filled(board: Board) -> dict[str, Any]:
    """A board as its form shows it."""
    names = (
        "name",
        "story",
        "metric",
        "kind",
        "periods",
        "starts_on",
        "ends_on",
        "winners",
        "brackets",
        "ranking",
    )
    found = {name: getattr(board, name) for name in names}
    return {**found, "segment_id": board.segment_id or 0, "badge_id": board.badge_id or 0}
