"""The catalogue at the desk: list, new, edit, preview, publish, stock, archive."""

from typing import Any

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub import members, segments
from hub.community import text
from hub.core import edges, uploads
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.rewards import cards, codes, queries
from hub.rewards.actions import Refusal, composing
from hub.rewards.forms import NewRewardForm, RewardForm, filled
from hub.rewards.models import Reward
from hub.rewards.providers import PROVIDERS
from hub.rewards.rules import rules
from hub.segments.queries import choices as segment_choices

blueprint = Blueprint("rewards_desk", __name__, url_prefix="/manage/rewards")
PAGE = 100


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """Every reward, newest first; archived ones on request."""
    archived = "archived" in request.args
    found = queries.listed(archived=archived, after=request.args.get("after", type=row_number), limit=PAGE)
    tallies = codes.tallies(one.id for one in found if one.provider == "codes")
    return render(
        "rewards/desk/index.html", rows=found, archived=archived, at=now(), names=cards.KIND_NAMES, tallies=tallies,
        providers=PROVIDERS, more=found[-1].id if len(found) == PAGE else None,
    )  # fmt: skip


@blueprint.get("/new")
@roles("manager")
def new() -> Response:
    """What it is called and what it is."""
    return _new(NewRewardForm(formdata=None))


@blueprint.post("/new")
@roles("manager")
def create() -> Response:
    """Makes the draft, and opens it."""
    form = NewRewardForm()
    if not form.validate():
        return _new(form, status=422)
    kind = form.kind.data
    usual_of: dict[str, dict[str, Any]] = {
        "coupon": {"provider": "codes", "sign": "share-2"}, "donation": {"sign": "hand-heart"},
        "experience": {"sign": "ticket"}, "funds": {"provider": "commission", "sign": "megaphone"},
        "product": {"needs_address": True},
    }  # fmt: skip
    usual = usual_of.get(kind, {})
    made = composing.create(
        form.title.data or "", by_id=current_user.id, now=now(), kind=kind, zone=place().zone_name, **usual
    )
    return see_other("rewards_desk.edit", reward_id=made.id)


def _new(form: NewRewardForm, *, status: int = 200) -> Response:
    return render("rewards/desk/new.html", status=status, form=form)


@blueprint.get("/<int:reward_id>")
@roles("manager")
def edit(reward_id: int) -> Response:
    """One reward: its words, its price, who may choose it, how it is fulfilled; what is missing."""
    found = find(reward_id)
    return _edit(found, _form(data=filled(found)))


@blueprint.post("/<int:reward_id>")
@roles("manager")
def save(reward_id: int) -> Response:
    """Saves what can be; an open reward stays complete."""
    found = find(reward_id)
    refused = _keep(found)
    if refused is not None:
        return refused
    flash("Saved. Everybody sees it at once." if found.state == "open" else "Saved.")
    return see_other("rewards_desk.edit", reward_id=reward_id)


def _keep(found: Reward) -> Response | None:
    """Saves what stands in the form; the form with what is wrong, when that can't be."""
    form = _form()
    if not form.validate():
        return _edit(found, form, status=422)
    values, picture = form.values(), request.files.get("picture")
    try:
        if picture is not None and picture.filename:
            kept = uploads.keep(picture.stream, member_id=current_user.id, purpose="picture", now=now())
            values["image_id"] = kept.id
        elif request.form.get("no_picture"):
            values["image_id"] = None
        composing.change(found, values, by_id=current_user.id, now=now())
    except uploads.Unusable as unusable:
        return _edit(found, form, status=422, picture_error=str(unusable))
    except composing.Incomplete as incomplete:
        return _edit(find(found.id, fresh=True), form, status=422, missing=incomplete.problems)
    return None


@blueprint.post("/<int:reward_id>/publication")
@roles("manager")
def publish(reward_id: int) -> Response:
    """Publishes what stands in the form, or without it what was saved; or says everything that is missing, with the
    fields."""
    found, typed = find(reward_id), "title" in request.form
    if typed and (refused := _keep(found)) is not None:
        return refused
    try:
        composing.publish(found, by_id=current_user.id, now=now())
    except composing.Incomplete as incomplete:
        if typed:
            return _edit(find(reward_id, fresh=True), _form(), status=422, missing=incomplete.problems)
        return _edit(found, _form(data=filled(found)), status=422, missing=incomplete.problems)
    flash("Published: members can choose it.")
    return see_other("rewards_desk.edit", reward_id=reward_id)


@blueprint.post("/<int:reward_id>/draft")
@roles("manager")
def redraft(reward_id: int) -> Response:
    """Takes it off the catalogue to be rebuilt."""
    composing.withdraw(find(reward_id), by_id=current_user.id, now=now())
    flash("It is a draft again. What was chosen goes on.")
    return see_other("rewards_desk.edit", reward_id=reward_id)


@blueprint.post("/<int:reward_id>/archive")
@roles("manager")
def archive(reward_id: int) -> Response:
    """Off the catalogue for good."""
    composing.archive(find(reward_id), by_id=current_user.id, now=now())
    flash("Archived. What was chosen goes on.")
    return see_other("rewards_desk.index")


@blueprint.post("/<int:reward_id>/stock")
@roles("manager")
def restock(reward_id: int) -> Response:
    """Puts so many more in, or takes some out; or says that there is no end of it."""
    found, more = find(reward_id), request.form.get("more", "").strip()
    endless = bool(request.form.get("endless"))
    try:
        number = None if endless else int(more)
        if number is not None and not -100_000 <= number <= 100_000:
            raise ValueError(more)
        composing.restock(found.id, number, by_id=current_user.id, now=now())
    except ValueError:
        return _edit(
            found,
            _form(data=filled(found)),
            status=422,
            stock_error="A whole number, please; −2 takes two out.",
        )
    except Refusal as refusal:
        return _edit(
            find(reward_id, fresh=True),
            _form(data=filled(find(reward_id))),
            status=409,
            stock_error=str(refusal),
        )
    flash("There is no end of it now." if endless else "The stock is right now.")
    return see_other("rewards_desk.edit", reward_id=reward_id)


@blueprint.get("/<int:reward_id>/preview")
@roles("manager")
def preview(reward_id: int) -> Response:
    """The page as members will see it; nothing can be chosen from it."""
    found = find(reward_id)
    return render(
        "rewards/desk/preview.html", reward=found, card=cards.Card(found, False, 0).drawn, body=text.html(found.story),
        names=cards.KIND_NAMES, signs=cards.KIND_SIGNS, audience=found.segment,
    )  # fmt: skip


def find(reward_id: int, *, fresh: bool = False) -> Reward:
    """A reward, or 404. `fresh` forgets what a refused change has set."""
    if fresh:
        edges.rollback()
    found = queries.by_id(reward_id)
    return abort(404) if found is None else found


def _form(**given: Any) -> RewardForm:
    form = RewardForm(**given)
    form.offer(
        segments=segment_choices(), suppliers=queries.supplier_choices(),
        staff=[(one.id, one.name) for one in members.staff("manager")],
    )  # fmt: skip
    return form


def _edit(reward: Reward, form: RewardForm, *, status: int = 200, **more: Any) -> Response:
    rules_of = reward.segment.rules if reward.segment else {"match": "all", "rules": []}
    notes = {one.name: one.says for one in PROVIDERS.values()}
    return render(
        "rewards/desk/edit.html", status=status, reward=reward, form=form, at=now(), notes=notes, house=rules(),
        count=segments.count(rules_of), codes_left=codes.left(reward.id) if reward.provider == "codes" else None,
        **{"missing": composing.problems(reward) if reward.state != "archived" else [], **more},
    )  # fmt: skip
