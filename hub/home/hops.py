"""All hops of all rooms. One that can't be asked is broken, and keeps no other from answering."""

from dataclasses import dataclass

import structlog
from sqlalchemy.exc import DBAPIError

from hub.core import edges, registry
from hub.core.registry import Hop

log = structlog.get_logger(__name__)
WORST = {"broken": 0, "watch": 1, "ok": 2, "off": 3}


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The hops one room registered under one name."""

    name: str
    hops: list[Hop]

    @property
    def title(self) -> str:
        """Its name as a heading: CRM, Messages."""
        return self.name.upper() if len(self.name) <= 3 else self.name[:1].upper() + self.name[1:]


def groups() -> list[Group]:
    """Every group, in the order of the rooms."""
    return [Group(name=name, hops=_ask(name)) for name in registry.hops]


def _ask(name: str) -> list[Hop]:
    try:
        with edges.attempt():
            return list(registry.hops[name]())
    except DBAPIError:
        raise  # the database is away: there is nobody left to ask
    except Exception as error:
        log.exception("health.failed", hop=name)
        says = f"Can't be asked: {type(error).__name__}"
        todo = "Read the log; this is a fault of the hub itself."
        return [Hop(name=name, title=name, state="broken", says=says, todo=todo)]


def everything() -> list[Hop]:
    """All hops in one list."""
    return [hop for group in groups() for hop in group.hops]


def urgent(hops: list[Hop]) -> list[Hop]:
    """What needs somebody: broken first."""
    return sorted((hop for hop in hops if hop.state in ("broken", "watch")), key=lambda hop: WORST[hop.state])
