"""The brake on guessing passwords: ten tries in fifteen minutes, per account and per address.

Counted in Redis by all web processes together. With Redis away or hung, each process counts by itself: the brake gets
looser, never absent, and a sign-in waits for a hung Redis a second at most, and only now and then.
"""

from collections.abc import Callable

from flask import Flask, Response, request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from flask_login import current_user
from redis.backoff import NoBackoff
from redis.retry import Retry
from werkzeug.wrappers import Response as BaseResponse

from hub.core import crypto
from hub.members.names import Refusal, address

TRIES = "10 per 15 minutes"
LETTERS = "3 per hour"
TIMEOUT_SECONDS = 0.5

limiter = Limiter(
    key_func=get_remote_address,
    key_prefix="hurrah",
    strategy="moving-window",
    in_memory_fallback_enabled=True,
    swallow_errors=True,  # only what is counted after the answer; tries before it are counted in memory instead
)
braked: set[str] = set()
View = Callable[..., BaseResponse]


def init_app(app: Flask) -> None:
    """Counts in this hub's Redis."""
    url = app.extensions["settings"].effective_redis_url
    app.config["RATELIMIT_STORAGE_URI"] = f"redis+{url}" if url.startswith("unix:") else url
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {
        "socket_connect_timeout": TIMEOUT_SECONDS,
        "socket_timeout": TIMEOUT_SECONDS,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
    }
    limiter.init_app(app)


@limiter.request_filter
def _is_free() -> bool:
    # Only braked pages may ask Redis anything: no webhook waits for it.
    return request.endpoint not in braked


def brake(endpoint: str, too_often: Callable[[], Response]) -> Callable[[View], View]:
    """Counts POSTs to a page that takes a password: each try against the account, failed ones against the address."""
    braked.add(endpoint)

    def answer(_limit: RequestLimit) -> Response:
        return too_often()

    def wrap(view: View) -> View:
        by_account = limiter.limit(
            TRIES, methods=["POST"], key_func=account, scope="account", on_breach=answer
        )
        by_address = limiter.limit(
            TRIES, methods=["POST"], key_func=origin, scope="address", on_breach=answer,
            deduct_when=lambda response: response.status_code >= 400,
        )  # fmt: skip
        return by_account(by_address(view))

    return wrap


def brake_letters(endpoint: str, too_often: Callable[[], Response]) -> Callable[[View], View]:
    """Counts POSTs to a page that mails whoever is named: three an hour for an account, a form that was sent back not
    among them, and every one from an address, ten in a quarter of an hour. It says nothing of whether the account is
    one of ours."""
    braked.add(endpoint)

    def answer(_limit: RequestLimit) -> Response:
        return too_often()

    def wrap(view: View) -> View:
        by_account = limiter.limit(
            LETTERS, methods=["POST"], key_func=account, scope="letters", on_breach=answer,
            deduct_when=lambda response: response.status_code < 400,
        )  # fmt: skip
        by_address = limiter.limit(
            TRIES, methods=["POST"], key_func=origin, scope="letters-from", on_breach=answer
        )
        return by_account(by_address(view))

    return wrap


def brake_forms(endpoint: str, often: str, too_often: Callable[[], Response]) -> Callable[[View], View]:
    """Counts every POST from one address to a page that strangers write to: `often` is as in "20 per hour"."""
    braked.add(endpoint)

    def answer(_limit: RequestLimit) -> Response:
        return too_often()

    def wrap(view: View) -> View:
        return limiter.limit(often, methods=["POST"], key_func=origin, scope=endpoint, on_breach=answer)(view)

    return wrap


def brake_codes(endpoint: str, too_often: Callable[[], Response]) -> Callable[[View], View]:
    """Counts every POST to a page that takes a code, by member alone: many guests sit behind one address."""
    braked.add(endpoint)

    def answer(_limit: RequestLimit) -> Response:
        return too_often()

    def wrap(view: View) -> View:
        return limiter.limit(TRIES, methods=["POST"], key_func=account, scope=endpoint, on_breach=answer)(
            view
        )

    return wrap


def account() -> str:
    """Which account is tried: the digest of the address, so that none lies about in Redis."""
    if current_user.is_authenticated:
        return f"member-{current_user.id}"
    typed = request.form.get("email", "")
    try:
        typed = address(typed)
    except Refusal:
        typed = typed.strip().lower()[:200]
    return crypto.digest(f"account:{typed}")[:32]


def origin() -> str:
    """From where it is tried."""
    return get_remote_address() or "unknown"
