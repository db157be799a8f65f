"""Work in the background: inviting an audience in batches, offers that lapse, reminders."""

from hub import activity, members, outbox
from hub.activity.queries import fact
from hub.core.clock import now
from hub.hangouts import desk_queries, queries, reminding, seats

BATCH = 500


@outbox.handles("hangouts.invite")
def invite(hangout_id: int, after: int) -> None:
    """Invites the next five hundred of a hangout's segment; safe to run twice."""
    found = queries.by_id(hangout_id)
    if found is None or not found.is_upcoming(now()):
        return
    ids = desk_queries.next_to_invite(found, after, now(), limit=BATCH)
    seats.invite(hangout_id, ids, now=now())
    if len(ids) == BATCH:
        outbox.post("hangouts.invite", {"hangout_id": hangout_id, "after": ids[-1]}, now=now())


@activity.listens("member.disabled", "hangouts.make_room")
def make_room(fact_id: int) -> None:
    """Seats of somebody who can't come in any more go to those who wait; safe to run twice."""
    member = members.get(int(fact(fact_id).subject.partition(":")[2]))
    if member is not None and member.disabled_at is not None:
        seats.leave_all(member.id, now=now())


@outbox.every(60, "hangouts.keep_time")
def keep_time() -> None:
    """Offers that nobody took in time go to the next in line; guests are reminded of what is near."""
    seats.lapse(now())
    reminding.remind(now())
