"""Good and bad news from members: what isn't for them, and who has to be made happy before anybody asks them again."""

import datetime as dt

from sqlalchemy import delete, update

from challenges.asks import actions
from challenges.asks.models import Recovery, SetAside
from hub import activity, notices
from hub.core.db import db
from hub.members.models import Member
from hub.members.queries import rep_for, staff
from hub.outbox.actions import insert_ignoring

REASONS = {
    "role": "It isn’t part of my job", "rules": "My company doesn’t allow it", "elsewhere": "I have done it elsewhere",
    "time": "I have no time for such things", "private": "I don’t want to in public", "other": "Another reason",
}  # fmt: skip
WENT = {"well": "It went well", "badly": "There is something to mend"}
HELD = {"results": "A results review", "project": "A project review"}


def set_aside(challenge_id: int, member_id: int, *, reason: str, now: dt.datetime, words: str = "") -> None:
    """This challenge isn't for them: it is offered and asked for no more. Said twice, the last word holds."""
    reason = reason if reason in REASONS else "other"
    row = {"challenge_id": challenge_id, "member_id": member_id, "reason": reason, "words": words[:300],
           "created_at": now}  # fmt: skip
    fresh = insert_ignoring(SetAside).values(**row).returning(SetAside.member_id)
    if db.session.scalar(fresh) is None:
        found = db.session.get_one(SetAside, (member_id, challenge_id))
        found.reason, found.words = reason, words[:300]
    actions.answered(member_id, [challenge_id], now=now, state="declined")
    activity.record("challenge.set_aside", subject=f"challenge:{challenge_id}", by_id=member_id, now=now,
                    data={"reason": reason})  # fmt: skip


def bring_back(challenge_id: int, member_id: int) -> bool:
    """It is for them after all. False when it always was."""
    mine = delete(SetAside).where(SetAside.challenge_id == challenge_id, SetAside.member_id == member_id)
    return db.session.scalar(mine.returning(SetAside.member_id)) is not None


def hold_review(member: Member, *, kind: str, went: str, words: str, by_id: int, now: dt.datetime) -> None:
    """A results or project review was held with somebody: rules may ask, or staff make good on it first."""
    data = {"kind": kind, "went": went}
    fact_id = activity.record("review.held", subject=f"member:{member.id}", by_id=by_id, now=now, data=data)
    if went == "well":
        actions.happened("review", member.id, data, now=now)
    else:
        recover(member, subject=f"fact:{fact_id}", source=kind, words=words, now=now, by_id=by_id)


def recover(
    member: Member, *, subject: str, source: str, now: dt.datetime, score: int | None = None, words: str = "",
    by_id: int | None = None,
) -> None:  # fmt: skip
    """Opens a task to make good on something, once for its subject, and tells the rep of the company, else the
    managers. Until it is done nobody asks this member for anything."""
    rep = rep_for(member)
    row = {"member_id": member.id, "subject": subject, "source": source, "score": score, "words": words[:2000],
           "owner_id": rep.id if rep else None, "state": "open", "outcome": "", "created_at": now}  # fmt: skip
    number = db.session.scalar(insert_ignoring(Recovery).values(**row).returning(Recovery.id))
    if number is None:
        return
    task, data = f"recovery:{number}", {"member_id": member.id}
    activity.record("recovery.opened", subject=task, by_id=by_id, now=now, data=data)
    rows = [
        {"member_id": one.id, "kind": "recovery.opened", "subject": task, "key": f"{task}:{one.id}",
         "data": {"about_id": member.id}}
        for one in ([rep] if rep else staff("manager")) if one.id not in (member.id, by_id)
    ]  # fmt: skip
    notices.tell_many(rows, now)


def recovered(found: Recovery, *, outcome: str, by_id: int, now: dt.datetime) -> bool:
    """Closes a task with what was done about it; False when somebody was faster."""
    claim = update(Recovery).where(Recovery.id == found.id, Recovery.state == "open")
    claim = claim.values(state="done", outcome=outcome[:2000], done_at=now, done_by_id=by_id)
    done = claim.returning(Recovery.id).execution_options(synchronize_session=False)
    if db.session.scalar(done) is None:
        return False
    data = {"member_id": found.member_id}
    activity.record("recovery.done", subject=f"recovery:{found.id}", by_id=by_id, now=now, data=data)
    return True
