"""What a programme says to those who are referred, and on which terms: a part of its version, and of its text file.

The landing page's texts (for everybody, and other words for the advocates of one type), the ideal customer for the
coach, the questions that sales wants answered, how long a click counts, when a credit may be doubted, and whether the
person is asked first.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

Ask = Literal["first", "tell", "never"]
QuestionKind = Literal["text", "choice", "yes_no"]
ASKS: tuple[Ask, ...] = ("first", "tell", "never")
KINDS: tuple[QuestionKind, ...] = ("text", "choice", "yes_no")
TYPES = ("customer", "partner", "employee")
MOST_VETTING = 8


@dataclass(frozen=True, slots=True)
class Words:
    """The landing page's texts. An empty one isn't shown, or is said in the house's own words."""

    headline: str = ""
    welcome: str = ""
    contact: str = ""
    steps: str = ""
    offer: str = ""
    faq: tuple[tuple[str, str], ...] = ()

    def over(self, others: Words) -> Words:
        """These words, and the others' where these are empty."""
        names = [one.name for one in fields(self)]
        return Words(**{name: getattr(self, name) or getattr(others, name) for name in names})


@dataclass(frozen=True, slots=True)
class Profile:
    """The ideal customer: words to look for, and from how many people to how many."""

    positions: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    smallest: int | None = None
    largest: int | None = None

    def __bool__(self) -> bool:
        return self != Profile()


@dataclass(frozen=True, slots=True)
class Vetting:
    """A question that sales wants answered before a referral is handed over. Its key stays when its words change."""

    key: str
    label: str
    kind: QuestionKind = "text"
    options: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class LeadTerms:
    """All of it. `landing` has the words for everybody under "", and those for one type of advocate under its name."""

    landing: dict[str, Words] = field(default_factory=dict)
    profile: Profile = field(default_factory=Profile)
    vetting: tuple[Vetting, ...] = ()
    window_days: int = 30
    dispute_days: int = 14
    ask: Ask = "never"
    keep_days: int = 30

    def words_for(self, kind: str) -> Words:
        """The landing page's words when an advocate of this type sends somebody."""
        everybody = self.landing.get("", Words())
        own = self.landing.get(kind)
        return own.over(everybody) if own else everybody


NONE = LeadTerms()
SETTINGS = ("window_days", "dispute_days", "ask", "keep_days")


def stored(terms: LeadTerms) -> dict[str, Any]:
    """As plain values for the version's row, without what is as it would be anyway."""
    found: dict[str, Any] = {
        name: getattr(terms, name) for name in SETTINGS if getattr(terms, name) != getattr(NONE, name)
    }
    landing = {kind: _plain(words) for kind, words in terms.landing.items() if words != Words()}
    if landing:
        found["landing"] = landing
    if terms.profile:
        found["profile"] = _plain(terms.profile)
    if terms.vetting:
        found["vetting"] = [_plain(question) for question in terms.vetting]
    return found


def _plain(one: Any) -> dict[str, Any]:
    listed = {
        name: list(map(_row, value)) if isinstance(value, tuple) else value
        for name, value in asdict(one).items()
    }
    return {name: value for name, value in listed.items() if value not in ("", [], None, False)}


def _row(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def of_version(page: dict[str, Any]) -> LeadTerms:
    """From a version's stored page; the defaults where it says nothing."""
    said: dict[str, Any] = page.get("lead") or {}
    profile: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in said.get("profile", {}).items()
    }
    return LeadTerms(
        landing={kind: _words(words) for kind, words in said.get("landing", {}).items()},
        profile=Profile(**profile),
        vetting=tuple(Vetting(**{**one, "options": tuple(one.get("options", ()))}) for one in said.get("vetting", ())),
        **{name: said[name] for name in SETTINGS if name in said},
    )  # fmt: skip


def _words(said: dict[str, Any]) -> Words:
    return Words(**{**said, "faq": tuple((question, answer) for question, answer in said.get("faq", ()))})
