"""Signing in with a password."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.members import passwords, seed
from tests.hub.members.people import PASSWORD, browser, change, person


def test_the_right_password_opens_the_hub(app: Flask) -> None:
    person(app)
    answer = browser(app, None).post("/sign-in", data={"email": " ADA@Example.com ", "password": PASSWORD})
    assert answer.status_code == 303
    assert answer.location == "/"


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com", "no address", "stub@example.com"])
def test_a_wrong_password_and_an_unknown_address_look_the_same(app: Flask, email: str) -> None:
    person(app)
    answer = browser(app, None).post("/sign-in", data={"email": email, "password": "not the password"})
    assert answer.status_code == 422
    assert "don&#39;t belong together" in answer.text
    assert f'value="{email}"' in answer.text
    assert "not the password" not in answer.text


@pytest.fixture
def as_dear_as_outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords cost here what they cost in a hub."""
    monkeypatch.setattr(passwords, "hasher", passwords.new_hasher())
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.mark.usefixtures("as_dear_as_outside")
@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com", "no address"])
def test_the_hasher_works_for_everybody_once(app: Flask, email: str, monkeypatch: pytest.MonkeyPatch) -> None:
    person(app)
    passwords.fits("warm up", None)
    worked: list[str] = []
    verify = PasswordHasher.verify

    def count(hasher: PasswordHasher, kept: str, password: bytes) -> bool:
        worked.append(kept)
        return verify(hasher, kept, password)

    with monkeypatch.context() as patch:
        patch.setattr(PasswordHasher, "verify", count)
        browser(app, None).post("/sign-in", data={"email": email, "password": "not the password"})
    assert len(worked) == 1
    assert worked[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_empty_form_is_answered_field_by_field(app: Flask) -> None:
    answer = browser(app, None).post("/sign-in", data={"email": "ada@example.com"})
    assert answer.status_code == 422
    assert "Type your password" in answer.text


def test_a_disabled_member_stays_outside(app: Flask) -> None:
    change(app, person(app), members.disable)
    answer = browser(app, None).post("/sign-in", data={"email": "ada@example.com", "password": PASSWORD})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/referrals?open=1", "/referrals?open=1"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_stays_on_this_hub(app: Flask, wanted: str, reached: str) -> None:
    person(app)
    client = browser(app, None)
    answer = client.post(
        "/sign-in", query_string={"next": wanted}, data={"email": "ada@example.com", "password": PASSWORD}
    )
    assert answer.location == reached
    assert client.get("/sign-in", query_string={"next": wanted}).location == reached


def test_a_closed_page_sends_to_sign_in_and_back(app: Flask) -> None:
    person(app)
    client = browser(app, None)
    there = client.get("/settings?tab=1")
    assert there.status_code == 303
    page = client.get(there.location)
    assert 'action="/sign-in?next=/settings' in page.text
    answer = client.post(there.location, data={"email": "ada@example.com", "password": PASSWORD})
    assert answer.location == "/settings?tab=1"


def test_signing_in_needs_the_token_of_the_form(app: Flask) -> None:
    person(app)
    answer = app.test_client().post("/sign-in", data={"email": "ada@example.com", "password": PASSWORD})
    assert answer.status_code == 400


@pytest.mark.usefixtures("as_dear_as_outside")
def test_an_old_digest_is_renewed_on_the_way_in(app: Flask) -> None:
    ada = person(app)
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    change(app, ada, lambda member, **_: setattr(member, "password_hash", weak))
    browser(app)
    with app.app_context():
        kept = members.get(ada)
        assert kept is not None
        assert "m=19456" in (kept.password_hash or "")


def test_the_cast_is_offered_only_on_a_hub_with_sample_people(app: Flask) -> None:
    assert "Look around as" not in browser(app, None).get("/sign-in").text
    with app.app_context(), edges.unit():
        seed.plant(now=now())
    page = browser(app, None).get("/sign-in").text
    assert "Look around as" in page
    assert 'value="grace@example.com"' in page
