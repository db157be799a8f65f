"""The sample catalogue: a laptop to dream of, stickers for everybody, good causes, and a few things on their way."""

import datetime as dt

from sqlalchemy import select

from hub import members
from hub.core import registry
from hub.core.db import db
from hub.ledger.queries import wallet_of
from hub.members.models import Member
from hub.referrals.models import Programme, Referral
from hub.rewards import actions, codes, limits, programmes
from hub.rewards.actions import composing, moving
from hub.rewards.models import Redemption, Reward
from hub.rewards.samples import REWARDS, Sample
from hub.rewards.wishes import Refusal, Wanted
from hub.segments.models import Segment

HOME = {
    "name": "Ada Marlowe",
    "street": "12 Lace Market",
    "extra": "",
    "postcode": "NG1 1PB",
    "city": "Nottingham",
    "country": "GB",
}


@registry.seed(80, "rewards")
def plant(*, now: dt.datetime) -> None:
    """Fifteen rewards with their codes, a plan for won referrals, two limits, and what a few people chose. What is
    there already stays as it is."""
    if db.session.scalar(select(Reward.id).limit(1)) is not None:
        return
    made = {sample[0]: _reward(sample, now - dt.timedelta(days=100)) for sample in REWARDS}
    for slug, count in (("gift-card", 40), ("friend-coupon", 60)):
        codes.make(made[slug], count, by_id=None, now=now - dt.timedelta(days=90))
    for one in made.values():
        composing.publish(one, by_id=None, now=now - dt.timedelta(days=90))
    _only_for(made["guest-speaker"])
    _limits(now)
    _plan(made["gift-card"], now)
    _choices(made, now)


def _reward(sample: Sample, now: dt.datetime) -> Reward:
    slug, title, kind, summary, sign, hue, price, cost, stock, more = sample
    grace = members.find("grace@example.com")
    return composing.create(
        title, slug=slug, by_id=None, now=now, kind=kind, summary=summary, sign=sign, hue=hue, price=price,
        cost_hundredths=cost, stock=stock, stocked=stock, owner_id=grace.id if grace else None, **more,
    )  # fmt: skip


def _only_for(reward: Reward) -> None:
    """One thing that points alone don't open."""
    segment = db.session.scalar(select(Segment).where(Segment.slug == "customers-and-partners"))
    if segment is not None:
        reward.segment_id = segment.id
        db.session.flush()


def _limits(now: dt.datetime) -> None:
    year = dt.date(now.year, 1, 1)
    limits.add(
        {
            "country": "US",
            "span": "year",
            "action": "hold",
            "amount_hundredths": 200_000,
            "from_on": year,
            "words": "Gifts above the tax threshold need a form first; we write to you.",
        },
        by_id=None,
        now=now,
    )
    limits.add(
        {
            "country": "*",
            "member_type": "employee",
            "span": "each",
            "action": "hold",
            "amount_hundredths": 5_000,
            "from_on": year,
            "words": "For colleagues, payroll has a look first.",
        },
        by_id=None,
        now=now,
    )


def _plan(gift: Reward, now: dt.datetime) -> None:
    """A gift card on each won referral, and for partners a quarter of the deal for three years."""
    programme = db.session.scalar(select(Programme).where(Programme.slug == "aluv"))
    if programme is None:
        return
    began = now - dt.timedelta(days=95)
    programmes.keep(
        programmes.Wish(programme_id=programme.id, stage="won", reward_id=gift.id), by_id=None, now=began
    )
    programmes.keep(
        programmes.Wish(programme_id=programme.id, stage="won", for_key="type:partner", percent_bp=2_500, years=3,
                        payee="split", member_percent=40, due_days=30),
        by_id=None, now=began,
    )  # fmt: skip
    won = select(Referral.id).where(Referral.state == "won", Referral.programme_id == programme.id)
    for number in list(db.session.scalars(won.order_by(Referral.id))):
        programmes.decide(number, now=now - dt.timedelta(days=1))


def _choices(made: dict[str, Reward], now: dt.datetime) -> None:
    ada, grace = members.find("ada@example.com"), members.find("grace@example.com")
    if ada is None or grace is None:
        return
    composing.wish(ada.id, made["laptop"].id, now=now - dt.timedelta(days=30))
    hoodie = _choose(ada, made["hoodie"], now - dt.timedelta(days=40), Size="M")
    if hoodie is not None:
        day = now - dt.timedelta(days=37)
        moving.dispatch(hoodie.id, by_id=grace.id, now=day, tracking="1Z 204 LF 88",
                        tracking_url="https://track.example.com/1Z204LF88")  # fmt: skip
        moving.deliver(hoodie.id, by_id=ada.id, now=now - dt.timedelta(days=34))
    book = _choose(ada, made["books"], now - dt.timedelta(days=5), Book="On cities")
    if book is not None:
        moving.dispatch(book.id, by_id=grace.id, now=now - dt.timedelta(days=2), tracking="RR 5521 GB")
    _choose(ada, made["stickers"], now - dt.timedelta(hours=20))
    margaret = members.find("margaret@example.com")
    if margaret is not None:
        _choose(margaret, made["guest-speaker"], now - dt.timedelta(days=9))
        _choose(margaret, made["dinner-for-two"], now - dt.timedelta(days=2))
        _choose(margaret, made["laptop"], now - dt.timedelta(hours=5), Keyboard="English", Colour="Midnight")


def _choose(member: Member, reward: Reward, at: dt.datetime, **options: str) -> Redemption | None:
    """A choice, if the points are there."""
    if wallet_of(member.id).free < reward.price:
        return None
    address = {**HOME, "name": member.name} if reward.needs_address else None
    wanted = Wanted(options=options, address=address, country="GB")
    try:
        return actions.redeem(reward.id, member, wanted, token=f"sample-{reward.slug}", now=at)
    except Refusal:
        return None
