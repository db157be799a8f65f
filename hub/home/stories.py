"""How what referrals do is told in the feed: never about whom."""

from hub import community
from hub.community import Deed
from hub.home.queries import advocate_of, qualified

community.story("referral.submitted", lambda _deed: "introduced somebody", who=advocate_of)


def _advanced(deed: Deed) -> str | None:
    if not deed.data.get("points") or not deed.data.get("from"):
        return None  # nothing was earned, or it is the submission itself
    return "brought in a customer" if deed.data.get("kind") == "won" else "saw an introduction move up"


community.story("referral.advanced", _advanced, who=advocate_of)
community.honours.measure(
    "referrals",
    label="Most qualified introductions",
    unit="introductions moved up",
    one="introduction moved up",
)(qualified)
