"""/settings/notices: what comes by mail, and when."""

from flask import Response, flash
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import words
from hub.core.clock import now
from hub.core.web import Blueprint, render, see_other
from hub.notices import preferences
from hub.notices.forms import MailForm, mail_form
from hub.notices.kinds import Kind, choices

blueprint = Blueprint("notice_settings", __name__)


@blueprint.get("/settings/notices")
def index() -> Response:
    """What I am told, and how."""
    form, kinds = _mine()
    return _page(form, kinds)


@blueprint.post("/settings/notices")
def save() -> BaseResponse:
    """Keeps it; what waits to be mailed goes by it, too."""
    form, kinds = _mine()
    if not form.validate():
        return _page(form, kinds, status=422)
    at = now()
    preferences.choose(current_user.id, form.channels(kinds), now=at)
    preferences.keep_rhythm(current_user.id, form.wish, now=at)
    flash("Saved. It holds for what is waiting as well.", "success")
    return see_other("notice_settings.index")


def _mine() -> tuple[MailForm, list[Kind]]:
    kinds = choices(current_user.roles)
    chosen, wish = preferences.channels(current_user.id), preferences.wish(current_user.id)
    return mail_form(kinds, chosen=chosen, wish=wish), kinds


def _page(form: MailForm, kinds: list[Kind], *, status: int = 200) -> Response:
    return render("notices/settings.html", form=form, kinds=kinds, zone=words.zone(), status=status)
