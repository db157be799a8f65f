"""Mails to people who aren't members: whoever was introduced, about exactly that, and never anything else.

    @strangers.letter("referral.person_asked", samples={"person_asked": sample}, why="…")
    def asked(number, token): return strangers.To(name="Kim Lee", email="kim@example.org", letter=Letter(...))

`strangers.write` asks for one in the current transaction. It has no preferences and no digest: there is nobody to
have any. The outbox tries it again for a day under the same Message-ID; its address and its words are looked up when
it goes, so whoever was forgotten meanwhile gets nothing.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from flask import current_app

from hub import outbox
from hub.core.crypto import Unreadable, seal, unseal
from hub.core.place import place
from hub.notices import envelope, post
from hub.notices.letters import SAMPLES, Letter, Reader, Sample
from hub.notices.models import Mail
from hub.notices.post import Parcel
from hub.notices.rendering import Footing, give_addresses, render

log = structlog.get_logger(__name__)
WRITE = "notices.write_to_stranger"


@dataclass(frozen=True, kw_only=True, slots=True)
class To:
    """Whom it goes to, and what it says."""

    name: str
    email: str
    letter: Letter


Write = Callable[[int, str], To | None]
WRITERS: dict[str, tuple[Write, str]] = {}


def letter(kind: str, *, samples: Mapping[str, Sample], why: str) -> Callable[[Write], Write]:
    """Registers `fn(number, token)` that writes a kind of mail, made-up words for each of its folders, and what its
    foot says of why it comes. None when there is nothing to say any more."""

    def keep(write_it: Write) -> Write:
        WRITERS[kind] = (write_it, why)
        SAMPLES.update({folder: (kind, sample) for folder, sample in samples.items()})
        return write_it

    return keep


def footing(kind: str) -> Footing | None:
    """The foot of such a mail; None for a kind that goes to members."""
    found = WRITERS.get(kind)
    return Footing(why=found[1]) if found else None


def write(kind: str, number: int, *, token: str, now: dt.datetime, key: str | None = None) -> None:
    """Asks for a mail of a kind about a row, after this commit. The token in its link travels sealed. With a `key`, a
    second one of that key within days is the first one."""
    args = {"kind": kind, "number": number, "sealed": seal(token), "asked_at": now.isoformat()}
    outbox.post(WRITE, args, key=key, now=now)


def prepare(kind: str, number: int, sealed: str, asked_at: str) -> Parcel | None:
    """The mail in its envelope; None when there is nothing to say, or its link can't be read any more."""
    writer, why = WRITERS[kind]
    try:
        to = writer(number, unseal(sealed))
    except Unreadable:
        return None
    return _packed(to, kind, number, why, asked_at) if to else None


def _packed(to: To, kind: str, number: int, why: str, asked_at: str) -> Parcel | None:
    give_addresses()
    reader = Reader(id=0, name=to.name, first_name=to.name.split()[0] if to.name.strip() else "", email=to.email,
                    zone=place().zone)  # fmt: skip
    mail = Mail(key=f"{kind}:{number}", member_id=0, created_at=dt.datetime.fromisoformat(asked_at))
    mail.message_id = envelope.message_id(mail)
    try:
        message = envelope.pack(mail, reader, render(to.letter, reader, Footing(why=why)))
    except ValueError as error:  # an address that no header takes: nobody can be written to at it
        log.warning("mail.unwritable", kind=kind, number=number, error=type(error).__name__)
        return None
    return Parcel(
        mail_id=0, sender=envelope.sender(), recipient=message["To"].addresses[0].addr_spec, message=message
    )


def call(parcel: Parcel) -> None:
    """Hands it over; whatever goes wrong raises, and the outbox tries again."""
    settings = current_app.extensions["settings"]
    with post.outlet(settings.mail_url, name=envelope.sender().rpartition("@")[2]) as out:
        out.send(parcel)


def settle(_result: None, **_args: object) -> None:
    """Nothing is kept of it: the message that asked for it is done."""


outbox.calls(outbox.Errand(name=WRITE, prepare=prepare, call=call, settle=settle))
