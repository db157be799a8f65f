"""For machines: /healthz, /readyz, /metrics. Open to all, without a session, and quick whatever is down."""

import hmac
from collections.abc import Callable
from typing import TypeVar

from flask import abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from hub.core.web import Blueprint, public
from hub.home import hops, metrics, readiness
from hub.ledger.queries import newest_entry
from hub.outbox.relay import doorbell

blueprint = Blueprint("probes", __name__)
LOOPBACK = {"127.0.0.1", "::1"}
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
F = TypeVar("F", bound=Callable[..., ResponseReturnValue])


def probe(view: F) -> F:
    """Opens a handler to machines: nobody is looked up, no zone is chosen, nothing is asked of the database."""
    view.outside = True  # type: ignore[attr-defined]
    return public(view)


@blueprint.get("/healthz")
@probe
def healthz() -> ResponseReturnValue:
    """This process answers; nothing else is asked."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@probe
def readyz() -> ResponseReturnValue:
    """Whether to send visitors here: 503 with the reason, else 200. Without Redis it is `degraded`, and serves."""
    reason = readiness.reason_against()
    if reason:
        return jsonify(status="unready", reason=reason), 503
    if not doorbell().awake():
        return jsonify(status="degraded", reason="Redis doesn't answer; points arrive through the scheduler.")
    return jsonify(status="ready")


@blueprint.get("/metrics")
@probe
def prometheus() -> ResponseReturnValue:
    """For whoever has the token; without one set, for this machine alone."""
    _admit()
    try:
        body = metrics.exposition(hops.everything(), newest_entry())
    except DBAPIError:
        body = metrics.exposition((), None)
    return body, {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}


def _admit() -> None:
    settings = current_app.extensions["settings"]
    if settings.metrics_token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), settings.metrics_token.encode()):
            abort(401)
        return
    # Behind a proxy nobody told us of, every stranger has the proxy's own address.
    relayed = not settings.trusted_proxies and any(name in request.headers for name in FORWARDED)
    if request.remote_addr not in LOOPBACK or relayed:
        abort(404)
