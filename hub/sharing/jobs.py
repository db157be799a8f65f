"""What is done behind the pages: clicks are written, told of, and retired; yesterday's salts are deleted."""

from hub import outbox
from hub.core.clock import now
from hub.sharing import counting, terms
from hub.sharing.clicks import retiring, visitors, writing

outbox.drains(
    outbox.Drain(
        name="sharing.clicks", queue="books", oldest=writing.waiting_since, run=lambda _at: writing.write_batch()
    )
)  # fmt: skip


@outbox.every(60, "sharing.tell_counted")
def tell_counted() -> None:
    """Whose links were clicked: badges look at them."""
    if counting.tell_counted(now()):
        outbox.post("sharing.tell_counted", now=now())


@outbox.every(3600, "sharing.turn_salts")
def turn_salts() -> None:
    """From here on nobody can be recognised among yesterday's visitors; tomorrow's salt is ready."""
    visitors.forget_salts(now().date())
    visitors.prepare_salts(now().date())


@outbox.every(6 * 3600, "sharing.retire_clicks")
def retire_clicks() -> None:
    """Months older than the hub keeps, whole."""
    retiring.retire_months(now(), kept=terms.current().months_kept)
    if retiring.delete_retired():
        outbox.post("sharing.retire_clicks", now=now())
