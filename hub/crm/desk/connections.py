"""Connections: added, given new secrets, their stages mapped."""

from flask import Response, abort, current_app, flash, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other
from hub.crm import connections, mending, queries, rungs
from hub.crm.adapters import ADAPTERS
from hub.crm.connections import Wrong
from hub.crm.forms import ConfirmForm, ConnectionForm, ForgetStageForm, SecretForm, StageForm, tidy
from hub.crm.models import IGNORE, Connection
from hub.crm.wording import ACCOUNT_HELP, KIND_NAMES, KIND_NOTES

blueprint = Blueprint("crm_connections", __name__, url_prefix="/manage/connections")


@blueprint.get("")
@roles("manager")
def index() -> Response:
    """Every connection: does it speak, and what came of what it said."""
    return render(
        "crm/connections.html", connections=queries.connections(), counts=queries.counts(), kinds=KIND_NAMES
    )


@blueprint.get("/new")
@roles("manager")
def new() -> Response:
    """The form to add one."""
    return _form(ConnectionForm())


@blueprint.post("/new", endpoint="add")
@roles("manager")
def add() -> Response:
    """Makes the connection and shows its secret, once."""
    form = ConnectionForm()
    if not form.validate():
        return _form(form, status=422)
    try:
        connection, secret = connections.connect(
            form.name.data or "", form.kind.data, now=now(), secret=form.secret.data or None,
            account=form.account.data or None, by_id=current_user.id,
        )  # fmt: skip
    except Wrong as wrong:
        getattr(form, wrong.field).errors = [wrong.says.capitalize() + "."]
        return _form(form, status=422)
    return _handed_out(connection, secret, fresh=True)


@blueprint.get("/<name>")
@roles("manager")
def show(name: str) -> Response:
    """One connection: its address, its secrets, what its stages mean here."""
    return _page(_connection(name))


@blueprint.post("/<name>/rotate", endpoint="rotate")
@roles("manager")
def rotate(name: str) -> Response:
    """Adds a second secret and shows it, once."""
    connection, form = _connection(name), SecretForm()
    if not form.validate():
        return _page(connection, secret_form=form, status=422)
    try:
        connection, secret = connections.rotate(
            name, now=now(), secret=form.secret.data or None, by_id=current_user.id
        )
    except Wrong as wrong:
        form.secret.errors = [wrong.says.capitalize() + "."]
        return _page(connection, secret_form=form, status=422)
    return _handed_out(connection, secret, fresh=False)


@blueprint.post("/<name>/retire", endpoint="retire")
@roles("manager")
def retire(name: str) -> BaseResponse:
    """Drops the older of two secrets."""
    connection = _connection(name)
    try:
        connections.retire_secret(name, now=now(), by_id=current_user.id)
    except Wrong as wrong:
        return _page(connection, trouble=wrong.says.capitalize() + ".", status=422)
    flash("The old secret is retired. What is signed with it is refused from now on.", "success")
    return see_other("crm_connections.show", name=name)


@blueprint.post("/<name>/stages", endpoint="map_stage")
@roles("manager")
def map_stage(name: str) -> BaseResponse:
    """Says what a stage of the CRM means here, and books what waited for that."""
    connection = _connection(name)
    form = StageForm().offer(_choices(connection))
    if not form.validate():
        return _page(connection, stage_form=form, status=422)
    crm_stage, rung = form.crm_stage.data or "", form.rung.data
    taken = mending.map_and_book(connection, crm_stage, rung, by_id=current_user.id, now=now())
    waited = f" {taken:,} {'delivery is' if taken == 1 else 'deliveries are'} being booked." if taken else ""
    flash(f"“{crm_stage}” is mapped.{waited}", "success")
    return see_other("crm_connections.show", name=name, _anchor="stages")


@blueprint.post("/<name>/stages/forget", endpoint="forget_stage")
@roles("manager")
def forget_stage(name: str) -> BaseResponse:
    """Forgets what a stage means: what comes next waits."""
    connection, form = _connection(name), ForgetStageForm()
    if form.validate():
        connections.unmap_stage(connection, form.crm_stage.data or "")
        flash(f"“{form.crm_stage.data}” is no longer mapped. Later messages with it wait.", "success")
    return see_other("crm_connections.show", name=name, _anchor="stages")


@blueprint.get("/<name>/stages/preview", endpoint="preview")
@roles("manager")
def preview(name: str) -> Response:
    """How many deliveries mapping this stage would book."""
    connection, crm_stage = _connection(name), (tidy(request.args.get("crm_stage")) or "")[:200]
    count = mending.awaiting(connection.id, crm_stage) if crm_stage else 0
    return render("crm/_preview.html", crm_stage=crm_stage, count=count)


def _connection(name: str) -> Connection:
    return connections.find(name) or abort(404)


def _choices(connection: Connection) -> list[rungs.Choice]:
    return rungs.choices(also=[mapping.rung for mapping in queries.mapped(connection.id)])


def _form(form: ConnectionForm, *, status: int = 200) -> Response:
    return render(
        "crm/connection_new.html", status=status, form=form, notes=KIND_NOTES, accounts=ACCOUNT_HELP
    )


def _address(connection: Connection, secret: str | None = None) -> str:
    """What the CRM calls. Salesforce's ends in its secret, which only the page that hands it out shows."""
    path = url_for("crm.webhook", name=connection.name)
    tail = f"/{secret}" if secret and ADAPTERS[connection.kind].secret_in_path else ""
    return f"{current_app.extensions['settings'].public_url}{path}{tail}"


def _handed_out(connection: Connection, secret: str, *, fresh: bool) -> Response:
    return render(
        "crm/secret.html", connection=connection, secret=secret, address=_address(connection, secret), fresh=fresh,
        in_path=ADAPTERS[connection.kind].secret_in_path, kinds=KIND_NAMES,
    )  # fmt: skip


def _page(
    connection: Connection,
    *,
    stage_form: StageForm | None = None,
    secret_form: SecretForm | None = None,
    trouble: str = "",
    status: int = 200,
) -> Response:
    mapped = queries.mapped(connection.id)
    offered = rungs.choices(also=[mapping.rung for mapping in mapped])
    order = {IGNORE: 0} | {rung.key: place for place, rung in enumerate(offered, 1)}
    return render(
        "crm/connection.html", status=status, connection=connection, kinds=KIND_NAMES, trouble=trouble,
        address=_address(connection), in_path=ADAPTERS[connection.kind].secret_in_path,
        mapped=sorted(mapped, key=lambda each: order[each.rung]),
        unknown=queries.unmapped(connection.id), count=queries.counts().get(connection.id),
        secrets=queries.secrets(connection.id), active=connections.active(connection.id),
        stage_form=stage_form or StageForm(formdata=None).offer(offered),
        secret_form=secret_form or SecretForm(formdata=None), confirm=ConfirmForm(formdata=None), rungs=offered,
        push=Markup(registry.panels["crm.push"](connection)),  # noqa: S704 - drawn by a template
    )  # fmt: skip
