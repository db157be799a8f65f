"""What `hurrah prove` recomputes of challenges: what was paid, who decided, how many places and seats are taken."""

from collections.abc import Iterator

from challenges import proof
from hub.core import registry


@registry.check("submissions were paid what they were promised")
def payments() -> Iterator[str]:
    """Each submission's entries and corrections against its state, its promise and its answers."""
    for submission_id, booked, owed in proof.payments():
        yield f"submission {submission_id}: {booked:,} points are booked, {owed:,} are owed"


@registry.check("a submission is where its last decision put it")
def decisions() -> Iterator[str]:
    """Each decided submission against the decision that holds."""
    for submission_id, state, verdict in proof.decisions():
        yield f"submission {submission_id}: is {state}, its decision says {verdict or 'nothing'}"


@registry.check("places of challenges are counted right")
def places() -> Iterator[str]:
    """The places taken against the submissions that hold them; never more than there are."""
    for challenge_id, kept, held in proof.places():
        yield f"challenge {challenge_id}: {kept} places are counted as taken, {held} submissions hold one"


@registry.check("nobody waits for a seat while one is free")
def seats() -> Iterator[str]:
    """Those seated and waiting against the seats there are; nobody is sent out when there are fewer of them."""
    for step_id, seats, seated, waiting in proof.seats():
        yield f"beta {step_id}: {seated} seated and {waiting} waiting for {seats} seats"
