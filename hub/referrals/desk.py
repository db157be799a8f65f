"""Pages of managers: all referrals, and the programmes with their editor."""

from dataclasses import replace
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.referrals import (
    correcting,
    desk_queries,
    editor,
    extra_terms,
    hands,
    intake,
    jobs,
    lead_terms,
    page,
    programmes,
    queries,
    words,
)
from hub.referrals.disputes import desk as disputes
from hub.referrals.editor import ProgrammeForm
from hub.referrals.fairness import desk as fairness
from hub.referrals.forms import OwnerForm, PersonForm, StageForm
from hub.referrals.landing import desk as landing
from hub.referrals.models import Programme
from hub.referrals.programme_file import ProgrammeFile, dump
from hub.referrals.promotions import desk as promotions_desk
from hub.referrals.rights import desk as rights
from hub.referrals.sales import referral_page, see

blueprint = Blueprint("referrals_desk", __name__)
blueprints = [
    blueprint, landing.blueprint, disputes.blueprint, rights.blueprint, fairness.blueprint, promotions_desk.blueprint,
]  # fmt: skip
PAGE = 50
MANAGERS = frozenset({"manager"})

for _label, _endpoint, _icon, _order in (
    ("Referrals", "referrals_desk.index", "handshake", 20),
    ("Programmes", "referrals_desk.programmes_list", "ladder", 30),
):
    registry.navigation(
        registry.Item(
            label=_label,
            endpoint=_endpoint,
            icon=_icon,
            order=_order,
            section="desk",
            group="Refer",
            roles=MANAGERS,
        )
    )


@blueprint.get("/manage/referrals")
@roles("manager")
def index() -> Response:
    """All referrals: searched, filtered, with those that nobody is credited for kept in sight."""
    wanted, state = request.args.get("q", "").strip()[:100], request.args.get("state", "")
    before = request.args.get("before", type=row_number)
    found = queries.search(
        wanted, state=state if state in ("open", "won", "lost") else None, broken=state == "uncredited",
        unowned=state == "unowned", before=before, limit=PAGE + 1,
    )  # fmt: skip
    return render(
        "referrals/desk.html", cards=page.cards(found[:PAGE], "manager"), q=wanted, state=state, first=before is None,
        counts=desk_queries.states(), breakages=desk_queries.breakages(), unowned=desk_queries.unowned(),
        next_before=found[PAGE - 1].id if len(found) > PAGE else None,
    )  # fmt: skip


@blueprint.get("/manage/referrals/<int:number>")
@roles("manager")
def show(number: int) -> BaseResponse:
    """The one page of a referral."""
    return redirect(url_for("sales.show", number=number))


@blueprint.post("/manage/referrals/<int:number>/owner")
@roles("manager")
def hand_over(number: int) -> BaseResponse:
    """Gives a referral to somebody else to look after."""
    form = OwnerForm()
    see(number)
    form.offer(hands.possible_owners())
    if form.validate():
        try:
            hands.hand_over(number, form.owner_id.data, by_id=current_user.id, now=now())
            flash("Handed over. They have been told.", "done")
            return see_other("sales.show", number=number)
        except intake.Refusal as refusal:
            form.refuse(refusal.field, refusal.says)
    return referral_page(see(number), status=422, forms={"owner": form})


@blueprint.post("/manage/referrals/<int:number>/person")
@roles("manager")
def correct(number: int) -> BaseResponse:
    """Puts the person's details right."""
    form = PersonForm()
    see(number)
    if form.validate():
        try:
            done = correcting.correct(
                number, form.contact(), form.reason.data, by_id=current_user.id, now=now()
            )
            flash("Put right." if done else "Nothing was different.", "done" if done else "info")
            return see_other("sales.show", number=number)
        except intake.Refusal as refusal:
            form.refuse(refusal.field, refusal.says)
    return referral_page(see(number), status=422, forms={"person": form})


@blueprint.post("/manage/referrals/<int:number>/stage")
@roles("manager")
def set_stage(number: int) -> BaseResponse:
    """Records a stage by hand, with words that the advocate reads."""
    seen, form = see(number), StageForm()
    form.offer(seen.ladder)
    if form.validate():
        try:
            hands.set_stage(number, form.rung.data, form.note.data, by_id=current_user.id, now=now())
            flash("Recorded. The advocate has been told.", "done")
            return see_other("sales.show", number=number)
        except intake.Refusal as refusal:
            form.refuse(refusal.field, refusal.says)
    return referral_page(see(number), status=422, forms={"stage": form})


@blueprint.get("/manage/programmes")
@roles("manager")
def programmes_list() -> Response:
    """All programmes with their ladders and how their referrals do."""
    shown = [(p, words.drawn(p.version.ladder)) for p in queries.programmes() if p.version_id]
    return render("referrals/programmes.html", shown=shown, counts=queries.counts_per_programme())


@blueprint.get("/manage/programmes/new")
@roles("manager")
def new_programme() -> Response:
    """A new programme, begun from a small ladder."""
    return _editor(ProgrammeForm(formdata=None, data=editor.blank()), None)


@blueprint.get("/manage/programmes/<slug>")
@roles("manager")
def edit(slug: str) -> Response:
    """The editor: stages, policies, texts; the ladder is drawn as it is typed."""
    programme = _programme(slug)
    data = editor.filled(_file(programme), programme.version.number)
    return _editor(ProgrammeForm(formdata=None, data=data), programme)


@blueprint.post("/manage/programmes/new", defaults={"slug": None})
@blueprint.post("/manage/programmes/<slug>")
@roles("manager")
def save(slug: str | None) -> BaseResponse:
    """One of the form's buttons: rearrange the stages, preview, or publish."""
    programme = _programme(slug) if slug else None
    form, do = ProgrammeForm(), request.form.get("do", "publish")
    if do == "publish":
        return _publish(form, programme)
    if do == "preview":
        return _editor(form, programme, status=200 if editor.to_file(form, programme) else 422)
    return _editor(ProgrammeForm(formdata=None, data=editor.rearranged(form.data, do)), programme)


@blueprint.post("/manage/programmes/preview", defaults={"slug": None})
@blueprint.post("/manage/programmes/<slug>/preview")
@roles("manager")
def preview(slug: str | None) -> Response:
    """The ladder as the form has it now, what is odd about it, what would change. Writes nothing."""
    return render("referrals/_drawing.html", **_drawing(ProgrammeForm(), _programme(slug) if slug else None))


def _publish(form: ProgrammeForm, programme: Programme | None) -> BaseResponse:
    file = editor.to_file(form, programme)
    number = programme.version.number if programme else 0
    if file is not None and form.based_on.data != str(number):
        form.refuse(
            "form", f"Version {number} was published while you were typing. Look at it first, then publish."
        )
        form.based_on.data = str(number)
        file = None
    if file is not None and programme is None and queries.programme_with_version(file.slug) is not None:
        form.refuse("slug", f"There is a programme called {file.slug} already.")
        file = None
    if file is None:
        return _editor(form, programme, status=422)
    # What the referred are told has a page of its own; a new programme asks them first.
    terms = lead_terms.of_version(programme.version.page) if programme else lead_terms.LeadTerms(ask="first")
    file = replace(file, lead=terms)
    try:
        version = programmes.publish(file, by_id=current_user.id, now=now())
    except intake.Refusal as refusal:
        form.refuse(refusal.field, refusal.says)
        return _editor(form, programme, status=422)
    if version.number == number:
        flash("Nothing was different, so nothing was published.", "info")
    else:
        flash(f"Version {version.number} is live.", "done")
    if form.also_open.data and programme is not None:
        jobs.take_along(programme.id, version.id, by_id=current_user.id)
        flash("The open referrals are coming along. What is newly due is being booked now.", "info")
    return see_other("referrals_desk.edit", slug=file.slug)


@blueprint.post("/manage/programmes/<slug>/state")
@roles("manager")
def change_state(slug: str) -> BaseResponse:
    """Opens a programme, or ends it."""
    programme = _programme(slug)
    try:
        programmes.set_state(programme.id, request.form.get("state", ""), by_id=current_user.id, now=now())
    except intake.Refusal:
        abort(400)
    flash({"active": "The programme is open.", "ended": "The programme has ended. Referrals under way go on.",
           "draft": "The programme is a draft again."}[programme.state], "done")  # fmt: skip
    return see_other("referrals_desk.edit", slug=slug)


@blueprint.get("/manage/programmes/<slug>/file.toml")
@roles("manager")
def export(slug: str) -> Response:
    """The programme as a text file, for `hurrah programme load` here or elsewhere."""
    body = dump(_file(_programme(slug)))
    headers = {"Content-Disposition": f'attachment; filename="{slug}.toml"'}
    return Response(body, mimetype="application/toml", headers=headers)


def _programme(slug: str) -> Programme:
    found = queries.programme_with_version(slug)
    if found is None or not found.version_id:
        abort(404)
    return found


def _file(programme: Programme) -> ProgrammeFile:
    owner = queries.email_of(programme.version.default_owner_id)
    return programmes.as_file(programme, programme.version, owner)


def _editor(form: ProgrammeForm, programme: Programme | None, status: int = 200) -> Response:
    return render(
        "referrals/editor.html", status=status, form=form, notes=editor.CLAWBACK_NOTES,
        history=queries.history(programme.id) if programme else (), **_drawing(form, programme),
    )  # fmt: skip


def _drawing(form: ProgrammeForm, programme: Programme | None) -> dict[str, Any]:
    draft = editor.draft(form)
    change = None
    if draft.ladder is not None and programme is not None:
        change = programmes.difference(programme.id, programme.version, draft.ladder)
    return {
        "programme": programme, "draft": draft, "change": change,
        "rungs": words.drawn(draft.ladder) if draft.ladder else (),
        "beside": extra_terms.changes(programme.version.extras, editor.beside(form)[0]) if programme else (),
        "warnings": draft.ladder.warnings() if draft.ladder else (),
    }  # fmt: skip
