"""Where personal links lead. Each room says it for its own subjects; nothing in a request ever does.

@sharing.target("programme")
def landing(programme_id: int, link: PersonalLink) -> Destination | None: ...
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hub.core.place import place
from hub.core.web import own_path
from hub.members.models import Member
from hub.sharing import terms
from hub.sharing.models import PersonalLink


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """What a link stands for: `url` is a path of this hub (`/r/7xk2m9qp`) or a stored address elsewhere. `says` and
    `picture` (a path of this hub) are its preview on social networks. When it is not open any more, `says` may tell
    why. `words` are offered to whoever shares it, by channel; "" is for all."""

    url: str
    title: str
    says: str = ""
    picture: str = ""
    is_open: bool = True
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        """Whether it is a page of this hub, which is told by which click somebody came."""
        return own_path(self.url) is not None


# `fn(subject_id, link)`: the destination, or None when there is no such thing any more.
Resolve = Callable[[int, PersonalLink], Destination | None]
# `fn(subject_id, member)`: whether this member may have a link to it.
Admit = Callable[[int, Member], bool]
# `fn(subject_id)`: what whoever shares for it discloses.
Disclose = Callable[[int], str]
DISCLOSES: dict[str, Disclose] = {}
TARGETS: dict[str, Resolve] = {}
ADMITS: dict[str, Admit] = {}


def target(prefix: str, *, admits: Admit | None = None) -> Callable[[Resolve], Resolve]:
    """Registers where links to subjects of a prefix lead. It reads only, with few statements: a click may wait for
    it. It has no request to look at, only the row of the link. Without `admits`, members get links to what `offers`
    holds for them."""

    def keep(resolve: Resolve) -> Resolve:
        TARGETS[prefix] = resolve
        if admits is not None:
            ADMITS[prefix] = admits
        return resolve

    return keep


def discloses(prefix: str) -> Callable[[Disclose], Disclose]:
    """Registers what whoever shares because of a subject of this prefix says of it: `fn(subject_id)`, "" for what the
    hub says."""

    def keep(disclose: Disclose) -> Disclose:
        DISCLOSES[prefix] = disclose
        return disclose

    return keep


def disclosure(reason: str) -> str:
    """What is disclosed of sharing for this reason (`step:7`), or what the hub says where there is none of its own."""
    prefix, _, number = reason.partition(":")
    is_known = prefix in DISCLOSES and number.isascii() and number.isdecimal() and len(number) <= 18
    return (DISCLOSES[prefix](int(number)) if is_known else "") or terms.current().disclosure


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A page of the hub that a member may pass on: its subject, and what it is called."""

    subject: str
    title: str
    says: str = ""


Offers = Callable[[Member], Iterable[Offer]]
OFFERS: list[Offers] = []


def offers(find: Offers) -> Offers:
    """Registers pages that members pass on besides content: `fn(member)`, the best first, one statement."""
    if find not in OFFERS:
        OFFERS.append(find)
    return find


@offers
def _the_hub(_member: Member) -> Iterable[Offer]:
    yield Offer(subject="hub:1", title="This community", says="What it is, and how to join it.")


@target("hub")
def _hub(_number: int, _link: PersonalLink) -> Destination:
    """The front page, which says to strangers what this is."""
    here = place()
    return Destination(url="/", title=here.name, says=here.tagline)


def offered(member: Member) -> list[Offer]:
    """What a member may pass on, rooms that came later first: a programme's page before the front page."""
    return [offer for find in reversed(OFFERS) for offer in find(member)]


def may_share(subject: str, member: Member) -> bool:
    """Whether this member may pass this on."""
    if not known(subject):
        return False
    prefix, _, number = subject.partition(":")
    if prefix in ADMITS:
        return ADMITS[prefix](int(number), member)
    return any(offer.subject == subject for offer in offered(member))


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
