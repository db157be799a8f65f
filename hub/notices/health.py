"""Mail on the health page: set up or not, when it last went, what waits, what was set aside."""

from collections.abc import Iterator

from flask import current_app

from hub.core import registry
from hub.core.clock import now
from hub.core.registry import Hop
from hub.notices import outgoing
from hub.outbox.health import lateness


@registry.health("notices")
def mail() -> Iterator[Hop]:
    """One hop. It asks the database alone: a mail server that hangs must not hold this page."""
    at = now()
    found = outgoing.state(at)
    is_on = current_app.extensions["settings"].mail_url is not None
    state, todo = lateness(found.oldest_at, at), ""
    if found.away:
        state, todo = (
            "broken",
            f"The mail server is away: {found.away}. Look at MAIL_URL. Nothing is lost: all mail waits.",
        )
    elif state != "ok":
        todo = "See whether a worker runs: `hurrah work post`."
    if found.parked:
        state = "watch" if state == "ok" else state
        todo = f"{todo} Some mails were refused: read why under Mails, then send them again.".strip()
    if not is_on and state == "ok":
        state, todo = "off", "Mail is printed to the log. Set MAIL_URL=smtp://… to send it."
    yield Hop(
        name="notices.mails", title="Mail to members", state=state, says=_says(found), todo=todo,
        last_success_at=found.last_sent_at, waiting=found.waiting, oldest_at=found.oldest_at, set_aside=found.parked,
    )  # fmt: skip


def _says(found: outgoing.State) -> str:
    parts = [f"{found.sent_in_a_day:,} sent in a day", f"{found.waiting:,} waiting"]
    if found.in_digests:
        parts.append(f"{found.in_digests:,} for digests")
    if found.parked:
        parts.append(f"{found.parked:,} set aside")
    return ", ".join(parts)
