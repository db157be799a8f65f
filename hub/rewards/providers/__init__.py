"""Ways of fulfilling a reward, one file each. A new one is a file here, a name in the table of providers, a line in the
contract test."""

from hub.rewards.providers.base import (
    Inside,
    Order,
    Outside,
    Placed,
    Provider,
    Refused,
    Target,
    Trouble,
)
from hub.rewards.providers.codes import Codes
from hub.rewards.providers.commission import Commission
from hub.rewards.providers.manual import Manual
from hub.rewards.providers.tremendous import Tremendous
from hub.rewards.providers.webhook import Webhook

INSIDE: dict[str, Inside] = {one.name: one for one in (Manual(), Codes(), Commission())}
OUTSIDE: dict[str, Outside] = {one.name: one for one in (Webhook(), Tremendous())}
PROVIDERS: dict[str, Provider] = {**INSIDE, **OUTSIDE}

__all__ = [
    "INSIDE", "OUTSIDE", "PROVIDERS", "Inside", "Order", "Outside", "Placed", "Provider", "Refused", "Target",
    "Trouble",
]  # fmt: skip
