"""Pages of sales reps: my advocates, their referrals, what somebody said in conversation."""

from typing import Any

from flask import Response, abort, flash, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub import members
from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, row_number, see_other
from hub.referrals import desk_queries, hands, intake, page, queries, verbal
from hub.referrals.forms import DealForm, InvitationForm, OwnerForm, PersonForm, StageForm, VerbalForm
from hub.referrals.introductions import sales as introductions
from hub.referrals.page import Seen
from hub.referrals.views import today

blueprint = Blueprint("sales", __name__)
blueprints = [blueprint, introductions.blueprint]
PAGE = 30
ADVOCATES = 50
STATES = ("open", "won", "lost")
REPS = frozenset({"rep", "manager"})

for _label, _endpoint, _icon, _order in (
    ("My advocates", "sales.index", "users", 10),
    ("Referrals", "sales.referrals", "handshake", 20),
    ("Log a conversation", "sales.verbal_new", "phone", 30),
):
    registry.navigation(
        registry.Item(label=_label, endpoint=_endpoint, icon=_icon, order=_order, section="sales", roles=REPS)
    )


@blueprint.get("/sales")
@roles("rep", "manager")
def index() -> Response:
    """The advocates I look after, and how they do."""
    return _advocates(InvitationForm(formdata=None))


def _advocates(form: InvitationForm, *, status: int = 200, **more: Any) -> Response:
    after = request.args.get("after", type=row_number)
    found = desk_queries.advocates_of(current_user.id, after=after, limit=ADVOCATES + 1)
    ids = [member.id for member in found[:ADVOCATES]]
    return render(
        "sales/index.html", section="sales", advocates=found[:ADVOCATES], tally=queries.tally(ids),
        last=desk_queries.last_referred(ids), qualified=desk_queries.qualified(ids), first=after is None,
        next_after=ids[-1] if len(found) > ADVOCATES else None, form=form, status=status, **more,
    )  # fmt: skip


@blueprint.post("/sales/invitations")
@roles("rep", "manager")
def invite() -> Response:
    """Invites a customer to become an advocate. The link is shown once: only its digest is kept."""
    form = InvitationForm()
    if not form.validate():
        return _advocates(form, status=422)
    try:
        company = members.company(form.company.data, now=now()) if form.company.data else None
        token = members.invite(
            form.email.data, name=form.name.data, now=now(), by=current_user._get_current_object(),
            company_id=company.id if company else None,
        )  # fmt: skip
    except members.Refusal as refusal:
        form.refuse("email", str(refusal))
        return _advocates(form, status=422)
    url = url_for("members.invitation", token=token, _external=True)
    return _advocates(InvitationForm(formdata=None), invited=form.name.data, invite_url=url)


@blueprint.get("/sales/referrals")
@roles("rep", "manager")
def referrals() -> Response:
    """The referrals I follow up, newest first."""
    state = request.args.get("state", "open")
    before = request.args.get("before", type=row_number)
    found = queries.owned(
        current_user.id, state=state if state in STATES else None, before=before, limit=PAGE + 1
    )
    return render(
        "sales/referrals.html", section="sales", cards=page.cards(found[:PAGE], "rep"), state=state, states=STATES,
        first=before is None, next_before=found[PAGE - 1].id if len(found) > PAGE else None,
    )  # fmt: skip


@blueprint.get("/sales/referrals/<int:number>")
@roles("rep", "manager")
def show(number: int) -> Response:
    """One referral as sales sees it: who introduced them, how to reach both, what to do."""
    return referral_page(see(number))


def see(number: int) -> Seen:
    """The referral, for who may work on it; 404 for everybody else."""
    seen = page.see(number, current_user._get_current_object(), now=now())
    if seen is None or not seen.is_staff:
        abort(404)
    return seen


def referral_page(seen: Seen, *, status: int = 200, **more: Any) -> Response:
    """The one page of a referral, with what staff can do beside it."""
    shown = {
        "deal": DealForm(formdata=None),
        "owner": OwnerForm(formdata=None),
        "person": PersonForm(formdata=None, obj=seen.referral),
        "stage": StageForm(formdata=None),
    }
    forms = {**shown, **{name: form for name, form in more.pop("forms", {}).items()}}
    forms["owner"].offer(hands.possible_owners())
    forms["stage"].offer(seen.ladder)
    forms["owner"].owner_id.data = forms["owner"].owner_id.data or seen.referral.owner_id
    forms["stage"].rung.data = forms["stage"].rung.data or seen.referral.rung
    section = "desk" if seen.viewer == "manager" else "sales"
    back = url_for("referrals_desk.index") if seen.viewer == "manager" else url_for("sales.referrals")
    return render(
        "referrals/show.html", status=status, seen=seen, section=section, back=back, back_label="Referrals",
        forms=forms, **more,
    )  # fmt: skip


@blueprint.post("/sales/referrals/<int:number>/deals")
@roles("rep", "manager")
def link(number: int) -> BaseResponse:
    """Names the referral's deal in the CRM."""
    form = DealForm()
    see(number)
    if form.validate():
        try:
            intake.link_deal(number, form.deal_id.data, by_id=current_user.id, now=now())
            flash(
                f"Linked to deal {form.deal_id.data}. What the CRM said of it meanwhile is looked at now.",
                "done",
            )
            return see_other("sales.show", number=number)
        except intake.Refusal as refusal:
            form.refuse("deal_id", refusal.says)
    return referral_page(see(number), status=422, forms={"deal": form})


@blueprint.post("/sales/referrals/<int:number>/claim-link")
@roles("rep", "manager")
def claim_link(number: int) -> BaseResponse:
    """A link by which the unregistered advocate joins, points waiting. Shown once: only its digest is kept."""
    seen = see(number)
    if seen.referral.advocate is None:
        abort(404)
    try:
        token = members.claim_link(seen.referral.advocate, now=now(), by_id=current_user.id)
    except members.Refusal as refusal:
        flash(str(refusal), "info")
        return see_other("sales.show", number=number)
    return referral_page(seen, claim_url=url_for("members.invitation", token=token, _external=True))


@blueprint.get("/sales/verbal")
@roles("rep", "manager")
def verbal_new() -> Response:
    """Three fields for what somebody said in conversation."""
    form = VerbalForm(formdata=None, advocate=request.args.get("advocate", ""))
    return _verbal(form)


@blueprint.post("/sales/verbal")
@roles("rep", "manager")
def verbal_log() -> BaseResponse:
    """Takes it in; what was typed comes back with what is wrong."""
    form = VerbalForm()
    form.offer(queries.active())
    if form.validate():
        try:
            referral = _log(form)
        except intake.Refusal as refusal:
            form.refuse(refusal.field, refusal.says)
        else:
            flash(f"Thank you. {referral.title} is on the ladder.", "done")
            return see_other("sales.show", number=referral.id)
    return _verbal(form, status=422)


def _log(form: VerbalForm) -> Any:
    rep = current_user._get_current_object()
    return verbal.log(
        rep, form.advocate.data, form.contact.data, form.note.data or "",
        programme=intake.default_programme(form.programme.data), now=now(), since=today(), once=form.once.data,
    )  # fmt: skip


def _verbal(form: VerbalForm, status: int = 200) -> Response:
    form.offer(queries.active())
    return render("sales/verbal.html", status=status, section="sales", form=form)
