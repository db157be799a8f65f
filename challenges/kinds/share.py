"""Share content: the member opens it, posts it in their own words or ours, and says so.

What is shared is a piece of the hub's content, or an address of the step's own. Either way each member shares a link of
their own, one for each network, and the disclosure is part of what is shared and kept with the submission.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wtforms import SelectField, URLField
from wtforms.validators import Optional

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
from hub import sharing
from hub.core.clock import now
from hub.members.forms import options

PLACES = ("linkedin", "x", "facebook", "whatsapp", "email")


class ShareForm(StepForm):
    """What is shared, and the words offered with it."""

    content = SelectField("What is shared", [Optional()], choices=[])
    url = a_line(
        "Its address", longest=2000, kind=URLField, description="When it isn’t among the content to share."
    )
    words = a_text("Words to start from", longest=600, description="Content has words of its own.")
    disclosure = a_text(
        "Disclosure", longest=400, description="Goes with the words; kept with each submission."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = sharing.contents.choices(now())
        known = {number for number, _ in found}
        kept = self.content.data or ""
        ended = [(kept, "What was chosen before (it has ended)")] if kept and kept not in known else []
        self.content.choices = options([("", "An address of its own, below"), *ended, *found])
        self.content.data = kept


@register
class Share(Kind):
    """`data`: content (its number), or url and words; disclosure."""

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
        """It needs content or an address, and the disclosure: who shares has something from it, and says so."""
        if not step.data.get("content") and not is_link(step.data.get("url") or ""):
            yield "url", "Choose what is shared, or give its address: https://…"
        if not step.data.get("disclosure"):
            yield "disclosure", "Say what members disclose: they get points for sharing."

    def shown(self, turn: Turn, /) -> dict[str, Any]:
        """Where to post it, by links that make the member's own on the way."""
        subject, disclosure = subject_of(turn.step), turn.step.data.get("disclosure") or ""
        networks = [sharing.networks.NETWORKS[name] for name in PLACES]
        content = (
            sharing.contents.get(int(subject.partition(":")[2])) if subject.startswith("content:") else None
        )
        own = content.words if content else {"": str(turn.step.data.get("words") or "")}
        words = {
            one.name: sharing.networks.said(own, one.name, disclosure)
            for one in networks
            if not one.takes_words
        }
        return {"path": f"/share/{subject.replace(':', '/')}", "reason": f"step:{turn.step.id}", "networks": networks,
                "words": words, "button": "I shared it"}  # fmt: skip

    def check(self, turn: Turn, given: Given) -> Outcome:
        """They say that they did; where it can be seen is welcome and not asked for."""
        post = given.words("post", 500)
        if post and not is_link(post):
            return wrong(post="That isn’t a web address. Leave it empty, or paste the address of your post.")
        link = sharing.link(turn.member.id, subject_of(turn.step), "copy", turn.now)
        disclosure = turn.data.get("disclosure") or ""
        kept = {"shared": sharing.address(link), "disclosure": disclosure, "post": post}
        return Outcome(verdict="done", data=kept, digest=post or None)

    def evidence(self, data: Mapping[str, Any]) -> Iterator[Evidence]:
        """What was shared, where it can be seen, the disclosure it went with."""
        if data.get("shared"):
            yield Evidence(label="Shared", url=data["shared"])
        if data.get("post"):
            yield Evidence(label="Their post", url=data["post"])
        if data.get("disclosure"):
            yield Evidence(label="Disclosure", text=data["disclosure"])


def subject_of(step: ChallengeStep) -> str:
    """What its links lead to: the content it names, else its own address."""
    content = str(step.data.get("content") or "")
    return f"content:{content}" if content.isdecimal() else f"step:{step.id}"
