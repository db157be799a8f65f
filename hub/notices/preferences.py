"""What each member wants: a channel for each kind, quiet hours, a digest. Without a choice, each kind's own."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from hub import outbox
from hub.core.db import db
from hub.notices.actions import QUEUE
from hub.notices.digests import DIGEST
from hub.notices.kinds import KINDS
from hub.notices.models import CHANNELS, Mail, Preference, Rhythm
from hub.outbox.actions import insert_ignoring


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """When a member wants mail, as the settings page has it."""

    quiet_from: int | None = None
    quiet_to: int | None = None
    digest: str = "daily"
    digest_hour: int = 8
    digest_weekday: int = 0


def channels(member_id: int) -> dict[str, str]:
    """The channel of each kind for one member, their own choice or the kind's."""
    own = select(Preference.kind, Preference.channel).where(Preference.member_id == member_id)
    chosen = {kind: channel for kind, channel in db.session.execute(own)}
    return {name: chosen.get(name, kind.by_default) for name, kind in KINDS.items()}


def wish(member_id: int) -> Wish:
    """When one member wants mail."""
    found = db.session.get(Rhythm, member_id)
    if found is None:
        return Wish()
    return Wish(
        quiet_from=found.quiet_from, quiet_to=found.quiet_to, digest=found.digest, digest_hour=found.digest_hour,
        digest_weekday=found.digest_weekday,
    )  # fmt: skip


def choose(member_id: int, wanted: Mapping[str, str], *, now: dt.datetime) -> None:
    """Sets channels by kind; mails that wait are looked at anew.

    Refuses a kind nobody registered, a channel that isn't one, and security, which can't be switched off.
    """
    for kind, channel in wanted.items():
        if kind not in KINDS or channel not in CHANNELS or KINDS[kind].is_security:
            raise ValueError(f"{kind} can't come by {channel}")
    own = {kind: channel for kind, channel in wanted.items() if channel != KINDS[kind].by_default}
    usual = delete(Preference).where(
        Preference.member_id == member_id, Preference.kind.in_(set(wanted) - set(own))
    )
    db.session.execute(usual)
    rows = [{"member_id": member_id, "kind": kind, "channel": channel} for kind, channel in own.items()]
    if rows:
        db.session.execute(insert_ignoring(Preference), rows)
    for kind, channel in own.items():
        mine = update(Preference).where(Preference.member_id == member_id, Preference.kind == kind)
        db.session.execute(mine.values(channel=channel))
    look_again(member_id, now=now)


def keep_rhythm(member_id: int, wanted: Wish, *, now: dt.datetime) -> None:
    """Sets quiet hours and digest; mails that wait are looked at anew. The same hour twice is no quiet at all."""
    quiet = wanted.quiet_from is not None and wanted.quiet_from != wanted.quiet_to
    values = {
        "quiet_from": wanted.quiet_from if quiet else None, "quiet_to": wanted.quiet_to if quiet else None,
        "digest": wanted.digest, "digest_hour": wanted.digest_hour, "digest_weekday": wanted.digest_weekday,
    }  # fmt: skip
    db.session.execute(insert_ignoring(Rhythm).values(member_id=member_id, **values))
    mine = update(Rhythm).where(Rhythm.member_id == member_id)
    db.session.execute(mine.values(values).execution_options(synchronize_session=False))
    look_again(member_id, now=now)


def stop(member_id: int, kind: str, *, now: dt.datetime) -> None:
    """No more mails of one kind, or no more digests: what the link in a mail does. In the app all stays as it is."""
    if kind == DIGEST:
        old = wish(member_id)
        wanted = Wish(
            quiet_from=old.quiet_from, quiet_to=old.quiet_to, digest="off", digest_hour=old.digest_hour,
            digest_weekday=old.digest_weekday,
        )  # fmt: skip
        keep_rhythm(member_id, wanted, now=now)
    elif kind in KINDS and not KINDS[kind].is_security:
        choose(member_id, {kind: "app"}, now=now)


def stop_all(member_id: int, *, now: dt.datetime) -> None:
    """No mail but what concerns the account itself. In the app all stays as it is."""
    mailed = [name for name, channel in channels(member_id).items() if channel in ("email", "digest")]
    choose(member_id, {name: "app" for name in mailed if not KINDS[name].is_security}, now=now)
    stop(member_id, DIGEST, now=now)


def look_again(member_id: int, *, now: dt.datetime) -> None:
    """Mails that wait for their hour, or for the digest, are planned anew under what their reader wants now."""
    waiting = update(Mail).where(
        Mail.member_id == member_id, Mail.state.in_(("waiting", "digest")), Mail.attempts == 0,
        Mail.notice_id.is_not(None),
    )  # fmt: skip
    db.session.execute(waiting.values(state="new", due_at=now).execution_options(synchronize_session=False))
    outbox.bell(QUEUE)
