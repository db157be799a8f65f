"""Sending referrals to a CRM: set up, switched on and off, what failed sent again."""

from flask import Response, abort, flash, render_template
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, roles, see_other
from hub.crm import connections
from hub.crm.models import Connection
from hub.crm.outward import actions, jobs, queries
from hub.crm.outward.forms import PushForm
from hub.crm.outward.kinds import KINDS, Wrong
from hub.crm.outward.timeline import sentence

blueprint = Blueprint("crm_push", __name__, url_prefix="/manage/connections/<name>/push")
FIXED = ("hubspot",)


@registry.panel("crm.push")
def panel(connection: Connection) -> str:
    """What a connection's page says of sending referrals to it."""
    count = queries.counts().get(connection.id, queries.NONE)
    return render_template(
        "crm/_push.html", connection=connection, target=queries.target(connection.id), count=count
    )


@blueprint.get("")
@roles("manager")
def show(name: str) -> Response:
    """How new referrals are sent to this CRM, and what became of the latest."""
    connection = _connection(name)
    return _page(connection, PushForm.of(queries.target(connection.id)))


@blueprint.post("", endpoint="save")
@roles("manager")
def save(name: str) -> BaseResponse:
    """Saves it and switches it on; what was set aside is sent again."""
    connection, form = _connection(name), PushForm()
    if not form.validate():
        return _page(connection, form, status=422)
    try:
        made = actions.switch_on(
            connection, now=now(), by_id=current_user.id, address=form.address.data or None,
            token=form.token.data or None, options=form.wishes(set(KINDS[connection.kind].options)),
            allow_private=jobs.allows_private(),
        )  # fmt: skip
    except Wrong as wrong:
        form.refuse(wrong.field, wrong.says)
        return _page(connection, form, status=422)
    if made:
        return _page(connection, PushForm.of(queries.target(connection.id)), secret=made)
    flash(f"New referrals are sent to {connection.name} from now on.", "success")
    return see_other("crm_push.show", name=name)


@blueprint.post("/off", endpoint="off")
@roles("manager")
def off(name: str) -> BaseResponse:
    """Sends nothing more."""
    actions.switch_off(_connection(name), now=now(), by_id=current_user.id)
    flash(f"Nothing more is sent to {name}. Switched on again, it sends what waited.", "success")
    return see_other("crm_push.show", name=name)


@blueprint.post("/again", endpoint="again")
@roles("manager")
def again(name: str) -> BaseResponse:
    """Sends everything again that was set aside."""
    count = actions.resend_all(_connection(name).id, now=now())
    words = (
        f"{count:,} {'referral is' if count == 1 else 'referrals are'} being sent again. None arrives twice."
    )
    flash(words if count else "Nothing was set aside.", "success" if count else "info")
    return see_other("crm_push.show", name=name)


def _connection(name: str) -> Connection:
    return connections.find(name) or abort(404)


def _page(connection: Connection, form: PushForm, *, secret: str = "", status: int = 200) -> Response:
    kind = KINDS[connection.kind]
    rows = queries.latest(connection.id)
    return render(
        "crm/push.html", status=status, connection=connection, form=form, kind=kind, rows=rows, sentence=sentence,
        target=queries.target(connection.id), count=queries.counts().get(connection.id, queries.NONE), secret=secret,
        about=registry.links(f"referral:{row.push.referral_id}" for row in rows), fixed=connection.kind in FIXED,
    )  # fmt: skip
