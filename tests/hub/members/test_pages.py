"""Settings, profiles, the manager's desk: what each shows to whom, and what it does."""

from collections.abc import Iterator

import pytest
from flask import Flask

from hub import members
from hub.core import registry
from tests.hub.members.people import PASSWORD, browser, change, facts, look, person, stub

PROFILE = {"name": "Ada M.", "title": "CTO", "pseudonym": "", "zone": "Asia/Tokyo"}


def test_settings_are_saved_and_times_follow_the_zone(app: Flask) -> None:
    ada = person(app)
    client = browser(app)
    assert client.post("/settings", data=PROFILE).status_code == 303
    saved = look(app, ada)
    assert (saved.name, saved.title, saved.zone, saved.pseudonym) == ("Ada M.", "CTO", "Asia/Tokyo", None)
    assert "JST" in client.get(f"/members/{saved.handle}").text
    assert "UTC" in browser(app, email=_grace(app)).get(f"/members/{saved.handle}").text


def test_leaving_the_boards_leaves_a_fact_each_time_it_changes(app: Flask) -> None:
    ada = person(app)
    client = browser(app)
    for form in (PROFILE, {**PROFILE, "is_opted_out": "y"}, {**PROFILE, "is_opted_out": "y"}, PROFILE):
        client.post("/settings", data=form)
    assert facts(app, ada).count("member.visibility_changed") == 2


@pytest.mark.parametrize(
    "wrong", [{"zone": "Mars/Olympus"}, {"name": ""}, {"name": "x" * 121}, {"name": "\u200b\n"}]
)
def test_wrong_settings_change_nothing_and_keep_what_was_typed(app: Flask, wrong: dict[str, str]) -> None:
    ada = person(app)
    answer = browser(app).post("/settings", data={**PROFILE, "title": "Typed with care", **wrong})
    assert answer.status_code == 422
    assert "Typed with care" in answer.text
    assert look(app, ada).title is None


def test_nobody_makes_themself_anything_by_sending_more_fields(app: Flask) -> None:
    ada = person(app)
    browser(app).post(
        "/settings", data={**PROFILE, "roles_held": "admin", "is_staff": "1", "email": "x@example.com"}
    )
    assert look(app, ada).roles == {"advocate"}
    assert look(app, ada).email == "ada@example.com"


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(app: Flask) -> None:
    person(app)
    here, phone = browser(app), browser(app)
    wrong = here.post("/settings/password", data={"old": "not it at all", "new": "another fine thing"})
    assert wrong.status_code == 422
    assert "isn&#39;t your password" in wrong.text
    assert phone.get("/settings").status_code == 200
    assert (
        here.post("/settings/password", data={"old": PASSWORD, "new": "another fine thing"}).status_code
        == 303
    )
    assert here.get("/settings").status_code == 200
    assert phone.get("/settings").status_code == 303
    assert browser(app, password="another fine thing").get("/settings").status_code == 200


def test_guessing_the_old_password_of_a_stolen_session_is_braked(app: Flask) -> None:
    person(app)
    client = browser(app)
    guess = {"old": "not it at all", "new": "another fine thing"}
    answers = [client.post("/settings/password", data=guess).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_signing_out_everywhere_includes_here(app: Flask) -> None:
    person(app)
    here, phone = browser(app), browser(app)
    assert here.post("/settings/sessions").status_code == 303
    assert here.get("/settings").status_code == 303
    assert phone.get("/settings").status_code == 303


@pytest.mark.parametrize(
    ("viewer", "sees"), [("ada", True), ("linus", False), ("host", False), ("rep", True), ("manager", True)]
)
def test_an_address_is_shown_to_those_who_may_see_it(app: Flask, viewer: str, sees: bool) -> None:
    handle = look(app, person(app)).handle
    if viewer != "ada":
        person(app, f"{viewer}@example.com", "Viewer", roles=(viewer if viewer != "linus" else "advocate",))
    page = browser(app, f"{viewer}@example.com").get(f"/members/{handle}")
    assert page.status_code == 200
    assert ("ada@example.com" in page.text) is sees


def test_a_disabled_member_has_no_page_but_for_staff(app: Flask) -> None:
    ada, handle = person(app), "ada-marlowe"
    person(app, "linus@example.com", "Linus")
    change(app, ada, members.disable)
    assert browser(app, "linus@example.com").get(f"/members/{handle}").status_code == 404
    assert browser(app, _grace(app)).get(f"/members/{handle}").status_code == 200
    assert browser(app, "linus@example.com").get("/members/nobody").status_code == 404


@pytest.fixture
def panel() -> Iterator[str]:
    registry.panel("profile.test_panel")(
        lambda member, viewer: f"<p>{viewer.first_name} looks at {member.first_name}</p>"
    )
    yield "test_panel"
    del registry.panels["profile.test_panel"]


def test_a_panel_of_another_room_comes_by_itself_or_on_a_click(app: Flask, panel: str) -> None:
    person(app)
    person(app, "linus@example.com", "Linus Bergqvist")
    client, path = browser(app, "linus@example.com"), f"/members/ada-marlowe/panels/{panel}"
    assert f'hx-get="{path}"' in client.get("/members/ada-marlowe").text
    assert client.get(path, headers={"HX-Request": "true"}).text == "<p>Linus looks at Ada</p>"
    assert "<p>Linus looks at Ada</p>" in client.get(path).text
    assert client.get("/members/ada-marlowe/panels/other").status_code == 404


def test_a_subject_that_is_a_member_leads_to_their_page(app: Flask) -> None:
    ada = person(app)
    with app.test_request_context():
        found = registry.links([f"member:{ada}", "member:999"])
    assert found == {f"member:{ada}": ("Ada Marlowe", "/members/ada-marlowe")}


def test_the_list_finds_pages_and_sifts(app: Flask) -> None:
    for number in range(60):
        person_quickly(app, number)
    client = browser(app, _grace(app))
    first = client.get("/manage/members")
    assert "61 people" in first.text
    assert first.text.count('<tr id="member-') == 50
    after = first.text.partition("after=")[2].partition('"')[0]
    assert client.get(f"/manage/members?after={after}").text.count('<tr id="member-') == 11
    assert client.get("/manage/members?q=Person+07").text.count('<tr id="member-') == 1
    assert client.get("/manage/members?role=manager").text.count('<tr id="member-') == 1
    assert "Nobody fits" in client.get("/manage/members?type=partner").text


@pytest.mark.parametrize(
    "query", ["after=x", "after=99999999999999999999", "company=-1", "role=%00", "state=DROP", "q=%"]
)
def test_odd_questions_to_the_list_are_no_errors(each_database: Flask, query: str) -> None:
    assert browser(each_database, _grace(each_database)).get(f"/manage/members?{query}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/members/%00", "/members/%F0%9F%A6%84", "/members/ada'--", "/invitations/%00"]
)
def test_odd_addresses_are_not_found_and_no_errors(each_database: Flask, path: str) -> None:
    assert browser(each_database, _grace(each_database)).get(path).status_code in (404, 410)


def test_a_list_costs_the_same_queries_for_few_and_for_many(app: Flask, count_statements: object) -> None:
    client = browser(app, _grace(app))
    client.get("/manage/members")  # what is read once and kept has been read
    few = count_statements(lambda: client.get("/manage/members"))  # type: ignore[operator]
    for number in range(40):
        person_quickly(app, number, company=f"Company {number}")
    client.get("/manage/members")  # what is kept for a few seconds only may have been forgotten meanwhile
    assert count_statements(lambda: client.get("/manage/members")) == few  # type: ignore[operator]


def test_an_invitation_is_shown_once_and_works(app: Flask) -> None:
    client = browser(app, _grace(app))
    form = {
        "name": "Kim",
        "email": "kim@example.com",
        "type": "partner",
        "company": "Acme",
        "roles": ["advocate", "rep"],
    }
    page = client.post("/manage/members/invite", data=form).text
    token = page.partition("/invitations/")[2].partition('"')[0]
    visitor = browser(app, None)
    assert "as somebody of Acme" in visitor.get(f"/invitations/{token}").text
    joining = {"name": "Kim Real", "email": "kim@example.com", "password": PASSWORD}
    assert visitor.post(f"/invitations/{token}", data=joining).status_code == 303
    with app.app_context():
        kim = members.find("kim@example.com")
        assert kim is not None
        assert kim.type == "partner"
        assert kim.roles == {"advocate", "rep"}
    again = client.post("/manage/members/invite", data=form)
    assert again.status_code == 422
    assert "is here already" in again.text


def test_a_manager_sets_roles_company_and_the_switch(app: Flask) -> None:
    ada, client = person(app), browser(app, _grace(app))
    page = f"/manage/members/{ada}"
    assert client.post(f"{page}/roles", data={"roles": ["advocate", "rep"]}).status_code == 303
    assert (
        client.post(f"{page}/place", data={"type": "partner", "company": "Acme", "title": "CTO"}).status_code
        == 303
    )
    assert client.post(f"{page}/disabled").status_code == 303
    changed = look(app, ada)
    assert changed.roles == {"advocate", "rep"}
    assert (changed.type, changed.is_active) == ("partner", False)
    assert "Switch on again" in client.get(page).text
    client.post(f"{page}/enabled")
    assert look(app, ada).is_active
    assert client.post(f"{page}/roles", data={"roles": ["admin"]}).status_code == 422
    assert look(app, ada).roles == {"advocate", "rep"}


def test_a_manager_cannot_take_an_admins_account(app: Flask) -> None:
    root, client = person(app, "root@example.com", "Root", roles=("admin",)), browser(app, _grace(app))
    for verb in ("link", "disabled", "enabled"):
        assert client.post(f"/manage/members/{root}/{verb}").status_code == 422, verb
    assert client.post(f"/manage/members/{root}/roles", data={"roles": ["advocate"]}).status_code == 422
    assert look(app, root).is_active


def test_links_from_the_desk_fit_who_they_are_for(app: Flask) -> None:
    ada, kim, client = person(app), stub(app), browser(app, _grace(app))
    assert "/sign-in/reset/" in client.post(f"/manage/members/{ada}/link").text
    assert "/invitations/" in client.post(f"/manage/members/{kim}/link").text


def test_a_company_is_given_to_a_rep_and_to_nobody_else(app: Flask) -> None:
    ada, rep = person(app, company="Acme"), person(app, "kat@example.com", "Kat", roles=("rep",))
    client, company = browser(app, _grace(app)), look(app, ada).company_id
    assert (
        client.post(f"/manage/members/companies/{company}/owner", data={"owner_id": rep}).status_code == 303
    )
    with app.app_context():
        assert members.rep_for(look(app, ada)).id == rep  # type: ignore[union-attr]
    assert (
        client.post(f"/manage/members/companies/{company}/owner", data={"owner_id": ada}).status_code == 422
    )
    assert client.post("/manage/members/companies/999/owner", data={"owner_id": rep}).status_code == 404


def _grace(app: Flask) -> str:
    with app.app_context():
        known = members.find("grace@example.com")
    if known is None:
        person(app, "grace@example.com", "Grace Whitlock", roles=("manager",))
    return "grace@example.com"


def person_quickly(app: Flask, number: int, company: str | None = None) -> int:
    return person(app, f"p{number}@example.com", f"Person {number:02}", company=company)
