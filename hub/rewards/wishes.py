"""What somebody asks for with a reward: a size, an address; and the ways of saying no."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.core.crypto import Unreadable, seal, unseal
from hub.rewards.models import RedemptionAddress, Reward

ADDRESS = {
    "name": ("Name on the parcel", True), "street": ("Street and number", True), "extra": ("Floor, company", False),
    "postcode": ("Postcode", True), "city": ("Town", True), "country": ("Country", True),
}  # fmt: skip
LONGEST = 120


class Refusal(Exception):
    """It can't be done, and this sentence says why to the person who wanted it. Nothing was changed."""


class KeyUsed(Refusal):
    """The same key was used for another wish."""


class Unfit(Exception):
    """What was filled in isn't right: field → what to do."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A wish as it was filled in."""

    options: Mapping[str, str] = field(default_factory=dict)
    address: Mapping[str, str] | None = None
    country: str | None = None
    takes_no_gifts: bool | None = None
    price: int | None = None  # what the page said it costs: nobody pays more without having read it

    def digest(self, reward_id: int) -> str:
        """What makes two wishes the same one."""
        said = [reward_id, sorted(self.options.items()), sorted((self.address or {}).items())]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def fitted(reward: Reward, wanted: Wanted) -> Wanted:
    """The wish with what this reward asks for and nothing else. Raises Unfit with everything that is missing."""
    errors: dict[str, str] = {}
    options = {}
    for place, one in enumerate(reward.options):
        chosen = wanted.options.get(one["name"], "")
        if chosen not in one["values"]:
            errors[f"option-{place}"] = f"Choose: {one['name'].lower()}."
        options[one["name"]] = chosen
    address = _address(wanted.address or {}, errors) if reward.needs_address else None
    country = (address or {}).get("country") or wanted.country
    if reward.counts and not country:
        errors["country"] = "Say in which country you are: gifts have limits in some."
    if errors:
        raise Unfit(errors)
    return Wanted(options=options, address=address, country=country, takes_no_gifts=wanted.takes_no_gifts)


def _address(given: Mapping[str, str], errors: dict[str, str]) -> dict[str, str]:
    kept = {name: " ".join((given.get(name) or "").split()) for name in ADDRESS}
    for name, (label, is_needed) in ADDRESS.items():
        if is_needed and not kept[name]:
            errors[f"address-{name}" if name != "country" else name] = f"{label}: it can’t be sent without."
        elif len(kept[name]) > LONGEST:
            errors[f"address-{name}"] = f"Keep it under {LONGEST} characters."
    return kept


def sealed(redemption_id: int, address: Mapping[str, str]) -> RedemptionAddress:
    """The address as it is kept."""
    return RedemptionAddress(redemption_id=redemption_id, sealed=seal(json.dumps(dict(address))))


def opened(kept: RedemptionAddress | None) -> dict[str, str] | None:
    """The address again; None when it is gone, or sealed under a key that is."""
    try:
        return None if kept is None else dict(json.loads(unseal(kept.sealed)))
    except Unreadable:
        return None
