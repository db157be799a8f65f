"""What `hurrah prove` recomputes here: how many came by each code."""

from collections.abc import Iterator

from hub.core import registry
from hub.members.joining import queries as codes


@registry.check("who joined by a code is counted right")
def uses() -> Iterator[str]:
    """The count of each code against the rows."""
    for code_id, kept, came in codes.miscounted():
        yield f"code {code_id}: {kept} uses are counted, {came} members came by it"
