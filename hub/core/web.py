"""Pages: who may enter a handler, and whether a fragment or a whole page answers.

Every handler is closed until it says otherwise: `@public` opens it, `@roles("manager")` narrows it to people who hold
one of the roles. An admin passes each role.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import flask
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user
from htmx_flask import Htmx
from htmx_flask.requests import HtmxAwareRequest as _HtmxAwareRequest
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as BaseResponse

F = TypeVar("F", bound=Callable[..., Any])
Blueprint = flask.Blueprint
OPEN_ENDPOINTS = {"static"}
LARGEST = 2**53 - 1


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: what no table can hold is a page that isn't there, not an error."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max", LARGEST)
        super().__init__(url_map, *args, **kwargs)


def row_number(text: str) -> int:
    """For `args.get("before", type=row_number)`: what no table can hold raises ValueError, so it counts as absent."""
    number = int(text)
    if not 0 <= number <= LARGEST:
        raise ValueError(text)
    return number


class HtmxRequest(_HtmxAwareRequest):
    """htmx 4 speaks of HX-Source and HX-Request-Type; htmx-flask 0.1 only of what htmx 1 sent."""

    @property
    def wants_fragment(self) -> bool:
        """Whether htmx asked for a piece of the page (not a boosted visit, not the back button)."""
        headers = self.headers
        return bool(
            headers.get("HX-Request") == "true"
            and headers.get("HX-Boosted") != "true"
            and headers.get("HX-History-Restore-Request") != "true"
            and headers.get("HX-Request-Type", "partial") == "partial"
        )


def public(view: F) -> F:
    """Opens a handler to everybody, signed in or not."""
    view.public = True  # type: ignore[attr-defined]
    return view


def roles(*names: str) -> Callable[[F], F]:
    """Narrows a handler to members who hold one of these roles."""

    def keep(view: F) -> F:
        view.roles = frozenset(names)  # type: ignore[attr-defined]
        return view

    return keep


def needed_roles(app: Flask, endpoint: str) -> frozenset[str] | None:
    """Who may enter: None for everybody, an empty set for each member, else those roles."""
    if endpoint in OPEN_ENDPOINTS:
        return None
    view = app.view_functions[endpoint]
    if getattr(view, "public", False):
        return None
    return getattr(view, "roles", frozenset())


def init_app(app: Flask) -> None:
    """Installs the guard and the htmx request."""
    Htmx(app)
    app.request_class = HtmxRequest
    app.before_request(guard)
    app.after_request(_vary)


def guard() -> BaseResponse | None:
    """Refuses whoever may not enter: sign-in for the signed-out, 403 for the wrong role."""
    if request.endpoint is None:
        return None
    needed = needed_roles(current_app, request.endpoint)
    if needed is None:
        return None
    if not current_user.is_authenticated:
        return to_sign_in()
    if needed and not (needed | {"admin"}) & current_user.roles:
        abort(403)
    return None


def to_sign_in() -> BaseResponse:
    """Sends a signed-out visitor to sign-in and back; htmx leaves the page instead of filling a card."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    page = url_for("members.sign_in", next=wanted if wanted != "/" else None)
    if request.headers.get("HX-Request") == "true":
        return Response(status=401, headers={"HX-Redirect": url_for("members.sign_in")})
    return redirect(page, 303)


def render(page: str, fragment: str | None = None, *, status: int = 200, **context: Any) -> Response:
    """Answers with the fragment for htmx, with the whole page for everybody else."""
    wanted = fragment if fragment and wants_fragment() else page
    return make_response(render_template(wanted, **context), status)


def wants_fragment() -> bool:
    """Whether this request asked for a piece of the page."""
    return isinstance(request, HtmxRequest) and request.wants_fragment


def see_other(endpoint: str, **values: Any) -> BaseResponse:
    """303 after a successful form: to a page of our own."""
    return redirect(url_for(endpoint, **values), 303)


def own_path(target: str | None) -> str | None:
    """`target` when it is a path on this hub, else None. Refuses hosts, schemes, backslashes, controls."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(character in target for character in "\\\r\n\t\0") or not target.isprintable():
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def _vary(response: Response) -> Response:
    response.vary.add("HX-Request")
    return response
