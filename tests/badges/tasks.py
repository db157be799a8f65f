"""Challenges that were completed, by the verbs that people use."""

from sqlalchemy import select

from challenges import actions, queries
from challenges.actions import building
from challenges.models import Challenge
from hub.core import edges
from hub.core.db import db
from hub.members.models import Member
from tests.badges.scene import DAY, NOW
from tests.challenges.examples import EXAMPLES
from tests.challenges.world import given


def task(kind: str, slug: str, review: str = "automatic") -> int:
    """A published challenge of one step, done as often as one likes; made once for each hub."""
    known = db.session.scalar(select(Challenge.id).where(Challenge.slug == slug))
    if known is not None:
        return int(known)
    with edges.unit():
        made = building.create(
            slug, by_id=None, now=NOW - DAY, kind=kind, slug=slug, body="Why not.", review=review, repeat="times",
            repeat_times=9,
        )  # fmt: skip
        building.add_step(made, kind, data=EXAMPLES[kind].data, body="Please.")
        building.publish(made, by_id=None, now=NOW - DAY)
    return made.id


def complete(member_id: int, kind: str, slug: str, review: str = "automatic") -> int:
    """One submission to it, as far as the member brings it; gives its number."""
    challenge_id = task(kind, slug, review)
    with edges.unit():
        found, member = queries.by_id(challenge_id), db.session.get_one(Member, member_id)
        assert found is not None
        sent = given(EXAMPLES[kind].right)
        made = actions.answer(found, found.steps[0], member, sent, now=NOW, opened_at=NOW - DAY)
        return made.submission.id
