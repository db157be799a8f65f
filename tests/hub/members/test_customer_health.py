"""How well things go with customers: said by hand, read from a sheet, used by segments."""

import pytest
from flask import Flask
from sqlalchemy import select

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members import customer_health
from hub.members.models import CustomerHealth
from hub.members.names import Refusal
from tests.hub.members.people import browser, person

SHEET = """Company,Health
Aldgate Systems,81
aldgate  SYSTEMS,80
Nobody Inc,50
Aldgate Systems,101
Aldgate Systems,ab
"""


def known(app: Flask, member_id: int) -> int | None:
    with app.app_context():
        return customer_health.known_of([member_id]).get(member_id)


def test_a_sheet_goes_in_but_for_the_lines_that_cannot_be_meant(each_database: Flask) -> None:
    ada = person(each_database, company="Aldgate Systems")
    with each_database.app_context(), edges.unit():
        found = customer_health.read(SHEET)
        customer_health.bring_in(found, now=now(), by_id=None)
    assert [line for line, _ in found.bad] == [4, 5, 6]
    assert known(each_database, ada) == 80, "the last line about a company is the one that holds"


def test_bringing_a_sheet_in_twice_changes_nothing(app: Flask) -> None:
    person(app, company="Aldgate Systems")
    for _ in range(2):
        with app.app_context(), edges.unit():
            customer_health.bring_in(
                customer_health.read("company,health\nAldgate Systems,7"), now=now(), by_id=None
            )
    with app.app_context():
        assert [one.value for one in db.session.scalars(select(CustomerHealth))] == [7]


def test_a_member_counts_for_themselves_before_their_company(app: Flask) -> None:
    ada, kim = (
        person(app, company="Aldgate Systems"),
        person(app, "kim@example.com", "Kim", company="Aldgate Systems"),
    )
    with app.app_context(), edges.unit():
        sheet = "email,company,health\nADA@example.com,,20\n,Aldgate Systems,90\n"
        customer_health.bring_in(customer_health.read(sheet), now=now(), by_id=None)
    assert (known(app, ada), known(app, kim)) == (20, 90)


@pytest.mark.parametrize("words", ["", "company\nA", "health\n1", "a,b\n1,2"])
def test_a_sheet_without_its_columns_is_refused(app: Flask, words: str) -> None:
    with app.app_context(), pytest.raises(Refusal):
        customer_health.read(words)


def test_a_manager_sets_it_and_takes_it_back(app: Flask) -> None:
    ada = person(app, company="Aldgate Systems")
    person(app, "grace@example.com", "Grace", roles=("manager",))
    desk = browser(app, "grace@example.com")
    assert desk.post(f"/manage/members/{ada}/health", data={"health": "55"}).status_code == 303
    assert known(app, ada) == 55
    assert "Fair 55" in desk.get("/manage/members").text
    wrong = desk.post(f"/manage/members/{ada}/health", data={"health": "155"})
    assert wrong.status_code == 422
    assert "155" in wrong.text, "nothing typed is lost"
    assert desk.post(f"/manage/members/{ada}/health", data={"health": ""}).status_code == 303
    assert known(app, ada) is None


def test_a_manager_pastes_a_sheet_and_sees_which_lines_are_wrong(app: Flask) -> None:
    ada = person(app, company="Aldgate Systems")
    person(app, "grace@example.com", "Grace", roles=("manager",))
    desk = browser(app, "grace@example.com")
    page = desk.post("/manage/members/health", data={"words": SHEET})
    assert "Line 4" in page.text
    assert "Nobody Inc" in page.text
    assert known(app, ada) == 80
    assert desk.post("/manage/members/health", data={"words": "nothing"}).status_code == 422


def test_the_command_line_names_wrong_lines_and_goes_on(app: Flask, tmp_path) -> None:  # type: ignore[no-untyped-def]
    ada = person(app, company="Aldgate Systems")
    file = tmp_path / "health.csv"
    file.write_text(SHEET)
    run = app.test_cli_runner()
    rehearsed = run.invoke(args=["member", "health", str(file), "--dry-run"])
    assert rehearsed.exit_code == 1
    assert known(app, ada) is None
    done = run.invoke(args=["member", "health", str(file)])
    assert done.exit_code == 0, done.output
    assert known(app, ada) == 80


def test_erasing_a_member_forgets_their_health(app: Flask) -> None:
    ada = person(app)
    with app.app_context(), edges.unit():
        customer_health.say(5, now=now(), by_id=None, member_id=ada)
    with app.app_context(), edges.unit():
        found = members.get(ada)
        assert found is not None
        members.actions.erase(found, now=now(), by=found)
        assert db.session.scalar(select(CustomerHealth.id)) is None
