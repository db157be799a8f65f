"""What staff do to a referral by hand: give it to somebody, set its stage. Each leaves its line in the timeline."""

import datetime as dt

from hub import activity, notices
from hub.core.db import db
from hub.members.models import Member
from hub.members.queries import staff
from hub.referrals.advance import Advance, advance_many
from hub.referrals.intake import Refusal
from hub.referrals.ladder import UnknownRungError
from hub.referrals.models import ProgrammeVersion, Referral


def hand_over(referral_id: int, owner_id: int, *, by_id: int, now: dt.datetime) -> None:
    """Gives a referral to somebody else to look after, and tells them. Refuses who isn't an active rep or manager."""
    found = db.session.get_one(Referral, referral_id, with_for_update=True, populate_existing=True)
    if found.owner_id == owner_id:
        return
    if owner_id not in {member.id for member in possible_owners()}:
        raise Refusal("owner_id", "Only an active sales rep or manager can look after a referral.")
    data = {"from": found.owner_id, "to": owner_id}
    found.owner_id, found.owner_rule = owner_id, "chosen"
    db.session.flush()
    fact = activity.record("referral.owner_changed", subject=found.subject, by_id=by_id, now=now, data=data)
    if owner_id != by_id:
        notices.tell(
            owner_id, "referral.handed_over", subject=found.subject, key=f"referral:{referral_id}:handed_over:{fact}",
            now=now, data={"by_id": by_id},
        )  # fmt: skip


def possible_owners() -> list[Member]:
    """Who may look after a referral, by name."""
    people = {member.id: member for role in ("rep", "manager") for member in staff(role)}
    return sorted(people.values(), key=lambda member: (member.name.casefold(), member.id))


def set_stage(referral_id: int, rung_key: str, note: str, *, by_id: int, now: dt.datetime) -> None:
    """Records a stage by hand, with words that the advocate reads; it pays what the ladder says.

    Refuses a stage that the ladder lacks, the stage where the referral stands already, and one that rests in another.
    """
    found = db.session.get_one(Referral, referral_id, with_for_update=True, populate_existing=True)
    if found.merged_into_id is not None:
        raise Refusal("rung", "It rests in another referral. Set the stage there.")
    version = db.session.get_one(ProgrammeVersion, found.version_id)
    try:
        rung = version.ladder.rung(rung_key)
    except UnknownRungError as error:
        raise Refusal("rung", str(error)) from None
    if found.rung == rung.key:
        raise Refusal("rung", f"It is at {rung.label} already.")
    step = Advance(
        referral_id=referral_id, rung_key=rung.key, happened_at=now, source="manager", by_id=by_id,
        note=note.replace("\0", "").strip() or None,
    )  # fmt: skip
    advance_many([step], now=now)
