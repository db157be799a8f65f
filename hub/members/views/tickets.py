"""One-time links: invitation, claim, password reset. Opening one shows, only its form uses it."""

from flask import Response, flash
from werkzeug.wrappers import Response as BaseResponse

from hub.core.clock import now
from hub.core.web import public, render, see_other
from hub.members import actions, oidc, queries, signing
from hub.members.forms import JoinForm, NewPasswordForm
from hub.members.models import Member
from hub.members.names import Refusal
from hub.members.views.blueprint import blueprint

INVITED = ("invitation", "claim")


@blueprint.get("/invitations/<token>")
@public
def invitation(token: str) -> Response:
    """Who is expected, and what they need to join."""
    found = queries.open_ticket(token, INVITED, now=now())
    if found is None:
        return _spent()
    _ticket, member = found
    return _invitation(token, member, JoinForm(name=member.name, email=member.email))


@blueprint.post("/invitations/<token>", endpoint="accept_invitation")
@public
def accept_invitation(token: str) -> BaseResponse:
    """Joins: the first to use the link becomes the member."""
    found = queries.open_ticket(token, INVITED, now=now())
    if found is None:
        return _spent()
    form = JoinForm()
    if not form.validate():
        return _invitation(token, found[1], form, status=422)
    try:
        wish = {
            "name": form.name.data or "",
            "email": form.email.data or "",
            "password": form.password.data or "",
        }
        member = actions.claim(token, **wish, now=now())
    except Refusal as refusal:
        return _invitation(token, found[1], form, trouble=str(refusal), status=422)
    signing.begin(member, now=now(), remember=True)
    flash(f"Welcome, {member.first_name}. Everything you have earned is here.", "success")
    return see_other("members.settings")


@blueprint.get("/sign-in/reset/<token>")
@public
def reset(token: str) -> Response:
    """The form for a new password."""
    if queries.open_ticket(token, ("reset",), now=now()) is None:
        return _spent()
    return _private(render("members/reset.html", form=NewPasswordForm(), token=token))


@blueprint.post("/sign-in/reset/<token>", endpoint="reset_now")
@public
def reset_now(token: str) -> BaseResponse:
    """Sets the password and ends every session; the link is used up."""
    form = NewPasswordForm()
    if not form.validate():
        return _private(render("members/reset.html", status=422, form=form, token=token))
    try:
        actions.reset_password(token, form.password.data or "", now=now())
    except Refusal as refusal:
        page = render("members/reset.html", status=422, form=form, token=token, trouble=str(refusal))
        return _private(page)
    flash("Your new password is set. Sign in with it.", "success")
    return see_other("members.sign_in")


def _invitation(
    token: str, member: Member, form: JoinForm, *, trouble: str = "", status: int = 200
) -> Response:
    return _private(
        render("members/invitation.html", status=status, form=form, token=token, member=member, trouble=trouble,
               has_oidc=oidc.is_on())
    )  # fmt: skip


def _spent() -> Response:
    return _private(render("members/spent.html", status=410))


def _private(page: Response) -> Response:
    page.headers["Referrer-Policy"] = "no-referrer"  # the address is the secret
    page.headers["X-Robots-Tag"] = "noindex"
    return page
