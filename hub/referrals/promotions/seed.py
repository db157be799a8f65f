"""The sample's promotion: two weeks for partners, begun some days ago; by the verbs that people use."""

import datetime as dt

from hub import members
from hub.core import registry
from hub.referrals import queries
from hub.referrals.promotions import actions
from hub.referrals.promotions import queries as promotions
from hub.referrals.promotions.actions import Draft

BEGAN, LASTS = dt.timedelta(days=4), dt.timedelta(days=14)


@registry.seed(33, "promotions")
def plant(now: dt.datetime) -> None:
    """Once."""
    grace, programme = members.find("grace@example.com"), queries.programme_with_version()
    if grace is None or programme is None or promotions.all_of_them(limit=1):
        return
    begin = now - BEGAN
    draft = Draft(
        name="Partner fortnight", words="Thank you for opening doors with us this autumn.",
        subject=f"programme:{programme.id}", kind="multiplier", percent=200, bonus=0, rung_key=None,
        audience=("partner",), starts_at=begin, ends_at=begin + LASTS, first_each=2, first_all=None, budget=100_000,
    )  # fmt: skip
    made = actions.write(draft, by_id=grace.id, now=begin)
    actions.start(made.id, by_id=grace.id, now=begin)
