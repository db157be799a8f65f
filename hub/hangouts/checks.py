"""What `hurrah prove` recomputes of hangouts: seats, the order of the queue, points for having been there."""

from collections.abc import Iterator

from hub.core import registry
from hub.hangouts import proof


@registry.check("seats of hangouts are counted right")
def seats() -> Iterator[str]:
    """The seats taken against the guests who hold one."""
    for hangout_id, kept, held in proof.seats():
        yield f"hangout {hangout_id}: {kept} seats are counted as taken, {held} guests hold one"


@registry.check("nobody is passed over in the queue of a hangout")
def queue() -> Iterator[str]:
    """Who waits asked later than everybody who holds a seat, and nobody waits while one is free."""
    for hangout_id, waits, sits in proof.passed_over():
        yield f"hangout {hangout_id}: number {waits} waits, number {sits or 0} holds a seat or one is free"


@registry.check("guests of hangouts got what they were promised")
def points() -> Iterator[str]:
    """Points for having been there, and for what was asked for and shipped, against the entries."""
    for hangout_id, member_id, promised, booked in proof.unpaid():
        yield f"hangout {hangout_id}: member {member_id} was promised {promised} points, {booked} are booked"
    for (key,) in proof.unearned():
        yield f"entry {key}: nobody was there, or asked for it"


@registry.check("votes for questions are counted right")
def votes() -> Iterator[str]:
    """The votes of each question against the rows."""
    for question_id, kept, cast in proof.votes():
        yield f"question {question_id}: {kept} votes are counted, {cast} were cast"
