"""The sample catalogue: a laptop to dream of, stickers for everybody, good causes, and a few things on their way."""

import datetime as dt
from typing import Any

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
from hub.rewards.wishes import Refusal, Wanted
from hub.segments.models import Segment

Sample = tuple[str, str, str, str, str, int, int, int, int | None, dict[str, Any]]
REWARDS: tuple[Sample, ...] = (
    # slug, title, kind, sentence, drawing, hue, points, cost in hundredths, stock, more
    ("laptop", "A new laptop", "product", "Thin, fast, and yours: the one we give our own engineers.", "laptop", 8,
     32_000, 129_900, 4, {"needs_address": True, "options": [{"name": "Keyboard", "values": ["English", "German", "French"]},
                                                            {"name": "Colour", "values": ["Silver", "Midnight"]}],
                          "limit_count": 1, "limit_period": "year",
                          "story": "One won deal is worth one of these, and that is no coincidence: somebody who brings us a "
                                   "customer should feel it.\n\n- 14 inches, 16 GB, a battery for the whole day\n"
                                   "- Set up and sent to your door, with a real key for every letter you use"}),
    ("noise-cancelling-headphones", "Noise-cancelling headphones", "product", "For the open-plan office and the night train.",
     "headphones", 9, 9_500, 27_900, 12, {"needs_address": True, "limit_count": 2, "limit_period": "year",
     "options": [{"name": "Colour", "values": ["Black", "Sand"]}], "story": "Thirty hours on one charge, and nobody’s sandwich paper."}),
    ("dinner-for-two", "Dinner for two", "experience", "A table at a place of your choice, on us.", "utensils", 0,
     7_000, 18_000, None, {"limit_count": 2, "limit_period": "year",
     "story": "Tell us where and when. We book the table and settle the bill, you bring somebody you like."}),
    ("guest-speaker", "A stage for your story", "experience", "Speak at our autumn conference: travel and hotel are ours.", "mic", 10,
     6_000, 90_000, 3, {"needs_approval": True, "story": "Twenty minutes, three hundred people, and a recording you may keep. "
                        "We help with the slides if you want us to."}),
    ("conference-pass", "A pass for the conference", "experience", "Two days, all talks, the dinner on the boat.", "ticket", 6,
     4_500, 49_000, 20, {"limit_count": 1, "limit_period": "year", "story": "Come and meet the others. The pass is in your name; "
                         "if plans change, hand it on."}),
    ("marketing-funds", "Marketing funds", "funds", "500 for something you do together with us.", "megaphone", 11,
     4_000, 50_000, None, {"provider": "commission", "due_days": 14, "story": "A webinar, an evening for your customers, a page in a magazine: "
                           "you plan it, we put 500 in, and both names stand on it."}),
    ("introduction", "An introduction", "experience", "Tell us whom you want to meet; if we know them, you will.", "handshake", 2,
     2_500, 0, None, {"story": "You open doors for us. Let us open one for you: a partner, a customer of ours, a journalist."}),
    ("hoodie", "The ladder hoodie", "product", "Soft, heavy, with the ladder on the sleeve.", "shirt", 1,
     2_200, 3_900, 40, {"needs_address": True, "options": [{"name": "Size", "values": ["XS", "S", "M", "L", "XL"]}],
     "limit_count": 1, "limit_period": "quarter", "story": "Organic cotton, sewn in Portugal. People ask where it is from."}),
    ("gift-card", "A gift card over 25", "gift", "A code at once, for a shop of your choice.", "gift", 3,
     1_800, 2_500, None, {"provider": "codes", "limit_count": 4, "limit_period": "month",
                          "story": "The code is yours the moment you choose it."}),
    ("books", "A book we love", "product", "One of six, with a note on why.", "book-open", 4,
     900, 2_200, 30, {"needs_address": True, "options": [{"name": "Book", "values": ["On habits", "On cities", "On writing", "On numbers",
     "On friendship", "A novel"]}], "story": "Each was chosen by somebody here, who says why on the first page."}),
    ("twenty-trees", "Twenty trees", "donation", "Planted in your name, with a certificate.", "tree-pine", 5,
     800, 2_000, None, {"cause": "Roots & Rivers", "story": "Mixed forest on a slope above the Meuse. Once a year there is a picture."}),
    ("meals", "A hundred school meals", "donation", "Lunch for a class, for a week.", "hand-heart", 0,
     1_500, 3_000, None, {"cause": "Full Plates", "story": "Hot food keeps children in school. All of it reaches the kitchen."}),
    ("friend-coupon", "A month free, to hand on", "coupon", "A coupon for somebody who should try us.", "share-2", 7,
     300, 0, None, {"provider": "codes", "limit_count": 5, "limit_period": "month",
                    "story": "Give it to whom you like; it works once. We see that it came from you."}),
    ("mug", "The mug", "product", "Holds a lot of tea.", "coffee", 1, 450, 900, 60,
     {"needs_address": True, "limit_count": 2, "limit_period": "year", "story": "Enamel, so it survives the office kitchen."}),
    ("stickers", "Stickers", "product", "A sheet of eight, the rocket among them.", "star", 10, 120, 150, 400,
     {"needs_address": True, "limit_count": 3, "limit_period": "month", "story": "For laptops, bottles and bicycles."}),
)  # fmt: skip
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
    """Fifteen rewards with their codes, a plan for won referrals, two limits, and what a few people chose. What is there
    already stays as it is."""
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
    limits.add({"country": "US", "span": "year", "action": "hold", "amount_hundredths": 200_000, "from_on": year,
                "words": "Gifts above the tax threshold need a form first; we write to you."}, by_id=None, now=now)  # fmt: skip
    limits.add({"country": "*", "member_type": "employee", "span": "each", "action": "hold", "amount_hundredths": 5_000,
                "from_on": year, "words": "For colleagues, payroll has a look first."}, by_id=None, now=now)  # fmt: skip


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
