"""The manager's desk: who is here, who may do what, who looks after which company."""

import datetime as dt
from collections.abc import Callable

from flask import Response, abort, current_app, flash, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other
from hub.members import actions, customer_health, queries
from hub.members.forms import (
    ROLE_NAMES,
    TYPE_NAMES,
    ConfirmForm,
    EraseForm,
    HealthForm,
    HealthSheetForm,
    InviteForm,
    OwnerForm,
    PlaceForm,
    RolesForm,
)
from hub.members.joining import desk as joining_desk
from hub.members.models import Company, Member
from hub.members.names import Refusal, spoken

blueprint = Blueprint("members_desk", __name__, url_prefix="/manage/members")
blueprints = [blueprint, joining_desk.blueprint]
registry.navigation(
    registry.Item(
        label="Members",
        endpoint="members_desk.index",
        icon="users",
        section="desk",
        group="People",
        order=20,
        roles=frozenset({"manager"}),
    )
)


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """Everybody, by name: searched, sifted, a page at a time."""
    sieve = _sieve()
    members, more = queries.listed(sieve, by=request.args.get("by", ""), after=_number("after"))
    ids = [member.id for member in members]
    return render(
        "members/desk_index.html", "members/_rows.html", members=members, more=more, sieve=sieve, types=TYPE_NAMES,
        roles=ROLE_NAMES, companies=queries.companies(), total=queries.counted(sieve), args=_args(),
        measured=queries.MEASURED, by=request.args.get("by", ""), band=customer_health.band,
        numbers={name: one.shown(ids) for name, one in queries.MEASURED.items()},
        health=customer_health.known_of(ids),
    )  # fmt: skip


@blueprint.get("/invite")
@roles("manager")
def invite() -> Response:
    """The form to invite somebody."""
    return render("members/invite.html", form=InviteForm(), companies=queries.companies())


@blueprint.post("/invite", endpoint="invite_now")
@roles("manager")
def invite_now() -> Response:
    """Makes the invitation and shows its link, once."""
    form = InviteForm()
    if not form.validate():
        return render("members/invite.html", status=422, form=form, companies=queries.companies())
    at = now()
    try:
        firm = _company(form.company.data, at)
        token = actions.invite(
            form.email.data or "", name=form.name.data or "", now=at, by=_me(), roles=form.roles.data or [],
            type=form.type.data, company_id=firm.id if firm else None,
        )  # fmt: skip
    except Refusal as refusal:
        form.email.errors = [str(refusal)]
        return render("members/invite.html", status=422, form=form, companies=queries.companies())
    return _handed_out("members.invitation", token, form.name.data or "", "invitation", form.email.data)


@blueprint.get("/<int(max=9007199254740991):member_id>")
@roles("manager")
def show(member_id: int) -> Response:
    """One member, and everything a manager decides about them."""
    return _page(_member(member_id))


@blueprint.post("/<int(max=9007199254740991):member_id>/place", endpoint="place")
@roles("manager")
def place_now(member_id: int) -> BaseResponse:
    """Saves company, type and title."""
    member, form = _member(member_id), PlaceForm()
    if not form.validate():
        return _page(member, place=form, status=422)
    at = now()
    firm = _company(form.company.data, at)
    actions.place_in(member, company_id=firm.id if firm else None, type=form.type.data, title=form.title.data,
                     by_id=current_user.id, now=at)  # fmt: skip
    return _saved(member, "Saved.")


@blueprint.post("/<int(max=9007199254740991):member_id>/roles", endpoint="roles")
@roles("manager")
def roles_now(member_id: int) -> BaseResponse:
    """Sets the roles; they hold from the member's next click."""
    member, form = _member(member_id), RolesForm()
    if not form.validate():
        return _page(member, roles_form=form, status=422)
    try:
        actions.set_roles(member, form.roles.data or [], now=now(), by=_me())
    except Refusal as refusal:
        return _page(member, roles_form=form, trouble=str(refusal), status=422)
    return _saved(member, f"{member.first_name}'s roles are changed, at once.")


@blueprint.post("/<int(max=9007199254740991):member_id>/disabled", endpoint="disable")
@roles("manager")
def disable(member_id: int) -> BaseResponse:
    """Ends the membership and all its sessions."""
    return _switch(member_id, actions.disable, "{} can't sign in any more; points and history stay.")


@blueprint.post("/<int(max=9007199254740991):member_id>/enabled", endpoint="enable")
@roles("manager")
def enable(member_id: int) -> BaseResponse:
    """Takes a disabled member back."""
    return _switch(member_id, actions.enable, "{} may sign in again.")


@blueprint.post("/<int(max=9007199254740991):member_id>/erasure", endpoint="erase")
@roles("admin")
def erase(member_id: int) -> BaseResponse:
    """Erases a person for ever: who asked us to be forgotten can't always sign in."""
    member = _member(member_id)
    form = EraseForm(member.handle)
    if not form.validate():
        return _page(member, erase_form=form, status=422)
    try:
        actions.erase(member, now=now(), by=_me())
    except Refusal as refusal:
        form.handle.errors = [str(refusal)]
        return _page(member, erase_form=form, status=422)
    flash("They are erased. What happened stays, without them in it.", "success")
    return see_other("members_desk.index")


@blueprint.post("/<int(max=9007199254740991):member_id>/link", endpoint="link")
@roles("manager")
def link_now(member_id: int) -> Response:
    """Hands out a link: to claim a stub, or to set a new password."""
    member = _member(member_id)
    try:
        if member.is_stub:
            token = actions.claim_link(member, now=now(), by_id=current_user.id)
            return _handed_out("members.invitation", token, member.name, "claim", member.email)
        token = actions.reset_link(member, now=now(), by=_me())
        return _handed_out("members.reset", token, member.name, "reset", member.email)
    except Refusal as refusal:
        return _page(member, trouble=str(refusal), status=422)


@blueprint.get("/companies")
@roles("manager")
def companies() -> Response:
    """All companies and the reps who look after them."""
    return _companies()


@blueprint.post("/companies/<int(max=9007199254740991):company_id>/owner", endpoint="owner")
@roles("manager")
def owner(company_id: int) -> BaseResponse:
    """Gives a company to a rep."""
    found = next((company for company in queries.companies() if company.id == company_id), None) or abort(404)
    form = _owner_form(found)
    if not form.validate():
        return _companies(status=422, trouble="Choose one of the reps.")
    actions.own(found.id, form.owner_id.data or None, by_id=current_user.id, now=now())
    owner_name = next((rep.name for rep in queries.staff("rep") if rep.id == found.owner_id), "nobody")
    flash(f"{found.name} is looked after by {owner_name}.", "success")
    return see_other("members_desk.companies")


@blueprint.get("/health")
@roles("manager")
def health() -> Response:
    """The form that reads a sheet of customer health."""
    return render("members/health.html", form=HealthSheetForm(), read=None, bands=customer_health.BANDS)


@blueprint.post("/health", endpoint="health_now")
@roles("manager")
def health_now() -> BaseResponse:
    """Brings a sheet in; what can't be meant is named with its line, the rest goes in."""
    form = HealthSheetForm()
    words = _sheet(form)
    try:
        found = customer_health.read(words)
    except Refusal as refusal:
        form.words.errors = [str(refusal)]
        return render("members/health.html", status=422, form=form, read=None, bands=customer_health.BANDS)
    customer_health.bring_in(found, now=now(), by_id=current_user.id)
    if found.bad:
        return render("members/health.html", form=form, read=found, bands=customer_health.BANDS)
    flash(f"{found.known:,} brought in.", "success")
    return see_other("members_desk.companies")


@blueprint.post("/<int:member_id>/health", endpoint="member_health")
@roles("manager")
def member_health(member_id: int) -> BaseResponse:
    """Sets one member's own health, or takes it back."""
    member, form = _member(member_id), HealthForm()
    if not form.validate():
        return _page(member, health_form=form, status=422)
    customer_health.say(form.health.data, now=now(), by_id=current_user.id, member_id=member.id)
    return _saved(member, "Saved.")


@blueprint.post("/companies/<int:company_id>/health", endpoint="company_health")
@roles("manager")
def company_health(company_id: int) -> BaseResponse:
    """Sets a company's health, or takes it back."""
    found = next((company for company in queries.companies() if company.id == company_id), None) or abort(404)
    form = HealthForm()
    if not form.validate():
        return _companies(status=422, trouble="Health is a whole number from 0 to 100, or empty.")
    customer_health.say(form.health.data, now=now(), by_id=current_user.id, company_id=found.id)
    flash(f"The health of {found.name} is saved.", "success")
    return see_other("members_desk.companies")


def _sheet(form: HealthSheetForm) -> str:
    """The file's words, else what was pasted; what isn't UTF-8 reads as Latin-1."""
    sent = request.files.get("sheet")
    data = sent.read() if sent is not None and sent.filename else b""
    if not data:
        return (form.words.data or "").strip()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _member(member_id: int) -> Member:
    member = queries.get(member_id)
    return member if member is not None and member.erased_at is None else abort(404)


def _company(name: str | None, at: dt.datetime) -> Company | None:
    return actions.company(name, now=at) if name and name.strip() else None


def _me() -> Member:
    me: Member = current_user._get_current_object()
    return me


def _sieve() -> queries.Sieve:
    args = request.args
    state, role, kind = args.get("state", ""), args.get("role", ""), args.get("type", "")
    return queries.Sieve(
        words=spoken(args.get("q", ""))[:100],
        role=role if role in ROLE_NAMES else "",
        type=kind if kind in TYPE_NAMES else "",
        company_id=_number("company"),
        state=state if state in queries.STATES else "",
    )


def _number(name: str) -> int | None:
    number = request.args.get(name, type=int)
    return number if number is not None and 0 <= number < 2**53 else None


def _args() -> dict[str, str]:
    return {name: value for name, value in request.args.items() if name != "after" and value}


def _page(
    member: Member,
    *,
    place: PlaceForm | None = None,
    roles_form: RolesForm | None = None,
    erase_form: EraseForm | None = None,
    health_form: HealthForm | None = None,
    trouble: str = "",
    status: int = 200,
) -> Response:
    firm = member.company.name if member.company else ""
    return render(
        "members/desk_show.html", status=status, member=member, trouble=trouble, rep=queries.rep_for(member),
        place=place or PlaceForm(formdata=None, type=member.type, company=firm, title=member.title),
        roles_form=roles_form or RolesForm(formdata=None, roles=member.roles_held), confirm=ConfirmForm(),
        erase_form=erase_form or EraseForm(member.handle, formdata=None), companies=queries.companies(),
        role_names=ROLE_NAMES, type_names=TYPE_NAMES, panel=_panel(member),
        health_form=health_form or HealthForm(formdata=None, health=customer_health.own_of(member.id)),
    )  # fmt: skip


def _panel(member: Member) -> Markup:
    """What other rooms know of a member that only the team may see."""
    draw = registry.panels.get("desk.member")
    return Markup(draw(member)) if draw else Markup()  # noqa: S704 - drawn by that room's own template


def _saved(member: Member, says: str) -> BaseResponse:
    flash(says, "success")
    return see_other("members_desk.show", member_id=member.id)


def _switch(member_id: int, verb: Callable[..., Member], says: str) -> BaseResponse:
    member = _member(member_id)
    try:
        verb(member, now=now(), by=_me())
    except Refusal as refusal:
        return _page(member, trouble=str(refusal), status=422)
    return _saved(member, says.format(member.name))


def _handed_out(endpoint: str, token: str, name: str, kind: str, emailed: str | None) -> Response:
    link = f"{current_app.extensions['settings'].public_url}{url_for(endpoint, token=token)}"
    return render("members/link.html", link=link, name=name, kind=kind, emailed=emailed)


def _owner_form(company: Company) -> OwnerForm:
    return OwnerForm(company, [(rep.id, rep.name) for rep in queries.staff("rep")])


def _companies(*, status: int = 200, trouble: str = "") -> Response:
    reps = [(rep.id, rep.name) for rep in queries.staff("rep")]
    return render("members/companies.html", status=status, companies=queries.companies(), reps=reps, trouble=trouble,
                  counts=queries.members_per_company(), health=customer_health.of_companies())  # fmt: skip
