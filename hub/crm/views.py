"""`POST /webhooks/crm/<connection>`: prove, read, keep, answer. Nothing on this path needs Redis."""

import structlog
from flask import Response, abort, current_app, jsonify, make_response, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from werkzeug.exceptions import RequestEntityTooLarge

from hub.core import edges
from hub.core.app import csrf
from hub.core.clock import now
from hub.core.crypto import Unreadable
from hub.core.web import Blueprint, public
from hub.crm import connections
from hub.crm.adapters import ADAPTERS, Inbound, NotAuthentic, NotReadable, receive
from hub.crm.receipt import keep

log = structlog.get_logger(__name__)
blueprint = Blueprint("crm", __name__)
MAX_BYTES = 1_000_000
RETRY_SECONDS = "30"


@blueprint.post("/webhooks/crm/<name>")
@blueprint.post("/webhooks/crm/<name>/<path:tail>", endpoint="webhook_with_tail")
@csrf.exempt
@public
def webhook(name: str, tail: str | None = None) -> Response:
    """Answers 2xx to everything authentic, once it is kept; 503 only when it could not be."""
    body = _body()
    try:
        response = _receive(name, tail, body)
        edges.commit()
    except (DBAPIError, NoFreeConnection, Unreadable) as error:
        edges.rollback()
        log.error("webhook.not_kept", connection=name, error=type(getattr(error, "orig", error)).__name__)
        return _refuse(
            503, "not_kept", "The hub could not keep this. Send it again.", Retry_After=RETRY_SECONDS
        )
    return response


def _receive(name: str, tail: str | None, body: bytes) -> Response:
    at = now()
    connection = connections.find(name)
    if connection is None:
        abort(404)
    adapter = ADAPTERS[connection.kind]
    secrets = connections.active(connection.id)
    inbound = Inbound(
        method=request.method, path=_raw_path(), public_url=current_app.extensions["settings"].public_url,
        query=request.query_string.decode("latin-1"), headers=dict(request.headers), body=body, tail=tail,
        secrets=connections.plain_secrets(secrets), account=connection.account, now=at,
    )  # fmt: skip
    try:
        reading = receive(adapter, inbound)
    except NotAuthentic as error:
        log.warning("webhook.not_authentic", connection=name, reason=str(error))
        return _refuse(401, "not_authentic", "The signature or credentials are not right.")
    except NotReadable as error:
        return _refuse(400, "not_readable", error.why, field=error.field)
    connections.used(secrets[reading.secret_used], now=at)
    kept = keep(connection, reading, body, now=at)
    status, content_type, answer = adapter.answer(kept.kept, kept.duplicates, kept.refused)
    return Response(answer, status=status, content_type=content_type)


def _raw_path() -> str:
    raw: str = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.path
    return raw.split("?", 1)[0] if raw.startswith("/") else request.path


def _body() -> bytes:
    """The bytes as sent; 413 above 1 MB by what is announced and by what is counted, 400 when packed."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        abort(_refuse(400, "packed", "Send the body without Content-Encoding."))
    if (request.content_length or 0) > MAX_BYTES:
        raise RequestEntityTooLarge()
    # Werkzeug cuts a body without Content-Length at the limit and says nothing: one byte more tells.
    request.max_content_length = MAX_BYTES + 1
    body = request.get_data(cache=False)
    if len(body) > MAX_BYTES:
        raise RequestEntityTooLarge()
    return body


def _refuse(status: int, code: str, message: str, *, field: str | None = None, **headers: str) -> Response:
    error = {"code": code, "message": message} | ({"field": field} if field else {})
    response = make_response(jsonify(error=error), status)
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response
