"""OpenID providers: a real one in a process of its own, and one that lies."""

import base64
import hashlib
import json
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from tests.servers import free_port

SECRET = "the client's own secret, long enough"


class Provider:
    """oidc-provider-mock at a port. It goes by two names, 127.0.0.1 and localhost: two issuers."""

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.other_issuer = f"http://localhost:{self.port}"

    def know(self, subject: str, **claims: Any) -> None:
        """Has somebody; everything is confirmed unless said otherwise."""
        claims = {"email_verified": True, "name": "Ada Marlowe", **claims}
        requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=5).raise_for_status()


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A real provider for the time of the block."""
    provider = Provider()
    words = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(provider.port)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while True:
            try:
                requests.get(
                    f"{provider.issuer}/.well-known/openid-configuration", timeout=1
                ).raise_for_status()
                break
            except requests.RequestException:
                assert process.poll() is None, "oidc-provider-mock did not start"
                assert time.monotonic() < until, "oidc-provider-mock does not answer"
                time.sleep(0.05)
        yield provider
    finally:
        process.terminate()
        process.wait(5)


def path_of(location: str) -> str:
    """Path and query of an address, as a browser asks this hub for it."""
    parts = urllib.parse.urlsplit(location)
    return f"{parts.path}?{parts.query}"


def consent(departure: TestResponse, subject: str) -> str:
    """Signs in at the provider as `subject`; gives the address that the provider sends the browser back to."""
    assert departure.status_code == 302, departure.text
    answer = requests.post(departure.location, data={"sub": subject}, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


class Liar:
    """A provider that keeps to the protocol except for what a test asks it to get wrong."""

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})
        self.claims: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.seen: dict[str, Any] = {}
        self.asked: dict[str, Any] = {}
        self.algorithm = "RS256"
        self.signing_key: Any = self.key
        self.delay_seconds = 0.0
        self.status = 200
        self.app = Flask("liar")
        for rule, view in {
            "/.well-known/openid-configuration": self._configuration, "/jwks": self._jwks, "/userinfo": self._userinfo,
            "/token": self._token, "/authorize": self._authorize,
        }.items():  # fmt: skip
            self.app.add_url_rule(rule, rule, view, methods=["GET", "POST"])

    def _configuration(self) -> Response:
        return jsonify({
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"], **self.metadata,
        })  # fmt: skip

    def _jwks(self) -> Response:
        return jsonify(keys=[self.key.as_dict(private=False)])

    def _userinfo(self) -> Response:
        return jsonify(self.userinfo)

    def _authorize(self) -> Any:
        self.seen = request.args.to_dict()
        back = urllib.parse.urlencode({"code": "c1", "state": self.seen["state"]})
        return redirect(f"{self.seen['redirect_uri']}?{back}")

    def _token(self) -> Any:
        time.sleep(self.delay_seconds)
        self.asked = request.form.to_dict()
        if self.status != 200:
            return "<h1>down</h1>", self.status
        proof = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == self.seen["code_challenge"]
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": "s1", "aud": self.seen["client_id"], "iat": now, "exp": now + 300,
            "nonce": self.seen["nonce"], "email": "ada@example.com", "email_verified": True, "name": "Ada Marlowe",
            **self.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        return jsonify(access_token="a1", token_type="Bearer", id_token=self._signed(claims))

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.algorithm == "none":
            head, body = ({"alg": "none"}, claims)
            return (
                ".".join(
                    base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode()
                    for p in (head, body)
                )
                + "."
            )
        return jwt.encode(
            {"alg": self.algorithm, "kid": "k1"}, claims, self.signing_key, algorithms=[self.algorithm]
        )

    def sign_with_client_secret(self) -> None:
        """The old trick of a shared secret where a signature was promised."""
        self.algorithm, self.signing_key = "HS256", OctKey.import_key(SECRET)

    def sign_with_own_key(self) -> None:
        """A key the provider never published."""
        self.signing_key = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})


@contextmanager
def running_liar() -> Iterator[Liar]:
    """A lying provider for the time of the block."""
    liar = Liar()
    server = make_server("127.0.0.1", liar.port, liar.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
