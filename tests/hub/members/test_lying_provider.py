"""Single sign-on against a provider that gets the protocol wrong: never let in, never an error of ours."""

import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from hub.core.db import db
from hub.members import oidc
from hub.members.models import Member
from tests.conftest import MakeApp
from tests.hub.members.people import browser
from tests.hub.members.providers import SECRET, Liar, consent, path_of, running_liar

Lie = Callable[[Liar], object]


@pytest.fixture
def liar() -> Iterator[Liar]:
    with running_liar() as running:
        yield running


@pytest.fixture
def hub(make_app: MakeApp, liar: Liar) -> Flask:
    return make_app(OIDC_ISSUER=liar.issuer, OIDC_CLIENT_ID="hurrah", OIDC_CLIENT_SECRET=SECRET)


def travel(hub: Flask) -> tuple[int, str]:
    client = browser(hub, None)
    answer = client.get(path_of(consent(client.get("/sign-in/oidc"), "s1")))
    return answer.status_code, answer.location or answer.text


def test_honest_it_lets_people_in(hub: Flask, liar: Liar) -> None:
    assert travel(hub) == (303, "/")
    assert liar.seen["code_challenge_method"] == "S256"
    assert liar.seen["scope"] == "openid email profile"
    assert liar.seen["nonce"]
    assert liar.seen["redirect_uri"] == f"{hub.extensions['settings'].public_url}/sign-in/oidc/answer"


def test_what_the_id_token_leaves_out_is_asked_for(hub: Flask, liar: Liar) -> None:
    liar.claims = {"email": None, "email_verified": None}
    liar.userinfo = {"sub": "s1", "email": "late@example.com", "email_verified": True}
    assert travel(hub) == (303, "/")


def test_a_client_without_a_secret_proves_itself_by_pkce_alone(make_app: MakeApp, liar: Liar) -> None:
    assert travel(make_app(OIDC_ISSUER=liar.issuer, OIDC_CLIENT_ID="hurrah")) == (303, "/")
    assert liar.asked["client_id"] == "hurrah"
    assert "client_secret" not in liar.asked


LIES: dict[str, Lie] = {
    "another issuer": lambda liar: liar.claims.update(iss="https://evil.example"),
    "another audience": lambda liar: liar.claims.update(aud="somebody-else"),
    "another nonce": lambda liar: liar.claims.update(nonce="replayed"),
    "no nonce": lambda liar: liar.claims.update(nonce=None),
    "no subject": lambda liar: liar.claims.update(sub=None),
    "expired": lambda liar: liar.claims.update(exp=int(time.time()) - 3600),
    "no signature": lambda liar: setattr(liar, "algorithm", "none"),
    "a shared secret": Liar.sign_with_client_secret,
    "an unpublished key": Liar.sign_with_own_key,
    "somebody else's userinfo": lambda liar: (
        liar.claims.update(email=None), liar.userinfo.update(sub="s2", email="x@example.com", email_verified=True)
    ),
    "a broken token endpoint": lambda liar: setattr(liar, "status", 500),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_lie_lets_nobody_in(hub: Flask, liar: Liar, lie: Lie) -> None:
    lie(liar)
    status, page = travel(hub)
    assert status == 400
    assert "stopped half-way" in page
    with hub.app_context():
        assert db.session.query(Member).count() == 0


def test_an_answer_that_names_another_issuer_is_refused(hub: Flask) -> None:
    client = browser(hub, None)
    answer = path_of(consent(client.get("/sign-in/oidc"), "s1"))
    assert client.get(f"{answer}&iss=https%3A%2F%2Fevil.example").status_code == 400


def test_a_provider_that_calls_itself_otherwise_is_never_visited(hub: Flask, liar: Liar) -> None:
    liar.metadata = {"issuer": "https://evil.example"}
    answer = browser(hub, None).get("/sign-in/oidc")
    assert answer.status_code == 503
    assert "evil" not in answer.text


def test_a_provider_that_is_away_gets_a_clear_page(make_app: MakeApp) -> None:
    hub = make_app(OIDC_ISSUER="http://127.0.0.1:1", OIDC_CLIENT_ID="hurrah")
    answer = browser(hub, None).get("/sign-in/oidc")
    assert answer.status_code == 503
    assert "doesn&#39;t answer" in answer.text


def test_a_slow_provider_is_given_up_and_holds_no_writer(
    hub: Flask, liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hub.extensions["oidc"].client_kwargs, "default_timeout", 0.5)
    liar.delay_seconds = 1.5
    client = browser(hub, None)
    answer = path_of(consent(client.get("/sign-in/oidc"), "s1"))
    opened = []
    proof = oidc.proof

    def watched() -> object:
        opened.append(db.session().in_transaction())
        return proof()

    monkeypatch.setattr(oidc, "proof", watched)
    assert client.get(answer).status_code == 400
    assert opened == [False]
