"""What members and managers fill in here."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from hub.community import honours, moderation, shout_outs, topics
from hub.community.news import REASONS
from hub.community.queries import LONGEST
from hub.members.forms import options


def _plain(text: str | None) -> str:
    return (text or "").replace("\0", "").strip()


def _most(number: int) -> Length:
    return Length(max=number, message="Up to %(max)d characters fit.")


class TopicForm(FlaskForm):
    """A conversation to begin."""

    title = StringField(
        "What is it about?", filters=[_plain],
        validators=[InputRequired("Give it a title."), _most(topics.TITLE_LONGEST)],
    )  # fmt: skip
    body = TextAreaField(
        "Say more", filters=[_plain],
        validators=[InputRequired("Write something first."), _most(LONGEST)],
    )  # fmt: skip


class AnnouncementForm(TopicForm):
    """Something to tell everybody, or a segment."""

    segment = SelectField("For whom", choices=[])
    pin = BooleanField("Keep it on top of the board")

    def __init__(self, audiences: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.segment.choices = options([("", "Everybody"), *audiences])

    @property
    def segment_id(self) -> int | None:
        """The chosen segment; None for everybody."""
        return int(self.segment.data) if self.segment.data else None


class ThanksForm(FlaskForm):
    """A public thank-you."""

    to = StringField(
        "Whom do you want to thank?",
        filters=[_plain],
        validators=[InputRequired("Name somebody."), Length(max=120)],
    )
    body = TextAreaField(
        "What for?", filters=[_plain],
        validators=[InputRequired("Say what they did."), _most(shout_outs.LONGEST)],
    )  # fmt: skip


class ReportForm(FlaskForm):
    """Why a moderator should look at a post."""

    reason = RadioField(
        "What is wrong with it?",
        choices=options(REASONS.items()),
        validators=[InputRequired("Choose a reason.")],
    )
    words = TextAreaField(
        "Anything we should know?", filters=[_plain],
        validators=[_most(moderation.WORDS_LONGEST)],
    )  # fmt: skip


class HonourForm(FlaskForm):
    """Who is customer of the month, and why."""

    who = StringField("Who", filters=[_plain], validators=[InputRequired("Name somebody."), Length(max=120)])
    citation = TextAreaField(
        "Why, in a sentence or two", filters=[_plain],
        validators=[_most(honours.LONGEST)],
    )  # fmt: skip


class WordForm(FlaskForm):
    """A warn word."""

    word = StringField("Word", filters=[_plain], validators=[InputRequired("Which word?"), Length(max=40)])
