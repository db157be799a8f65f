"""Who may see, review and talk about what."""

from sqlalchemy import or_, select

from challenges.models import Challenge, ChallengeApprover, StepAnswer, Submission
from challenges.queries import approvers, approves
from hub import community, segments
from hub.community.models import Post, Thread
from hub.core import uploads
from hub.core.db import db
from hub.members.models import Member

MANAGERS = frozenset({"manager", "admin"})


def may_review(member: Member) -> bool:
    """Managers review everything; others what they were asked to."""
    return bool(member.roles & MANAGERS) or bool(approves(member.id))


def reviews(member: Member, challenge_id: int) -> bool:
    """Whether this member may decide about a challenge's submissions."""
    return bool(member.roles & MANAGERS) or challenge_id in approves(member.id)


def is_talked_about(found: Submission) -> bool:
    """Feedback is answered by staff, in words: such a submission has a thread of its own."""
    return found.state in ("pending", "approved", "sent_back") and any(
        one.kind == "feedback" for one in found.answers
    )


def _speakers(subject: str) -> set[int]:
    query = select(Post.by_id).join(Thread, Thread.id == Post.thread_id).where(Thread.subject == subject)
    return set(db.session.scalars(query.distinct()))


def challenge_circle(challenge_id: int, member: Member) -> set[int] | None:
    """Every member may join in under a published challenge; nobody is told but who watches it or is mentioned."""
    found = db.session.execute(
        select(Challenge.state, Challenge.segment_id).where(Challenge.id == challenge_id)
    ).one_or_none()
    if found is None or member.roles & MANAGERS:
        return None if found is None else set()
    state, segment_id = found
    if state == "draft" or (segment_id is not None and not segments.belonging([segment_id], member.id)):
        return None
    return set()


def submission_circle(submission_id: int, member: Member) -> set[int] | None:
    """Who sent it, who reviews it, and whoever of the staff has answered."""
    found = db.session.get(Submission, submission_id)
    if found is None or not (found.member_id == member.id or reviews(member, found.challenge_id)):
        return None
    asked = {person.id for person in approvers(found.challenge_id)}
    return {member.id, found.member_id, *asked, *_speakers(found.subject)}


def sees_upload(upload: uploads.Upload, member: Member) -> bool:
    """Approvers see the evidence of the challenges they review."""
    asked = approves(member.id)
    if not asked:
        return False
    query = (
        select(Submission.id)
        .join(StepAnswer, StepAnswer.submission_id == Submission.id)
        .join(ChallengeApprover, ChallengeApprover.challenge_id == Submission.challenge_id)
        .where(StepAnswer.digest == upload.digest, or_(ChallengeApprover.member_id == member.id))
    )
    return db.session.scalar(query.limit(1)) is not None


community.admits("challenge", challenge_circle, is_open=True)
community.admits("submission", submission_circle)
uploads.allows(sees_upload)
