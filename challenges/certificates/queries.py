"""Reads of certificates."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, select

from challenges.certificates.models import Certificate, Certification
from challenges.models import Challenge, Submission
from hub.core.db import db
from hub.members.models import Member


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A certificate with what is written on it; `stands` is false when the approval behind it was taken back."""

    certificate: Certificate
    title: str
    slug: str
    member: Member
    stands: bool

    @property
    def name(self) -> str:
        """The holder's name, as it is now."""
        return "A former member" if self.member.erased_at else self.member.name


def months(challenge_id: int) -> int | None:
    """For how many months a challenge certifies; None when it doesn't."""
    return db.session.scalar(select(Certification.months).where(Certification.challenge_id == challenge_id))


def of_submission(submission_id: int) -> Certificate | None:
    """The certificate a submission was given."""
    return db.session.scalar(select(Certificate).where(Certificate.submission_id == submission_id))


def _held() -> Select[Certificate, str, str, Member, str]:
    return (
        select(Certificate, Challenge.title, Challenge.slug, Member, Submission.state)
        .join(Challenge, Challenge.id == Certificate.challenge_id)
        .join(Member, Member.id == Certificate.member_id)
        .join(Submission, Submission.id == Certificate.submission_id)
    )


def _read(query: Select[Certificate, str, str, Member, str]) -> list[Held]:
    return [
        Held(certificate=one, title=title, slug=slug, member=member, stands=state == "approved")
        for one, title, slug, member, state in db.session.execute(query)
    ]


def by_code(code: str) -> Held | None:
    """One certificate by the code written on it, however it is typed."""
    plain = code.strip().upper()
    if not plain.isprintable():  # PostgreSQL takes no NUL
        return None
    return next(iter(_read(_held().where(Certificate.code == plain))), None)


def of_member(member_id: int) -> list[Held]:
    """A member's certificates, the latest first."""
    return _read(_held().where(Certificate.member_id == member_id).order_by(Certificate.id.desc()))


def latest(challenge_id: int, member_id: int) -> Held | None:
    """A member's latest certificate of a challenge."""
    query = _held().where(Certificate.challenge_id == challenge_id, Certificate.member_id == member_id)
    return next(iter(_read(query.order_by(Certificate.id.desc()).limit(1))), None)


def promised(challenge_id: int, member_id: int) -> tuple[int | None, Certificate | None]:
    """For how many months a challenge certifies (None: it doesn't), and this member's latest certificate of it."""
    query = (
        select(Certification.months, Certificate)
        .outerjoin(
            Certificate,
            (Certificate.challenge_id == Certification.challenge_id) & (Certificate.member_id == member_id),
        )
        .where(Certification.challenge_id == challenge_id)
        .order_by(Certificate.id.desc())
        .limit(1)
    )
    row = db.session.execute(query).one_or_none()
    return (None, None) if row is None else (row[0], row[1])


def titles(ids: Collection[int]) -> Select[int, str, str]:
    """Id, challenge and code of certificates."""
    query = select(Certificate.id, Challenge.title, Certificate.code)
    return query.join(Challenge, Challenge.id == Certificate.challenge_id).where(Certificate.id.in_(ids))
