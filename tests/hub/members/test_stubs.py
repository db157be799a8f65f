"""Unregistered advocates to whom we owe points."""

import threading

import pytest
from flask import Flask

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from tests.hub.members.people import browser, look, person, stub


def test_a_stub_is_made_once_per_key(each_database: Flask) -> None:
    assert stub(each_database, key="pipeline:Acme") == stub(
        each_database, "Another Name", key="pipeline:Acme"
    )
    assert stub(each_database, key="pipeline:Orbit") != stub(each_database, key="pipeline:Acme")


def test_a_stub_cannot_sign_in(app: Flask) -> None:
    stub(app, email="kim@example.com")
    client = browser(app, None)
    assert (
        client.post("/sign-in", data={"email": "kim@example.com", "password": "anything at all"}).status_code
        == 422
    )


def test_a_stub_with_the_address_of_a_member_is_that_member(app: Flask) -> None:
    ada = person(app)
    assert stub(app, "A. Marlowe", email="ADA@example.com", key="crm:9") == ada


def test_a_stub_needs_a_name(app: Flask) -> None:
    with pytest.raises(members.Refusal):
        stub(app, "  ")


def test_an_import_gets_its_stubs_in_few_statements_and_the_same_ones_again(each_database: Flask) -> None:
    ada = person(each_database)
    rows: list[members.StubRow] = [
        {"key": f"row:{n}", "name": "Same Name", "email": f"n{n}@example.com"} for n in range(1100)
    ]
    rows += [
        {"key": "taken", "name": "Ada", "email": "ada@example.com"},
        {"key": "odd", "name": "O", "email": "no address"},
        {"key": "twice", "name": "T", "email": "n0@example.com"},
    ]
    with each_database.app_context(), edges.unit():
        made = members.stubs(rows, now())
        again = members.stubs(rows, now())
        assert {key: member.id for key, member in made.items()} == {key: m.id for key, m in again.items()}
        assert len(made) == len(rows)
        assert all(member.is_stub and member.roles == {"advocate"} for member in made.values())
        assert made["taken"].email is None
        assert made["taken"].id != ada
        assert made["odd"].email is None
        assert made["twice"].email is None
        assert len({member.handle for member in made.values()}) == len(rows)
        assert db.session.query(Member).count() == len(rows) + 1


def test_a_claimed_stub_still_answers_to_its_key(app: Flask) -> None:
    kim = stub(app, key="pipeline:Acme")
    with app.app_context(), edges.unit():
        member = members.get(kim)
        assert member is not None
        token = members.claim_link(member, now=now())
        members.claim(
            token, name="Kim Real", email="kim@example.com", password="paper lantern tide", now=now()
        )
    assert stub(app, key="pipeline:Acme") == kim
    assert look(app, kim).is_active


def test_ten_thousand_people_of_one_name_get_ten_thousand_handles(app: Flask) -> None:
    rows: list[members.StubRow] = [{"key": f"k{n}", "name": "Kim Lee"} for n in range(10_000)]
    with app.app_context(), edges.unit():
        made = members.stubs(rows, now())
        assert len({member.handle for member in made.values()}) == 10_000


def test_two_imports_at_once_make_each_stub_once(postgresql_app: Flask) -> None:
    rows: list[members.StubRow] = [
        {"key": f"k{n}", "name": f"Person {n}", "email": f"{n}@example.com"} for n in range(50)
    ]
    start, found = threading.Barrier(2), []

    def bring() -> None:
        with postgresql_app.app_context():
            start.wait()
            with edges.unit():
                found.append({key: member.id for key, member in members.stubs(rows, now()).items()})

    imports = [threading.Thread(target=bring) for _ in range(2)]
    for one in imports:
        one.start()
    for one in imports:
        one.join()
    assert len(found) == 2
    assert found[0] == found[1]
