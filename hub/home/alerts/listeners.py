"""What is told of an alert, what its points are called, and where segments are used."""

from collections.abc import Collection

from hub import notices
from hub.core import registry
from hub.home.alerts import queries
from hub.segments import Use, uses

notices.kind(
    "alert.raised", icon="megaphone", label="See the member", about="Somebody reaches what I wait for",
    roles=("rep", "manager"), by_default="email",
    sentence=lambda notice, context: (
        f"{context.title or 'Somebody'}: {queries.name(notice.data.get('alert_id') or 0) or 'an alert'}."
    ),
)  # fmt: skip


@registry.link("alert")
def links(ids: Collection[int]) -> dict[int, registry.Link]:
    """All alerts are on one page."""
    return dict.fromkeys(ids, ("an alert", "/manage/alerts"))


@uses
def used(segment_ids: Collection[int]) -> dict[int, list[Use]]:
    """Alerts that wait for these segments."""
    found: dict[int, list[Use]] = {}
    for one in queries.for_segments(segment_ids):
        found.setdefault(one.segment_id, []).append(Use(title=f"Alert: {one.name}", url="/manage/alerts"))
    return found
