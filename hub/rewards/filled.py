"""What a member filled in on a reward's page: read, and shown again as it was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from babel import Locale

from hub.rewards.models import Reward
from hub.rewards.wishes import ADDRESS, Wanted

NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
LONGEST = 200


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Every country, by name."""
    names = Locale("en").territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return tuple(sorted((pair for pair in found if pair[0] not in NO_COUNTRY), key=lambda pair: pair[1]))


def country_name(code: str | None) -> str:
    """What a country is called."""
    return dict(countries()).get(code or "", code or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it was typed, or as it starts; `name` begins the ids of its fields."""

    name: str = "wish"
    typed: Mapping[str, Any] | None = None
    start: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What stands in a field."""
        found = self.typed.get(name) if self.typed is not None else self.start.get(name)
        return str(found or "")


def wanted(reward: Reward, form: Mapping[str, Any]) -> Wanted:
    """The wish behind a form. What isn't a country of the list is none."""
    country = str(form.get("country") or "")
    known = country if country in dict(countries()) else None
    address = {name: _clean(form.get(f"address-{name}")) for name in ADDRESS if name != "country"}
    return Wanted(
        options={one["name"]: _clean(form.get(f"option-{place}")) for place, one in enumerate(reward.options)},
        address={**address, "country": known or ""} if reward.needs_address else None, country=known,
        takes_no_gifts=bool(form.get("takes_no_gifts")), price=_whole(str(form.get("price") or "")),
    )  # fmt: skip


def _whole(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 10 else None


def _clean(value: Any) -> str:
    return str(value or "").replace("\0", "").strip()[:LONGEST]
