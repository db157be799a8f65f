"""Where links to the own address of a share step lead, and who may have one: whom its challenge is for."""

from sqlalchemy import select

from challenges.cards import cards
from challenges.models import Challenge, ChallengeStep
from challenges.queries import whole
from hub import sharing
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from hub.sharing.models import PersonalLink


def _admits(step_id: int, member: Member) -> bool:
    found = _found(step_id)
    return found is not None and bool(cards([found[1]], member.id, now=now(), everyone=False))


@sharing.target("step", admits=_admits)
def destination(step_id: int, _link: PersonalLink) -> sharing.Destination | None:
    """The address that a share step names; it is open as long as its challenge is."""
    found = _found(step_id)
    if found is None or not found[0].data.get("url"):
        return None
    step, challenge = found
    return sharing.Destination(
        url=str(step.data["url"]), title=step.title or challenge.title, words={"": str(step.data.get("words") or "")},
        is_open=challenge.is_open(now()),
    )  # fmt: skip


@sharing.discloses("step")
def disclosure(step_id: int) -> str:
    """What a step asks members to say: the same that is kept with their submission."""
    query = select(ChallengeStep.data).where(ChallengeStep.id == step_id, ChallengeStep.kind == "share")
    return str((db.session.scalar(query) or {}).get("disclosure") or "")


def _found(step_id: int) -> tuple[ChallengeStep, Challenge] | None:
    query = (
        select(ChallengeStep, Challenge)
        .join(Challenge, Challenge.id == ChallengeStep.challenge_id)
        .where(ChallengeStep.id == step_id, ChallengeStep.kind == "share", Challenge.state != "draft")
        .options(*whole())
    )
    row = db.session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])
