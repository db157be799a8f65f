"""The managers' page: whose advocates wait, and the clock."""

from typing import Any

from flask import Response, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.home.waiting import actions, queries
from hub.segments.fields import Unclear, whole

PAGE = 50
NAMES = ("first_days", "news_days", "more_days")
blueprint = Blueprint("waiting", __name__, url_prefix="/manage/waiting")
registry.navigation(
    registry.Item(label="Waiting", endpoint="waiting.index", icon="clock", section="desk", group="Refer", order=25,
                  roles=frozenset({"manager"}))
)  # fmt: skip


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """Referrals that wait longer than promised."""
    kept = queries.clock()
    return _page({"first_days": kept.first_days, "news_days": kept.news_days, "more_days": kept.more_days})


@blueprint.post("")
@roles("manager")
def set_clock() -> BaseResponse:
    """Sets the clock."""
    try:
        days = [
            whole(request.form, name, what="number of days") or 0
            for name in ("first_days", "news_days", "more_days")
        ]
        actions.set_clock(*days, by_id=current_user.id, now=now())
    except Unclear as unclear:
        return _page(request.form, trouble=unclear, status=422)
    flash("Saved. It holds from now on.")
    return see_other("waiting.index")


def _page(sent: Any, *, trouble: Unclear | None = None, status: int = 200) -> Response:
    after = request.args.get("after", type=row_number) or 0
    found = queries.late(now(), after=after, limit=PAGE + 1)
    return render(
        "home/waiting.html", status=status, late=found[:PAGE], sent=sent, trouble=trouble,
        more=found[PAGE - 1].referral.id if len(found) > PAGE else None,
    )  # fmt: skip
