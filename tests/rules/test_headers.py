"""What every answer says besides its body: a policy without exceptions, nothing personal kept, safe cookies."""

import datetime as dt
import re

import pytest
import time_machine
from werkzeug.test import TestResponse

from tests.conftest import MakeApp
from tests.hub.members.people import PASSWORD, person
from tests.rules.house import House, routes
from tests.rules.permissions import READS

WHO = ("nobody", "ada", "katherine", "grace", "root")
# Nobody's in particular: may be kept, by whom and how long is said.
SHARED = {"static", "theme", "embedded.show", "stage.picture", "landing.picture"}
# Made to stand in frames on pages of others; everything else refuses that.
FRAMED = {"embedded.show"}
CLOSED = {
    "default-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'", "form-action": "'self'",
    "script-src": "'self'", "style-src": "'self'", "connect-src": "'self'", "font-src": "'self'",
}  # fmt: skip
EXACT = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def policy(answer: TestResponse) -> dict[str, str]:
    """The Content-Security-Policy, by directive."""
    parts = (part.split(maxsplit=1) for part in answer.headers.get("Content-Security-Policy", "").split(";"))
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts if part}


def faults(answer: TestResponse, *, shared: bool, framed: bool = False) -> list[str]:
    """What is wrong with the headers of an answer."""
    csp, headers = policy(answer), answer.headers
    closed, exact = dict(CLOSED), dict(EXACT)
    if framed:
        closed["frame-ancestors"], exact["Cross-Origin-Resource-Policy"] = "*", "cross-origin"
        assert csp.pop("frame-ancestors", None) == closed.pop("frame-ancestors")
    found = [f"{name} is {csp.get(name)}" for name, wanted in closed.items() if csp.get(name) != wanted]
    found += [f"the policy allows {word}" for word in ("unsafe", "*", "http:", "https:") if word in str(csp)]
    found += [
        f"{name} is {headers.get(name)}" for name, wanted in exact.items() if headers.get(name) != wanted
    ]
    if headers.get("Referrer-Policy") not in (
        "strict-origin-when-cross-origin",
        "no-referrer",
        "same-origin",
    ):
        found.append("no Referrer-Policy")
    if not shared and headers.get("Cache-Control") != "no-store":
        found.append(f"Cache-Control is {headers.get('Cache-Control')}")
    if shared and "Set-Cookie" in headers:
        found.append("a cookie that others may be given")
    kind = headers.get("Content-Type", "")
    if answer.data and (not kind or (kind.startswith("text/") and "charset=utf-8" not in kind)):
        found.append(f"Content-Type is {kind}")
    return found + [f"{name} tells what we run" for name in ("X-Powered-By", "Via") if name in headers]


@pytest.mark.parametrize("who", WHO)
def test_every_page_keeps_to_itself(house: House, who: str) -> None:
    found = {}
    for name, rule in routes(house.app).items():
        if name in READS:
            answer = house.visit(who, house.address(rule))
            found[name] = faults(
                answer,
                shared=rule.endpoint in SHARED and answer.status_code == 200,
                framed=rule.endpoint in FRAMED,
            )
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_what_caches_share_renews_no_session_however_old(house: House) -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=20)
    shared = [
        house.address(rule)
        for name, rule in routes(house.app).items()
        if name in READS and rule.endpoint in SHARED
    ]
    with time_machine.travel(later, tick=True):
        for who in WHO:
            for path in shared:
                answer = house.visit(who, path)
                assert answer.status_code != 200 or "Set-Cookie" not in answer.headers, path


def test_a_loose_header_is_found(house: House) -> None:
    answer = house.visit("ada", "/points")
    assert faults(answer, shared=False) == []
    answer.headers["Content-Security-Policy"] = "default-src 'self'; script-src 'self' 'unsafe-inline'"
    answer.headers["Cache-Control"] = "public"
    del answer.headers["X-Content-Type-Options"]
    wrong = " ".join(faults(answer, shared=False))
    for word in ("default-src", "frame-ancestors", "unsafe", "Cache-Control", "X-Content-Type-Options"):
        assert word in wrong


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/nowhere", "GET", 404), ("/manage", "GET", 403), ("/referrals/999999", "GET", 404), ("/points", "POST", 405),
     ("/webhooks/crm/nobody", "POST", 404), ("/webhooks/crm/rules", "POST", 401), ("/settings", "POST", 422),
     ("/inbox/reading", "POST", 400), ("/sign-out", "POST", 303)],
)  # fmt: skip
def test_so_does_every_refusal(house: House, path: str, method: str, status: int) -> None:
    with house.restored():
        answer = house.visit("ada", path, method)
    assert answer.status_code == status
    assert faults(answer, shared=False) == []


def test_an_error_of_ours_is_as_closed_and_tells_nothing(make_app: MakeApp) -> None:
    app = make_app()

    def broken() -> str:
        raise RuntimeError("secret detail")

    broken.public = True  # type: ignore[attr-defined]
    app.add_url_rule("/broken", view_func=broken)
    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert faults(answer, shared=False) == []
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_what_is_seldom_changed_may_be_kept_under_its_version_only(house: House) -> None:
    page = house.visit("nobody", "/sign-in").text
    versioned = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)))
    assert any("hub.css" in address for address in versioned)
    assert any("hub.js" in address for address in versioned)
    for address in (found.replace("&amp;", "&").split("#")[0] for found in versioned):
        kept = house.visit("nobody", address).headers["Cache-Control"]
        assert kept == "public, max-age=31536000, immutable", address
        for other in (address.split("?")[0], f"{address.split('?')[0]}?v=00000000"):
            assert "immutable" not in house.visit("nobody", other).headers.get("Cache-Control", ""), other


def test_the_theme_is_checked_again_soon(house: House) -> None:
    answer = house.visit("nobody", "/theme.css")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    again = house.visit("nobody", "/theme.css", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path", ["../wsgi.py", "..%2fwsgi.py", "%2e%2e/hub/core/app.py", "css/../../wsgi.py", "/etc/passwd"]
)
def test_nothing_but_static_files_is_served(house: House, path: str) -> None:
    answer = house.visit("nobody", f"/static/{path}")
    assert answer.status_code in (303, 308, 404)
    assert b"create_app" not in answer.data
    assert b"root:" not in answer.data


@pytest.mark.parametrize(
    ("url", "name", "secure"),
    [("https://hub.example.org", "__Host-hurrah", True), ("http://127.0.0.1:8000", "hurrah", False)],
)
def test_the_session_cookie_is_for_this_hub_and_no_script(
    make_app: MakeApp, url: str, name: str, secure: bool
) -> None:
    app = make_app(PUBLIC_URL=url, SECRET_KEY="k" * 64)
    app.config["WTF_CSRF_ENABLED"] = False
    person(app)
    for remember in ("", "y"):
        answer = app.test_client().post(
            "/sign-in",
            data={"email": "ada@example.com", "password": PASSWORD, "remember": remember},
            base_url=url,
        )
        assert answer.status_code == 303
        (cookie,) = answer.headers.getlist("Set-Cookie")
        flags = {part.strip().split("=")[0].lower() for part in cookie.split(";")[1:]}
        assert cookie.startswith(f"{name}=")
        assert {"httponly", "path", "samesite"} <= flags
        assert "samesite=lax" in cookie.lower()
        assert "path=/" in cookie.lower()
        assert ("secure" in flags) is secure
        assert "domain" not in flags
        assert ("expires" in flags) is bool(remember)
        assert ("Strict-Transport-Security" in answer.headers) is secure


def test_strict_transport_is_for_a_year_and_all_below(make_app: MakeApp) -> None:
    app = make_app(PUBLIC_URL="https://hub.example.org", SECRET_KEY="k" * 64)
    for path in ("/", "/healthz", "/static/img/logo.svg", "/nowhere"):
        answer = app.test_client().get(path, base_url="https://hub.example.org", buffered=True)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_another_host_is_refused_where_hosts_are_named(make_app: MakeApp) -> None:
    app = make_app(TRUSTED_HOSTS="hub.example.org")
    assert app.test_client().get("/", base_url="http://hub.example.org").status_code == 200
    assert app.test_client().get("/", base_url="http://evil.example").status_code == 400
