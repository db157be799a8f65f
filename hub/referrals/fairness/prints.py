"""What makes two introductions comparable: digests of the lead's address, telephone, and name at a company's domain."""

import datetime as dt
import hmac
from collections.abc import Collection, Iterator

from flask import current_app
from sqlalchemy import delete, exists, select

from hub.core.db import db
from hub.members.addresses import domain_of, is_free_provider, plain_email, plain_phone
from hub.outbox.actions import insert_ignoring
from hub.referrals.fairness.models import Print
from hub.referrals.models import Referral

BATCH = 500


def digest(kind: str, value: str) -> str:
    """Keyed, so that the table alone doesn't tell who was introduced; under a new SECRET_KEY, comparing begins anew."""
    key = current_app.extensions["settings"].secret_key
    return hmac.new(f"print:{key}".encode(), f"{kind}:{value}".encode(), "sha256").hexdigest()


def of(email: str | None, phone: str | None, name: str, region: str | None) -> Iterator[tuple[str, str]]:
    """Kind and digest of each print a person leaves."""
    if plain := plain_email(email):
        yield "email", digest("email", plain)
    if digits := plain_phone(phone, region):
        yield "phone", digest("phone", digits)
    domain, words = domain_of(email), " ".join(sorted(name.casefold().split()))
    if domain and not is_free_provider(domain) and len(words.split()) > 1:
        yield "person", digest("person", f"{words}@{domain}")


def leave(referral_ids: Collection[int], region: str | None) -> None:
    """Writes the prints of these referrals, once."""
    columns = (Referral.id, Referral.contact_email, Referral.contact_phone, Referral.contact_name)
    rows = db.session.execute(select(*columns).where(Referral.id.in_(referral_ids)))
    found = [
        {"referral_id": number, "kind": kind, "digest": mark}
        for number, email, phone, name in rows
        for kind, mark in of(email, phone, name, region)
    ]
    if found:
        db.session.execute(insert_ignoring(Print), found)


def forget(referral_ids: Collection[int]) -> None:
    """Drops the prints of people who are to be forgotten."""
    db.session.execute(delete(Print).where(Print.referral_id.in_(referral_ids)))


def leave_missing(since: dt.datetime, region: str | None) -> int:
    """Prints of referrals made since then that have none: a batch; how many there were."""
    missing = (
        select(Referral.id)
        .where(
            Referral.created_at >= since, Referral.contact_email.is_not(None),
            ~exists().where(Print.referral_id == Referral.id),
        )
        .order_by(Referral.id)
        .limit(BATCH)
    )  # fmt: skip
    ids = list(db.session.scalars(missing))
    if ids:
        leave(ids, region)
    return len(ids)
