"""Publishing what a programme pays and says, ending it, and taking open referrals over to a changed ladder."""

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, cast

from sqlalchemy import func, select, update

from hub import activity, members
from hub.core.db import db
from hub.referrals import lead_terms
from hub.referrals.advance import book_again
from hub.referrals.intake import Refusal
from hub.referrals.ladder import Ladder, Payee
from hub.referrals.models import Programme, ProgrammeVersion, Referral, StageEvent, write_ladder
from hub.referrals.preview import OpenChange, Preview, preview
from hub.referrals.programme_file import PAGE_TEXTS, Page, Policies, ProgrammeFile
from hub.referrals.queries import open_per_rung
from hub.referrals.standing import Policy

BATCH = 100  # each moves a few rows and may book some: a transaction stays short on SQLite, too
STATES = ("draft", "active", "ended")


def publish(file: ProgrammeFile, *, by_id: int | None, now: dt.datetime) -> ProgrammeVersion:
    """Creates the programme of this slug, or publishes a new version of it; the current one when nothing changed.

    Referrals that are under way keep the version they began under. Refuses (Refusal, field `default_owner`) an owner
    who isn't a member who can sign in.
    """
    values = {**_values(file), "default_owner_id": _owner(file.policies.default_owner)}
    programme = _programme(file.slug, now)
    current = db.session.get(ProgrammeVersion, programme.version_id) if programme.version_id else None
    if current is not None and all(getattr(current, name) == value for name, value in values.items()):
        return current
    numbers = select(func.max(ProgrammeVersion.number)).where(ProgrammeVersion.programme_id == programme.id)
    version = ProgrammeVersion(
        programme_id=programme.id,
        number=(db.session.scalar(numbers) or 0) + 1,
        by_id=by_id,
        published_at=now,
        **values,
    )
    db.session.add(version)
    db.session.flush()
    programme.version_id = version.id
    programme.version = version
    db.session.flush()
    data = {"version": version.id, "number": version.number}
    activity.record(
        "programme.published", subject=f"programme:{programme.id}", by_id=by_id, now=now, data=data
    )
    return version


def _programme(slug: str, now: dt.datetime) -> Programme:
    found = db.session.scalar(select(Programme).where(Programme.slug == slug).with_for_update())
    if found is None:
        found = Programme(slug=slug, state="active", created_at=now)
        db.session.add(found)
        db.session.flush()
    return found


def _owner(email: str | None) -> int | None:
    if not email:
        return None
    found = members.find(email)
    if found is None or not found.is_active:
        raise Refusal(
            "default_owner", f"Nobody here signs in with {email}. Add them first, or leave this empty."
        )
    return found.id


def _values(file: ProgrammeFile) -> dict[str, Any]:
    policies = file.policies
    return {
        "name": file.name, "audience": list(file.audience), "rungs": write_ladder(file.ladder),
        "clawback": policies.clawback, "daily_cap": policies.daily_cap,
        "hold_submission": policies.hold_submission, "payee": policies.payee,
        "member_percent": policies.member_percent, "extra_terms": policies.extras.stored(),
        "page": _page(file),
    }  # fmt: skip


def _page(file: ProgrammeFile) -> dict[str, Any]:
    said = {**asdict(file.page), "faq": [list(pair) for pair in file.page.faq]}
    lead = lead_terms.stored(file.lead)
    return said | ({"lead": lead} if lead else {})


def as_file(programme: Programme, version: ProgrammeVersion, owner_email: str | None) -> ProgrammeFile:
    """A published version as the text file that would publish it."""
    page = {name: text for name, text in version.page.items() if name in PAGE_TEXTS}
    return ProgrammeFile(
        name=version.name, slug=programme.slug, audience=tuple(version.audience), ladder=version.ladder,
        policies=Policies(
            clawback=cast(Policy, version.clawback), daily_cap=version.daily_cap,
            hold_submission=version.hold_submission, payee=cast(Payee, version.payee),
            member_percent=version.member_percent, default_owner=owner_email, extras=version.extras,
        ),
        page=Page(faq=tuple((q, a) for q, a in version.page.get("faq", ())), **page),
        lead=lead_terms.of_version(version.page),
    )  # fmt: skip


def set_state(programme_id: int, state: str, *, by_id: int | None, now: dt.datetime) -> Programme:
    """Opens a programme, ends it, or takes it back into drafts: referrals under way go on climbing and are paid.

    Refuses an unknown state.
    """
    if state not in STATES:
        raise Refusal("state", f"A programme is one of {', '.join(STATES)}.")
    found = db.session.get_one(Programme, programme_id, with_for_update=True)
    if found.state != state:
        found.state = state
        db.session.flush()
        data = {"state": state}
        activity.record(
            "programme.state_changed", subject=f"programme:{found.id}", by_id=by_id, now=now, data=data
        )
    return found


def difference(programme_id: int, current: ProgrammeVersion, new: Ladder) -> Preview:
    """How this ladder differs from the current one, and what it would mean for the open referrals of every version."""
    moves: list[OpenChange] = []
    for version_id, counts in sorted(open_per_rung(programme_id).items()):
        old = db.session.get_one(ProgrammeVersion, version_id).ladder
        known = {rung: count for rung, count in counts.items() if any(r.key == rung for r in old.rungs)}
        moves += preview(old, new, known).open_referrals
    return Preview(preview(current.ladder, new).rungs, tuple(moves))


@dataclass(frozen=True, slots=True)
class Applied:
    """What "also for open referrals" did: how many came along, how many kept their version, what was booked."""

    moved: int
    stayed: int
    points: int
    last_id: int = 0


def apply_to_open(programme_id: int, version_id: int, *, by_id: int | None, now: dt.datetime) -> Applied:
    """Takes the programme's open referrals over to a version, and books what is newly due. It only ever adds.

    Stages that were paid stay as they were paid. A referral that reached a stage which the version lacks keeps the
    ladder it began under. Refuses a version of another programme.
    """
    moved = stayed = points = after = 0
    while batch := apply_batch(programme_id, version_id, after=after, by_id=by_id, now=now):
        moved, stayed, points = moved + batch.moved, stayed + batch.stayed, points + batch.points
        after = batch.last_id
    return Applied(moved, stayed, points, after)


def apply_batch(
    programme_id: int, version_id: int, *, after: int, by_id: int | None, now: dt.datetime
) -> Applied | None:
    """One batch of `apply_to_open`, beyond the referral `after`; None when there are no more."""
    version = db.session.get_one(ProgrammeVersion, version_id)
    if version.programme_id != programme_id:
        raise Refusal("version", "That version belongs to another programme.")
    ids = _open(programme_id, version_id, after)
    if not ids:
        return None
    foreign = _beyond(ids, {rung.key for rung in version.ladder.rungs})
    coming = [referral_id for referral_id in ids if referral_id not in foreign]
    points = _take_over(coming, version_id, by_id=by_id, now=now)
    return Applied(len(coming), len(foreign), points, ids[-1])


def _open(programme_id: int, version_id: int, after: int) -> list[int]:
    query = (
        select(Referral.id)
        .where(
            Referral.programme_id == programme_id, Referral.state == "open", Referral.version_id != version_id,
            Referral.merged_into_id.is_(None), Referral.id > after,
        )
        .order_by(Referral.id)
        .limit(BATCH)
    )  # fmt: skip
    return list(db.session.scalars(query.with_for_update()))


def _beyond(ids: Collection[int], known: Collection[str]) -> set[int]:
    query = select(StageEvent.referral_id).where(
        StageEvent.referral_id.in_(ids), StageEvent.to_rung.not_in(sorted(known))
    )
    return set(db.session.scalars(query))


def _take_over(ids: list[int], version_id: int, *, by_id: int | None, now: dt.datetime) -> int:
    if not ids:
        return 0
    before = select(Referral.id, Referral.version_id).where(Referral.id.in_(ids))
    was = {referral_id: old_id for referral_id, old_id in db.session.execute(before)}
    db.session.execute(
        update(Referral)
        .where(Referral.id.in_(ids))
        .values(version_id=version_id)
        .execution_options(synchronize_session="fetch")
    )
    booked = book_again(ids, now=now)
    facts = [
        {
            "kind": "referral.version_changed", "subject": f"referral:{referral_id}", "by_id": by_id,
            "data": {"from": was[referral_id], "to": version_id, "points": booked.get(referral_id, 0)},
        }
        for referral_id in ids
    ]  # fmt: skip
    activity.record_many(facts, now=now)
    return sum(booked.values())
