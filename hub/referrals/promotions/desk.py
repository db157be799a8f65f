"""Pages of promotions: the list, the editor with what it would cost, start and end."""

import datetime as dt

from flask import Response, abort, flash, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.ledger.models import LIMIT
from hub.referrals.intake import Refusal
from hub.referrals.promotions import actions, queries, trying, words
from hub.referrals.promotions.forms import PromotionForm, filled
from hub.referrals.promotions.models import Promotion
from hub.referrals.promotions.showing import shown
from hub.referrals.promotions.targets import choices

blueprint = Blueprint("promotions", __name__)
PAGE = 50

registry.navigation(
    registry.Item(
        label="Promotions", endpoint="promotions.index", icon="megaphone", section="desk", group="Refer", order=35,
        roles=frozenset({"manager"}),
    )
)  # fmt: skip


@blueprint.get("/manage/promotions")
@roles("manager")
def index() -> Response:
    """All promotions, the latest first: those that are over stay, with what they paid."""
    before, at = request.args.get("before", type=row_number), now()
    found = queries.all_of_them(before=before, limit=PAGE + 1)
    return render(
        "promotions/index.html", rows=[(p, shown(p, at), p.phase(at)) for p in found[:PAGE]], phases=words.PHASES,
        subjects=dict(choices()) if found else {}, first=before is None,
        next_before=found[PAGE - 1].id if len(found) > PAGE else None,
    )  # fmt: skip


@blueprint.get("/manage/promotions/new")
@roles("manager")
def new() -> Response:
    """A new one, for a week from tomorrow."""
    zone = place().zone
    begin = (now().astimezone(zone) + dt.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    data = {"starts_at": begin, "ends_at": begin + dt.timedelta(days=7), "percent": 200, "kind": "multiplier",
            "audience": ["customer", "partner", "employee"], "first_each": 3}  # fmt: skip
    return _editor(PromotionForm(formdata=None, data=data), None)


@blueprint.post("/manage/promotions/new", endpoint="create")
@roles("manager")
def create() -> BaseResponse:
    """Keeps a draft, or tries it."""
    return _save(None)


@blueprint.get("/manage/promotions/<int:promotion_id>")
@roles("manager")
def show(promotion_id: int) -> Response:
    """A draft in the editor; one that has started as members read it, with what it paid."""
    found = _known(promotion_id)
    if found.state == "draft":
        return _editor(PromotionForm(formdata=None, data=filled(found, place().zone)), found)
    at = now()
    return render(
        "promotions/show.html", p=found, shown=shown(found, at), phase=found.phase(at), phases=words.PHASES,
        booked=queries.booked([found.id])[found.id], subject=dict(choices()).get(found.subject, found.subject),
    )  # fmt: skip


@blueprint.post("/manage/promotions/<int:promotion_id>", endpoint="change")
@roles("manager")
def change(promotion_id: int) -> BaseResponse:
    """Keeps the draft, tries it, or starts it."""
    return _save(_known(promotion_id))


@blueprint.post("/manage/promotions/<int:promotion_id>/end", endpoint="end")
@roles("manager")
def end(promotion_id: int) -> BaseResponse:
    """Ends it now."""
    _known(promotion_id)
    try:
        actions.end(promotion_id, by_id=current_user.id, now=now())
        flash("Ended. What happened before counts, also when we hear of it later.", "success")
    except Refusal as refusal:
        flash(refusal.says, "error")
    return see_other("promotions.show", promotion_id=promotion_id)


def _save(found: Promotion | None) -> BaseResponse:
    form, do = PromotionForm(), request.form.get("do", "save")
    form.offer()
    draft = form.draft(place().zone)
    if draft is None:
        return _editor(form, found, status=422)
    if do == "try":
        wished = Promotion(
            **{name: getattr(draft, name) for name in type(draft).__slots__}, spent=0, state="draft"
        )
        return _editor(form, found, wished=wished)
    try:
        kept = actions.write(
            draft, by_id=current_user.id, now=now(), promotion_id=found.id if found else None
        )
        if do == "start":
            actions.start(kept.id, by_id=current_user.id, now=now())
    except Refusal as refusal:
        form.refuse(refusal.field, refusal.says)
        return _editor(form, found, status=422)
    flash("It is on." if do == "start" else "Kept as a draft. Nobody sees it yet.", "success")
    return see_other("promotions.show", promotion_id=kept.id)


def _known(promotion_id: int) -> Promotion:
    found = queries.get(promotion_id)
    if found is None:
        abort(404)
    return found


def _editor(
    form: PromotionForm, found: Promotion | None, *, wished: Promotion | None = None, status: int = 200
) -> Response:
    form.offer(form.subject.data or (found.subject if found else None))
    seen = wished or found
    return render(
        "promotions/edit.html", status=status, form=form, p=found, most=LIMIT,
        trial=trying.attempt(wished, now()) if wished else None, large=queries.too_large(seen) if seen else [],
        action=url_for("promotions.change", promotion_id=found.id) if found else url_for("promotions.create"),
    )  # fmt: skip
