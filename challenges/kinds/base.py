"""What every kind of step is asked, and what it may answer. A new kind is one file with one class of this shape."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Field, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from challenges.models import Challenge, ChallengeStep
from hub.ledger.models import LIMIT
from hub.members.models import Member

Verdict = Literal["done", "review", "open", "wrong"]
LONGEST = 4000
Look = tuple["Worth", "Progress"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Worth:
    """What doing it comes to: `points` in all (`up_to`, when only by degrees), `first` of them at once."""

    points: int
    first: int = 0
    up_to: bool = False
    steps: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How often this member did it, and when last. `again` says whether they may do it once more."""

    times: int = 0
    last_at: dt.datetime | None = None
    again: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A member at a step. `kept` is what they have answered so far, `opened_at` when they first opened it."""

    step: ChallengeStep
    member: Member
    now: dt.datetime
    kept: Mapping[str, Any] = field(default_factory=dict)
    opened_at: dt.datetime | None = None
    submission_id: int | None = None

    @property
    def data(self) -> Mapping[str, Any]:
        """What the builder said."""
        return self.step.data

    @property
    def seconds(self) -> float:
        """How long ago it was opened; by the server's clock."""
        return (self.now - self.opened_at).total_seconds() if self.opened_at else 0.0


@dataclass(frozen=True, slots=True)
class Given:
    """What a form sent: words without NULs and blanks around them, several values, files."""

    form: MultiDict[str, str] = field(default_factory=MultiDict)
    files: MultiDict[str, FileStorage] = field(default_factory=MultiDict)

    def words(self, name: str = "answer", longest: int = LONGEST) -> str:
        """One value, at most `longest` characters and one more: so that too many can be told."""
        return self.form.get(name, "").replace("\r\n", "\n").replace("\0", "").strip()[: longest + 1]

    def many(self, name: str) -> list[str]:
        """All values of a name."""
        return [value[:200] for value in self.form.getlist(name)[:50]]

    def number(self, name: str, least: int, most: int) -> int | None:
        """A whole number within bounds, else None."""
        text = self.words(name, 12)
        fits = text.isascii() and text.isdigit() and least <= int(text) <= most
        return int(text) if fits else None

    def file(self, name: str = "file") -> FileStorage | None:
        """A file, when one was chosen."""
        found = self.files.get(name)
        return found if found is not None and found.filename else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of an answer. done: right by itself · review: somebody looks at it · open: kept, not there yet (a quiz
    below its mark) · wrong: nothing is kept, `errors` say what to mend, by the field's name.

    `words` and `digest` are compared with others' answers; `says` is told to the member.
    """

    verdict: Verdict
    data: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    says: str = ""
    words: str = ""
    digest: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One piece of an answer as a reviewer sees it."""

    label: str
    text: str = ""
    url: str = ""
    upload_id: int | None = None
    good: bool | None = None


def wrong(**errors: str) -> Outcome:
    """Nothing is kept; these fields have to be mended."""
    return Outcome(verdict="wrong", errors=errors)


def is_link(url: str) -> bool:
    """Whether this is a web address that can be opened: http or https, with a host, without a password in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    plain = url.isprintable() and " " not in url and "\\" not in url
    return plain and parts.scheme in ("http", "https") and "." in host and parts.username is None


def clean(value: str | None) -> str | None:
    """Typed text without NULs and without the spaces around it."""
    return value.replace("\0", "").strip() if value else value


def a_line(label: str, *, longest: int = 200, kind: type[Field] = StringField, **options: Any) -> Any:
    """A builder's field of text. Nothing is required while it is a draft."""
    return kind(label, [Optional(), Length(max=longest)], filters=[clean], **options)


def a_text(label: str, *, longest: int = LONGEST, **options: Any) -> Any:
    """A builder's field of several lines."""
    return a_line(label, longest=longest, kind=TextAreaField, **options)


def a_number(label: str, least: int, most: int, **options: Any) -> Any:
    """A builder's whole number."""
    return IntegerField(
        label, [Optional(), NumberRange(least, most, f"From {least:,} to {most:,}.")], **options
    )


class SeveralField(SelectMultipleField):
    """Many of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class StepForm(FlaskForm):
    """What the builder asks of every step; a kind's own form adds its fields to `data`."""

    title = a_line("Title of this step")
    body = a_text("Explain it", description="Shown above the answer. Markdown works.")
    points = a_number("Points for this step", 0, LIMIT)

    def own(self) -> list[Field]:
        """The fields of the kind itself."""
        return [found for found in self if found.short_name not in ("title", "body", "points", "csrf_token")]

    def add_row(self, _row: str, /) -> None:
        """One more row of what can be repeated, asked for by a button."""

    def read(self) -> dict[str, Any]:
        """What is kept in a step's data."""
        return {found.short_name: found.data for found in self.own()}


class Kind:
    """A way of doing a step. `hue` (0–11) colours its sign; None is the hub's own colour."""

    name: ClassVar[str]
    title: ClassVar[str]
    says: ClassVar[str]
    icon: ClassVar[str]
    action: ClassVar[str]
    hue: ClassVar[int | None] = None
    minutes: ClassVar[int] = 2
    form: ClassVar[type[StepForm]] = StepForm
    asked: ClassVar[tuple[tuple[str, str], ...]] = (("Question", "question"), ("Link", "url"))
    is_elsewhere: ClassVar[bool] = False  # done in another room: it has a page, and no submissions
    wants_review: ClassVar[bool] = False  # a new challenge of this kind begins as one that somebody looks at
    is_suggested: ClassVar[bool] = True  # home offers it; not what one must have been somewhere for
    is_public_review: ClassVar[bool] = False  # the disclosure guard looks at its challenge

    @property
    def fragment(self) -> str:
        """The template in which a member answers."""
        return f"challenges/kinds/_{self.name}.html"

    @property
    def builder(self) -> str | None:
        """The template of its own fields in the builder; None draws them one after the other."""
        return None

    def problems(self, _step: ChallengeStep, /) -> Iterable[tuple[str, str]]:
        """What keeps a step from being published: the builder's field, and what to do about it."""
        return ()

    def shown(self, _turn: Turn, /) -> dict[str, Any]:
        """What its template needs besides the step, what was kept and what was typed."""
        return {}

    def check(self, turn: Turn, given: Given) -> Outcome:
        """What comes of an answer. Decides from what it is given, and by the server's clock alone."""
        raise NotImplementedError

    def keep(self, turn: Turn, outcome: Outcome, /) -> None:
        """What follows once an answer is kept, in the same transaction: a seat, a fact."""

    def evidence(self, data: Mapping[str, Any]) -> Iterator[Evidence]:
        """An answer as a reviewer sees it, from what was kept: never from what the step says today."""
        if data.get("words"):
            yield Evidence(label="Their words", text=data["words"])

    def asks(self, step: ChallengeStep) -> Iterator[tuple[str, str]]:
        """What a step asks, for a reviewer: label and words of the fields that are filled in."""
        for label, name in self.asked:
            if step.data.get(name):
                yield label, str(step.data[name])

    def url(self, challenge: Challenge) -> str:
        """Where it is done, when that is elsewhere."""
        return f"/challenges/{challenge.slug}"

    def look(self, _challenges: Sequence[Challenge], _member_id: int, /) -> Mapping[int, Look]:
        """When done elsewhere: what each is worth, how far a member is; left out: it can't be done for now."""
        return {}
