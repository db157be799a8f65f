"""The manager's desk for CRMs: connections and their stages, deliveries and what to do about them."""

from hub.core import registry
from hub.crm.desk import connections, deliveries

MANAGERS = frozenset({"manager"})
blueprints = [connections.blueprint, deliveries.blueprint]

registry.navigation(
    registry.Item(
        label="Connections",
        endpoint="crm_connections.index",
        icon="plug",
        section="desk",
        group="System",
        order=60,
        roles=MANAGERS,
    )
)
registry.navigation(
    registry.Item(
        label="Deliveries",
        endpoint="crm_deliveries.index",
        icon="inbox",
        section="desk",
        group="System",
        order=61,
        roles=MANAGERS,
    )
)
