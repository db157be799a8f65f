"""Errors in plain words: what happened, that nothing was lost, what to do. JSON for programs, a page for people."""

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from jinja2 import TemplateNotFound
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError, ServiceUnavailable

from hub.core import edges

log = structlog.get_logger(__name__)
PROGRAM_PATHS = ("/api/", "/webhooks/")
SAYS = {
    400: "The request could not be read.",
    401: "Sign in, or send a valid token.",
    403: "You may not do this.",
    404: "There is nothing here.",
    405: "This address does not do that.",
    413: "This is larger than we accept.",
    429: "Too many tries; wait a little.",
    500: "Something went wrong on our side. Nothing was changed.",
    503: "The hub cannot reach its database for the moment. Nothing was changed; try again shortly.",
}


def init_app(app: Flask) -> None:
    """Installs the handlers, the last-resort one included."""
    app.register_error_handler(HTTPException, expected)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(Exception, unexpected)


def expected(error: HTTPException) -> Response:
    """An HTTP error raised on purpose."""
    if error.response is not None:
        return make_response(error.response)
    code = error.code or 500
    says = SAYS.get(code, error.description or error.name)
    response = (
        _json(code, error, says) if request.path.startswith(PROGRAM_PATHS) else _page(code, error, says)
    )
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _json(code: int, error: HTTPException, says: str) -> Response:
    name = error.name.lower().replace(" ", "_")
    return make_response(jsonify(error={"code": name, "message": says}), code)


def _page(code: int, error: HTTPException, says: str) -> Response:
    if isinstance(error, SecurityError):  # a host that isn't ours: no address of ours can be built under it
        return Response(f"{code} {says}\n", status=code, mimetype="text/plain")
    try:
        body = render_template(
            [f"errors/{code}.html", "errors/error.html"], code=code, error=error, says=says
        )
    except (TemplateNotFound, OperationalError):
        return Response(f"{code} {says}\n", status=code, mimetype="text/plain")
    return make_response(body, code)


def database_away(error: OperationalError) -> Response:
    """The database is not to be reached, or had to give up: 503 with a time to come back."""
    edges.rollback()
    log.error("database.away", error=str(error.orig))
    return expected(ServiceUnavailable(retry_after=5))


def unexpected(error: Exception) -> Response:
    """The last resort: logged with its trace, told without it."""
    edges.rollback()
    # The rule, not the path: a path may hold a secret (a CRM's, an invitation's).
    rule = request.url_rule.rule if request.url_rule else "none"
    log.error("request.failed", route=rule, method=request.method, exc_info=error)
    return expected(InternalServerError())
