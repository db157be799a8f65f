"""Calendar files for people: on the page, and beside mails as the invitation that calendars understand."""

from hub.hangouts.ics import Method, calendar
from hub.hangouts.models import Guest, Hangout
from hub.notices import envelope
from hub.notices.letters import Calendar, Reader
from hub.notices.rendering import base_url


def page_of(hangout: Hangout) -> str:
    """The whole address of its page."""
    return f"{base_url()}/hangouts/{hangout.slug}"


def file_for(hangout: Hangout) -> bytes:
    """The file that anybody who may see the page can keep: it invites nobody."""
    return calendar(hangout, url=page_of(hangout), organizer=_organizer(hangout))


def beside(hangout: Hangout, reader: Reader, mine: Guest) -> Calendar:
    """What goes with a mail: an invitation to this reader, or its withdrawal when it is off, or their seat is gone."""
    comes = hangout.state != "cancelled" and mine.state == "seated"
    method: Method = "REQUEST" if comes else "CANCEL"
    body = calendar(
        hangout, url=page_of(hangout), method=method, organizer=_organizer(hangout),
        attendee=(reader.name, reader.email), at=mine.moved_at,
    )  # fmt: skip
    return Calendar(body=body, method=method, name=f"{hangout.slug}.ics")


def _organizer(hangout: Hangout) -> tuple[str, str]:
    # The hub's own address: a host's is nobody's business, and answers of calendars go nowhere.
    return hangout.by.name, envelope.sender()
