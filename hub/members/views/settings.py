"""One's own settings."""

from flask import Response, flash
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core.clock import now
from hub.core.web import render, see_other
from hub.members import actions, queries, signing
from hub.members.forms import ChangePasswordForm, ProfileForm
from hub.members.names import Refusal
from hub.members.throttle import brake
from hub.members.views.blueprint import blueprint


@blueprint.get("/settings")
def settings() -> Response:
    """Everything a member decides about themself."""
    return _page()


@blueprint.post("/settings", endpoint="settings_save")
def settings_save() -> BaseResponse:
    """Saves name, title, time zone and how boards show the member."""
    form = ProfileForm()
    if not form.validate():
        return _page(profile=form, status=422)
    wish = {name: value for name, value in form.data.items() if name != "csrf_token"}
    try:
        actions.update_profile(current_user, **wish, now=now())
    except Refusal as refusal:
        return _page(profile=form, trouble=str(refusal), status=422)
    flash("Saved.", "success")
    return see_other("members.settings")


def _too_often() -> Response:
    return _page(trouble="That was tried too often. Wait a quarter of an hour.", status=429)


@blueprint.post("/settings/password", endpoint="settings_password")
@brake("members.settings_password", _too_often)
def settings_password() -> BaseResponse:
    """Changes the password; every other device is signed out."""
    form = ChangePasswordForm()
    if not form.validate():
        return _page(password=form, status=422)
    try:
        actions.change_password(current_user, old=form.old.data or "", new=form.new.data or "", now=now())
    except Refusal as refusal:
        form.old.errors = [str(refusal)] if "isn't your" in str(refusal) else []
        form.new.errors = [] if form.old.errors else [str(refusal)]
        return _page(password=form, status=422)
    signing.begin(current_user._get_current_object(), now=now(), remember=True)
    flash("Your password is changed, and every other device is signed out.", "success")
    return see_other("members.settings")


@blueprint.post("/settings/sessions", endpoint="settings_sessions")
def settings_sessions() -> BaseResponse:
    """Signs out everywhere, here too."""
    actions.reset_sessions(current_user)
    signing.end(now=now())
    flash("You are signed out everywhere.", "info")
    return see_other("members.sign_in")


def _page(
    *,
    profile: ProfileForm | None = None,
    password: ChangePasswordForm | None = None,
    trouble: str = "",
    status: int = 200,
) -> Response:
    profile = profile or ProfileForm(formdata=None, obj=current_user)
    password = password or ChangePasswordForm(formdata=None)
    return render(
        "members/settings.html", status=status, profile=profile, password=password, trouble=trouble,
        identities=queries.identities(current_user.id),
    )  # fmt: skip
