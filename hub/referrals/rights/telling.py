"""What a person's answer means to others: notices in plain words, and lines in the timeline."""

from typing import Any

from hub import notices
from hub.activity.models import Fact
from hub.core.registry import Moment
from hub.notices import Context

KINDS = ("referral.person_asked", "referral.person_answered", "referral.person_invited")
ANSWERS = {
    ("accepted", "link"): "They said yes to being introduced.",
    ("accepted", "spoken"): "They said yes in conversation.",
    ("accepted", "dealing"): "Sales and they have been in touch since: that was their yes.",
    ("declined", "link"): "They would rather not be introduced. What we knew of them is deleted.",
    ("declined", "spoken"): "They told sales that they would rather not. What we knew of them is deleted.",
    ("erased", "link"): "They asked to be forgotten, and are. What this referral earned stays.",
    (
        "erased",
        "dealing",
    ): "The CRM erased them, so what we knew of them is deleted. What this referral earned stays.",
    ("expired", ""): "They didn’t answer, so what we knew of them is deleted, as promised.",
}
SAID_YES = {
    "self": "They left their details themselves: that is their yes, and it is on record.",
    "introduced": "They took part in the introduction: that is their yes.",
    "spoken": "They agreed in conversation.",
}


def line(fact: Fact) -> Moment:
    """That they were asked, or what they said, as a line of the timeline."""
    icon = "shield-check"
    if fact.kind == "referral.person_asked":
        text = _asked(fact.data)
    elif fact.kind == "referral.person_answered":
        text = ANSWERS.get((fact.data.get("state", ""), fact.data.get("how", "")), "They answered.")
    else:
        text, icon = "They are invited to become an advocate themselves.", "user-plus"
    return Moment(at=fact.happened_at, text=text, icon=icon, kind="calm", order=2)


def _asked(data: dict[str, Any]) -> str:
    if data.get("state") == "accepted":
        return SAID_YES.get(data.get("how") or "", "They agreed.")
    by = "We wrote to ask them" if data.get("mailed") else "Sales asks them"
    if data.get("state") == "told":
        return "We told them who introduced them, and that they may object."
    return (
        f"{by} whether we may get in touch. Until then only name, company and a way to reach them are open."
    )


def _kind(name: str, icon: str, about_: str, sentence: Any) -> None:
    notices.kind(f"referral.person_{name}", icon=icon, label="See the referral", about=about_, by_default="digest",
                 sentence=sentence)  # fmt: skip


def _title(context: Context, otherwise: str) -> str:
    return context.title or otherwise


_kind("accepted", "circle-check", "Somebody says yes to being introduced",
      lambda _notice, context: f"{_title(context, 'The person introduced')} said yes to being introduced.")  # fmt: skip
_kind("came", "hand-heart", "Somebody I look after fills in a page themselves",
      lambda notice, context: f"{_title(context, 'The person introduced')} filled in a page of ours themselves." + (
          " It waits for their yes, which we asked for by mail where we can." if notice.data.get("state") == "asked"
          else " They would like to hear from you."))  # fmt: skip
_kind("declined", "hand-heart", "Somebody would rather not be introduced",
      lambda _notice, _context: "Somebody who was introduced would rather not. That is fine: it says nothing about who "
      "introduced them, and what it earned stays.")  # fmt: skip
_kind("erased", "shield-check", "Somebody who was introduced asks to be forgotten",
      lambda notice, _context: "Somebody who was introduced asked to be forgotten. The hub has done it" + (
          "; please do the same in other systems, such as the CRM." if notice.data.get("role") == "owner"
          else ". What it earned stays yours."))  # fmt: skip
_kind("expired", "clock", "Somebody doesn’t answer an introduction",
      lambda _notice, _context: "Somebody who was introduced didn’t answer, so their details are deleted. What it "
      "earned stays; a word from whoever knows them may bring them back.")  # fmt: skip
