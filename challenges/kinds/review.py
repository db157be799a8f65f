"""A review on a public site: written there in the member's own words, proved by its link.

The reward is the same whatever it says, so this kind asks for no stars, and the disclosure the member agreed to is kept
with the submission. The guard for the entire challenge is in challenges.problems.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from wtforms import URLField

from challenges.kinds import Evidence, Given, Kind, Outcome, StepForm, Turn, a_line, a_text, is_link, register
from challenges.models import ChallengeStep

TOLD = "The points are the same whatever you write."


class ReviewForm(StepForm):
    """The site, and what members disclose."""

    site = a_line("Name of the site", longest=80)
    url = a_line("Address of our page there", longest=2000, kind=URLField)
    disclosure = a_text(
        "Disclosure", longest=400, description="They put it into the review; kept with their link."
    )


@register
class Review(Kind):
    """`data`: site, url, disclosure."""

    name = "review"
    title = "Review on a public site"
    says = "A review elsewhere, proved by its link. Worth the same whatever it says."
    icon = "star"
    action = "Write a review"
    hue = 2
    minutes = 10
    form = ReviewForm
    wants_review = True
    is_public_review = True
    asked = (("Site", "site"), ("Link", "url"), ("Disclosure", "disclosure"))

    def problems(self, step: ChallengeStep, /) -> Iterable[tuple[str, str]]:
        """It needs the site, our page there, and the disclosure."""
        if not step.data.get("site"):
            yield "site", "Name the site."
        if not is_link(step.data.get("url") or ""):
            yield "url", "Give the address of our page there: https://…"
        if not step.data.get("disclosure"):
            yield "disclosure", "Say what members disclose: that they get points, whatever they write."

    def shown(self, turn: Turn, /) -> dict[str, Any]:
        """What is promised, in one sentence."""
        return {"told": TOLD, "host": host(turn.data.get("url") or "")}

    def check(self, turn: Turn, given: Given) -> Outcome:
        """A link on that site, and the disclosure agreed to. What the review says is nobody's business here."""
        link, errors = given.words("link", 500), {}
        theirs = host(turn.data.get("url") or "")
        if not is_link(link):
            errors["link"] = "Paste the address of your review: https://…"
        elif theirs and not same_site(host(link), theirs):
            errors["link"] = f"This isn’t on {theirs}. Paste the address of your review there."
        if not given.words("disclosed"):
            errors["disclosed"] = "Say in your review that you get points for it, then tick this."
        if errors:
            return Outcome(verdict="wrong", errors=errors)
        kept = {
            "link": link,
            "site": turn.data.get("site") or "",
            "disclosure": turn.data.get("disclosure") or "",
        }
        return Outcome(verdict="review", data=kept, digest=link.rstrip("/").lower())

    def evidence(self, data: Mapping[str, Any]) -> Iterator[Evidence]:
        """The link, and what was disclosed."""
        if data.get("link"):
            yield Evidence(label=f"Their review on {data.get('site') or 'the site'}", url=data["link"])
            yield Evidence(label="Disclosure they agreed to", text=data.get("disclosure", ""))


def host(url: str) -> str:
    """The host of an address, without www."""
    return (urlsplit(url).hostname or "").removeprefix("www.") if is_link(url) else ""


def same_site(one: str, other: str) -> bool:
    """Whether two hosts are of one site: the same, or one below the other."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
