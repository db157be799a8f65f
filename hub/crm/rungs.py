"""The rungs that a stage of a CRM can stand for: those of all active programmes, by their labels."""

from collections.abc import Iterable
from dataclasses import dataclass

from hub.crm.models import IGNORE
from hub.referrals.models import Programme
from hub.referrals.queries import programmes

NOTHING = "Moves nothing"


@dataclass(frozen=True, slots=True)
class Choice:
    """A rung by its key, and what it is called."""

    key: str
    label: str


def choices(also: Iterable[str] = ()) -> list[Choice]:
    """Rungs of active programmes in the order of their ladders, then keys that only mappings still name."""
    active = [each for each in programmes() if each.state == "active" and each.version_id]
    labels: dict[str, list[str]] = {}
    holders: dict[str, list[Programme]] = {}
    for programme in active:
        for rung in programme.version.ladder.rungs:
            known = labels.setdefault(rung.key, [])
            if rung.label not in known:
                known.append(rung.label)
            holders.setdefault(rung.key, []).append(programme)
    found = [Choice(key, _label(names, holders[key], active)) for key, names in labels.items()]
    gone = sorted(set(also) - set(labels) - {IGNORE})
    return [*found, *(Choice(key, f"{key} (in no active programme)") for key in gone)]


def _label(names: list[str], holders: list[Programme], active: list[Programme]) -> str:
    label = " / ".join(names)
    if len(holders) == len(active):
        return label
    return f"{label} (only in {', '.join(each.version.name for each in holders)})"
