"""One challenge as one member sees it: its steps, what they have answered, what was said about it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup

from challenges import queries
from challenges.cards import Card, cards
from challenges.kinds import KINDS, Evidence, Kind, Turn
from challenges.models import Challenge, ChallengeStep, StepAnswer, Submission
from challenges.queries import Told
from hub.community.text import html
from hub.core import uploads
from hub.members.models import Member

SEEN_BY_MEMBERS = ("approved", "sent_back", "refused", "overturned")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One step: `state` is done, now (to be answered) or later."""

    step: ChallengeStep
    kind: Kind
    place: int
    state: str
    body: Markup
    kept: Mapping[str, Any]
    shown: Mapping[str, Any]
    evidence: list[Evidence]
    opened: str = ""
    points: int = 0
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Any = None

    @property
    def name(self) -> str:
        """For ids: `step-7`."""
        return f"step-{self.step.id}"

    def value(self, name: str = "answer") -> Any:
        """What was typed, else what was kept."""
        return self.typed.get(name, "") if self.typed is not None else self.kept.get(name, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What the page of a challenge shows."""

    card: Card
    body: Markup
    parts: list[Part]
    submission: Submission | None
    told: Told | None
    pictures: Mapping[int, uploads.Upload]

    @property
    def may_answer(self) -> bool:
        """Whether there is something to answer now."""
        return self.card.state in ("open", "started", "sent_back")

    @property
    def left(self) -> int:
        """How many steps are to be done."""
        return sum(part.state != "done" for part in self.parts)


def see(
    challenge: Challenge, member: Member, *, now: dt.datetime, errors: Mapping[str, str] | None = None,
    wrong_step: int | None = None, typed: Any = None, opened: str = "", is_preview: bool = False,
    followed: Mapping[int, dt.datetime] | None = None,
) -> Page | None:  # fmt: skip
    """The page; None when the challenge is for others and this member never began it."""
    found = next(iter(cards([challenge], member.id, now=now, as_open=is_preview)), None)
    if found is None:
        return None
    latest = None if is_preview else queries.current(challenge.id, member.id)
    shown = latest if latest and latest.state != "withdrawn" and found.state != "open" else None
    answered = {one.step_id: one for one in shown.answers} if shown else {}
    parts: list[Part] = []
    is_now = found.state in ("open", "started", "sent_back")
    for place, step in enumerate(challenge.steps, 1):
        given = answered.get(step.id)
        done = given is not None and given.verdict != "open"
        mine = step.id == wrong_step
        parts.append(
            part(step, member, given, place=place, now=now, state="done" if done else "now" if is_now else "later",
                 submission_id=shown.id if shown else None, errors=errors if mine else None,
                 typed=typed if mine else None, opened=opened if mine else "",
                 followed_at=(followed or {}).get(step.id))
        )  # fmt: skip
        is_now = is_now and done
    # A refusal is told even where another try is open already.
    heard = shown or (latest if latest and latest.state == "refused" else None)
    told = queries.decisions(heard.id) if heard else []
    told = [one for one in told if one.decision.verdict in SEEN_BY_MEMBERS]
    held = told[-1] if told and heard and heard.decision_id == told[-1].decision.id else None
    return Page(
        card=found,
        body=html(challenge.body),
        parts=parts,
        submission=shown,
        told=held,
        pictures=pictures(parts),
    )


def part(
    step: ChallengeStep, member: Member, given: StepAnswer | None, *, place: int, now: dt.datetime, state: str,
    submission_id: int | None = None, errors: Mapping[str, str] | None = None, typed: Any = None, opened: str = "",
    followed_at: dt.datetime | None = None,
) -> Part:  # fmt: skip
    """One step with what was answered to it."""
    kept = given.data if given else {}
    at = followed_at if step.data.get("url") else unseal(opened, step, member)
    turn = Turn(step=step, member=member, now=now, kept=kept, opened_at=at, submission_id=submission_id)
    kind = KINDS[step.kind]
    return Part(
        step=step, kind=kind, place=place, state=state, body=html(step.body), kept=kept,
        shown=kind.shown(turn) if state == "now" else {}, evidence=list(kind.evidence(kept)) if given else [],
        opened=opened or seal(step, member, now), points=given.points if given and state == "done" else step.points,
        errors=errors or {}, typed=typed,
    )  # fmt: skip


def pictures(parts: list[Part]) -> dict[int, uploads.Upload]:
    """The pictures among the answers, by number: one statement."""
    return uploads.by_ids([one.upload_id for part in parts for one in part.evidence if one.upload_id])


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.extensions["settings"].secret_key, salt="challenges.opened")


def seal(step: ChallengeStep, member: Member, now: dt.datetime) -> str:
    """When this member was shown this step, in a form that they can carry and not change."""
    return str(_signer().dumps([step.id, member.id, now.isoformat()]))


def unseal(token: str, step: ChallengeStep, member: Member) -> dt.datetime | None:
    """When they were shown it; None for a token that isn't ours, or somebody else's."""
    try:
        step_id, member_id, at = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return dt.datetime.fromisoformat(at) if (step_id, member_id) == (step.id, member.id) else None
