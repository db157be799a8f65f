"""What managers fill in here."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    URLField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from hub.members.forms import options
from hub.sharing import kit, terms
from hub.sharing.contents import MOMENTS, NAMES, Draft
from hub.sharing.models import BLOCKS, Content
from hub.sharing.networks import NETWORKS, X_LONGEST
from hub.sharing.targets import is_elsewhere

LONGEST_WORDS, LONGEST_BODY = 1200, 8000


def clean(text: str | None) -> str:
    """Typed text without NULs and without the blanks around it."""
    return (text or "").replace("\r\n", "\n").replace("\0", "").strip()


def _line(label: str, longest: int, **options: Any) -> StringField:
    return StringField(label, [Length(max=longest)], filters=[clean], **options)


def _text(label: str, longest: int, **options: Any) -> TextAreaField:
    return TextAreaField(label, [Length(max=longest)], filters=[clean], **options)


class ContentForm(FlaskForm):
    """A piece of content. Only what could never be right is refused while it is a draft."""

    kind = SelectField("What is it", choices=options(NAMES.items()))
    title = StringField(
        "Title", [InputRequired("Give it a title."), Length(max=120)], filters=[clean],
        description="As members and their friends read it.",
    )  # fmt: skip
    summary = _line("In one sentence", 240, description="Why it is worth their time. Shown on previews, too.")
    url = URLField(
        "Address", [Optional(), Length(max=2000)], filters=[clean],
        description="Where it is: the article, the video, the file. A post may do without.",
    )  # fmt: skip
    picture = FileField("Picture", description="JPEG, PNG, WebP or GIF. Wide ones look best.")
    no_picture = BooleanField("Take the picture away")
    body = _text(
        "Text of its own page", LONGEST_BODY, description="For posts and co-branded pieces. Markdown works."
    )
    words_all = _text(
        "Words to share it with", LONGEST_WORDS,
        description="A start for members; most change it. The disclosure is added by itself.",
    )  # fmt: skip
    words_linkedin = _text("Other words on LinkedIn", LONGEST_WORDS)
    words_x = _text("Other words on X", LONGEST_WORDS)
    words_facebook = _text("Other words on Facebook", LONGEST_WORDS)
    words_whatsapp = _text("Other words on WhatsApp", LONGEST_WORDS)
    words_email = _text("Other words by e-mail", LONGEST_WORDS)
    tags = _line("Tags", 200, description="With commas between: reporting, migration, small teams.")
    moment = SelectField("When it helps", choices=options([("", "Always"), *MOMENTS.items()]))
    segment = SelectField("For whom", choices=[])
    is_co_branded = BooleanField("Co-branded: its page carries our name and the logo of the member’s company")
    expires_on = DateField(
        "Last day", [Optional()], description="Until its evening. Links say so afterwards."
    )

    def __init__(self, audiences: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.segment.choices = options([("", "Everybody"), *audiences])

    def validate_url(self, field: URLField) -> None:
        """An address that a browser can be sent to."""
        if field.data and not is_elsewhere(field.data):
            raise ValidationError("That isn’t a web address. Paste it as it stands in the browser: https://…")

    def validate_words_x(self, field: TextAreaField) -> None:
        """X takes 280 characters, and an address counts as 23 of them."""
        said = field.data or self.words_all.data or ""
        longest = X_LONGEST - len(terms.current().disclosure) - 4
        if len(said) > longest:
            raise ValidationError(
                f"X takes {longest} characters beside the link and the disclosure; these are {len(said)}."
            )

    def validate_tags(self, _field: StringField) -> None:
        """A few short ones."""
        if len(self._tags()) > 8 or any(len(tag) > 30 for tag in self._tags()):
            raise ValidationError("Eight tags of at most 30 characters are enough.")

    def _tags(self) -> list[str]:
        found = (" ".join(tag.split()) for tag in (self.tags.data or "").split(","))
        return list(dict.fromkeys(tag.lower() for tag in found if tag))

    def draft(self, zone: ZoneInfo) -> Draft:
        """What was said, with days in the hub's zone."""
        day = self.expires_on.data
        until = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone) if day else None
        words = {"": self.words_all.data, **{name: self[f"words_{name}"].data for name in NETWORKS}}
        return Draft(
            kind=self.kind.data, title=self.title.data or "", summary=self.summary.data or "",
            body=self.body.data or "", url=self.url.data or None, words={k: v or "" for k, v in words.items()},
            tags=self._tags(), moment=self.moment.data or "", is_co_branded=bool(self.is_co_branded.data),
            segment_id=int(self.segment.data) if self.segment.data else None,
            expires_at=until.astimezone(dt.UTC) if until else None,
        )  # fmt: skip


def told(content: Content, zone: ZoneInfo) -> dict[str, Any]:
    """A piece of content as the form shows it."""
    until = content.expires_at.astimezone(zone) - dt.timedelta(seconds=1) if content.expires_at else None
    words = {f"words_{name}": content.words.get(name, "") for name in NETWORKS}
    return {
        "kind": content.kind, "title": content.title, "summary": content.summary, "body": content.body,
        "url": content.url, "words_all": content.words.get("", ""), **words, "tags": ", ".join(content.tags),
        "moment": content.moment, "segment": str(content.segment_id or ""), "is_co_branded": content.is_co_branded,
        "expires_on": until.date() if until else None,
    }  # fmt: skip


class TermsForm(FlaskForm):
    """What holds for all that is shared."""

    disclosure = StringField(
        "Disclosure", [InputRequired("Say that they get points for it."), Length(max=160)], filters=[clean],
        description="Goes with everything that is shared: who shares has something from it, and says so.",
    )  # fmt: skip
    adds_utm = BooleanField(
        "Add campaign words (utm_source, utm_medium, utm_campaign) to addresses elsewhere"
    )
    months_kept = IntegerField(
        "Keep single clicks for",
        [InputRequired("How long?"), NumberRange(1, 120, "From 1 to 120 months.")],
        description="Older ones go by whole months; what they came to stays.",
    )


class ToolkitForm(FlaskForm):
    """The three blocks of the toolkit."""

    block_ideal = _text(
        kit.TITLES["ideal"], 3000, description="Who they are, what they do, how large. Markdown works."
    )
    block_triggers = _text(
        kit.TITLES["triggers"], 3000, description="The sentences to listen for, one in a line."
    )
    block_process = _text(
        kit.TITLES["process"], 3000, description="Step by step, so that nobody worries about a friend."
    )

    def bodies(self) -> dict[str, str]:
        """By name. (A form has a `process` of its own.)"""
        return {name: self[f"block_{name}"].data or "" for name in BLOCKS}


class MailForm(FlaskForm):
    """A sample e-mail. {name}, {company} and {link} are filled in for each member."""

    title = StringField("What it is for", [InputRequired("Name it."), Length(max=80)], filters=[clean])
    subject = StringField(
        "Subject", [InputRequired("A mail needs a subject."), Length(max=120)], filters=[clean]
    )
    body = TextAreaField(
        "Text", [InputRequired("Write something first."), Length(max=3000)], filters=[clean],
        description="{name}, {company} and {link} are filled in for each member.",
    )  # fmt: skip


class EmbedForm(FlaskForm):
    """What embeds lead to."""

    subject = SelectField("It leads to", choices=[])
    credit = _line("Whom it credits", 320)

    def __init__(self, offers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.subject.choices = options(offers)


class EmbedWordsForm(FlaskForm):
    """What one embed says."""

    title = StringField("Title", [InputRequired("Give it a title."), Length(max=120)], filters=[clean])
    says = _line("Line below", 240)
    action = StringField("Button", [InputRequired("Name the button."), Length(max=40)], filters=[clean])
