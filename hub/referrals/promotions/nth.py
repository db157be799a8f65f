"""More for the n-th won referral of a member, under the member's own keys: whichever of them is heard of first, the
same keys are booked with the same points. It stays when a deal falls through afterwards, and isn't paid a second
time."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, String, cast, func, literal, or_, select

from hub import ledger
from hub.core.db import db
from hub.ledger import Award
from hub.ledger.actions import lock
from hub.ledger.models import Entry
from hub.referrals.models import ProgrammeVersion, Referral

if TYPE_CHECKING:
    from hub.referrals.climbs import Climb

NOTE = "For won referral number {} in this programme"


def book(climbs: Iterable["Climb"], *, now: dt.datetime) -> int:
    """Books what the wins that were just paid bring in addition; gives the points. Call it when they are in the books:
    whoever wins for the same account at the same time then waits, and counts this one."""
    points = 0
    for climb in climbs:
        if climb.version.extras.nth and climb.has_just_won:
            points += _book(climb, now)
    return points


def key_of(programme_id: int, member_id: int, number: int) -> str:
    """The key of a member's n-th win."""
    return f"nth:{programme_id}:{member_id}:{number}"


def _book(climb: "Climb", now: dt.datetime) -> int:
    assert climb.advocate_id is not None
    who = "member" if "member" in climb.accounts else "company"
    lock(climb.accounts[who])
    wins = won_by(climb.programme_id, climb.advocate_id)
    keys = {key_of(climb.programme_id, climb.advocate_id, n): n for n in range(1, wins + 1)}
    known = set(db.session.scalars(select(Entry.key).where(Entry.key.in_(keys))))
    at = max(step.happened_at for step in climb.steps if step.rung_key == climb.version.ladder.won.key)
    awards = [
        Award(
            account_id=climb.accounts[who], points=more, reason="promotion", key=key, subject=f"referral:{climb.id}",
            happened_at=at, note=NOTE.format(number),
        )
        for key, number in keys.items()
        if key not in known and (more := climb.version.extras.for_nth(number))
    ]  # fmt: skip
    fresh = ledger.award_many(awards, now=now)
    return sum(award.points for award in awards if award.key in fresh)


def won_by(programme_id: int, member_id: int) -> int:
    """How many of a member's referrals to a programme were ever paid as won."""
    return dict(winners(programme_id, member_id)).get(member_id, 0)


def winners(programme_id: int, member_id: int | None = None) -> list[tuple[int, int]]:
    """Everybody, or this member, whose referrals to a programme were ever paid as won, and how many of them."""
    query = (
        select(Referral.advocate_id, func.count(func.distinct(Referral.id)))
        .join(Entry, Entry.subject == literal("referral:") + cast(Referral.id, String))
        .where(Referral.programme_id == programme_id, Entry.reason == "referral_stage", _is_won(programme_id))
        .group_by(Referral.advocate_id)
    )
    if member_id is not None:
        query = query.where(Referral.advocate_id == member_id)
    return [(who, count) for who, count in db.session.execute(query) if who is not None]


def _is_won(programme_id: int) -> ColumnElement[bool]:
    """The won stage may be called anything, and otherwise in an older version."""
    versions = db.session.scalars(
        select(ProgrammeVersion).where(ProgrammeVersion.programme_id == programme_id)
    )
    ends = {f":stage:{version.ladder.won.key}" for version in versions}
    shares = [f"{end}{payee}" for end in sorted(ends) for payee in ("", ":member", ":company")]
    return or_(*(Entry.key.endswith(end, autoescape=True) for end in shares))
