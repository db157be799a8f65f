"""What other rooms' doings make of mails: a changed password, a one-time link."""

import datetime as dt

from hub import activity, notices, outbox
from hub.activity.queries import fact
from hub.core.clock import now
from hub.notices import actions
from hub.notices import joining as _joining  # noqa: F401 - registers what is told of who joined
from hub.notices.letters import Letter, Occasion, Reader, letter
from hub.notices.ways_in import PURPOSES

PASSWORD = "member.password_changed"  # noqa: S105 - the name of a fact

notices.kind(
    PASSWORD, icon="shield-check", label="See your settings", about="Your password", is_security=True,
    by_default="email", sentence=lambda _notice, _context: "Your password was changed.",
)  # fmt: skip


@activity.listens(PASSWORD, "notices.password_changed")
def password_changed(fact_id: int) -> None:
    """Tells a member that their password was changed, and by whom if not by themselves."""
    found = fact(fact_id)
    member_id = int(found.subject.partition(":")[2])
    notices.tell(
        member_id, PASSWORD, subject=found.subject, key=f"fact:{fact_id}", now=now(),
        data={"by_id": found.by_id} if found.by_id else {},
    )  # fmt: skip


@letter(
    PASSWORD, samples={"password_changed": lambda: {"at": dt.datetime(2026, 11, 20, 15, 4, tzinfo=dt.UTC)}}
)
def written(occasion: Occasion, _reader: Reader) -> Letter:
    """When it was changed; who did it stays out, for a stranger may be reading over the shoulder."""
    return Letter(folder="password_changed", words={"at": occasion.at})


@outbox.handles("notices.mail_link")
def mail_link(ticket_id: int, member_id: int, purpose: str, sealed: str, by_id: int) -> None:
    """Mails a one-time link to the member it is for."""
    actions.mail_link(
        f"ticket:{ticket_id}", member_id=member_id, kind=PURPOSES[purpose][0], sealed=sealed, now=now(),
        data={"by_id": by_id} if by_id else {},
    )  # fmt: skip
