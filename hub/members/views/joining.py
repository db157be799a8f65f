"""Joining by oneself: the form behind a code, and the link that only the mailbox gets.

The password waits in a sealed cookie of the browser it was typed in, never with us: whoever opens the link elsewhere
chooses one there. So nobody can join with somebody else's address and a password of their own.
"""

import json

from flask import Response, flash, redirect, request, session
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import crypto
from hub.core.clock import now
from hub.core.web import public, render, see_other
from hub.members import oidc, signing
from hub.members.forms import JoinForm, NewPasswordForm
from hub.members.joining import actions
from hub.members.joining import queries as codes
from hub.members.joining.models import JoinCode, JoinRequest
from hub.members.names import Refusal
from hub.members.throttle import brake_letters
from hub.members.views.blueprint import blueprint

KEPT = "joining"
TOO_OFTEN = (
    "That was tried too often. The mails that went out are good for two days; look for them, or try later."
)
CLOSED = "This community takes nobody in by a code at the moment."


def _too_often() -> Response:
    code = codes.by_word((request.view_args or {}).get("code", ""))
    return _closed() if code is None else _page(code, JoinForm(), trouble=TOO_OFTEN, status=429)


@blueprint.get("/join")
@public
def how_to_join() -> BaseResponse:
    """How one joins: straight to the form while the door is open, else whom to ask."""
    if current_user.is_authenticated:
        return _here_already()
    code = codes.shown(now())
    if code is not None:
        return see_other("members.join", code=code.word)
    return render("members/joining/how.html")


@blueprint.get("/join/<code>")
@public
def join(code: str) -> BaseResponse:
    """The form; afterwards, what happens now. Whoever is in already is told so."""
    found = codes.by_word(code)
    if found is not None and current_user.is_authenticated:
        return _here_already()
    why_not = _why_not(found)
    if found is None or why_not:
        return _closed(found, why_not)
    return _page(found, JoinForm(formdata=None), is_asked="asked" in request.args)


@blueprint.post("/join/<code>", endpoint="join_now")
@public
@brake_letters("members.join_now", _too_often)
def join_now(code: str) -> BaseResponse:
    """Leaves it to a job to find out whether we know the address; its mailbox hears."""
    found = codes.by_word(code)
    if found is not None and current_user.is_authenticated:
        return _here_already()
    why_not = _why_not(found)
    if found is None or why_not:
        return _closed(found, why_not)
    form = JoinForm()
    if not form.validate():
        return _page(found, form, status=422)
    name, email = form.name.data or "", (form.email.data or "").strip()
    try:
        kept = actions.digest_of(form.password.data or "", name=name, email=email)
    except Refusal as refusal:
        form.password.errors = [str(refusal)]
        return _page(found, form, status=422)
    try:
        actions.ask(found, name=name, email=email, now=now())
    except Refusal as refusal:
        form.email.errors = [str(refusal)]
        return _page(found, form, status=422)
    session[KEPT] = crypto.seal(json.dumps([email.lower(), kept]))
    return see_other("members.join", code=code, asked=1)


@blueprint.get("/joinings/<token>")
@public
def joining(token: str) -> Response:
    """Asks for one press of a button; for a password too, where it isn't the browser in which one was chosen."""
    wish = codes.request_of(token, now())
    if wish is None:
        return _private(render("members/spent.html", status=410))
    return _last_step(token, wish, NewPasswordForm(formdata=None))


@blueprint.post("/joinings/<token>", endpoint="joining_now")
@public
def joining_now(token: str) -> BaseResponse:
    """Joins, and is signed in."""
    wish = codes.request_of(token, now())
    if wish is None:
        return _private(render("members/spent.html", status=410))
    form, kept = NewPasswordForm(), _kept(wish.email)
    if kept is None and not form.validate():
        return _last_step(token, wish, form, status=422)
    try:
        kept = kept or actions.digest_of(form.password.data or "", name=wish.name, email=wish.email)
    except Refusal as refusal:
        form.password.errors = [str(refusal)]
        return _last_step(token, wish, form, status=422)
    try:
        member = actions.let_in(token, password_hash=kept, now=now())
    except actions.AlreadyHere as refusal:
        return _closed(None, str(refusal), status=409)
    except Refusal as refusal:
        return _closed(None, str(refusal), status=410)
    session.pop(KEPT, None)
    signing.begin(member, now=now(), remember=True)
    flash(f"Welcome, {member.first_name}. This is where you begin.", "success")
    return see_other("members.settings")


def _here_already() -> BaseResponse:
    flash(f"You are a member here already, signed in as {current_user.name}.", "info")
    return redirect("/", 303)


def _why_not(code: JoinCode | None) -> str:
    if code is None:
        return ""
    return CLOSED if codes.door().state == "closed" else code.why_not(now())


def _kept(email: str) -> str | None:
    """The digest of the password that was typed in this browser for this address."""
    try:
        whose, kept = json.loads(crypto.unseal(session.get(KEPT, "")))
    except (crypto.Unreadable, ValueError):
        return None
    return str(kept) if whose == email else None


def _page(
    code: JoinCode, form: JoinForm, *, is_asked: bool = False, trouble: str = "", status: int = 200
) -> Response:
    page = render("members/joining/join.html", status=status, code=code, form=form, is_asked=is_asked, trouble=trouble,
                  has_oidc=oidc.is_on())  # fmt: skip
    return _private(page)


def _last_step(token: str, wish: JoinRequest, form: NewPasswordForm, *, status: int = 200) -> Response:
    page = render("members/joining/last_step.html", status=status, token=token, wish=wish, form=form,
                  has_password=_kept(wish.email) is not None)  # fmt: skip
    return _private(page)


def _closed(code: JoinCode | None = None, why: str = "", *, status: int = 0) -> Response:
    return _private(
        render("members/joining/closed.html", status=status or (404 if code is None else 410), why=why)
    )


def _private(page: Response) -> Response:
    page.headers["Referrer-Policy"] = "no-referrer"  # the address is the secret
    page.headers["X-Robots-Tag"] = "noindex"
    return page
