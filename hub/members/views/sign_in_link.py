"""A way in without a password: asked for here, gone through by a link that only the mailbox gets."""

from flask import Response, flash, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core.clock import now
from hub.core.web import public, render, see_other
from hub.members import actions, oidc, queries, signing
from hub.members.actions.tickets import SIGN_IN
from hub.members.forms import ForgottenForm
from hub.members.names import Refusal
from hub.members.throttle import brake_letters
from hub.members.views.blueprint import blueprint

TOO_OFTEN = "That was asked too often. Look for the mails that went out, or try again in an hour."


def _too_often() -> Response:
    return _page(ForgottenForm(), trouble=TOO_OFTEN, status=429)


@blueprint.get("/sign-in/link")
@public
def sign_in_link() -> BaseResponse:
    """Asks for the address; afterwards, says what happens now."""
    if current_user.is_authenticated:
        return redirect("/", 303)
    return _page(ForgottenForm(formdata=None), is_asked="asked" in request.args)


@blueprint.post("/sign-in/link", endpoint="sign_in_link_now")
@public
@brake_letters("members.sign_in_link_now", _too_often)
def sign_in_link_now() -> BaseResponse:
    """Leaves it to a job to find out whether we know the address."""
    form = ForgottenForm()
    if not form.validate():
        return _page(form, status=422)
    actions.ask_for_sign_in(form.email.data or "", now=now())
    return see_other("members.sign_in_link", asked=1)


@blueprint.get("/sign-in/link/<token>")
@public
def sign_in_by(token: str) -> Response:
    """Asks for one press of a button: programs that look into mails open links, too."""
    found = queries.open_ticket(token, (SIGN_IN,), now=now())
    if found is None:
        return _private(render("members/spent.html", status=410))
    return _private(render("members/sign_in_by.html", token=token, member=found[1]))


@blueprint.post("/sign-in/link/<token>", endpoint="sign_in_by_now")
@public
def sign_in_by_now(token: str) -> BaseResponse:
    """Signs in whoever the mail was for; the link is used up."""
    try:
        member = actions.sign_in_by(token, now=now())
    except Refusal:
        return _private(render("members/spent.html", status=410))
    signing.begin(member, now=now())
    flash(f"Welcome back, {member.first_name}.", "success")
    return redirect("/", 303)


def _page(form: ForgottenForm, *, is_asked: bool = False, trouble: str = "", status: int = 200) -> Response:
    return render(
        "members/sign_in_link.html", status=status, form=form, is_asked=is_asked, trouble=trouble,
        has_oidc=oidc.is_on(),
    )  # fmt: skip


def _private(page: Response) -> Response:
    page.headers["Referrer-Policy"] = "no-referrer"  # the address is the secret
    page.headers["X-Robots-Tag"] = "noindex"
    return page
