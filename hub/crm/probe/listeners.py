"""What is told when the synthetic referral doesn't go through."""

from collections.abc import Collection

from hub import notices
from hub.core import registry

notices.kind(
    "probe.failed", icon="triangle-alert", label="See the health page", about="The hub finds a fault of its own",
    roles=("manager", "admin"), by_default="email",
    sentence=lambda _notice, _context: "The hourly test referral didn’t go through. Points may be late.",
)  # fmt: skip


@registry.link("probe")
def links(ids: Collection[int]) -> dict[int, registry.Link]:
    """All of them are on the health page."""
    return dict.fromkeys(ids, ("the test referral", "/manage/health"))
