"""The drain's registration, and what is cleaned up once a day."""

from hub import outbox
from hub.core.clock import now
from hub.crm import drain as _drain
from hub.crm.redaction import redact

DRAIN_BATCH = _drain.drain_batch  # importing the module registers the drain


@outbox.every(24 * 3600, "crm.redact_bodies")
def redact_bodies() -> None:
    """Raw bodies older than 30 days lose their bytes; hashes, keys and outcomes stay."""
    redact(now=now())
