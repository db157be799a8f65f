"""The door leads nowhere but where a room said: no address, header or code from a request gets through."""

import pytest
from flask import Flask

from hub import sharing
from hub.core.clock import now
from hub.sharing import Destination, codes, targets
from tests.hub.members.people import person
from tests.hub.sharing.clicking import follow, linked, sums, written

EVIL = "evil.example"
# What the address of a link is dressed up with. None of it may change where a visitor arrives.
DRESSED = (
    "?url=https://evil.example", "?next=//evil.example", "?redirect=https:evil.example", "?to=https://evil.example/",
    "?target=http://evil.example", "?u=%2f%2fevil.example", "?via=https://evil.example", "?goto=javascript:alert(1)",
    "?utm_source=//evil.example", "?utm_source=https://evil.example", "?utm_campaign=%0d%0aLocation:%20//evil.example",
    "?utm_medium=a%00b//evil.example", "?utm_term=%5c%5cevil.example", "?utm_content=a%23@evil.example",
    "?utm_source=x&utm_source=//evil.example", "?utm_id=//evil.example", "?#https://evil.example", "?%0d%0aX-Evil:1",
)  # fmt: skip
# Addresses that only look like a link's.
TWISTED = (
    "{code}/", "{code}//evil.example", "{code}/..//evil.example", "{code}%2f%2fevil.example", "{code}@evil.example",
    "{code}%0d%0aLocation:%20https://evil.example", "{code}%00", "%2e%2e/{code}", "//evil.example/{code}",
    "https://evil.example", "{code}\\evil.example", "{code}.evil.example",
)  # fmt: skip
BAD_TARGETS = (
    "//evil.example", "/\\evil.example", "javascript:alert(1)", "data:text/html,x", "https://a@evil.example",
    "ftp://a.example",    "https://example.org/\r\nX-Evil: 1", "https://example.org/ a", "https:///", "/a\nb", "https://exa\tmple.org",
    "evil.example",
)  # fmt: skip


@pytest.mark.usefixtures("somewhere")
@pytest.mark.parametrize("number", [1, 2])
def test_whatever_is_added_to_a_link_it_leads_to_its_own_place(app: Flask, number: int) -> None:
    code = linked(app, person(app), f"probe:{number}")
    own = "/probe/1" if number == 1 else "https://example.org/2?a=1"
    for dress in DRESSED:
        answer = follow(app, code, query=dress)
        where = answer.headers["Location"]
        assert answer.status_code == 302, dress
        assert where.startswith(own), dress
        assert "\r" not in where + "\n".join(answer.headers.keys()), dress
        assert "X-Evil" not in answer.headers
        assert f"//{EVIL}" not in where, dress


@pytest.mark.usefixtures("somewhere")
def test_an_address_that_only_looks_like_a_link_leads_nowhere(app: Flask) -> None:
    code = linked(app, person(app), "probe:2")
    for twist in TWISTED:
        answer = follow(app, twist.format(code=code))
        assert answer.status_code in (308, 404), twist
        assert EVIL not in answer.headers.get("Location", "").partition("/s/")[0], twist


def test_a_place_nobody_should_be_sent_to_is_none(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    where = ""
    monkeypatch.setitem(targets.TARGETS, "probe", lambda _n, _one: Destination(url=where, title="P"))
    code = linked(app, person(app))
    for where in BAD_TARGETS:
        assert follow(app, code).status_code == 404, where
    where = "https://example.org/%C3%A4?x=1#part"
    assert follow(app, code).headers["Location"] == where


@pytest.mark.usefixtures("somewhere")
def test_forged_codes_get_a_kind_page_and_count_for_nobody(app: Flask) -> None:
    code = linked(app, person(app))
    for forged in (code[:-1], code[::-1], "2" * 8, "x" * 200, "%F0%9F%98%80", "1 or 1=1", "' OR ''='"):
        answer = follow(app, forged)
        assert answer.status_code == 404, forged
        assert "We don’t know this link" in answer.text
        assert "Location" not in answer.headers
    written(app)
    assert sums(app) == {}


def test_what_has_ended_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Destination(url="/x", title="P", says="It ended on Friday.", is_open=False)
    monkeypatch.setitem(targets.TARGETS, "probe", lambda _n, _one: closed)
    answer = follow(app, linked(app, person(app)))
    assert answer.status_code == 410
    assert "It ended on Friday." in answer.text


@pytest.mark.usefixtures("somewhere")
def test_nothing_of_a_request_but_a_get_reaches_the_door(app: Flask) -> None:
    code = linked(app, person(app))
    for method in ("POST", "PUT", "DELETE"):
        assert follow(app, code, method=method).status_code == 405


def test_a_mark_is_read_by_its_hub_alone(app: Flask) -> None:
    key, other = codes.key_of("one secret"), codes.key_of("another one")
    click = codes.click_id(int(now().timestamp() * 1000))
    mark = codes.mark(click, "bcdfghjk", key)
    found = codes.read_mark(mark.upper(), [other, key])
    assert found is not None
    assert (found.click_id, found.code) == (click, "bcdfghjk")
    assert abs((found.at - now()).total_seconds()) < 5
    assert codes.read_mark(mark, [other]) is None
    for forged in (
        mark[:-1],
        mark + "0",
        "1" + mark[1:],
        mark[:16] + "22222222" + mark[24:],
        "",
        "é" * 32,
        "\0" * 32,
    ):
        assert codes.read_mark(forged, [key]) is None
    with app.app_context():
        assert sharing.clicked(mark) is None
