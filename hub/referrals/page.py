"""What the pages of referrals show, put together from queries and words. It asks nothing of the database itself."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub import community
from hub.community import Conversation
from hub.core import registry
from hub.core.registry import Moment
from hub.members.models import Member
from hub.referrals import queries, words
from hub.referrals.fairness import queries as fairness
from hub.referrals.fairness import words as fair_words
from hub.referrals.ladder import Ladder
from hub.referrals.models import Deal, Referral
from hub.referrals.rights import queries as rights
from hub.referrals.rights.models import Consent, VettingAnswer
from hub.referrals.words import Step, Viewer

FAST_SECONDS, SLOW_SECONDS = 3, 15
FAST_FOR = 180


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A referral in a list."""

    referral: Referral
    rungs: Sequence[Step]
    stands: str
    next: str
    earned: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """Where the polling of an open page is: what it has seen, since when, how often it asks."""

    number: int
    stamp: str
    opened: int
    pace: int
    is_quiet: bool = False
    is_same: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Waits:
    """Why points wait, for whoever reads it: the card on a referral's page."""

    heading: str
    lead: str
    why: Sequence[str] = ()
    words: str = ""
    appeal: str = ""
    answer: str = ""
    may_appeal: bool = False
    review_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One referral as one person sees it."""

    referral: Referral
    viewer: Viewer
    ladder: Ladder
    rungs: Sequence[Step]
    moments: Sequence[Moment]
    earned: int
    next: str
    owner: str
    helps: Sequence[str]
    deals: Sequence[Deal]
    talk: Conversation | None
    beat: Beat
    consent: Consent | None
    answers: Sequence[VettingAnswer]
    waiting: Waits | None = None

    @property
    def is_staff(self) -> bool:
        """Whether a rep or a manager is looking."""
        return self.viewer != "advocate"


def cards(referrals: Sequence[Referral], viewer: Viewer = "advocate") -> list[Card]:
    """Many referrals for a list, in three queries whatever their number."""
    ids = [referral.id for referral in referrals]
    earned, at = queries.earned(ids), queries.reached(ids)
    return [
        Card(
            referral=referral, rungs=_rungs(referral, at.get(referral.id, {}), {}), earned=earned.get(referral.id, 0),
            stands=words.state_words(referral, referral.version.ladder),
            next=words.next_step(referral, referral.version.ladder, viewer),
        )
        for referral in referrals
    ]  # fmt: skip


def _rungs(
    referral: Referral, at: Mapping[str, dt.datetime], paid: Mapping[str, int], *, is_whole: bool = False
) -> list[Step]:
    version = referral.version
    held = (
        version.hold_submission
        and referral.highest_rung == version.ladder.first.key != version.ladder.won.key
    )
    return words.climb(
        version.ladder, here=referral.rung, top=referral.highest_rung, paid=paid, at=at, held=held,
        waits=fair_words.SHORT.get(referral.hold or "", "") if is_whole and referral.waiting else "",
    )  # fmt: skip


def see(number: int, member: Member, *, now: dt.datetime, beat: Beat | None = None) -> Seen | None:
    """A referral with its timeline and thread as this member may see it; None when they may not."""
    stamp = queries.stamp(number)  # before the rest: what changes meanwhile is asked for again
    found = queries.visible(number, member)
    if found is None:
        return None
    referral, as_whom = found
    viewer: Viewer = "manager" if as_whom == "manager" else "rep" if as_whom == "rep" else "advocate"
    ladder = referral.version.ladder
    paid, earned = _paid(queries.booked(number))
    return Seen(
        referral=referral, viewer=viewer, ladder=ladder, earned=earned,
        rungs=_rungs(referral, queries.reached([number]).get(number, {}), paid, is_whole=True),
        moments=[m for m in registry.moments(referral.subject) if viewer in m.audience],
        next=words.next_step(referral, ladder, viewer, member.id),
        owner=words.owner_words(referral, referral.owner_rule),
        helps=words.how_to_help(referral, ladder) if viewer == "advocate" else (),
        deals=queries.deals_of(number) if viewer != "advocate" else (),
        talk=community.conversation(referral.subject, member, now),
        consent=rights.consent(number), answers=rights.answers(number),
        beat=beat or Beat(number=number, stamp=stamp, opened=int(now.timestamp()), pace=FAST_SECONDS),
        waiting=_waits(referral) if referral.hold else None,
    )  # fmt: skip


def _waits(referral: Referral) -> Waits:
    heading, lead = fair_words.heading(referral), fair_words.lead(referral)
    if referral.hold == "days":
        return Waits(heading=heading, lead=lead)
    reviews = [review for review in fairness.about(referral.id) if review.ceiling is not None]
    shown = next(
        (r for r in reviews if r.state == referral.hold or r.is_asked), reviews[0] if reviews else None
    )
    if shown is None:
        return Waits(heading=heading, lead=lead)
    return Waits(
        heading=heading, lead=lead, why=fair_words.kindly(reviews), words=shown.words or "", appeal=shown.appeal or "",
        answer=shown.answer or "", may_appeal=shown.appealed_at is None and shown.state != "released",
        review_id=shown.id,
    )  # fmt: skip


def _paid(booked: Sequence[queries.Booked]) -> tuple[dict[str, int], int]:
    """What each rung was paid (corrections aside), and what all of it comes to."""
    paid: dict[str, int] = {}
    for line in booked:
        if line.rung_key and line.entry.reason == "referral_stage":
            paid[line.rung_key] = paid.get(line.rung_key, 0) + line.entry.points
    return paid, sum(line.entry.points for line in booked)


def beat(number: int, asked: Mapping[str, str], *, now: dt.datetime) -> Beat:
    """What an open page is answered: nothing, only a slower pace, or news. An odd question counts as a new page."""
    instant = int(now.timestamp())
    opened = _number(asked.get("opened", ""), instant)
    pace = SLOW_SECONDS if instant - opened > FAST_FOR else FAST_SECONDS
    stamp = queries.stamp(number)
    same = asked.get("seen") == stamp
    quiet = same and _number(asked.get("pace", ""), 0) == pace
    return Beat(number=number, stamp=stamp, opened=opened, pace=pace, is_quiet=quiet, is_same=same)


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else otherwise
