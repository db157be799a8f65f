"""A member's own page: how it names them, their words, and the link that opens it."""

from flask import Response, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub import members, sharing
from hub.core.clock import now
from hub.core.web import Blueprint, render, see_other
from hub.referrals import queries as referrals
from hub.referrals.landing import actions, page, queries
from hub.referrals.landing.forms import MyPageForm
from hub.referrals.landing.models import LandingName
from hub.referrals.models import Programme

blueprint = Blueprint("my_page", __name__)
CHANNEL = "landing"


@blueprint.get("/referrals/page")
def show() -> Response:
    """My page as visitors see it, its link, and what it calls me."""
    how = queries.name_of(current_user.id)
    form = MyPageForm(formdata=None, shown=how.shown if how else "full", words=how.words if how else "")
    return _page(form, how)


@blueprint.post("/referrals/page")
def save() -> BaseResponse:
    """Keeps how I am named; the page shows it at once."""
    form = MyPageForm()
    if not form.validate():
        return _page(form, queries.name_of(current_user.id), status=422)
    actions.name_page(current_user.id, form.shown.data, form.words.data or "", now=now())
    flash("Your page says so now.", "done")
    return see_other("my_page.show", programme=request.args.get("programme"))


@blueprint.post("/referrals/page/link")
def link() -> BaseResponse:
    """My link to a programme's page, made the first time I ask for it."""
    offers = referrals.offers(current_user)
    chosen = _chosen(offers, request.form.get("programme"))
    if chosen is not None:
        sharing.link(current_user.id, f"{queries.PREFIX}{chosen.id}", CHANNEL, now())
    return see_other("my_page.show", programme=chosen.slug if chosen else None)


def _chosen(offers: list[Programme], slug: str | None) -> Programme | None:
    return next((offer for offer in offers if offer.slug == slug), offers[0] if offers else None)


def _page(form: MyPageForm, how: LandingName | None, *, status: int = 200) -> Response:
    offers = referrals.offers(current_user)
    chosen = _chosen(offers, request.args.get("programme"))
    if chosen is None:
        return render("referrals/closed.html", status=status)
    me = members.get(current_user.id) or current_user
    if status == 422:
        how = LandingName(shown=form.shown.data or "full", words=form.words.data or "")
    shown = page.compose(chosen.version, page.named(me, how), me.type)
    return render(
        "landing/mine.html", status=status, form=form, offers=offers, chosen=chosen, shown=shown,
        link=queries.link_of(current_user.id, chosen.id, CHANNEL),
    )  # fmt: skip
