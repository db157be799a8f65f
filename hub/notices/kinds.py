"""The kinds of notices: each says in one place how it reads, its icon, who gets it, and how unless they chose."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

# At once by e-mail, in the digest, only in the app, not at all; what comes by mail stands in the app as well.
Channel = Literal["email", "digest", "app", "off"]


class Told(Protocol):
    """What a sentence may look at: the notice without its reader."""

    @property
    def kind(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def data(self) -> dict[str, Any]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What was looked up for a notice: what its subject is called, and the members its data names by id."""

    title: str | None = None
    names: Mapping[int, str] = field(default_factory=dict)

    def who(self, member_id: int | None) -> str:
        """The name of a member named in the data (`by_id`, or any field ending in `_id` that is a member's)."""
        return self.names.get(member_id or 0, "Somebody")


Sentence = Callable[[Any, Context], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One kind of notice. `celebrate` may be a rule: a stage that paid nothing is no party. `about` is what members
    choose by ("A referral of mine moves"), `roles` who may get it at all (empty: everybody). A security notice comes by
    e-mail at once, whatever its reader chose."""

    name: str
    icon: str
    sentence: Sentence
    celebrate: bool | Callable[[Any], bool] = False
    label: str = ""
    about: str = ""
    roles: frozenset[str] = frozenset()
    by_default: Channel = "digest"
    is_security: bool = False

    @property
    def topic(self) -> str:
        """What the settings call it; a room that gave no words gets its own name back."""
        return self.about or self.name.replace(".", ": ").replace("_", " ").capitalize()

    def celebrates(self, notice: Told) -> bool:
        """Whether this notice deserves confetti."""
        return self.celebrate(notice) if callable(self.celebrate) else self.celebrate


KINDS: dict[str, Kind] = {}
# A notice whose room has moved out is still a line in somebody's inbox.
FORGOTTEN = Kind(name="", icon="bell", sentence=lambda _notice, context: context.title or "Something changed")


def kind(
    name: str,
    *,
    icon: str,
    sentence: Sentence,
    celebrate: bool | Callable[[Any], bool] = False,
    label: str = "",
    about: str = "",
    roles: Collection[str] = (),
    by_default: Channel = "digest",
    is_security: bool = False,
) -> Kind:
    """Registers a kind of notice: `sentence(notice, context)` gives plain text, shown escaped. `label` says what the
    link does ("See the referral"), `about` what members choose by ("A referral of mine moves")."""
    KINDS[name] = Kind(
        name=name, icon=icon, sentence=sentence, celebrate=celebrate, label=label, about=about,
        roles=frozenset(roles), by_default=by_default, is_security=is_security,
    )  # fmt: skip
    return KINDS[name]


def kind_of(notice: Told) -> Kind:
    """The kind of a notice; a plain one when nobody knows it any more."""
    return KINDS.get(notice.kind, FORGOTTEN)


def celebrating() -> list[str]:
    """The kinds that may celebrate."""
    return [name for name, found in KINDS.items() if found.celebrate]


def choices(roles: Collection[str]) -> list[Kind]:
    """The kinds that somebody with these roles may choose a channel for, in the order they were registered."""
    held = set(roles)
    return [
        found
        for found in KINDS.values()
        if not found.is_security and (not found.roles or found.roles & held or "admin" in held)
    ]
