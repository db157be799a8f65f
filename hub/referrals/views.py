"""Pages of advocates: introducing somebody, my referrals, one referral."""

import datetime as dt
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub import community
from hub.community.text import html
from hub.core import registry
from hub.core import words as language
from hub.core.clock import now
from hub.core.web import Blueprint, render, row_number, see_other
from hub.referrals import asking, coach, gates, intake, lead_terms, page, queries, words
from hub.referrals.disputes import views as disputes
from hub.referrals.extra_terms import sentences
from hub.referrals.forms import ReferralForm
from hub.referrals.introductions import views as introductions
from hub.referrals.landing import mine as my_page
from hub.referrals.landing import views as landing
from hub.referrals.models import Programme
from hub.referrals.people import person_key, same_form
from hub.referrals.programme_file import PAGE_TEXTS
from hub.referrals.promotions.showing import now_running, running
from hub.referrals.rights import views as rights

blueprint = Blueprint("referrals", __name__)
blueprints = [
    blueprint, landing.blueprint, my_page.blueprint, rights.blueprint, disputes.blueprint, introductions.blueprint,
]  # fmt: skip
PAGE = 30

registry.navigation(registry.Item(label="Referrals", endpoint="referrals.mine", icon="handshake", order=30))
community.admits("referral", queries.circle)


@registry.link("referral")
def links(ids: Any) -> registry.Asked:
    """What a referral is called, and its page."""
    return registry.Asked(
        query=queries.titles(ids),
        tell=lambda number, *names: (
            next(name for name in names if name),
            url_for("referrals.show", number=number),
        ),
    )


@blueprint.get("/referrals")
def mine() -> Response:
    """All my referrals, whatever the programme."""
    before = request.args.get("before", type=row_number)
    found = queries.mine(current_user.id, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    return render(
        "referrals/index.html", "referrals/_more.html",
        cards=page.cards(shown), next_before=shown[-1].id if len(found) > PAGE else None, first=before is None,
        tally=queries.tally([current_user.id]).get(current_user.id), earned=queries.earned_by(current_user.id),
    )  # fmt: skip


@blueprint.get("/referrals/new")
def new() -> Response:
    """The form, with what the programme promises beside it."""
    offers = queries.offers(current_user)
    if not offers:
        return render("referrals/closed.html")
    chosen = _chosen(offers, request.args.get("programme"))
    if before := gates.first(current_user.id, chosen.slug, now()):
        return render("referrals/first.html", chosen=chosen, before=before)
    # An address may carry a name and a company along, from a bookmark or another program; never an e-mail.
    given = {f"contact_{name}": request.args.get(name, "")[:120] for name in ("name", "company", "title")}
    form = _form_of(chosen)(formdata=None, **given)
    form.offer(offers, chosen)
    return _form(form, offers, chosen)


def _form_of(chosen: Programme) -> Any:
    return asking.with_questions(ReferralForm, coach.questions(lead_terms.of_version(chosen.version.page)))


@blueprint.post("/referrals/new")
def create() -> BaseResponse:
    """Takes the referral in, once however often the form is sent; what was typed comes back with what is wrong."""
    offers = queries.offers(current_user)
    if not offers:
        return render("referrals/closed.html", status=422)
    chosen = _chosen(offers, request.form.get("programme"))
    if before := gates.first(current_user.id, chosen.slug, now()):
        return render("referrals/first.html", status=409, chosen=chosen, before=before)
    form = _form_of(chosen)()
    form.offer(offers, chosen)
    if form.validate():
        try:
            referral = intake.refer(
                current_user._get_current_object(), form.contact(), programme=chosen, mode=form.mode.data, now=now(),
                since=today(), answers=asking.answers(form),
                once=same_form(form.once.data, form.contact(), form.programme.data),
            )  # fmt: skip
        except intake.Refusal as refusal:
            form.refuse(refusal.field, refusal.says)
        else:
            return see_other("referrals.show", number=referral.id, new=1)
    return _form(form, offers, chosen, status=422)


def _form(form: ReferralForm, offers: list[Programme], chosen: Programme, status: int = 200) -> Response:
    return render(
        "referrals/new.html",
        status=status,
        form=form,
        offers=offers,
        **offer(chosen),
        **_coached(form, chosen),
    )


def _coached(form: Any, chosen: Programme) -> dict[str, Any]:
    """The programme's questions, and what the coach says of what is typed so far."""
    terms = lead_terms.of_version(chosen.version.page)
    typed = asking.typed(coach.questions(terms), request.form)
    hints = coach.hints(terms.profile, request.form.get("contact_title", "")[:200], typed)
    return {
        "questions": asking.fields(form),
        "hints": hints,
        "has_coach": bool(terms.profile),
        "ask": terms.ask,
    }


def offer(chosen: Programme) -> dict[str, Any]:
    """What stands beside the form."""
    version = chosen.version
    texts = {name: html(text) for name, text in version.page.items() if name in PAGE_TEXTS and text}
    return {
        "programme": chosen, "version": version, "texts": texts, "rungs": words.drawn(version.ladder),
        "faq": [(question, html(answer)) for question, answer in version.page.get("faq", ())],
        "running": running([f"programme:{chosen.id}"], now(), current_user.type), "more": sentences(version.extras),
        "promise": words.promise(version.ladder), "payee": words.payee_words(version), "modes": words.MODE_NOTES,
    }  # fmt: skip


def _chosen(offers: list[Programme], slug: str | None) -> Programme:
    return next((programme for programme in offers if programme.slug == slug), offers[0])


@blueprint.post("/referrals/new/check")
def check() -> Response:
    """Whether this person can be introduced, while they are typed. Writes nothing."""
    offers = queries.offers(current_user)
    if not offers:
        abort(404)
    chosen = _chosen(offers, request.form.get("programme"))
    form = _form_of(chosen)()
    form.offer(offers, chosen)
    refused, known = None, bool(person_key(form.contact()))
    try:
        me, day = current_user._get_current_object(), today()
        intake.check(me, chosen, form.contact(), since=day, month=intake.month_of(day))
    except intake.Refusal as refusal:
        refused = refusal.says
    other = "programme-choice" in request.headers.get("HX-Source", "")
    hint = words.address_hint(form.contact().email)
    return render(
        "referrals/_check.html", refused=refused, known=known, hint=hint, beside=other, form=form, **offer(chosen),
        **_coached(form, chosen),
    )  # fmt: skip


def today() -> dt.datetime:
    """When today began where the reader is."""
    local = now().astimezone(language.zone())
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


@blueprint.get("/referrals/<int:number>")
def show(number: int) -> BaseResponse:
    """One referral of mine. Reps and managers see the same page in words fit for them, beside their tools."""
    seen = page.see(number, current_user._get_current_object(), now=now())
    if seen is None:
        abort(404)
    if seen.is_staff:
        return see_other("sales.show", number=number)
    return render("referrals/show.html", seen=seen, is_new="new" in request.args)


@blueprint.get("/referrals/<int:number>/pulse")
def pulse(number: int) -> BaseResponse:
    """Asked every few seconds by an open page: 204 while nothing changed, else the pieces that did."""
    member = current_user._get_current_object()
    if queries.may_see(number, member) is None:
        abort(404)
    beat = page.beat(number, request.args, now=now())
    if beat.is_quiet:
        return Response(status=204)
    if beat.is_same:
        return render("referrals/_pulse.html", beat=beat)
    seen = page.see(number, member, now=now())
    return render("referrals/_news.html", seen=seen, beat=beat)


@registry.panel("referrals.moving")
def moving(member: Any) -> str:
    """What is on its way, for the home page: three statements, one while nothing is."""
    found = queries.moving(member.id)
    return render_template(
        "referrals/_moving.html",
        cards=page.cards(found) if found else [],
        running=now_running(now(), member.type),
    )
