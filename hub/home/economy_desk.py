"""The managers' page of the economy: other values, the same ninety days. It changes nothing."""

from flask import Response, request

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles
from hub.home import economy
from hub.home.economy import Wish
from hub.referrals.queries import programme_with_version
from hub.segments.fields import Unclear, whole

blueprint = Blueprint("economy", __name__, url_prefix="/manage/economy")
registry.navigation(
    registry.Item(label="Economy", endpoint="economy.index", icon="scale", section="desk", group="Reward", order=60,
                  roles=frozenset({"manager"}))
)  # fmt: skip


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """What the last ninety days would have come to under the values in the address."""
    programme = programme_with_version()
    ladder = programme.version.ladder if programme else None
    sent, trouble, wish = request.args, None, Wish()
    try:
        totals = {
            rung.key: total
            for rung in (ladder.paying if ladder else ())
            if (total := whole(sent, f"rung-{rung.key}", most=economy.MOST, what="total")) is not None
        }
        percent = whole(sent, "percent", most=1000, what="percentage")
        price = whole(sent, "price", most=economy.MOST, what="price") or 0
        wish = Wish(percent=100 if percent is None else percent, totals=totals, price=price)
    except Unclear as unclear:
        trouble = unclear
    return render(
        "home/economy.html", status=422 if trouble else 200, found=economy.compare(ladder, wish, now()), wish=wish,
        ladder=ladder, name=programme.version.name if programme else "", sent=sent, trouble=trouble, days=economy.DAYS,
    )  # fmt: skip
