"""Where personal links lead. Each room says it for its own subjects; nothing in a request ever does.

@sharing.target("programme")
def landing(programme_id: int, link: PersonalLink) -> Destination | None: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from hub.core.web import own_path
from hub.sharing.models import PersonalLink


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """What a link stands for: `url` is a path of this hub (`/r/7xk2m9qp`) or a stored address elsewhere. `says` and
    `picture` are its preview on social networks. When it is not open any more, `says` may tell why."""

    url: str
    title: str
    says: str = ""
    picture: str = ""
    is_open: bool = True

    @property
    def is_ours(self) -> bool:
        """Whether it is a page of this hub, which is told by which click somebody came."""
        return own_path(self.url) is not None


# `fn(subject_id, link)`: the destination, or None when there is no such thing any more.
Resolve = Callable[[int, PersonalLink], Destination | None]
TARGETS: dict[str, Resolve] = {}


def target(prefix: str) -> Callable[[Resolve], Resolve]:
    """Registers where links to subjects of a prefix lead. It reads only, with few statements: a click may wait for
    it. It has no request to look at, only the row of the link."""

    def keep(resolve: Resolve) -> Resolve:
        TARGETS[prefix] = resolve
        return resolve

    return keep


def known(subject: str) -> bool:
    """Whether a link may be made to this subject."""
    prefix, _, number = subject.partition(":")
    return prefix in TARGETS and number.isascii() and number.isdecimal() and len(number) <= 18


def destination(link: PersonalLink) -> Destination | None:
    """Where a link leads now; None for a subject that is gone, or an address nobody should be sent to."""
    if not known(link.target):
        return None
    prefix, _, number = link.target.partition(":")
    found = TARGETS[prefix](int(number), link)
    return found if found is not None and (found.is_ours or is_elsewhere(found.url)) else None


def is_elsewhere(url: str) -> bool:
    """Whether this is a whole web address that may stand in a header: no controls, blanks, or passwords in it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and not set(url) & set(' \\<>"')
    return plain and parts.scheme in ("http", "https") and bool(host) and parts.username is None
