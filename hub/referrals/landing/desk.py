"""Pages of managers: what a programme says to those who are referred, live with the next look; and how they came."""

import datetime as dt
from dataclasses import replace
from typing import Any

from flask import Response, abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other
from hub.referrals import programmes, queries
from hub.referrals.disputes import queries as disputes
from hub.referrals.introductions import queries as ways
from hub.referrals.introductions import words
from hub.referrals.landing import forms, page
from hub.referrals.landing.actions import TEAMS
from hub.referrals.landing.forms import TermsForm
from hub.referrals.landing.page import Named
from hub.referrals.lead_terms import LeadTerms, of_version
from hub.referrals.models import Programme

blueprint = Blueprint("landing_desk", __name__)
MANAGERS = frozenset({"manager"})
PERIODS = {"30": "30 days", "90": "90 days", "365": "A year", "all": "All time"}
registry.navigation(
    registry.Item(
        label="How they came", endpoint="landing_desk.attribution", icon="link", order=25, section="desk",
        group="Refer", roles=MANAGERS,
    )
)  # fmt: skip


@blueprint.get("/manage/programmes/<slug>/page")
@roles("manager")
def edit(slug: str) -> Response:
    """The texts and terms, with the page as visitors see it beside them."""
    programme = _programme(slug)
    terms = of_version(programme.version.page)
    data = forms.filled(terms, programme.version.number)
    return _editor(programme, TermsForm(formdata=None, data=data), terms)


@blueprint.post("/manage/programmes/<slug>/page")
@roles("manager")
def save(slug: str) -> BaseResponse:
    """Previews, or publishes a version; what was typed comes back with what is wrong."""
    programme, form = _programme(slug), TermsForm()
    valid = form.validate()
    form.problems()
    wrong = not valid or form.form_errors or any(field.errors for field in form)
    if wrong or request.form.get("do") == "preview":
        return _editor(programme, form, form.terms(), status=422 if wrong else 200)
    if form.based_on.data != str(programme.version.number):
        form.refuse(
            "form",
            f"Version {programme.version.number} was published while you were typing. Look at it first.",
        )
        form.based_on.data = str(programme.version.number)
        return _editor(programme, form, form.terms(), status=422)
    owner = queries.email_of(programme.version.default_owner_id)
    file = programmes.as_file(programme, programme.version, owner)
    number = programme.version.number
    version = programmes.publish(replace(file, lead=form.terms()), by_id=current_user.id, now=now())
    if version.number == number:
        flash("Nothing was different, so nothing was published.", "info")
    else:
        flash("Live. Whoever opens the page now sees it.", "done")
    return see_other("landing_desk.edit", slug=slug)


@blueprint.post("/manage/programmes/<slug>/page/preview")
@roles("manager")
def preview(slug: str) -> Response:
    """The page as the form has it now. Writes nothing."""
    programme, form = _programme(slug), TermsForm()
    return render("landing/_preview.html", **_shown(programme, form.terms()))


def _editor(programme: Programme, form: TermsForm, terms: LeadTerms, *, status: int = 200) -> Response:
    return render(
        "landing/editor.html", status=status, programme=programme, form=form, kinds=list(forms.FOR.items()),
        **_shown(programme, terms),
    )  # fmt: skip


def _shown(programme: Programme, terms: LeadTerms) -> dict[str, Any]:
    kind = request.values.get("audience", "")
    kind = kind if kind in forms.FOR else ""
    who = Named(who=current_user.name, short=current_user.first_name, company="Their company",
                initials=current_user.initials)  # fmt: skip
    return {
        "shown": page.compose(programme.version, who, kind, terms),
        "audience": kind,
        "audiences": forms.FOR,
    }


def _programme(slug: str) -> Programme:
    found = queries.programme_with_version(slug)
    if found is None or not found.version_id:
        abort(404)
    return found


@blueprint.get("/manage/attribution")
@roles("manager")
def attribution() -> Response:
    """How referrals came, and who came by a link without anybody to credit, and why."""
    period = request.args.get("period", "90")
    period = period if period in PERIODS else "90"
    since = None if period == "all" else now() - dt.timedelta(days=int(period))
    broken = ways.breakage(since)
    theirs = [(reason, count) for reason, count in broken if reason != TEAMS]  # nobody was to be credited
    by_link = sum(count for _, count in theirs)
    lost = sum(count for reason, count in theirs if reason)
    waiting, late = disputes.waiting(now())
    return render(
        "landing/attribution.html", period=period, periods=PERIODS, modes=ways.modes(since), labels=words.MODES,
        broken=[(reason, count) for reason, count in broken if reason], by_link=by_link, lost=lost,
        rate=round(100 * lost / by_link, 1) if by_link else 0, waiting=waiting, late=late,
    )  # fmt: skip
