"""The manager's desk for badges: composing, publishing with a look at who gets it, retiring, giving by hand."""

from types import SimpleNamespace
from typing import Any

from flask import Response, abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from badges import actions, composing, levels_desk, queries, upkeep
from badges.composing import Wish
from badges.drawing import HUE_NAMES, SHAPE_NAMES, SIGNS
from badges.models import HUES, SHAPES, Badge
from badges.rules import RULES
from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other
from hub.segments.fields import Unclear, whole
from hub.segments.queries import named

blueprint = Blueprint("badges_desk", __name__, url_prefix="/manage/badges")
blueprints = [blueprint, levels_desk.blueprint]
registry.navigation(
    registry.Item(label="Badges", endpoint="badges_desk.index", icon="award", section="desk", group="Engage", order=45,
                  roles=frozenset({"manager"}))
)  # fmt: skip


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """All badges by state, with how many have each."""
    found = queries.by_state("draft", "live", "retired")
    return render(
        "badges/desk.html", badges=found, counts=queries.holder_counts(), rules=RULES,
        groups=[("Drafts", "draft"), ("To be earned", "live"), ("Retired", "retired")],
    )  # fmt: skip


@blueprint.get("/new")
@roles("manager")
def new() -> Response:
    """An empty composer."""
    return _composer(None, {})


@blueprint.post("/new", endpoint="create")
@roles("manager")
def create() -> BaseResponse:
    """Saves a draft, or answers with the composer when only its rule was changed."""
    return _save(None)


@blueprint.post("/preview")
@roles("manager")
def preview() -> Response:
    """How it would look. Writes nothing."""
    return render("badges/preview.html", "badges/_preview.html", form=_typed())


@blueprint.get("/<slug>")
@roles("manager")
def edit(slug: str) -> Response:
    """One badge in the composer."""
    badge = _badge(slug)
    rule = RULES.get(badge.rule)
    return _composer(badge, rule.shown(badge.data) if rule else {})


@blueprint.post("/<slug>", endpoint="change")
@roles("manager")
def change(slug: str) -> BaseResponse:
    """Saves words and art; of a draft the rule, too."""
    return _save(_badge(slug))


@blueprint.get("/<slug>/publication")
@roles("manager")
def publication(slug: str) -> Response:
    """Who would get it now, before it is published."""
    badge = _badge(slug)
    number, people = queries.would_get(badge) if badge.state == "draft" else (0, [])
    return render(
        "badges/publication.html", badge=badge, rule=RULES[badge.rule], number=number, people=people
    )


@blueprint.post("/<slug>/publication", endpoint="publish")
@roles("manager")
def publish(slug: str) -> BaseResponse:
    """Opens it; whoever has earned it gets it in the background."""
    return _do(slug, lambda badge: actions.publish(badge, now=now(), by_id=current_user.id), "{} is open.")


@blueprint.post("/<slug>/upkeep")
@roles("manager")
def keep_up(slug: str) -> BaseResponse:
    """Whether it lapses unless it is kept up."""
    badge = _badge(slug)
    try:
        keep = whole(request.form, "keep", what="number to keep it") if request.form.get("lapses") else None
        days = whole(request.form, "days", what="number of days") or 365
        upkeep.ask(badge, keep=keep if not request.form.get("lapses") else keep or 0, days=days,
                   by_id=current_user.id, now=now())  # fmt: skip
    except Unclear as unclear:
        return _trouble(badge, str(unclear))
    flash(f"{badge.name} is saved.", "success")
    return see_other("badges_desk.edit", slug=slug)


@blueprint.post("/<slug>/retirement")
@roles("manager")
def retire(slug: str) -> BaseResponse:
    """Nobody gets it any more; those who have it keep it."""
    return _do(slug, lambda badge: actions.retire(badge, now=now(), by_id=current_user.id), "{} is retired.")


@blueprint.post("/<slug>/removal")
@roles("manager")
def remove(slug: str) -> BaseResponse:
    """Throws a draft away."""
    return _do(slug, composing.discard, "{} is thrown away.", to="badges_desk.index")


@blueprint.post("/<slug>/awards")
@roles("manager")
def grant(slug: str) -> BaseResponse:
    """Gives it by hand to members named by e-mail or handle, with a reason that everybody reads."""
    badge = _badge(slug)
    names = request.form.get("names", "").replace(",", "\n").split()[:200]
    known = named(names) if names else {}
    missing = [name for name in names if name.lower().removeprefix("@") not in known]
    if missing or not names:
        return _trouble(badge, f"Nobody here is called {missing[0]}." if missing else "Name somebody.")
    try:
        ids = [known[name.lower().removeprefix("@")] for name in names]
        given = actions.grant(
            badge, ids, citation=request.form.get("citation", ""), now=now(), by_id=current_user.id
        )
    except Unclear as unclear:
        return _trouble(badge, str(unclear))
    flash(f"{given} {'member has' if given == 1 else 'members have'} {badge.name} now.", "success")
    return see_other("badges_desk.edit", slug=slug)


def _badge(slug: str) -> Badge:
    return (queries.by_slug(slug) if slug.isprintable() else None) or abort(404)


def _do(slug: str, verb: Any, says: str, *, to: str = "badges_desk.edit") -> BaseResponse:
    badge = _badge(slug)
    try:
        verb(badge)
    except Unclear as unclear:
        return _trouble(badge, str(unclear))
    flash(says.format(badge.name), "success")
    return see_other(to, **({"slug": slug} if to != "badges_desk.index" else {}))


def _trouble(badge: Badge, says: str) -> Response:
    rule = RULES.get(badge.rule)
    return _composer(badge, rule.shown(badge.data) if rule else {}, trouble=says, status=422)


def _save(badge: Badge | None) -> BaseResponse:
    form, values = _typed(), _values()
    if "show" in request.form:
        start = {one.name: one.start for one in RULES[form.rule].fields}
        return _composer(badge, start, form=form)
    wish = Wish(
        name=form.name, story=form.story, shape=form.shape, sign=form.sign, hue=form.hue, rule=form.rule, data=values,
        season=form.season,
    )  # fmt: skip
    try:
        kept = composing.compose(badge, wish, now=now(), by_id=current_user.id)
    except Unclear as unclear:
        return _composer(badge, values, form=form, trouble=str(unclear), at=unclear.field, status=422)
    flash(f"{kept.name} is saved.", "success")
    return see_other("badges_desk.edit", slug=kept.slug)


def _typed() -> SimpleNamespace:
    """The form as it was sent, with a known choice wherever one has to be made."""
    sent = request.form
    hue, rule = sent.get("hue", "0"), sent.get("rule", "")
    return SimpleNamespace(
        name=sent.get("name", ""), story=sent.get("story", ""), season=sent.get("season", ""),
        shape=sent.get("shape") if sent.get("shape") in SHAPES else SHAPES[0],
        sign=sent.get("sign") if sent.get("sign") in SIGNS else SIGNS[0],
        hue=int(hue) if hue.isdecimal() and len(hue) < 3 and int(hue) < HUES else 0,
        rule=rule if rule in RULES else "points",
    )  # fmt: skip


def _values() -> dict[str, Any]:
    fields = RULES[_typed().rule].fields
    return {
        one.name: request.form.getlist(f"rule-{one.name}")
        if one.multiple
        else request.form.get(f"rule-{one.name}", "")
        for one in fields
    }


def _composer(
    badge: Badge | None,
    values: dict[str, Any],
    *,
    form: Any = None,
    trouble: str = "",
    at: str = "",
    status: int = 200,
) -> Response:
    shown = (
        form
        or badge
        or SimpleNamespace(name="", story="", season="", shape="shield", sign="star", hue=2, rule="points")
    )
    rule = RULES.get(shown.rule)
    fields = rule.fields if rule else ()
    line = SimpleNamespace(values=values or {one.name: one.start for one in fields}, problem=trouble, at=at)
    return render(
        "badges/composer.html", "badges/_composer.html", status=status, badge=badge, form=shown, rule=rule, rules=RULES,
        line=line, trouble=trouble, shapes=SHAPE_NAMES, signs=SIGNS, hues=list(enumerate(HUE_NAMES)),
        holders=queries.holders(badge.id, limit=6) if badge else (0, []),
        kept=upkeep.asked(badge.id) if badge else None,
    )  # fmt: skip
