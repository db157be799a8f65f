"""Codes of a reward: put in by file, made here, traced back."""

from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other
from hub.rewards import codes
from hub.rewards.actions import fulfilling
from hub.rewards.desk.catalogue import find
from hub.rewards.models import Reward

blueprint = Blueprint("reward_pools", __name__, url_prefix="/manage/rewards")
BYTES = 2_000_000
SHOWN = 50


@blueprint.get("/<int:reward_id>/codes")
@roles("manager")
def index(reward_id: int) -> Response:
    """How many are left; a file to put in; and where one of them went."""
    return _page(_pool(reward_id))


@blueprint.post("/<int:reward_id>/codes")
@roles("manager")
def put_in(reward_id: int) -> Response:
    """Takes a file, or makes some: the good ones are kept, the others named with their line and reason."""
    reward = _pool(reward_id)
    if "make" in request.form:
        typed = request.form.get("count", "")
        if not typed.isdecimal() or not 1 <= int(typed[:6]) <= 5000:
            return _page(reward, status=422, make_error="From 1 to 5,000 at once.")
        taken = codes.make(reward, int(typed), by_id=current_user.id, now=now())
    else:
        file = request.files.get("file")
        raw = file.stream.read(BYTES + 1) if file is not None else b""
        try:
            lines = codes.read(raw.decode("utf-8")) if 0 < len(raw) <= BYTES else []
        except UnicodeDecodeError:
            return _page(reward, status=422, file_error="This isn’t text in UTF-8. Save it as CSV (UTF-8).")
        if not lines:
            says = (
                "Up to 2 MB at once."
                if len(raw) > BYTES
                else "There is no code in it: one a line, in the first column."
            )
            return _page(reward, status=422, file_error=says)
        taken = codes.put_in(reward, lines, by_id=current_user.id, now=now())
    waiting = fulfilling.go_on(reward.id, now=now()) if taken.kept else 0
    if taken.kept:
        flash(f"{taken.kept:,} codes are in." + (f" {waiting:,} who waited have theirs." if waiting else ""))
    if taken.wrong:
        return _page(reward, status=200 if taken.kept else 422, wrong=taken.wrong)
    return see_other("reward_pools.index", reward_id=reward_id)


@blueprint.post("/<int:reward_id>/codes/trace")
@roles("manager")
def trace(reward_id: int) -> Response:
    """Whom a code was given to; and, when asked, writes down that it was used."""
    reward, typed = _pool(reward_id), request.form.get("code", "").strip()[: codes.LONGEST]
    found = codes.traced(typed) if typed else None
    if found is None:
        return _page(reward, status=422, trace_error="We never had this code.", typed=typed)
    if "used" in request.form and codes.use(found.code.id, by_id=current_user.id, now=now()):
        flash("Written down: it was used.")
    return _page(reward, found=codes.traced(typed), typed=typed)


def _pool(reward_id: int) -> Reward:
    reward = find(reward_id)
    return abort(404) if reward.provider != "codes" else reward


def _page(reward: Reward, *, status: int = 200, **more: Any) -> Response:
    tally = codes.tallies([reward.id]).get(reward.id, (0, 0, 0))
    wrong = more.get("wrong") or []
    return render(
        "rewards/desk/codes.html", status=status, reward=reward, tally=tally, shown=SHOWN,
        **{"wrong": wrong, "found": None, "typed": "", **more},
    )  # fmt: skip
