"""The desk for segments: built without a script, saved, used, archived; tags in bulk."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub import segments
from hub.core import edges
from hub.core.clock import now
from hub.segments import actions, queries
from hub.segments.uses import FINDERS, Use
from tests.hub.members.people import browser, person
from tests.statements import statements

CUSTOMERS = {"match": "all", "rules": [{"kind": "type", "types": ["customer"]}]}


@pytest.fixture
def grace(app: Flask) -> FlaskClient:
    """A manager's browser, and two members besides."""
    person(app, "grace@example.com", "Grace Whitlock", roles=("manager",), type="employee")
    person(app)
    person(app, "linus@example.com", "Linus Bergqvist", type="partner")
    return browser(app, "grace@example.com")


def make(app: Flask, name: str = "Customers", rules: Any = CUSTOMERS) -> int:
    with app.app_context(), edges.unit():
        return actions.create(name, rules, now=now()).id


def names(app: Flask, slug: str) -> list[str]:
    with app.app_context():
        found = queries.by_slug(slug)
        assert found is not None
        return [member.name for member in segments.members(found.rules)]


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_segment_is_built_button_by_button_without_a_script(app: Flask, grace: FlaskClient) -> None:
    page = grace.post(
        "/manage/segments/new", data={"name": "Friends", "match": "all", "act": "add:", "new": "type"}
    )
    assert page.status_code == 200
    assert 'name="0-types"' in page.text
    assert 'value="Friends"' in page.text
    form = {"name": "Friends", "match": "all", "0-kind": "type", "0-types": ["customer", "partner"]}
    page = grace.post("/manage/segments/new", data={**form, "act": "group:"})
    assert 'name="1-match"' in page.text
    page = grace.post(
        "/manage/segments/new", data={**form, "1-match": "any", "act": "add:1", "1-new": "activity"}
    )
    assert 'name="1-0-days"' in page.text
    full = {**form, "1-match": "none", "1-0-kind": "role", "1-0-roles": "manager"}
    done = grace.post("/manage/segments/new", data=full)
    assert done.status_code == 303
    assert names(app, "friends") == ["Ada Marlowe", "Linus Bergqvist"]
    page = grace.post("/manage/segments/friends", data={**full, "act": "remove:1"})
    assert 'name="1-match"' not in page.text
    assert names(app, "friends") == ["Ada Marlowe", "Linus Bergqvist"], "a button saves nothing"


def test_what_is_unclear_is_said_beside_it_and_what_was_typed_stays(grace: FlaskClient) -> None:
    form = {"name": "Rich", "match": "all", "0-kind": "points", "0-measure": "lifetime", "0-least": "many"}
    page = grace.post("/manage/segments/new", data=form)
    assert page.status_code == 422
    assert "whole number" in page.text
    assert 'value="many"' in page.text
    form["0-least"] = "1,000"
    assert grace.post("/manage/segments/new", data={**form, "name": " "}).status_code == 422
    assert grace.post("/manage/segments/new", data={**form, "1-match": "any"}).status_code == 422
    assert grace.post("/manage/segments/new", data=form).status_code == 303


def test_the_audience_is_counted_while_one_types(grace: FlaskClient) -> None:
    form = {"match": "all", "0-kind": "type", "0-types": "partner"}
    piece = grace.post("/manage/segments/audience", data=form, headers={"HX-Request": "true"})
    assert "1 member" in words(piece.text)
    assert "Linus" in piece.text
    assert "<html" not in piece.text
    unclear = grace.post("/manage/segments/audience", data={"match": "all", "0-kind": "tags", "0-tags": ""})
    assert "isn't complete" in unclear.text


@pytest.fixture
def used() -> Iterator[None]:
    """A room that uses every segment."""
    find = segments.uses(
        lambda ids: {number: [Use(title="Spring quiz", url="/challenges/quiz")] for number in ids}
    )
    yield
    FINDERS.remove(find)


@pytest.mark.usefixtures("used")
def test_what_is_used_is_archived_never_deleted(app: Flask, grace: FlaskClient) -> None:
    segment_id = make(app)
    assert "Spring quiz" in grace.get("/manage/segments/customers").text
    refused = grace.post("/manage/segments/customers/removal")
    assert refused.status_code == 422
    assert "used by Spring quiz" in refused.text
    assert grace.post("/manage/segments/customers/archive").status_code == 303
    assert "/manage/segments/customers" not in grace.get("/manage/segments").text
    assert "Spring quiz" in grace.get("/manage/segments?archived=1").text
    with app.app_context():
        assert queries.choices() == []
        ada = queries.named(["ada@example.com"])["ada@example.com"]
        assert segments.belonging([segment_id], ada) == {segment_id}, "it goes on working"
    assert grace.post("/manage/segments/customers/archive", data={"back": "1"}).status_code == 303
    assert "/manage/segments/customers" in grace.get("/manage/segments").text


def test_what_nothing_uses_can_be_deleted(app: Flask, grace: FlaskClient) -> None:
    make(app)
    assert grace.post("/manage/segments/customers/removal").status_code == 303
    assert grace.get("/manage/segments/customers").status_code == 404


def test_a_change_holds_at_once(app: Flask, grace: FlaskClient) -> None:
    make(app)
    form = {"name": "Partners", "match": "all", "0-kind": "type", "0-types": "partner"}
    assert grace.post("/manage/segments/customers", data=form).status_code == 303
    assert names(app, "customers") == ["Linus Bergqvist"]


def test_tags_come_in_bulk_and_make_a_segment(app: Flask, grace: FlaskClient) -> None:
    page = grace.post(
        "/manage/segments/tags", data={"tag": "Beta Test", "names": "ada@example.com\n@linus-bergqvist"}
    )
    assert page.status_code == 303
    make(app, "Testers", {"match": "all", "rules": [{"kind": "tags", "tags": ["beta-test"]}]})
    assert names(app, "testers") == ["Ada Marlowe", "Linus Bergqvist"]
    both = "ada@example.com, nobody@example.com"
    refused = grace.post("/manage/segments/tags", data={"tag": "Beta Test", "names": both})
    assert refused.status_code == 422
    assert "nobody@example.com" in refused.text
    grace.post("/manage/segments/tags", data={"tag": "beta-test", "names": "ada@example.com", "take": "1"})
    assert names(app, "testers") == ["Linus Bergqvist"]
    grace.post("/manage/segments/tags", data={"tag": "seen", "segment": "testers"})
    with app.app_context():
        assert queries.tags() == [("beta-test", 1), ("seen", 1)]
    grace.post("/manage/segments/tags/removal", data={"tag": "seen"})
    assert ">seen<" not in grace.get("/manage/segments/tags").text


def test_only_managers_come_in(app: Flask, grace: FlaskClient) -> None:
    make(app)
    ada = browser(app)
    for path in (
        "/manage/segments",
        "/manage/segments/new",
        "/manage/segments/customers",
        "/manage/segments/tags",
    ):
        assert ada.get(path).status_code == 403
    for path in (
        "new",
        "customers",
        "audience",
        "customers/archive",
        "customers/removal",
        "tags",
        "tags/removal",
    ):
        assert ada.post(f"/manage/segments/{path}").status_code == 403


def test_the_list_costs_the_same_statements_with_more_segments(app: Flask, grace: FlaskClient) -> None:
    make(app)
    grace.get("/manage/segments")  # what is read once and kept has been read
    with statements(app) as few:
        grace.get("/manage/segments")
    for number in range(6):
        make(app, f"Segment {number}")
    with statements(app) as many:
        grace.get("/manage/segments")
    assert len(many) == len(few)


def test_many_audiences_are_asked_in_one_statement(each_database: Flask) -> None:
    with each_database.app_context():
        member_id = person(each_database)
        rules: list[Any] = [
            CUSTOMERS,
            {"match": "any", "rules": []},
            {"match": "none", "rules": CUSTOMERS["rules"]},
        ]
        with edges.reading(), statements(each_database) as sent:
            assert segments.holds_many(rules, member_id) == [True, True, False]
            assert segments.holds_many(rules, 4711) == [False, False, False]
        assert len(sent) == 2
