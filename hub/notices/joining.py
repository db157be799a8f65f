"""Of people who join by themselves: the mail with the link that lets them in, and what managers hear of them."""

from collections.abc import Mapping
from typing import Any

from hub import activity, notices
from hub.activity.queries import fact
from hub.core.clock import now
from hub.members.joining import queries as codes
from hub.members.joining.actions import LETTER
from hub.members.queries import staff
from hub.notices import strangers
from hub.notices.letters import Letter

CAME = "member.came_by_code"
WHY = "You get this mail because somebody asked to join with your address. There is nothing to unsubscribe from."

notices.kind(
    CAME, icon="user-plus", label="See who it is", about="Somebody joined by a code", roles=("manager",),
    by_default="digest", sentence=lambda _notice, context: f"{context.title or 'Somebody'} joined by a code of yours.",
)  # fmt: skip


def _sample() -> Mapping[str, Any]:
    return {"path": "/joinings/a-made-up-link"}


@strangers.letter(LETTER, samples={"joining": _sample}, why=WHY)
def come_in(number: int, token: str) -> strangers.To | None:
    """The link; nothing once it was used, or another was asked for."""
    wish = codes.request(number)
    if wish is None:
        return None
    letter = Letter(folder="joining", words={"path": f"/joinings/{token}"})
    return strangers.To(name=wish.name, email=wish.email, letter=letter)


@activity.listens(CAME, "notices.came_by_code")
def came(fact_id: int) -> None:
    """Tells the managers of a new member whom nobody invited."""
    found = fact(fact_id)
    notices.tell_many(
        [{"member_id": one.id, "kind": CAME, "subject": found.subject, "key": f"fact:{fact_id}:{one.id}"}
         for one in staff("manager")],
        now=now(),
    )  # fmt: skip
