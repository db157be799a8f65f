"""Single sign-on at the operator's OpenID provider: code flow with PKCE (S256), state and nonce.

Everything here happens before the database is asked anything, for the provider may be slow. Whatever it says wrong,
late or not at all becomes a Refusal, never an error of ours.
"""

from typing import Any

import requests
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, request, session, url_for
from joserfc.errors import JoseError
from werkzeug.wrappers import Response

from hub.members.actions.identities import Proof
from hub.members.names import Refusal

log = structlog.get_logger(__name__)
TIMEOUT_SECONDS = 5
# Signatures only a provider can make: never `none`, never a shared secret.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
AWAY = "Your sign-in provider doesn't answer at the moment. Nothing was changed; try again shortly."
BROKEN = "That sign-in was too old, was started elsewhere, or was refused. Start it again here."
TROUBLES = (OAuthError, JoseError, requests.RequestException, ValueError, KeyError, RuntimeError)


def init_app(app: Flask) -> None:
    """Registers the provider of the settings; without one there is no single sign-on."""
    settings = app.extensions["settings"]
    oauth = OAuth(app)
    app.extensions["oidc"] = None
    if settings.oidc_issuer:
        app.extensions["oidc"] = oauth.register(  # type: ignore[no-untyped-call]
            "oidc",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "default_timeout": TIMEOUT_SECONDS,
                # A client without a secret is a public one: PKCE alone proves that it is the same client.
                **({} if settings.oidc_client_secret else {"token_endpoint_auth_method": "none"}),
            },
        )


def is_on() -> bool:
    """Whether this hub has a provider."""
    return current_app.extensions.get("oidc") is not None


def depart() -> Response:
    """Sends the visitor to the provider. Refuses when it is away or isn't the one it should be."""
    try:
        _check_issuer(_provider().load_server_metadata())
        _forget_old_tries()
        answer: Response = _provider().authorize_redirect(_own_address())
    except TROUBLES as error:
        log.warning("oidc.departure_failed", error=type(error).__name__, says=str(error)[:200])
        raise Refusal(AWAY) from None
    return answer


def proof() -> Proof:
    """What the provider says of whoever came back, checked. Refuses whatever doesn't add up."""
    try:
        metadata = _provider().load_server_metadata()
        _check_issuer(metadata)
        _check_answer(metadata)
        token = _provider().authorize_access_token()
        return _read(metadata, token)
    except requests.RequestException as error:
        log.warning("oidc.provider_away", error=type(error).__name__)
        raise Refusal(AWAY) from None
    except TROUBLES as error:
        log.warning("oidc.refused", error=type(error).__name__, says=str(error)[:200])
        raise Refusal(BROKEN) from None


def _provider() -> Any:
    provider = current_app.extensions["oidc"]
    if provider is None:
        raise Refusal("This hub has no single sign-on.")
    return provider


def _own_address() -> str:
    # From PUBLIC_URL, never from the Host header: the provider knows exactly one.
    public = current_app.extensions["settings"].public_url
    return f"{public}{url_for('members.oidc_answer')}"


def _forget_old_tries() -> None:
    for name in [name for name in session if name.startswith("_state_oidc_")]:
        del session[name]


def _check_issuer(metadata: dict[str, Any]) -> None:
    wanted = current_app.extensions["settings"].oidc_issuer
    if str(metadata.get("issuer", "")).rstrip("/") != wanted:
        raise ValueError(f"the provider calls itself {metadata.get('issuer')!r}, not {wanted!r}")
    offered = set(metadata.get("id_token_signing_alg_values_supported") or ["RS256"])
    metadata["id_token_signing_alg_values_supported"] = sorted(offered & ALGORITHMS)


def _check_answer(metadata: dict[str, Any]) -> None:
    """RFC 9207: an answer that names its issuer must name ours."""
    named = request.args.get("iss")
    if named is not None and named != metadata["issuer"]:
        raise ValueError("the answer comes from another provider")


def _read(metadata: dict[str, Any], token: dict[str, Any]) -> Proof:
    claims = dict(token.get("userinfo") or {})
    if not claims.get("sub") or not claims.get("iss"):
        raise ValueError("no ID token")
    if "email" not in claims and metadata.get("userinfo_endpoint"):
        more = dict(_provider().userinfo(token=token))
        if more.get("sub") != claims["sub"]:
            raise ValueError("userinfo speaks of somebody else")
        claims = {**more, **claims}
    email = str(claims.get("email") or "")
    return Proof(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        email=email,
        email_verified=claims.get("email_verified") is True,
        name=str(claims.get("name") or email.partition("@")[0] or "New member"),
    )
