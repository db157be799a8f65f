"""One person's introductions. Their stages stay when the advocate goes; the words the advocate typed don't."""

import datetime as dt

from sqlalchemy import delete, or_, select, update

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.referrals.disputes.models import Dispute
from hub.referrals.fairness.models import Review
from hub.referrals.introductions.models import Introduction, IntroductionReferral
from hub.referrals.landing.models import LandingName, Touch
from hub.referrals.models import Clawback, Referral, StageEvent, StageEventNote
from hub.referrals.promotions.models import Promotion
from hub.referrals.rights.models import Consent, VettingAnswer

INTERNAL = ("lead_key", "import_key", "score", "reasons")
SECRET = ("token_digest", "sealed_token", "details", "by_id")
BY_STAFF = ("signals", "score", "alone", "first_by_id", "second_by_id", "refused_by_id", "answered_by_id")


@registry.export("referrals")
def tell(member_id: int) -> registry.Told:
    """Referrals they made, as they typed them, and every stage with the rep's words; for a rep also the codes of those
    they look after, without the people in them."""
    mine = select(Referral.id).where(Referral.advocate_id == member_id)
    events = select(StageEvent.id).where(StageEvent.referral_id.in_(mine))
    yield told(Referral, Referral.advocate_id == member_id, without=INTERNAL)
    yield told(StageEvent, StageEvent.referral_id.in_(mine))
    yield told(StageEventNote, StageEventNote.stage_event_id.in_(events))
    yield told(Clawback, Clawback.referral_id.in_(mine))
    yield told(VettingAnswer, VettingAnswer.referral_id.in_(mine))
    yield told(Consent, or_(Consent.referral_id.in_(mine), Consent.joined_as_id == member_id), without=SECRET)
    yield told(Touch, Touch.advocate_id == member_id)
    yield told(LandingName, LandingName.member_id == member_id)
    yield told(Dispute, Dispute.by_id == member_id, without=("decided_by_id",))
    yield told(Introduction, Introduction.member_id == member_id, without=("once",))
    begun = select(Introduction.id).where(Introduction.member_id == member_id)
    yield told(IntroductionReferral, IntroductionReferral.introduction_id.in_(begun))
    made = or_(
        *(column == member_id for column in (Promotion.by_id, Promotion.started_by_id, Promotion.ended_by_id))
    )
    yield told(Promotion, made, without=("by_id", "started_by_id", "ended_by_id"))
    yield told(Review, Review.referral_id.in_(mine), without=BY_STAFF)
    cared = db.session.execute(
        select(Referral.id, Referral.code).where(Referral.owner_id == member_id).order_by(Referral.id)
    )
    yield "referrals_looked_after", [{"id": number, "code": code} for number, code in cared]


@registry.erasure("referrals")
def forget(member_id: int, _now: dt.datetime) -> None:
    """How they knew somebody and why they thought of us are their own words, sealed ones too; so are those on their
    page, in a doubt and with an introduction. Whom they introduced is another person."""
    mine = update(Referral).where(Referral.advocate_id == member_id)
    words = {"relation": None, "why": None, "consent_note": None}
    db.session.execute(mine.values(words).execution_options(synchronize_session=False))
    ids = select(Referral.id).where(Referral.advocate_id == member_id)
    for statement in (
        update(Consent).where(Consent.referral_id.in_(ids), Consent.state == "asked").values(details=None),
        update(Consent).where(Consent.joined_as_id == member_id).values(joined_as_id=None),
        delete(LandingName).where(LandingName.member_id == member_id),
        update(Dispute).where(Dispute.by_id == member_id).values(words=""),
        update(Introduction).where(Introduction.member_id == member_id).values(words=None, answer=None),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
    theirs = select(Referral.id).where(Referral.advocate_id == member_id)
    side = update(Review).where(Review.referral_id.in_(theirs)).values(appeal=None, answer=None, words=None)
    db.session.execute(side.execution_options(synchronize_session=False))
