"""Pages of advocates: introducing without a form about anybody, from wherever they work."""

import datetime as dt
from typing import Any

from flask import Response, abort, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub import members
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render, see_other
from hub.referrals import queries as referrals
from hub.referrals.intake import Refusal
from hub.referrals.introductions import actions, queries, words
from hub.referrals.introductions.forms import AnnounceForm
from hub.referrals.introductions.models import KINDS, Introduction

blueprint = Blueprint("introductions", __name__)


@blueprint.get("/referrals/introductions")
def index() -> Response:
    """Every way to introduce somebody, also from where I work, and what is under way."""
    return render(
        "introductions/index.html", mine=queries.mine(current_user.id), labels=words.LABELS, notes=words.NOTES,
        icons=words.ICONS, states=words.STATES, offers=referrals.offers(current_user),
        address=url_for("referrals.new", _external=True),
        mail_address=url_for("introductions.new", kind="warm_email", _external=True),
    )  # fmt: skip


@blueprint.get("/referrals/introductions/new/<kind>")
def new(kind: str) -> Response:
    """The form of one kind."""
    return _form(_known(kind), AnnounceForm(formdata=None, company=request.args.get("company", "")[:120]))


@blueprint.post("/referrals/introductions/new/<kind>")
def create(kind: str) -> BaseResponse:
    """Gives it a code, and tells the rep that somebody is coming."""
    form = AnnounceForm()
    offers = _offer(form)
    if kind == "lead" and not form.company.data:
        form.validate()
        form.refuse("company", "Which company?")
    elif kind == "lunch" and form.held_on.data and form.held_on.data < now().date() - dt.timedelta(days=1):
        form.validate()
        form.refuse("held_on", "That day has passed. Which one is it?")
    elif form.validate() and _known(kind):
        chosen = next(offer for offer in offers if offer.slug == form.programme.data)
        try:
            made = actions.announce(
                current_user._get_current_object(), chosen, kind, now=now(), company=form.company.data,
                held_on=form.held_on.data if kind == "lunch" else None, words=form.words.data, once=form.once.data,
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(refusal.field, refusal.says)
        else:
            return see_other("introductions.show", number=made.id)
    return _form(_known(kind), form, status=422)


def _known(kind: str) -> str:
    if kind not in KINDS:
        abort(404)
    return kind


def _offer(form: AnnounceForm) -> list[Any]:
    offers = referrals.offers(current_user)
    if offers:
        form.offer(offers, offers[0])
    else:
        form.programme.choices = []
    return offers


def _form(kind: str, form: AnnounceForm, *, status: int = 200) -> Response:
    offers = _offer(form)
    if not offers:
        return render("referrals/closed.html", status=status)
    return render(
        "introductions/new.html", status=status, form=form, kind=kind, offers=offers, label=words.LABELS[kind],
        note=words.NOTES[kind], icon_name=words.ICONS[kind],
    )  # fmt: skip


@blueprint.get("/referrals/introductions/<int:number>")
def show(number: int) -> BaseResponse:
    """One of mine: its code, the mail to send, and what came of it. Whoever follows it up is sent on to their page."""
    found = queries.one(number)
    if found is None or found.member_id != current_user.id:
        if found is not None and queries.may_follow_up(found, current_user):
            return see_other("introductions_sales.show", number=number)
        abort(404)
    return render(
        "introductions/show.html", found=found, came_of=queries.came_of(number), labels=words.LABELS,
        states=words.STATES, icons=words.ICONS, **_mail(found),
    )  # fmt: skip


def _mail(found: Introduction) -> dict[str, Any]:
    rep = members.get(found.owner_id) if found.owner_id else None
    here, hub = place(), place().name
    name, email = (rep.name, rep.email or "") if rep else (here.contact_name or hub, here.contact_email)
    return {
        "rep": rep, "cc": email, "subject": words.subject(found, hub),
        "body": words.body(current_user.name, name, hub),
        "mailto": words.mailto(found, member=current_user.name, rep=name, rep_email=email, hub=hub),
    }  # fmt: skip


@blueprint.post("/referrals/introductions/<int:number>/closing")
def close(number: int) -> BaseResponse:
    """Nothing came of it after all: I take it back."""
    found = queries.one(number)
    if found is None or found.member_id != current_user.id:
        abort(404)
    actions.close(number, "", by_id=current_user.id, now=now())
    return see_other("introductions.show", number=number)
