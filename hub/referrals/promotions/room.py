"""For whom a promotion counts, and for how many: asked only of what it has not paid yet: what was paid stands."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import BigInteger, cast, func, select

from hub.activity.models import Fact
from hub.core.db import begins, db
from hub.ledger.models import Entry
from hub.members.models import Member
from hub.referrals.models import Referral
from hub.referrals.promotions.models import Promotion
from hub.referrals.promotions.queries import EVERYBODY


@dataclass(slots=True)
class Types:
    """Of which type members are, and were: what is known of it."""

    today: dict[int, str] = field(default_factory=dict)
    before: dict[int, list[tuple[dt.datetime, str]]] = field(default_factory=lambda: defaultdict(list))

    def at(self, member_id: int, instant: dt.datetime) -> str | None:
        """The type somebody had then."""
        changed = (was for at, was in self.before[member_id] if at > instant)
        return next(changed, self.today.get(member_id))


@dataclass(slots=True)
class Room:
    """What is left of one promotion. `first` are the referrals that come first, None without a cap; `mine` those that
    it counted already, of the members that were asked about; `everybody` how many it counted of all."""

    promotion: Promotion
    types: Types
    first: frozenset[int] | None = None
    mine: dict[int, int | None] = field(default_factory=dict)
    everybody: int = 0

    def fits(self, referral_id: int, member_id: int, at: dt.datetime) -> bool:
        """Whether it counts for what this referral of this member reached then."""
        audience = self.promotion.audience
        if is_narrow(self.promotion) and self.types.at(member_id, at) not in audience:
            return False
        if self.first is None or referral_id in self.mine:
            return True
        each, everybody = self.promotion.first_each, self.promotion.first_all
        own = sum(who == member_id for who in self.mine.values())
        is_left = not (each and own >= each) and not (everybody and self.everybody >= everybody)
        return is_left and referral_id in self.first

    def count(self, referral_id: int, member_id: int) -> None:
        """One more is counted."""
        if self.first is not None and referral_id not in self.mine:
            self.mine[referral_id] = member_id
            self.everybody += 1


def is_narrow(promotion: Promotion) -> bool:
    """Whether it is for some types of members only."""
    return bool(promotion.audience) and set(promotion.audience) != EVERYBODY


def lock(promotions: Iterable[Promotion]) -> None:
    """Whoever else counts for one with a cap or a budget waits here until this transaction is in the books."""
    ids = sorted(p.id for p in promotions if p.first_each or p.first_all or p.budget is not None)
    if ids:
        query = select(Promotion.id).where(Promotion.id.in_(ids)).order_by(Promotion.id)
        db.session.execute(query.with_for_update()).all()


def rooms(promotions: Collection[Promotion], member_ids: Collection[int]) -> dict[int, Room]:
    """What is left of each promotion for these members."""
    known = types(member_ids) if any(is_narrow(p) for p in promotions) else Types()
    return {p.id: _room(p, known, member_ids) for p in promotions}


def types(member_ids: Collection[int]) -> Types:
    """Of these members; two statements."""
    found = Types()
    for number, kind in db.session.execute(select(Member.id, Member.type).where(Member.id.in_(member_ids))):
        found.today[number] = kind
    subjects = [f"member:{number}" for number in member_ids]
    query = select(Fact.subject, Fact.happened_at, Fact.data)
    query = query.where(Fact.kind == "member.placed", Fact.subject.in_(subjects)).order_by(Fact.id)
    for subject, at, data in db.session.execute(query):
        if "was" in data:
            found.before[int(subject.partition(":")[2])].append((at, data["was"]))
    return found


def _room(promotion: Promotion, known: Types, member_ids: Collection[int]) -> Room:
    if promotion.first_each is None and promotion.first_all is None:
        return Room(promotion, known)
    booked = begins(Entry.key, f"promotion:{promotion.id}:"), Entry.corrects_id.is_(None)
    number = cast(func.substr(Entry.subject, len("referral:") + 1), BigInteger)
    counted = select(Referral.id, Referral.advocate_id).join(Entry, number == Referral.id)
    mine = db.session.execute(counted.where(*booked, Referral.advocate_id.in_(member_ids)).distinct())
    everybody = select(func.count(func.distinct(Entry.subject))).where(*booked)
    return Room(
        promotion, known, _first(promotion, member_ids), {one: who for one, who in mine},
        int(db.session.scalar(everybody) or 0),
    )  # fmt: skip


def _first(promotion: Promotion, member_ids: Collection[int]) -> frozenset[int]:
    """“The first three” are those introduced first while it ran, by somebody it is for."""
    made = select(Referral.id, Referral.advocate_id).where(
        Referral.programme_id == int(promotion.subject.partition(":")[2]), Referral.source != "import",
        Referral.created_at >= promotion.starts_at, Referral.created_at < promotion.ends_at,
        Referral.advocate_id.is_not(None),
    ).order_by(Referral.created_at, Referral.id)  # fmt: skip
    if is_narrow(promotion):
        made = made.join(Member, Member.id == Referral.advocate_id).where(Member.type.in_(promotion.audience))
    found: set[int] | None = None
    if promotion.first_all is not None:
        found = {number for number, _ in db.session.execute(made.limit(promotion.first_all))}
    if promotion.first_each is not None:
        counts: dict[int | None, int] = defaultdict(int)
        first = set()
        for number, member_id in db.session.execute(made.where(Referral.advocate_id.in_(member_ids))):
            counts[member_id] += 1
            if counts[member_id] <= promotion.first_each:
                first.add(number)
        found = first if found is None else found & first
    return frozenset(found or ())
