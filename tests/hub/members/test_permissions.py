"""Who may use which page that changes something: every writing route of this room, and every kind of visitor."""

import pytest
from flask import Flask

from tests.hub.members.people import browser, person

EVERYBODY, MEMBERS, MANAGERS, ADMINS = "everybody", "members", "managers", "admins"
WRITING = {
    "/sign-in": EVERYBODY,
    "/sign-in/forgotten": EVERYBODY,
    "/sign-in/reset/<token>": EVERYBODY,
    "/invitations/<token>": EVERYBODY,
    "/confirmations/<token>": EVERYBODY,
    "/sign-in/link": EVERYBODY,
    "/sign-in/link/<token>": EVERYBODY,
    "/join/<code>": EVERYBODY,
    "/joinings/<token>": EVERYBODY,
    "/settings/confirmation": MEMBERS,
    "/sign-out": MEMBERS,
    "/sign-in/connect": MEMBERS,
    "/settings": MEMBERS,
    "/settings/password": MEMBERS,
    "/settings/sessions": MEMBERS,
    "/settings/data/export": MEMBERS,
    "/settings/data/erasure": MEMBERS,
    "/manage/members/invite": MANAGERS,
    "/manage/members/codes/door": MANAGERS,
    "/manage/members/codes/new": MANAGERS,
    "/manage/members/codes/<code_id>": MANAGERS,
    "/manage/members/<member_id>/place": MANAGERS,
    "/manage/members/<member_id>/roles": MANAGERS,
    "/manage/members/<member_id>/disabled": MANAGERS,
    "/manage/members/<member_id>/enabled": MANAGERS,
    "/manage/members/<member_id>/link": MANAGERS,
    "/manage/members/<member_id>/erasure": ADMINS,
    "/manage/members/companies/<company_id>/owner": MANAGERS,
    "/manage/members/companies/<company_id>/health": MANAGERS,
    "/manage/members/<member_id>/health": MANAGERS,
    "/manage/members/health": MANAGERS,
}
CLOSED = sorted((path, who) for path, who in WRITING.items() if who != EVERYBODY)


def filled(path: str) -> str:
    path = path.replace("<token>", "x" * 43).replace("<code>", "x" * 12)
    return path.replace("<member_id>", "1").replace("<company_id>", "1").replace("<code_id>", "1")


def test_the_table_names_every_writing_route(app: Flask) -> None:
    found = {
        rule.rule.replace("int(max=9007199254740991):", "").replace("<int:", "<")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(("members.", "members_desk.", "join_desk."))
        and "POST" in (rule.methods or ())
    }
    assert found == set(WRITING)


@pytest.mark.parametrize(("path", "who"), CLOSED)
def test_a_visitor_is_sent_to_sign_in(app: Flask, path: str, who: str) -> None:
    answer = browser(app, None).post(filled(path))
    assert (answer.status_code, answer.location) == (303, "/sign-in")


@pytest.mark.parametrize("role", ["advocate", "rep", "host"])
@pytest.mark.parametrize("path", [path for path, who in CLOSED if who in (MANAGERS, ADMINS)])
def test_the_desk_is_the_managers(app: Flask, path: str, role: str) -> None:
    person(app, roles=(role,))
    assert browser(app).post(filled(path)).status_code == 403


@pytest.mark.parametrize("role", ["manager", "admin"])
@pytest.mark.parametrize("corner", ["", "/invite", "/companies", "/codes", "/1"])
def test_managers_and_admins_may_enter_the_desk(app: Flask, corner: str, role: str) -> None:
    person(app, roles=(role,))
    assert browser(app).get(f"/manage/members{corner}").status_code == 200


@pytest.mark.parametrize("path", sorted(WRITING))
def test_every_form_needs_its_token(app: Flask, path: str) -> None:
    person(app, roles=("admin",))
    client = browser(app)
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post(filled(path)).status_code == 400


@pytest.mark.parametrize("path", ["/manage/members/999", "/manage/members/99999999999999999999999"])
def test_somebody_who_is_not_there_is_not_found(app: Flask, path: str) -> None:
    person(app, roles=("manager",))
    assert browser(app).get(path).status_code == 404
