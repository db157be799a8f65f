"""Signing in with a password, and out."""

import structlog
from flask import Response, flash, redirect, request, session
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import edges
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import own_path, public, render, see_other
from hub.members import actions, oidc, passwords, queries, seed, signing
from hub.members.forms import SignInForm
from hub.members.models import Member
from hub.members.throttle import brake
from hub.members.views.blueprint import blueprint

log = structlog.get_logger(__name__)
WRONG = "That e-mail and password don't belong together."
TOO_OFTEN = "That was tried too often. Wait a quarter of an hour, or ask for a link to set a new password."


def _too_often() -> Response:
    log.warning("sign_in.braked")
    return _page(SignInForm(), TOO_OFTEN, status=429)


@blueprint.get("/sign-in")
@public
def sign_in() -> BaseResponse:
    """The way in; whoever is in already goes on."""
    if current_user.is_authenticated:
        return redirect(_onward(), 303)
    return _page(SignInForm())


@blueprint.post("/sign-in", endpoint="sign_in_now")
@public
@brake("members.sign_in_now", _too_often)
def sign_in_now() -> BaseResponse:
    """Tries a password. Unknown addresses cost the same work and get the same answer as wrong passwords."""
    form = SignInForm()
    if not form.validate():
        return _page(form, status=422)
    member = _proven(form.email.data or "", form.password.data or "")
    if member is None:
        log.info("sign_in.refused")
        return _page(form, WRONG, status=422)
    signing.begin(member, now=now(), remember=form.remember.data)
    log.info("sign_in.done", member=member.id)
    return redirect(_onward(), 303)


@blueprint.post("/sign-out")
def sign_out() -> BaseResponse:
    """Ends this session, and what the browser remembers of it."""
    signing.end(now=now())
    flash("You are signed out.", "info")
    answer = see_other("members.sign_in")
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def _proven(email: str, password: str) -> Member | None:
    # Hashing takes tens of milliseconds, so no transaction is open meanwhile: on SQLite it would be the only one.
    with edges.reading():
        found = queries.credentials(email)
    kept = found.password_hash if found is not None else None
    if not passwords.fits(password, kept) or found is None:
        return None
    member = queries.get(found.id)
    if member is None or not member.is_active:
        return None
    actions.renew_digest(member, password)
    return member


def _onward() -> str:
    if "proof" in session:
        return "/sign-in/connect"
    return own_path(request.args.get("next")) or "/"


def _page(form: SignInForm, trouble: str = "", *, status: int = 200) -> Response:
    cast = seed.DEMO_SIGN_INS if place().has_sample else ()
    return render(
        "members/sign_in.html", status=status, form=form, trouble=trouble, cast=cast, has_oidc=oidc.is_on(),
        connecting=session.get("proof"), demo_password=seed.PASSWORD,
    )  # fmt: skip
