"""Which challenge certifies; issuing, once for each submission."""

import datetime as dt
import secrets

from sqlalchemy import delete

from challenges.certificates import queries
from challenges.certificates.models import Certificate, Certification
from challenges.models import Challenge, Submission
from hub import activity, notices
from hub.core.db import db
from hub.outbox.actions import insert_ignoring
from hub.segments.fields import Unclear

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without those that look like others
LENGTH = 10
MOST_MONTHS = 120


def certify(challenge: Challenge, months: int | None, *, by_id: int | None, now: dt.datetime) -> None:
    """From now on doing it gives a certificate, for so many months (0: for good); None: no more. Those that were
    issued stay as they were. Refuses (Unclear) an end without a way to do it again."""
    if months is not None and not 0 <= months <= MOST_MONTHS:
        raise Unclear(f"A certificate is good for 0 (for good) to {MOST_MONTHS} months.", "months")
    if months and challenge.repeat == "once":
        raise Unclear(
            "A certificate that ends has to be renewed: let the challenge be done more than once.", "months"
        )
    db.session.execute(delete(Certification).where(Certification.challenge_id == challenge.id))
    if months is not None:
        db.session.add(Certification(challenge_id=challenge.id, months=months))
    db.session.flush()
    subject = f"challenge:{challenge.id}"
    activity.record("challenge.certifies", subject=subject, by_id=by_id, now=now, data={"months": months})


def issue(submission_id: int, *, now: dt.datetime) -> Certificate | None:
    """The certificate of an approved submission, made when it isn't there yet; None when nothing certifies it."""
    found = db.session.get(Submission, submission_id)
    months = None if found is None else queries.months(found.challenge_id)
    if found is None or months is None or found.state != "approved":
        return None
    at = found.decided_at or now
    row = {
        "code": _code(), "challenge_id": found.challenge_id, "member_id": found.member_id,
        "submission_id": found.id, "issued_at": at, "expires_at": add_months(at, months) if months else None,
    }  # fmt: skip
    fresh = db.session.scalar(insert_ignoring(Certificate).values(**row).returning(Certificate.id))
    if fresh is not None:
        subject = f"certificate:{fresh}"
        activity.record("certificate.issued", subject=subject, by_id=found.member_id, now=now)
        key = f"certificate:{fresh}"
        notices.tell(found.member_id, "certificate.issued", subject=subject, key=key, now=now)
    return queries.of_submission(submission_id)


def _code() -> str:
    drawn = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return f"{drawn[:5]}-{drawn[5:]}"


def add_months(at: dt.datetime, months: int) -> dt.datetime:
    """The same day of a later month; the last one where that month is shorter."""
    year, month = divmod(at.month - 1 + months, 12)
    for day in (at.day, 30, 29, 28):
        try:
            return at.replace(year=at.year + year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
