"""Who may do what: every route tried by everybody, with nothing done for whoever may not."""

import re
from html.parser import HTMLParser

import pytest
from werkzeug.test import TestResponse

from hub.core.settings import ROOT
from tests.conftest import MakeApp
from tests.rules.house import NOWHERE, VISITORS, House, routes
from tests.rules.permissions import PERMISSIONS, READS, WRITES

ASKED = re.compile(r"""request\.args(?:\.get)?[\(\[]\s*"(\w+)"|_number\("(\w+)"\)""")
HOSTILE = {
    "a large number": "9" * 30,
    "below nothing": "-1",
    "NUL": "a\0b",
    "markup": "'\"><script>alert(1)</script>{{7*7}}",
    "half a letter": b"\xed\xa0\x80".decode("utf-8", "surrogateescape"),
    "a long story": "x" * 20_000,
    "a direction": "\u202eabc\u2028",
}
NO_SUCH = {"a number": 987_654_321, "the largest": 2**53 - 1, "too large": 2**63, "far too large": 10**30}

# Sent on to the page that says so; a message may have been done, and forgotten, meanwhile.
GONE = {
    "GET /manage/referrals/<number>": (302, 404),
    "GET /demo/crm/deals/<deal_id>": (303, 404),
    "POST /manage/health/messages/<message_id>/retry": (404, 405, 409),
}


def words_of(answer: TestResponse) -> str:
    """What can be read of an answer, even where it is a picture or something to print."""
    return bytes(answer.data).decode(errors="replace")


def says(answer: TestResponse) -> str:
    """A cell of the table, read from an answer."""
    status, location = answer.status_code, answer.location or ""
    if status == 303 and location.startswith("/sign-in") and not location.startswith("/sign-in/connect"):
        return "in"
    return {401: "401", 403: "no", 404: "--"}.get(status) or ("->" if status in (302, 303) else "ok")


def test_every_route_has_its_row(house: House) -> None:
    assert set(routes(house.app)) == set(PERMISSIONS)


def test_a_route_without_a_row_is_found(make_app: MakeApp) -> None:
    app = make_app()
    app.add_url_rule("/manage/referrals/<int:number>/gift", view_func=str, methods=["POST"])
    assert set(routes(app)) - set(PERMISSIONS) == {"POST /manage/referrals/<number>/gift"}


@pytest.mark.slow
@pytest.mark.parametrize("name", READS)
def test_a_page_opens_for_whom_the_table_says_and_changes_nothing(house: House, name: str) -> None:
    rule = routes(house.app)[name]
    with house.changes() as changes:
        answers = {who: house.visit(who, house.address(rule)) for who in VISITORS}
    assert {who: says(answer) for who, answer in answers.items()} == READS[name]
    assert [
        answer.status for answer in answers.values() if answer.status_code not in (200, 302, 303, 403, 404)
    ] == []
    assert changes == []


@pytest.mark.parametrize("name", WRITES)
def test_a_form_is_taken_from_whom_the_table_says_and_from_nobody_else(house: House, name: str) -> None:
    method, rule = name.split()[0], routes(house.app)[name]
    for who, cell in WRITES[name].items():
        with house.restored():
            with house.changes() as changes:
                answer = house.visit(who, house.address(rule), method)
            assert answer.status_code < 500, who
            if name in ("POST /sign-out", "POST /settings/sessions") and who != "nobody":
                assert changes, who
                continue  # they lead to sign-in because they worked
            assert says(answer).replace("->", "ok") == cell, f"{who}: {answer.status}"
            if cell != "ok":
                assert changes == [], who


@pytest.mark.parametrize("name", [name for name, row in PERMISSIONS.items() if row["nobody"] == "in"])
def test_htmx_of_the_signed_out_leaves_the_page(house: House, name: str) -> None:
    answer = house.visit(
        "nobody", house.address(routes(house.app)[name]), name.split()[0], headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer.headers.get("HX-Redirect"), answer.data) == (401, "/sign-in", b"")


@pytest.mark.parametrize("name", [name for name in PERMISSIONS if "<" in name and "/static/" not in name])
def test_what_is_not_there_is_not_found(house: House, name: str) -> None:
    """For whoever may see anything: the last visitor of the row who is let in."""
    rule, row = routes(house.app)[name], PERMISSIONS[name]
    who = next((w for w in reversed(VISITORS) if row[w] in ("ok", "->")), "root")
    for hole in rule.arguments - {"tail"}:
        kinds = NO_SUCH if f":{hole}>" in rule.rule else {"a word": NOWHERE, "NUL": "%00", "long": "x" * 3000}
        for kind, value in kinds.items():
            with house.restored(), house.changes() as changes:
                answer = house.visit(who, house.address(rule, **{hole: value}), name.split()[0])
            wanted = GONE.get(name, (404, 405) if value in NO_SUCH.values() else (404,))
            # A made-up token is told so; a form that isn't filled in is told that first.
            wanted = (404, 410, 422) if hole == "token" else wanted
            assert answer.status_code in wanted, f"{hole}, {kind}: {answer.status}"
            assert changes == [], kind


def asked_for() -> list[str]:
    """Every name that some page looks for behind the question mark."""
    rooms = [ROOT / name for name in ("hub", "challenges", "leaderboard", "badges")]
    texts = [path.read_text() for room in rooms for path in room.rglob("*.py")]
    return sorted({one or other for text in texts for one, other in ASKED.findall(text)})


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_question_breaks_a_page(house: House, kind: str) -> None:
    names = asked_for()
    assert {"q", "before", "after", "period"} <= set(names)
    query = {name: HOSTILE[kind].encode("utf-8", "surrogateescape") for name in names}
    failed = []
    for name, row in READS.items():
        who = next((w for w in reversed(VISITORS) if row[w] == "ok"), None)
        if who is not None:
            answer = house.visit(who, house.address(routes(house.app)[name]), query_string=query)
            if answer.status_code >= 500:
                failed.append(f"{name}: {answer.status}")
    assert failed == []


class Forms(HTMLParser):
    """The forms of a page: where each goes, and the names of its fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, set[str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and (given.get("method") or "get").lower() == "post":
            self.found.append((given.get("action") or "", set()))
        elif given.get("name") and tag in ("input", "select", "textarea", "button") and self.found:
            self.found[-1][1].add(given["name"] or "")


def forms(house: House) -> dict[str, tuple[str, set[str]]]:
    """Every form that is somewhere on a page: its address, who saw it and its fields."""
    found: dict[str, tuple[str, set[str]]] = {}
    for name, row in READS.items():
        who = next((w for w in ("ada", "root", "nobody") if row[w] == "ok"), None)
        if who is None:
            continue
        path = house.address(routes(house.app)[name])
        for action, fields in Forms(words_of(house.visit(who, path))).found:
            target = (action or path).split("#")[0]
            found.setdefault(target, (who, set()))[1].update(fields - {"csrf_token"})
    return found


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_words_in_a_form_break_it(house: House, kind: str) -> None:
    value = HOSTILE[kind].encode("utf-8", "surrogateescape")
    found = forms(house)
    assert len(found) > 15
    failed = []
    for target, (who, fields) in found.items():
        with house.restored():
            answer = house.visit(who, target, "POST", data=dict.fromkeys(fields, value))
            if answer.status_code >= 500:
                failed.append(f"{target} as {who}: {answer.status}")
    assert failed == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_other_methods_are_refused_and_cannot_be_smuggled(house: House, method: str) -> None:
    offered = routes(house.app)
    with house.changes() as changes:
        for name, rule in offered.items():
            path = house.address(rule)
            if f"{method} {name.split()[1]}" not in offered:
                assert house.visit("root", path, method).status_code == 405, name
        override = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
        house.visit("root", "/sign-out", headers=override, query_string={"_method": "POST"})
    assert changes == []


# What only Ada, those who look after her referrals, and staff may read.
SECRETS = (
    "jonas@fjordlight.example.org",
    "marit@northwind.example.org",
    "He prefers the phone.",
    "They close their month in nine days",
    "ada@example.com",
)


@pytest.mark.parametrize("who", ["nobody", "linus", "dorothy"])
def test_nobody_reads_what_is_somebody_elses(house: House, who: str) -> None:
    shown = {name: words_of(house.visit(who, house.address(routes(house.app)[name]))) for name in READS}
    shown.pop("GET /sign-in")  # the sample's own sign-ins, with their made-up addresses
    assert [(name, secret) for name, page in shown.items() for secret in SECRETS if secret in page] == []
    hers = house.visit("ada", house.address(routes(house.app)["GET /referrals/<number>"])).text
    assert SECRETS[0] in hers
    assert SECRETS[2] in hers


@pytest.mark.parametrize("path", ["/referrals", "/points", "/inbox", "/"])
def test_my_pages_show_mine_only(house: House, path: str) -> None:
    hers, his = (house.visit(who, path).text for who in ("ada", "linus"))
    assert "Jonas Hjelm" in hers or path == "/"
    assert "Jonas Hjelm" not in his
    assert "Jonas Hjelm" not in house.visit("mary", path).text


ELSEWHERE = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
    "http:evil.example", "https:///evil.example", "//evil.example/%2f..", "javascript:alert(1)",
    "data:text/html,x", "/%0d%0aLocation:%20//evil.example", "/\r\nSet-Cookie: a=b", "/\t/evil.example",
    "/\n/evil.example", "\t//evil.example", " //evil.example", "//user@evil.example", "evil.example",
    "https://127.0.0.1@evil.example", "/\0/evil.example", "//[::1]", "/\u2028/evil.example", "/\u3002evil.example",
    "\uff0f\uff0fevil.example", "ftp://evil.example", "?next=//evil.example", "/\\/evil.example", "/..//evil.example",
    "//evil%E3%80%82example", "/\u202e/evil.example",
]  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE, ids=ascii)
def test_signing_in_never_leads_out_of_the_hub(house: House, wanted: str) -> None:
    answer = house.visit("ada", "/sign-in", query_string={"next": wanted})
    location = answer.location or ""
    assert answer.status_code == 303
    assert location.startswith("/")
    assert not re.match(r"/[/\\\s]", location)
    assert not re.search(r"[\s\\\x00]", location)
    assert "Set-Cookie: a=b" not in str(answer.headers)
