"""Forms of hosts: the hangout, what follows it, requests."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from hub.hangouts.models import LINK_MINUTES, MOST_SEATS, Hangout, Request
from hub.ledger.models import LIMIT
from hub.members.forms import options

AUDIENCES = {"segment": "A segment", "picked": "Hand-picked", "everybody": "Everybody"}
AUDIENCE_NOTES = {
    "segment": "Everybody in it is invited: by level, badge, company, or the top of a board.",
    "picked": "Only those you name on its guests page.",
    "everybody": "Every member finds it and can take a seat. Nobody gets an invitation by mail.",
}
MEETS = {"video": "By video", "place": "In person", "both": "Both"}
STATUSES = {
    "heard": "Heard", "planned": "Planned", "building": "Being built", "shipped": "Shipped", "not_now": "Not now",
}  # fmt: skip
LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class SeveralField(SelectMultipleField):
    """Many of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def clean(value: str | None) -> str | None:
    """Typed text without NULs and without the spaces around it."""
    return value.replace("\0", "").strip() if value else value


def is_link(text: str) -> bool:
    """Whether it is an address that a browser may be sent to."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and text.isprintable() and " " not in text


def _link(_form: FlaskForm, field: StringField) -> None:
    if field.data and not is_link(field.data):
        raise ValidationError("An address that begins with https://, please.")


def _whole(label: str, least: int, most: int, **more: Any) -> IntegerField:
    checks = [
        InputRequired("A whole number, please."),
        NumberRange(least, most, f"From {least:,} to {most:,}."),
    ]
    return IntegerField(label, checks, **more)


class HangoutForm(FlaskForm):
    """A hangout. Only what could never be right is refused while it is a draft."""

    title = StringField(
        "Title", [InputRequired("Every hangout has a title."), Length(max=120)], filters=[clean],
        description="Who and what: “The roadmap for spring, with Dorothy”.",
    )  # fmt: skip
    story = TextAreaField(
        "The story", [Length(max=6000)], filters=[clean],
        description="What you will talk about, and why them. Markdown works.",
    )  # fmt: skip
    starts_at = DateTimeLocalField("Begins", [Optional()], format=LOCAL)
    zone = StringField("Time zone", [InputRequired("Choose a zone.")], filters=[clean],
                       description="Guests read it in their own.")  # fmt: skip
    minutes = _whole("Length", 5, 1440, default=60)
    seats = _whole(
        "Seats", 1, MOST_SEATS, default=10, description="Small is the point. Later ones wait in line."
    )
    accept_hours = _whole("Time to take a seat that came free", 1, 168, default=24,
                          description="Then it goes to the next in line.")  # fmt: skip
    meets = RadioField("Where", choices=options(MEETS.items()), default="video")
    link = StringField(
        "Video link", [Length(max=1000), _link], filters=[clean],
        description="Kept sealed. Only seated guests are let in, and only when it is near.",
    )  # fmt: skip
    link_minutes = _whole("The door opens", 0, 1440, default=LINK_MINUTES)
    place = TextAreaField(
        "Place", [Length(max=300)], filters=[clean], description="Address, floor, whom to ask for."
    )
    audience = RadioField("Who is invited", choices=options(AUDIENCES.items()), default="segment")
    segment_id = SelectField("Segment", coerce=int)
    points = _whole("Points for being there", 0, LIMIT, default=0)
    agenda = TextAreaField(
        "Agenda", [Length(max=4000)], filters=[clean],
        description="One line for each thing you could talk about. Guests vote for what they want to hear.",
    )  # fmt: skip
    cohost_ids = SeveralField("Together with", coerce=int)

    def offer(self, *, segments: Sequence[tuple[str, str]], hosts: Iterable[tuple[int, str]]) -> None:
        """What there is to choose from."""
        self.segment_id.choices = options(
            [(0, "Choose"), *((int(number), name) for number, name in segments)]
        )
        self.cohost_ids.choices = options(hosts)

    def validate_zone(self, field: StringField) -> None:
        """Only zones this machine knows."""
        if field.data not in available_timezones():
            raise ValidationError("This zone isn’t known. They are called like Europe/Berlin.")

    def validate_starts_at(self, field: DateTimeLocalField) -> None:
        """A wall clock that the zone shows: not the hour that is skipped in spring."""
        if field.data is None or self.zone.data not in available_timezones():
            return
        if not 2000 <= field.data.year <= 2100:
            raise ValidationError("A year of this century, please.")
        local = field.data.replace(tzinfo=ZoneInfo(self.zone.data))
        if local.astimezone(dt.UTC).astimezone(local.tzinfo).replace(tzinfo=None) != field.data:
            raise ValidationError("The clocks are put forward then: this hour isn’t there. Choose another.")

    def validate_segment_id(self, field: SelectField) -> None:
        """A segment, where one is invited."""
        if self.audience.data == "segment" and not field.data:
            raise ValidationError("Choose the segment, or name your guests by hand.")

    def values(self) -> dict[str, Any]:
        """As the hangout keeps it: an instant in place of a wall clock."""
        local, zone = self.starts_at.data, ZoneInfo(self.zone.data or "UTC")
        words = ("title", "story", "zone", "meets", "place", "audience", "link")
        numbers = ("minutes", "seats", "accept_hours", "link_minutes", "points")
        audience = self.audience.data
        return {
            **{name: self[name].data or "" for name in words},
            **{name: self[name].data for name in numbers},
            "starts_at": local.replace(tzinfo=zone).astimezone(dt.UTC) if local else None,
            "segment_id": self.segment_id.data if audience == "segment" else None,
        }

    def lines(self) -> list[str]:
        """The agenda, line by line."""
        return [line.strip() for line in (self.agenda.data or "").splitlines() if line.strip()]


def filled(
    hangout: Hangout, *, link: str, agenda: Sequence[str], cohost_ids: Sequence[int]
) -> dict[str, Any]:
    """A hangout as its form shows it."""
    names = (
        "title", "story", "zone", "minutes", "seats", "accept_hours", "meets", "link_minutes", "place", "audience",
        "points",
    )  # fmt: skip
    local = hangout.starts_local
    return {
        **{name: getattr(hangout, name) for name in names},
        "starts_at": local.replace(tzinfo=None) if local else None, "link": link,
        "segment_id": hangout.segment_id or 0, "agenda": "\n".join(agenda), "cohost_ids": list(cohost_ids),
    }  # fmt: skip


class NewForm(FlaskForm):
    """A new hangout begins with its title."""

    title = StringField("Title", [InputRequired("Give it a title."), Length(max=120)], filters=[clean])


class CloseForm(FlaskForm):
    """What stays when it is over."""

    recording_url = StringField("Recording", [Length(max=1000), _link], filters=[clean],
                                description="Its guests find it on the hangout’s page.")  # fmt: skip
    thanks = TextAreaField("Words of thanks", [Length(max=1000)], filters=[clean],
                           description="They go to everybody who was there, with your name.")  # fmt: skip
    follow_up = SelectField("What follows", description="Offered to those who were there.")

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """What may follow."""
        self.follow_up.choices = options([("", "Nothing"), *choices])


class NamesForm(FlaskForm):
    """Members by name."""

    names: TextAreaField

    def listed(self) -> list[str]:
        """Each name once."""
        parts = (self.names.data or "").replace(",", "\n").replace(";", "\n").splitlines()
        return list(dict.fromkeys(part.strip().lower() for part in parts if part.strip()))


def _names(label: str, *checks: Any, field_id: str, says: str) -> TextAreaField:
    # Three of these stand on one page, each under an id of its own.
    return TextAreaField(label, [*checks, Length(max=20_000)], filters=[clean], description=says, id=field_id)


class InviteForm(NamesForm):
    """Guests by name."""

    names = _names("E-mail addresses or handles", InputRequired("Name somebody."), field_id="guests-named",
                   says="One in each line, or with commas between them.")  # fmt: skip


class WalkInForm(NamesForm):
    """Who came without a seat."""

    names = _names("Who else was there", InputRequired("Name somebody."), field_id="walk-ins",
                   says="E-mail addresses or handles.")  # fmt: skip


class RequestForm(NamesForm):
    """Something that members asked for, and where it stands."""

    title = StringField("What they asked for", [InputRequired("Say what they asked for."), Length(max=160)],
                        filters=[clean])  # fmt: skip
    points = _whole("Points for each who asked, when it ships", 0, LIMIT, default=0)
    names = _names("Who asked", field_id="who-asked",
                   says="Guests, by e-mail address or handle. They hear of it, and are thanked in points.")  # fmt: skip


class MoveForm(FlaskForm):
    """Where a request stands."""

    status = SelectField("Where it stands", choices=options(STATUSES.items()))
    reason = StringField("In a sentence", [Length(max=500)], filters=[clean])
    points = IntegerField("Points for each", [Optional(), NumberRange(0, LIMIT, f"From 0 to {LIMIT:,}.")])

    @classmethod
    def of(cls, one: Request) -> "MoveForm":
        """As it stands now."""
        data = {"status": one.status, "reason": one.reason, "points": one.points}
        return cls(formdata=None, prefix=f"request-{one.id}", data=data)
