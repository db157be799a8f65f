"""Personal links: one for each member, thing and channel, found again by code or alias."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from hub.sharing import actions, by_code, link, links
from hub.sharing.codes import LENGTH, LETTERS
from hub.sharing.models import PersonalLink
from tests.hub.members.people import person

pytestmark = pytest.mark.usefixtures("somewhere")


def make(app: Flask, member_id: int, channel: str = "copy") -> str:
    with app.app_context(), edges.unit():
        return link(member_id, "probe:1", channel, now()).code


def test_a_member_has_one_link_for_each_thing_and_channel(each_database: Flask) -> None:
    ada = person(each_database)
    first = make(each_database, ada)
    assert make(each_database, ada) == first
    assert make(each_database, ada, "x") != first
    assert len(first) == LENGTH
    assert set(first) <= set(LETTERS)


def test_two_at_once_get_the_same_link(each_database: Flask) -> None:
    ada = person(each_database)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: make(each_database, ada), range(16)))) == 1


def test_a_link_is_found_by_its_code_or_alias_whatever_the_case(each_database: Flask) -> None:
    ada = person(each_database)
    code = make(each_database, ada)
    with each_database.app_context(), edges.unit():
        found = by_code(f" {code.upper()} ")
        assert found is not None
        found.alias = "adas-corner"
    with each_database.app_context(), edges.reading():
        named = by_code("Adas-Corner")
        assert isinstance(named, PersonalLink)
        assert named.code == code
        for wrong in ("", "x" * 500, "%", "nosuch00", "ä", "\0"):
            assert by_code(wrong) is None


def test_one_of_many_gets_a_name_and_an_erasure_frees_none(each_database: Flask) -> None:
    ids = [person(each_database, f"ada{n}@example.com", f"Ada {n}") for n in range(6)]
    codes = [make(each_database, one) for one in ids]

    def called(code: str) -> bool:
        with each_database.app_context(), edges.unit():
            found = by_code(code)
            assert found is not None
            try:
                actions.name(found, "the-best")
            except actions.Unfit:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(called, codes))
    assert won.count(True) == 1
    owner = ids.pop(won.index(True))
    codes.pop(won.index(True))
    with each_database.app_context(), edges.unit():
        members.erase(db.session.get_one(Member, owner), now=now(), by=None)
    assert [called(code) for code in codes] == [False] * 5
    with each_database.app_context(), edges.reading():
        assert by_code("the-best") is None


def test_a_retired_link_is_gone_until_its_member_shares_again(app: Flask) -> None:
    ada = person(app)
    code = make(app, ada)
    with app.app_context(), edges.unit():
        found = by_code(code)
        assert found is not None
        found.retired_at = now()
    with app.app_context(), edges.reading():
        assert by_code(code) is None
    assert make(app, ada) == code


@pytest.mark.parametrize(
    ("target", "channel"), [("probe:1", "fax"), ("nobody:1", "copy"), ("probe:x", "copy"), ("probe", "copy")]
)
def test_no_link_is_made_to_nowhere(inside: Flask, target: str, channel: str) -> None:
    ada = person(inside)
    with pytest.raises(ValueError, match=r"channel|nobody knows"):
        links(ada, target, [channel], now())
