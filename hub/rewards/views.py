"""The pages of members: the catalogue, one reward, what I chose and what became of it."""

import secrets
from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.community import text
from hub.core import edges, registry, shell
from hub.core.clock import now
from hub.core.web import Blueprint, render, row_number, see_other
from hub.ledger.queries import wallet_of
from hub.rewards import actions, callbacks, cards, codes, filled, limits, page, queries, refunds, things
from hub.rewards.actions import composing
from hub.rewards.models import Redemption, Reward
from hub.rewards.queries import money
from hub.rewards.wishes import ADDRESS

blueprint = Blueprint("rewards", __name__)
blueprints = [blueprint, callbacks.blueprint]
registry.navigation(registry.Item(label="Rewards", endpoint="rewards.index", icon="gift", order=25))
PAGE = 30


@blueprint.get("/rewards")
def index() -> Response:
    """What points are for: what is within reach first, then what I save towards."""
    free, kind = _free(), request.args.get("kind", "")
    found = cards.cards(current_user.id, free, now=now())
    kinds = [name for name in cards.KIND_NAMES if any(card.reward.kind == name for card in found)]
    shown = [card for card in found if card.reward.kind == kind or kind not in kinds]
    sections = [
        (name, title, [card for card in shown if card.section == name]) for name, title in cards.SECTIONS
    ]
    return render(
        "rewards/index.html", sections=[one for one in sections if one[2]], free=free, kinds=kinds,
        kind=kind if kind in kinds else "", names=cards.KIND_NAMES, signs=cards.KIND_SIGNS, any=bool(found),
        goal=page.goal(found),
    )  # fmt: skip


@blueprint.get("/rewards/quickest")
def quickest() -> Response:
    """The quickest way to so many points: asked for by the pages that show how many are missing."""
    short_by = min(request.args.get("points", 1, type=row_number) or 1, 10**9)
    way = things.quickest(_me(), short_by, now())
    return render("rewards/_quickest.html", way=way, short_by=short_by)


@blueprint.get("/rewards/<slug>")
def show(slug: str) -> Response:
    """One reward: its story, what is missing, and the form to choose it."""
    return _page(_find(slug), filled.Filled())


@blueprint.post("/rewards/<slug>/redemptions")
def redeem(slug: str) -> Response:
    """Chooses it, once for the form's token. What is wrong comes back as it was typed."""
    reward, token = _find(slug), request.form.get("token", "")
    if not 8 <= len(token) <= 64 or not token.isprintable():
        abort(400)
    try:
        made = actions.redeem(reward.id, _me(), filled.wanted(reward, request.form), token=token, now=now())
    except actions.Unfit as unfit:
        return _again(slug, 422, errors=unfit.errors)
    except actions.Refusal as refusal:
        return _again(slug, 409, trouble=str(refusal))
    return see_other("rewards.redemption", redemption_id=made.id)


def _again(slug: str, status: int, *, errors: dict[str, str] | None = None, trouble: str = "") -> Response:
    edges.rollback()
    typed = filled.Filled(typed=request.form, errors=errors or {})
    return _page(_find(slug), typed, status=status, trouble=trouble)


@blueprint.post("/rewards/<slug>/wish")
def wish(slug: str) -> Response:
    """I save towards it; or I don't any more."""
    reward = _find(slug)
    if request.form.get("off"):
        composing.unwish(current_user.id, reward.id)
        flash("It is off your list.")
    else:
        composing.wish(current_user.id, reward.id, now=now())
        flash("It is on your list. You see how far you are whenever you come by.")
    return see_other("rewards.show", slug=slug)


@blueprint.get("/redemptions")
def mine() -> Response:
    """What I chose, newest first; and money that is owed to me."""
    before = request.args.get("before", type=row_number)
    found = queries.mine(current_user.id, before=before, limit=PAGE + 1)
    return render(
        "rewards/redemptions.html",
        "rewards/_redemptions.html",
        found=found[:PAGE],
        words=page.STATES,
        signs=page.SIGNS,
        older=found[PAGE - 1].id if len(found) > PAGE else None,
        first=before is None,
        payouts=money.my_payouts(current_user.id) if before is None else [],
        payout_words=page.PAYOUT_STATES,
    )


@blueprint.get("/redemptions/<int:redemption_id>")
def redemption(redemption_id: int) -> Response:
    """One of mine: where it is, its code or its tracking number, and what happened when. A link of the books leads
    managers here, too: somebody else's they see at the desk."""
    found = queries.one(redemption_id)
    if found is not None and found.member_id != current_user.id and {"manager", "admin"} & current_user.roles:
        return see_other("redemptions_desk.show", redemption_id=redemption_id)
    return _redemption(_mine(redemption_id))


@blueprint.post("/redemptions/<int:redemption_id>/cancellation")
def cancel(redemption_id: int) -> Response:
    """I changed my mind."""
    found = _mine(redemption_id)
    try:
        actions.cancel(found.id, member_id=current_user.id, now=now())
    except actions.Refusal as refusal:
        edges.rollback()
        return _redemption(_mine(redemption_id), status=409, trouble=str(refusal))
    flash("Cancelled. Your points are free again.")
    return see_other("rewards.redemption", redemption_id=redemption_id)


@blueprint.post("/redemptions/<int:redemption_id>/receipt")
def received(redemption_id: int) -> Response:
    """It has arrived."""
    found = _mine(redemption_id)
    try:
        actions.deliver(found.id, by_id=current_user.id, now=now())
    except actions.Refusal as refusal:
        edges.rollback()
        return _redemption(_mine(redemption_id), status=409, trouble=str(refusal))
    flash("Good to know. Enjoy it!")
    return see_other("rewards.redemption", redemption_id=redemption_id)


def _find(slug: str) -> Reward:
    """A reward that this member may see: open, and for them. Managers see drafts in their preview."""
    found = queries.by_slug(slug) if slug.isprintable() else None
    if found is None or not found.is_open(now()) or not cards.for_them([found], current_user.id, now()):
        abort(404)
    return found


def _mine(redemption_id: int) -> Redemption:
    found = queries.one(redemption_id)
    return abort(404) if found is None or found.member_id != current_user.id else found


def _me() -> Any:
    return current_user._get_current_object()


def _free() -> int:
    wallet = wallet_of(current_user.id)
    shell.know("points", wallet.balance - wallet.held)
    shell.know("lifetime", wallet.lifetime)
    return wallet.balance - wallet.held


def _page(reward: Reward, form: filled.Filled, *, status: int = 200, trouble: str = "") -> Response:
    known = limits.profile(current_user.id)
    if form.typed is None and known is not None:
        form = filled.Filled(start={"country": known.country, "takes_no_gifts": known.takes_no_gifts})
    return render(
        "rewards/show.html", status=status, reward=reward, form=form, trouble=trouble, free=_free(),
        body=text.html(reward.story), is_wished=reward.id in queries.wished(current_user.id),
        token=request.form.get("token") or secrets.token_urlsafe(12), countries=filled.countries(), address=ADDRESS,
        limit=page.limit_of(reward, current_user.id, now()), names=cards.KIND_NAMES, signs=cards.KIND_SIGNS,
    )  # fmt: skip


def _redemption(found: Redemption, *, status: int = 200, trouble: str = "") -> Response:
    has_code = found.provider == "codes" and found.state == "delivered"
    return render(
        "rewards/redemption.html", status=status, one=found, trouble=trouble, words=page.STATES, signs=page.SIGNS,
        notes=queries.notes(found.id), code=codes.shown(found.id) if has_code else None,
        address=queries.address_of(found.id), steps=page.steps(found), refunds=refunds.of(found.id),
        country_name=filled.country_name, labels=ADDRESS,
    )  # fmt: skip
