"""Single sign-on: there, back, and connecting it to a member who was here before."""

import dataclasses
from typing import TypeVar

from flask import Response, abort, flash, redirect, request, session
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core.clock import now
from hub.core.edges import writes
from hub.core.web import own_path, public, render, see_other
from hub.members import actions, oidc, signing
from hub.members.actions.identities import OwnerMustConfirm, Proof
from hub.members.forms import ConfirmForm
from hub.members.names import Refusal
from hub.members.views.blueprint import blueprint

WAITS_SECONDS = 600
F = TypeVar("F")


def outside(view: F) -> F:
    """Marks a handler that calls the provider: nothing may open a transaction before it."""
    view.outside = True  # type: ignore[attr-defined]
    return view


@blueprint.get("/sign-in/oidc")
@public
@outside
def oidc_start() -> BaseResponse:
    """Off to the provider, remembering the invitation or code, and where to go afterwards."""
    if not oidc.is_on():
        abort(404)
    session["invitation"], session["join_code"] = request.args.get("invitation"), request.args.get("code")
    session["next"] = own_path(request.args.get("next"))
    try:
        return oidc.depart()
    except Refusal as refusal:
        return _stuck(str(refusal), status=503)


@blueprint.get("/sign-in/oidc/answer")
@public
@writes
@outside
def oidc_answer() -> BaseResponse:
    """Back from the provider: the member it proves, or a page that says what is missing."""
    if not oidc.is_on():
        abort(404)
    invitation, onward = session.pop("invitation", None), session.pop("next", None)
    join_code = session.pop("join_code", None)
    try:
        proof = oidc.proof()
        member = actions.arrive(proof, now=now(), invitation=invitation, join_code=join_code)
    except OwnerMustConfirm:
        session["proof"], session["proof_at"] = dataclasses.asdict(proof), int(now().timestamp())
        return see_other("members.sign_in")
    except Refusal as refusal:
        return _stuck(str(refusal), status=400)
    signing.begin(member, now=now())
    return redirect(onward or "/", 303)


@blueprint.get("/sign-in/connect")
def connect() -> BaseResponse:
    """Asks the owner of this address, now signed in, whether the provider's sign-in is theirs too."""
    proof = _waiting()
    return (
        redirect("/", 303)
        if proof is None
        else render("members/connect.html", form=ConfirmForm(), proof=proof)
    )


@blueprint.post("/sign-in/connect", endpoint="connect_now")
def connect_now() -> BaseResponse:
    """Connects it, or forgets it."""
    proof = _waiting()
    session.pop("proof", None)
    if proof is not None and request.form.get("answer") == "connect":
        try:
            actions.link(current_user, proof, now=now())
            flash("Connected. From now on you can sign in with your provider.", "success")
        except Refusal as refusal:
            return _stuck(str(refusal), status=409)
    return redirect("/", 303)


def _waiting() -> Proof | None:
    kept, at = session.get("proof"), session.get("proof_at", 0)
    if not kept or now().timestamp() - at > WAITS_SECONDS:
        session.pop("proof", None)
        return None
    return Proof(**kept)


def _stuck(says: str, *, status: int) -> Response:
    return render("members/stuck.html", status=status, says=says)
