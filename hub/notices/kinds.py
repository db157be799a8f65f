"""The kinds of notices: each says in one place how it reads, its icon, and whether it is a reason to celebrate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


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
    """One kind of notice. `celebrate` may be a rule: a stage that paid nothing is no party."""

    name: str
    icon: str
    sentence: Sentence
    celebrate: bool | Callable[[Any], bool] = False
    label: str = ""

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
) -> Kind:
    """Registers a kind of notice: `sentence(notice, context)` gives plain text, shown escaped. `label` says what the
    link does ("See the referral")."""
    KINDS[name] = Kind(name=name, icon=icon, sentence=sentence, celebrate=celebrate, label=label)
    return KINDS[name]


def kind_of(notice: Told) -> Kind:
    """The kind of a notice; a plain one when nobody knows it any more."""
    return KINDS.get(notice.kind, FORGOTTEN)


def celebrating() -> list[str]:
    """The kinds that may celebrate."""
    return [name for name, found in KINDS.items() if found.celebrate]
