"""The sample’s doubt: one introduction that is being looked at, with the advocate’s side; by people’s own verbs."""

import datetime as dt

from hub import members
from hub.core import registry
from hub.referrals import intake, queries
from hub.referrals.advance import Advance, advance_many
from hub.referrals.fairness import actions
from hub.referrals.fairness import queries as reviews
from hub.referrals.intake import Contact

ADVOCATE = "owen.achterberg@compiler-works.example.com"
LEAD = Contact(
    name="Tess Marlin", email="tess@mailinator.com", company="Marlin Studios", title="Producer",
    relation="We shared a stand at the trade fair", why="Eight people, and each of them keeps a list of their own.",
)  # fmt: skip
SIDE = "She gave me this address at the fair because her own was being moved. I have her card here and can call her."


@registry.seed(41, "fairness")
def plant(now: dt.datetime) -> None:
    """Once. Its address is of a kind that is thrown away after use."""
    advocate, programme = members.find(ADVOCATE), queries.programme_with_version()
    if advocate is None or programme is None or any(reviews.counts().values()):
        return
    made = intake.refer(
        advocate,
        LEAD,
        programme=programme,
        mode="warm_email",
        now=now - dt.timedelta(days=1.4),
        once="sample-doubt",
    )
    at = now - dt.timedelta(days=0.9)
    advance_many([Advance(referral_id=made.id, rung_key="accepted", happened_at=at, source="crm")], now=at)
    actions.appeal(made.id, by_id=advocate.id, now=now - dt.timedelta(days=0.5), words=SIDE)
