"""Share content: the member opens it, posts it in their own words or ours, and says so.

The disclosure is part of what is shared and is kept with the submission. Until the sharing room gives out personal
links, everybody shares the same address: `PERSONAL` is where that room puts itself in between.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from wtforms import URLField

from challenges.kinds import (
    Evidence,
    Given,
    Kind,
    Outcome,
    StepForm,
    Turn,
    a_line,
    a_text,
    is_link,
    register,
    wrong,
)
from challenges.models import ChallengeStep

PERSONAL: list[Callable[[int, str], str]] = []
"""`fn(member_id, url)` gives the member's own link to an address; the last one registered holds."""
NETWORKS = {
    "LinkedIn": ("https://www.linkedin.com/sharing/share-offsite/", "url"),
    "X": ("https://x.com/intent/post", "url"),
    "Facebook": ("https://www.facebook.com/sharer/sharer.php", "u"),
}


class ShareForm(StepForm):
    """What is shared, and the words offered with it."""

    url = a_line("Address to share", longest=2000, kind=URLField)
    words = a_text("Words to start from", longest=600)
    disclosure = a_text(
        "Disclosure", longest=400, description="Goes with the words; kept with each submission."
    )


@register
class Share(Kind):
    """`data`: url, words, disclosure."""

    name = "share"
    title = "Share content"
    says = "A link to pass on, with words and a disclosure ready."
    icon = "share-2"
    action = "Share it"
    hue = 4
    minutes = 2
    form = ShareForm
    asked = (("Link", "url"), ("Disclosure", "disclosure"))

    def problems(self, step: ChallengeStep, /) -> Iterable[tuple[str, str]]:
        """It needs an address, and the disclosure: who shares has something from it, and says so."""
        if not is_link(step.data.get("url") or ""):
            yield "url", "Give the address to share: https://…"
        if not step.data.get("disclosure"):
            yield "disclosure", "Say what members disclose: they get points for sharing."

    def shown(self, turn: Turn, /) -> dict[str, Any]:
        """Their link, the words with the disclosure, and where to post them."""
        link = personal_link(turn.member.id, turn.data.get("url") or "")
        networks = [(name, f"{page}?{urlencode({key: link})}") for name, (page, key) in NETWORKS.items()]
        return {"link": link, "words": said(turn, link), "networks": networks, "button": "I shared it"}

    def check(self, turn: Turn, given: Given) -> Outcome:
        """They say that they did; where it can be seen is welcome and not asked for."""
        post = given.words("post", 500)
        if post and not is_link(post):
            return wrong(post="That isn’t a web address. Leave it empty, or paste the address of your post.")
        link = personal_link(turn.member.id, turn.data.get("url") or "")
        kept = {"shared": link, "disclosure": turn.data.get("disclosure") or "", "post": post}
        return Outcome(verdict="done", data=kept, digest=post or None)

    def evidence(self, data: Mapping[str, Any]) -> Iterator[Evidence]:
        """What was shared, where it can be seen, the disclosure it went with."""
        if data.get("shared"):
            yield Evidence(label="Shared", url=data["shared"])
        if data.get("post"):
            yield Evidence(label="Their post", url=data["post"])
        if data.get("disclosure"):
            yield Evidence(label="Disclosure", text=data["disclosure"])


def personal_link(member_id: int, url: str) -> str:
    """The member's own link to an address, where links are given out; else the address."""
    return PERSONAL[-1](member_id, url) if PERSONAL else url


def said(turn: Turn, link: str) -> str:
    """The words to post: ours, the link, the disclosure."""
    return "\n\n".join(part for part in (turn.data.get("words"), link, turn.data.get("disclosure")) if part)
