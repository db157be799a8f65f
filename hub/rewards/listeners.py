"""What other rooms show of rewards: titles, notices, numbers, what to do next, lines of a referral's story."""

from collections.abc import Collection, Mapping

from hub import activity, notices, segments
from hub.activity.queries import fact
from hub.core import registry
from hub.core.clock import now
from hub.core.words import points
from hub.notices import Context
from hub.rewards import commissions, queries, story, things

registry.timeline(story.about)
registry.thing("rewards.within_reach")(things.within_reach)
registry.figure("rewards")(things.figures)


@registry.link("reward")
def rewards(ids: Collection[int]) -> registry.Asked:
    """Title and page of rewards."""
    return registry.Asked(
        query=queries.titles(ids), tell=lambda _number, title, slug: (title, f"/rewards/{slug}")
    )


@registry.link("redemption")
def redemptions(ids: Collection[int]) -> registry.Asked:
    """A redemption is called what its reward was called."""
    return registry.Asked(
        query=queries.redemption_titles(ids), tell=lambda number, title: (title, f"/redemptions/{number}")
    )


@registry.link("review-redemption")
def reviews(ids: Collection[int]) -> registry.Asked:
    """The same redemptions, for those who decide about them."""
    return registry.Asked(
        query=queries.redemption_titles(ids),
        tell=lambda number, title: (title, f"/manage/redemptions/{number}"),
    )


@registry.link("lapse")
def lapses(ids: Collection[int]) -> Mapping[int, registry.Link]:
    """Points that lapse are shown where points are spent."""
    return dict.fromkeys(ids, ("Your points", "/rewards"))


def _what(context: Context) -> str:
    return f"“{context.title}”" if context.title else "your reward"


notices.kind(
    "redemption.requested", icon="gift", label="See it", about="What I chose is taken down",
    sentence=lambda notice, context: (
        f"You chose {_what(context)}. {points(notice.data.get('points'))} points are set aside for it."
    ),
)  # fmt: skip
notices.kind(
    "redemption.given", icon="gift", label="See it", about="I am given a reward for a referral", by_default="email",
    sentence=lambda _notice, context: f"{_what(context)} is yours, for somebody you introduced.",
)  # fmt: skip
notices.kind(
    "redemption.approved", icon="circle-check", label="See it", about="My reward is being prepared",
    sentence=lambda _notice, context: f"{_what(context)} is approved. Somebody prepares it now.",
)  # fmt: skip
notices.kind(
    "redemption.sent", icon="send", label="Follow it", about="My reward is on its way", by_default="email",
    sentence=lambda _notice, context: f"{_what(context)} is on its way to you.",
)  # fmt: skip
notices.kind(
    "redemption.delivered", icon="party-popper", label="See it", about="My reward is there", by_default="email",
    sentence=lambda _notice, context: f"{_what(context)} is there. Enjoy it.",
)  # fmt: skip
notices.kind(
    "redemption.refused", icon="circle-x", label="Read why", about="I can’t have what I chose", by_default="email",
    sentence=lambda _notice, context: (
        f"You can’t have {_what(context)} this time. The reason is on its page, and your points are free again."
    ),
)  # fmt: skip
notices.kind(
    "redemption.refunded", icon="undo-2", label="See it", about="Points of a reward come back", by_default="email",
    sentence=lambda notice, context: (
        f"{points(notice.data.get('points'))} points for {_what(context)} are back with you."
    ),
)  # fmt: skip
notices.kind(
    "points.lapsing",
    icon="clock",
    label="See what they buy",
    about="Points of mine will lapse",
    by_default="email",
    is_security=True,  # nobody loses anything without having been told
    sentence=lambda notice, _context: (
        f"{points(notice.data.get('points'))} of your points lapse on {notice.data.get('on')}, unless you earn or "
        "spend any before then."
    ),
)
notices.kind(
    "payout.paid",
    icon="wallet",
    label="See it",
    about="Money is paid to me",
    by_default="email",
    sentence=lambda _notice, context: f"What you are owed for {context.title or 'a referral'} was paid.",
)
notices.kind(
    "redemption.waiting", icon="gift", label="Decide", about="A reward waits for a decision", roles=("manager",),
    by_default="app", sentence=lambda _notice, context: f"Somebody chose {_what(context)}, and it waits for you.",
)  # fmt: skip
notices.kind(
    "redemption.task", icon="package", label="See to it", about="A reward is mine to see to", roles=("manager",),
    by_default="email",
    sentence=lambda notice, context: (
        f"{_what(context)} is yours to see to" + (f", by {notice.data['on']}." if notice.data.get("on") else ".")
    ),
)  # fmt: skip
notices.kind(
    "redemption.stuck",
    icon="triangle-alert",
    label="Look at it",
    about="A supplier doesn’t answer",
    roles=("manager",),
    by_default="email",
    sentence=lambda _notice, context: (
        f"Nobody knows since yesterday whether the supplier has sent {_what(context)}."
    ),
)
notices.kind(
    "redemption.failing", icon="triangle-alert", label="Read why", about="A supplier can’t be asked",
    roles=("manager",), by_default="email",
    sentence=lambda _notice, context: f"{_what(context)} can’t be ordered until somebody mends something.",
)  # fmt: skip
notices.kind(
    "refund.waiting", icon="undo-2", label="Decide", about="A refund needs a second person", roles=("manager",),
    by_default="email",
    sentence=lambda notice, context: (
        f"{context.who(notice.data.get('by_id'))} wants to give {points(notice.data.get('points'))} points back for "
        f"{_what(context)}. A second person decides."
    ),
)  # fmt: skip
notices.kind(
    "reward.low",
    icon="package",
    label="Put more in",
    about="A reward runs low",
    roles=("manager",),
    by_default="email",
    sentence=lambda notice, context: (
        f"{_what(context)} is gone."
        if not notice.data.get("left")
        else f"Only {notice.data.get('left')} of {_what(context)} are left."
    ),
)


@activity.listens("referral.advanced", "rewards.referral_advanced")
@activity.listens("referral.review_released", "rewards.review_released")
@activity.listens("referral.review_lifted", "rewards.review_lifted")
@activity.listens("referral.dispute_decided", "rewards.dispute_decided")
def referral_advanced(fact_id: int) -> None:
    """A referral moved, or people decided about it: what it brings besides points is decided, once."""
    commissions.advanced(int(fact(fact_id).subject.split(":")[1]), now=now())


@segments.uses
def uses(segment_ids: Collection[int]) -> Mapping[int, list[segments.Use]]:
    """The rewards each segment is the audience of."""
    found: dict[int, list[segments.Use]] = {}
    for one in queries.for_segments(segment_ids):
        use = segments.Use(title=one.title, url=f"/manage/rewards/{one.id}")
        found.setdefault(one.segment_id or 0, []).append(use)
    return found
