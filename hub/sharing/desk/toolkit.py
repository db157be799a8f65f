"""The toolkit at the manager's desk: three blocks, sample e-mails, partners' logos."""

from flask import abort, flash
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other
from hub.sharing import kit
from hub.sharing.forms import MailForm, ToolkitForm

blueprint = Blueprint("toolkit_desk", __name__, url_prefix="/manage/content/toolkit")


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """All of it."""
    return _page(ToolkitForm(data=_bodies()), MailForm(formdata=None))


@blueprint.post("")
@roles("manager")
def save() -> Response:
    """Says the three blocks anew."""
    form = ToolkitForm()
    if not form.validate():
        return _page(form, MailForm(formdata=None), status=422)
    kit.write(form.bodies(), by_id=current_user.id, now=now())
    flash("Everybody reads it like that now.")
    return see_other("toolkit_desk.index")


@blueprint.post("/emails")
@roles("manager")
def add_email() -> Response:
    """Adds a sample e-mail."""
    form = MailForm()
    if not form.validate():
        blocks = ToolkitForm(formdata=None, data=_bodies())
        return _page(blocks, form, status=422)
    _keep(None, form)
    return see_other("toolkit_desk.index", _anchor="emails")


@blueprint.get("/emails/<int:email_id>")
@roles("manager")
def edit_email(email_id: int) -> Response:
    """One sample e-mail."""
    found = kit.email(email_id) or abort(404)
    form = MailForm(data={"title": found.title, "subject": found.subject, "body": found.body})
    return render("sharing/desk/email.html", form=form, found=found)


@blueprint.post("/emails/<int:email_id>")
@roles("manager")
def save_email(email_id: int) -> Response:
    """Says it differently."""
    found, form = kit.email(email_id) or abort(404), MailForm()
    if not form.validate():
        return render("sharing/desk/email.html", status=422, form=form, found=found)
    _keep(email_id, form)
    return see_other("toolkit_desk.index", _anchor="emails")


@blueprint.post("/emails/<int:email_id>/removal")
@roles("manager")
def drop_email(email_id: int) -> Response:
    """Takes it away."""
    if not kit.drop_email(email_id, by_id=current_user.id, now=now()):
        abort(404)
    flash("Taken away.")
    return see_other("toolkit_desk.index", _anchor="emails")


@blueprint.post("/logos/<int:company_id>/removal")
@roles("manager")
def drop_logo(company_id: int) -> Response:
    """Takes a partner's logo away; their name stands there instead."""
    if not kit.drop_logo(company_id):
        abort(404)
    flash("Taken away. Their name stands there instead.")
    return see_other("toolkit_desk.index", _anchor="logos")


def _keep(email_id: int | None, form: MailForm) -> None:
    found = kit.email(email_id) if email_id is not None else None
    kit.keep_email(
        found, title=form.title.data or "", subject=form.subject.data or "", body=form.body.data or "",
        by_id=current_user.id, now=now(),
    )  # fmt: skip
    flash("Saved.")


def _bodies() -> dict[str, str]:
    return {f"block_{block.name}": block.body for block in kit.blocks()}


def _page(form: ToolkitForm, mail: MailForm, *, status: int = 200) -> Response:
    return render(
        "sharing/desk/toolkit.html",
        status=status,
        form=form,
        mail=mail,
        emails=kit.emails(),
        logos=kit.logos(),
    )
