"""Joining by oneself: one answer for everybody, the mailbox decides, a code makes so many advocates and no more."""

import datetime as dt
import re
import threading
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub import members
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.members.actions.identities import Proof, arrive
from hub.members.joining import actions, queries
from hub.members.joining.models import JoinCode, Joining, JoinRequest
from hub.notices.models import Notice
from hub.outbox.jobs import drain_all
from hub.segments.models import MemberTag
from tests.conftest import MakeApp
from tests.hub.members.people import PASSWORD, browser, change, facts, look, person, stub
from tests.mailbox import Mailbox

FORM = {"name": "Nell Newman", "email": "nell@acme.example.org", "password": PASSWORD}


def code(app: Flask, name: str = "Conference", **wishes: Any) -> tuple[int, str]:
    """A code: its id and its path."""
    with app.app_context(), edges.unit():
        made = actions.make(name, by_id=None, now=now(), **wishes)
        return made.id, f"/join/{made.word}"


def ask(client: FlaskClient, path: str, email: str = FORM["email"], **other: str) -> tuple[int, str, str]:
    """What the form answers, and the page after it."""
    answer = client.post(path, data={**FORM, "email": email, **other}, environ_base={"REMOTE_ADDR": _place()})
    said = client.get(answer.location).text if answer.status_code == 303 else answer.text
    return answer.status_code, answer.location or "", re.sub(r'content="[^"]*"', "", said)


def _place(count: list[int] = [0]) -> str:  # noqa: B006 - every try comes from somewhere else
    count[0] += 1
    return f"10.0.{count[0] // 250}.{count[0] % 250}"


def settled(app: Flask) -> None:
    with app.app_context():
        drain_all()


def link(mailbox: Mailbox) -> str:
    """The path in the last mail."""
    body = mailbox.messages[-1].get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://[^/\s]+(/(?:joinings|sign-in/link)/\S+)", body.get_content())
    assert found is not None, body.get_content()
    return found[1]


def come_by(code_id: int, email: str) -> int:
    """Somebody whose mailbox has answered joins; gives the id."""
    with edges.unit():
        found = queries.get(code_id)
        assert found is not None
        return actions.admit(found, name="Nell", email=email, now=now()).id


def uses(app: Flask, code_id: int) -> int:
    with app.app_context():
        found = queries.get(code_id)
        assert found is not None
        return found.uses


def differences(app: Flask) -> list[str]:
    with app.app_context(), edges.reading():
        return list(registry.checks["who joined by a code is counted right"]())


def test_everybody_gets_the_same_answer_and_the_mailbox_what_is_true_for_it(
    make_app: MakeApp, mailbox: Mailbox
) -> None:
    app = make_app(MAIL_URL=mailbox.url)
    ada, off = person(app, "ada.m@gmail.com"), person(app, "off@example.com", "Olive Off")
    change(app, off, members.disable)
    kim = stub(app, email="kim@example.com")
    _, path = code(app)
    client = browser(app, None)
    typed = (
        "new@example.com",
        "ada.m@gmail.com",
        "kim@example.com",
        "off@example.com",
        "adam+hub@googlemail.com",
    )
    assert len({ask(client, path, email) for email in typed}) == 1
    settled(app)
    mails = {
        box[0]: str(mail["Subject"]) for box, mail in zip(mailbox.recipients, mailbox.messages, strict=True)
    }
    assert {box for box, subject in mails.items() if subject.startswith("Join")} == {
        "new@example.com", "kim@example.com",
    }  # fmt: skip
    assert {box for box, subject in mails.items() if "sign in" in subject} == {"ada.m@gmail.com"}
    assert "off@example.com" not in mails
    assert look(app, kim).is_stub, "nobody is anybody before the mailbox answers"
    assert facts(app, ada) == ["member.joined"]


def test_who_opens_the_mailed_link_is_a_member_with_what_the_code_gives(
    make_app: MakeApp, mailbox: Mailbox
) -> None:
    app = make_app(MAIL_URL=mailbox.url)
    grace = person(app, "grace@example.com", "Grace", roles=("manager",))
    with app.app_context(), edges.unit():
        firm = members.company("Acme", now=now()).id
    code_id, path = code(app, type="partner", company_id=firm, tag="Spring 26", alias="spring")
    assert path == "/join/spring"
    client = browser(app, None)
    assert "as somebody of Acme" in client.get(path).text
    ask(client, path.upper().replace("/JOIN", "/join"))
    settled(app)
    door = link(mailbox)
    assert "One press" in client.get(door).text
    assert uses(app, code_id) == 0, "opening a link does nothing: programs that read mail open links, too"
    assert client.post(door).status_code == 303
    assert client.get("/settings").status_code == 200
    assert browser(app, None).post(door).status_code == 410
    settled(app)
    with app.app_context():
        nell = members.find(FORM["email"])
        assert nell is not None
        assert (nell.type, nell.company_id, nell.roles_held, nell.has_confirmed) == (
            "partner", firm, ["advocate"], True,
        )  # fmt: skip
        assert db.session.scalars(select(MemberTag.tag).where(MemberTag.member_id == nell.id)).all() == [
            "spring-26"
        ]
        told = select(Notice.member_id).where(Notice.kind == "member.came_by_code")
        assert db.session.scalars(told).all() == [grace]
        assert db.session.scalars(select(JoinRequest)).all() == []
        nell_id = nell.id
    assert browser(app, FORM["email"]).get("/settings").status_code == 200
    assert facts(app, nell_id) == ["member.joined", "member.came_by_code"]
    assert "Nell Newman" in browser(app, "grace@example.com").get(f"/manage/members/codes/{code_id}").text
    assert (uses(app, code_id), differences(app)) == (1, [])


def test_a_password_counts_only_where_it_was_typed(make_app: MakeApp, mailbox: Mailbox) -> None:
    app = make_app(MAIL_URL=mailbox.url)
    kim = stub(app, email="kim@example.com")
    change(app, kim, lambda member, **_: setattr(member, "roles_held", ["advocate", "admin"]))
    _, path = code(app)
    ask(browser(app, None), path, "kim@example.com", password="thief of many doors")
    settled(app)
    elsewhere, door = browser(app, None), link(mailbox)
    assert "Choose a password" in elsewhere.get(door).text
    assert elsewhere.post(door).status_code == 422
    assert elsewhere.post(door, data={"password": "kim@example.com"}).status_code == 422
    assert elsewhere.post(door, data={"password": PASSWORD}).status_code == 303
    assert look(app, kim).roles_held == ["advocate"], "a code makes nobody staff"
    assert not look(app, kim).is_stub
    tried = {"email": "kim@example.com", "password": "thief of many doors"}
    assert browser(app, None).post("/sign-in", data=tried).status_code == 422


def test_a_stub_is_claimed_and_one_mailbox_comes_once(each_database: Flask) -> None:
    app = each_database
    kim = stub(app, email="kim@example.com")
    code_id, _ = code(app)
    with app.app_context():
        assert come_by(code_id, "kim@example.com") == kim
    for email in ("kim+two@example.com", "kim@example.com"):
        with app.app_context(), pytest.raises(actions.AlreadyHere):
            come_by(code_id, email)
    with app.app_context():
        rows = db.session.scalars(select(Joining)).all()
        assert [row.member_id for row in rows] == [kim]
        assert "kim" not in (rows[0].mailbox or "")
    assert (uses(app, code_id), differences(app)) == (1, [])
    change(app, kim, members.erase, by=None)
    with app.app_context():
        assert db.session.scalars(select(Joining.mailbox)).all() == [None]


def test_of_many_at_once_as_many_get_in_as_there_are_places(each_database: Flask) -> None:
    app = each_database
    code_id, _ = code(app, most=3)
    came: list[str] = []

    def come(number: int) -> None:
        with app.app_context():
            try:
                come_by(code_id, f"n{number}@example.com")
                came.append("in")
            except members.Refusal:
                came.append("full")

    threads = [threading.Thread(target=come, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["full"] * 3 + ["in"] * 3
    assert (uses(app, code_id), differences(app)) == (3, [])


def test_a_code_that_lets_nobody_in_says_so_kindly(app: Flask) -> None:
    client = browser(app, None)
    assert client.get("/join/nothing-like-this").status_code == 404
    _, ended = code(app, expires_at=now() - dt.timedelta(minutes=1))
    full_id, full = code(app, most=1)
    off_id, off = code(app)
    with app.app_context(), edges.unit():
        for number, values in ((full_id, {"uses": 1}), (off_id, {"is_on": False})):
            for name, value in values.items():
                setattr(db.session.get_one(JoinCode, number), name, value)
    for path, why in ((ended, "a day that is over"), (full, "As many people"), (off, "switched off")):
        assert (client.get(path).status_code, ask(client, path)[0]) == (410, 410)
        assert why in client.get(path).text
    _, path = code(app, domains=["acme.example.org"])
    for email, says in (("x@mailinator.com", "thrown away"), ("x@example.com", "at acme.example.org")):
        status, _, page = ask(client, path, email)
        assert (status, says in page, "Nell Newman" in page) == (422, True, True)
    assert ask(client, path)[0] == 303
    assert ask(client, path, password="short")[0] == 422
    person(app)
    assert "are a member here already" in browser(app).get(path, follow_redirects=True).text
    with app.app_context(), edges.unit():
        actions.set_door("closed", None, by_id=None, now=now())
    assert client.get(path).status_code == 410


def test_asking_to_join_is_braked(app: Flask) -> None:
    _, path = code(app)
    client = browser(app, None)
    places = {"REMOTE_ADDR": "10.9.0.1"}
    weak = {**FORM, "password": "short"}
    tried = [
        client.post(path, data=data, environ_base=places).status_code for data in [weak] * 4 + [FORM] * 4
    ]
    assert tried == [422] * 4 + [303] * 3 + [429], "a form that was sent back is no letter"


def test_an_open_door_shows_everybody_the_way_and_a_link_goes_stale(
    make_app: MakeApp, mailbox: Mailbox
) -> None:
    app = make_app(MAIL_URL=mailbox.url)
    person(app, "grace@example.com", "Grace", roles=("manager",))
    code_id, path = code(app)
    nobody, grace = browser(app, None), browser(app, "grace@example.com")
    assert nobody.get("/join").status_code == 200
    assert "/join" in nobody.get("/sign-in").text
    no_code = {"state": "open", "code_id": "0"}
    assert grace.post("/manage/members/codes/door", data=no_code).status_code == 422
    wish = {"state": "open", "code_id": str(code_id)}
    assert grace.post("/manage/members/codes/door", data=wish).status_code == 303
    assert nobody.get("/join").location == path
    assert 'href="/join"' in nobody.get("/").text
    ask(nobody, path)
    settled(app)
    with time_machine.travel(now() + dt.timedelta(days=3), tick=False):
        assert nobody.post(link(mailbox)).status_code == 410
    form = {"name": "Conference", "is_on": "", "most": "1"}
    assert grace.post(f"/manage/members/codes/{code_id}", data=form).status_code == 303
    assert nobody.get("/join").status_code == 200, "a code that is off is shown to nobody"
    assert nobody.get(path).status_code == 410


def test_managers_make_codes_and_hear_what_is_wrong_with_them(app: Flask) -> None:
    person(app, "grace@example.com", "Grace", roles=("manager",))
    grace = browser(app, "grace@example.com")
    wish = {"name": "Spring", "alias": "Spring-26", "type": "customer", "domains": "@Acme.com, bücher.example",
            "most": "50", "until": "2031-05-31", "company": "Acme", "is_on": "y"}  # fmt: skip
    answer = grace.post("/manage/members/codes/new", data=wish)
    assert answer.status_code == 303
    with app.app_context():
        made = queries.by_word("spring-26")
        assert made is not None
        assert made.domains == ["acme.com", "xn--bcher-kva.example"]
        assert made.expires_at == dt.datetime(2031, 6, 1, tzinfo=dt.UTC)
    assert 'value="2031-05-31"' in grace.get(answer.location).text
    wrong = {"alias": "no spaces", "domains": "gmail.com", "most": "0", "until": "soon", "name": ""}
    for name, value in {**wrong, "alias": "spring-26"}.items():
        refused = grace.post("/manage/members/codes/new", data={**wish, "alias": "other", name: value})
        assert refused.status_code == 422, name
        assert f'id="{name}-error"' in refused.text
    with app.app_context(), edges.unit():
        db.session.get_one(JoinCode, made.id).uses = 7
    fewer = grace.post(f"/manage/members/codes/{made.id}", data={**wish, "most": "6"})
    assert (fewer.status_code, 'id="most-error"' in fewer.text) == (422, True)


def test_who_comes_by_a_code_through_the_provider_is_what_it_makes(app: Flask) -> None:
    code_id, path = code(app, type="partner")
    words: Any = {"issuer": "https://id.example", "email_verified": True, "name": "Nora"}
    with app.app_context(), edges.unit():
        nora = arrive(
            Proof(subject="7", email="nora@example.com", **words),
            now=now(),
            join_code=path.rpartition("/")[2],
        )
        assert nora.type == "partner"
        again = arrive(Proof(subject="8", email="otto@example.com", **words), now=now(), join_code="gone")
        assert again.type == "customer", "the provider vouches for its own, with a code or without"
    assert (uses(app, code_id), differences(app)) == (1, [])
