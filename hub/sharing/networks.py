"""The places where members share: what each is called, and the address that opens its own form with our link in it.

Nothing of theirs is loaded on a page of ours: they are plain links that a member follows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

Compose = Callable[[str, str, str], str]
X_LONGEST = 255  # of 280: an address takes 23 on X, whatever its length


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """One place. `takes_words`: its form is opened with the words in it; else they are copied first."""

    name: str
    title: str
    icon: str
    compose: Compose
    takes_words: bool = True


def _query(**values: str) -> str:
    # A blank as %20: in a mail's words a plus would stay a plus.
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items() if value)


NETWORKS: Mapping[str, Network] = {
    one.name: one
    for one in (
        Network(name="linkedin", title="LinkedIn", icon="briefcase", takes_words=False,
                compose=lambda url, _words, _title: "https://www.linkedin.com/sharing/share-offsite/?"
                + _query(url=url)),
        Network(name="x", title="X", icon="x",
                compose=lambda url, words, _title: "https://x.com/intent/post?" + _query(text=words, url=url)),
        Network(name="facebook", title="Facebook", icon="users", takes_words=False,
                compose=lambda url, _words, _title: "https://www.facebook.com/sharer/sharer.php?" + _query(u=url)),
        Network(name="whatsapp", title="WhatsApp", icon="message-circle",
                compose=lambda url, words, _title: "https://wa.me/?" + _query(text=f"{words}\n\n{url}".strip())),
        Network(name="email", title="E-mail", icon="mail",
                compose=lambda url, words, title: "mailto:?" + _query(subject=title, body=f"{words}\n\n{url}".strip())),
    )
}  # fmt: skip
SHARED = (*NETWORKS, "copy")
CHANNEL_NAMES = {
    **{name: one.title for name, one in NETWORKS.items()}, "copy": "Copied", "qr": "QR code", "embed": "Embedded",
    "landing": "Your page",
}  # fmt: skip


def said(words: Mapping[str, str], channel: str, disclosure: str) -> str:
    """What is offered to say there: the words for this place, else those for all, and the disclosure."""
    own = (words.get(channel) or words.get("") or "").strip()
    return "\n\n".join(part for part in (own, disclosure.strip()) if part)
