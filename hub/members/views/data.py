"""One's own data: taken along, or erased. Both want proof that it is really them, not somebody at their desk."""

from flask import Response, flash, session
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse
from wtforms import PasswordField

from hub.core.clock import now
from hub.core.place import place
from hub.core.web import render, see_other
from hub.members import actions, passwords, signing, takeout
from hub.members.forms import EraseForm, ProofForm
from hub.members.names import Refusal
from hub.members.throttle import brake
from hub.members.views.blueprint import blueprint

FRESH_SECONDS = 15 * 60


def _too_often() -> Response:
    return _page(trouble="That was tried too often. Wait a quarter of an hour.", status=429)


@blueprint.get("/settings/data")
def data() -> Response:
    """What we keep, how to take it along, how to leave for good."""
    return _page()


@blueprint.post("/settings/data/export", endpoint="data_export")
@brake("members.data_export", _too_often)
def data_export() -> Response:
    """Everything we keep of whoever asks, as a ZIP."""
    form = ProofForm()
    if not form.validate() or not _proven(form.password):
        return _page(proof=form, status=422)
    at = now()
    answer = Response(takeout.pack(current_user.id, hub=place().name, now=at), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="my-data-{at:%Y-%m-%d}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/settings/data/erasure", endpoint="data_erasure")
@brake("members.data_erasure", _too_often)
def data_erasure() -> BaseResponse:
    """Erases the person who asks, for ever, and signs them out everywhere."""
    form = EraseForm(current_user.handle)
    if not form.validate() or not _proven(form.secret):
        return _page(erase=form, status=422)
    at, me = now(), current_user._get_current_object()
    try:
        actions.erase(me, now=at, by=me)
    except Refusal as refusal:
        form.handle.errors = [str(refusal)]
        return _page(erase=form, status=422)
    signing.end(now=at)
    flash("Everything about you is erased. Thank you for the time you were here.", "info")
    answer = see_other("home.home")
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def _proven(field: PasswordField) -> bool:
    """By their password; whoever has none, by having signed in within the last quarter of an hour."""
    kept = current_user.password_hash
    if kept is None:
        return _is_fresh()
    if passwords.fits(field.data or "", kept):
        return True
    field.errors = ["That isn't your password."]
    return False


def _is_fresh() -> bool:
    return now().timestamp() - int(session.get("since", 0)) <= FRESH_SECONDS


def _page(
    *,
    proof: ProofForm | None = None,
    erase: EraseForm | None = None,
    trouble: str = "",
    status: int = 200,
) -> Response:
    return render(
        "members/data.html", status=status, trouble=trouble, is_fresh=_is_fresh(),
        proof=proof or ProofForm(formdata=None),
        erase=erase or EraseForm(current_user.handle, formdata=None),
    )  # fmt: skip
