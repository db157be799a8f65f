"""My points, and the managers' desk of points."""

import datetime as dt
import re

from flask import Flask
from flask.testing import FlaskClient

from hub import ledger
from hub.core import edges
from hub.core.clock import now
from hub.ledger import statement_queries
from hub.ledger.queries import statement
from tests.hub.ledger.people import book
from tests.hub.members.people import browser, person
from tests.leaderboard.people import NOW
from tests.statements import statements


def points(app: Flask, member_id: int) -> tuple[int, int, int]:
    with app.app_context():
        found = ledger.wallet(ledger.account_for(member_id=member_id))
        return found.balance, found.held, found.lifetime


def pay(app: Flask, member_id: int, amount: int, **more: object) -> int:
    with app.app_context():
        with edges.unit():
            account_id = ledger.account_for(member_id=member_id)
        return book(account_id, amount, **more)  # type: ignore[arg-type]


def hidden(client: FlaskClient, address: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    text = client.get(address).text
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', text)
    pairs = [(re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in found]
    return {name[1]: value[1] for name, value in pairs if name and value}


def test_each_line_says_why_and_what_it_comes_to(app: Flask) -> None:
    me = person(app)
    pay(app, me, 2000, key="referral:7:stage:meeting", reason="referral_stage", at=NOW - dt.timedelta(days=3))
    paid = pay(app, me, 800, key="submission:41")
    with app.app_context(), edges.unit():
        ledger.correct(paid, -300, key="fix:1", now=NOW, note="Two screenshots, there was one")
        ledger.hold(
            ledger.account_for(member_id=me), 700, key="redemption:2", subject="redemption:2", now=NOW
        )
    text = browser(app).get("/points").text
    for words in (
        "Your referral reached “Meeting”", "You completed a challenge", "Two screenshots, there was one",
        "Corrected by −300: it comes to 500", "Corrects “You completed a challenge”, +800", "= 2,500", "= 2,800",
        "1,800", "700", "2,500",
    ):  # fmt: skip
        assert words in text, words


def test_nobody_reads_anothers_points(app: Flask) -> None:
    person(app)
    other = person(app, "bo@example.com", "Bo Berg")
    pay(app, other, 500)
    client = browser(app)
    assert "500" not in client.get("/points").text
    for address in ("/manage/ledger", f"/manage/members/{other}/points", "/manage/ledger/1"):
        assert client.get(address).status_code == 403


def test_older_lines_follow_by_key(app: Flask) -> None:
    me = person(app)
    with app.app_context(), edges.unit():
        account_id = ledger.account_for(member_id=me)
        for number in range(1, 101):
            ledger.award(
                account_id,
                number,
                reason="challenge",
                key=f"n:{number}",
                subject="challenge:1",
                happened_at=NOW,
                now=NOW,
            )
    client, seen, address = browser(app), [], "/points"
    while address:
        text = client.get(address).text
        seen += [int(found) for found in re.findall(r'id="line-(\d+)"', text)]
        more = re.search(r'href="(/points\?before=\d+)"', text)
        address = more[1] if more else ""
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == len(seen) == 100


def test_the_page_costs_the_same_for_ten_lines_and_for_a_thousand(app: Flask) -> None:
    costs = []
    for number, lines in enumerate((10, 1000)):
        me = person(app, f"m{number}@example.com", f"Member {number}")
        with app.app_context(), edges.unit():
            account_id = ledger.account_for(member_id=me)
            ledger.award_many(
                [
                    ledger.Award(
                        account_id=account_id, points=5, reason="challenge", key=f"{me}:{line}",
                        subject=f"challenge:{line}", happened_at=NOW,
                    )
                    for line in range(lines)
                ],
                now=NOW,
            )  # fmt: skip
        client = browser(app, f"m{number}@example.com")
        client.get("/points")
        with statements(app) as sent:
            client.get("/points")
        costs.append(len(sent))
        assert sum("FROM entries" in statement_ for statement_ in sent) == 1
    assert costs[0] == costs[1]


def test_points_by_hand_are_booked_once_however_often_the_form_is_sent(app: Flask) -> None:
    person(app, roles=["manager"])
    other = person(app, "bo@example.com", "Bo Berg")
    client, address = browser(app), f"/manage/members/{other}/points"
    form = {**hidden(client, address), "points": "500", "words": "For the talk in Lisbon"}
    for _ in range(2):
        assert client.post(address, data=form).status_code == 303
    assert points(app, other) == (500, 0, 500)
    answer = client.post(address, data={**form, "points": "600"})
    assert answer.status_code == 422
    assert "sent before with another number" in answer.text
    assert points(app, other) == (500, 0, 500)
    with app.app_context():
        (line,) = statement(other)
        assert (line.reason, line.note) == ("manual", "For the talk in Lisbon")
    assert "Ada Marlowe" in client.get(address).text


def test_what_is_refused_by_hand_keeps_what_was_typed(app: Flask) -> None:
    me = person(app, roles=["manager"])
    other = person(app, "bo@example.com", "Bo Berg")
    client, address = browser(app), f"/manage/members/{other}/points"
    form = hidden(client, address)
    for wrong in (
        {"points": "0", "words": "x"},
        {"points": "1000001", "words": "x"},
        {"points": "5", "words": " "},
        {},
    ):
        answer = client.post(address, data={**form, **wrong})
        assert answer.status_code == 422
        assert wrong.get("points", "") in answer.text
    unsure = {**form, "points": "5001", "words": "A great deal"}
    assert "tick this if you mean it" in client.post(address, data=unsure).text
    assert (
        client.post(f"/manage/members/{me}/points", data={**form, "points": "5", "words": "me"}).status_code
        == 422
    )
    assert points(app, other) == (0, 0, 0)
    assert client.post(address, data={**unsure, "sure": "y"}).status_code == 303
    assert points(app, other) == (5001, 0, 5001)


def test_a_line_is_corrected_to_what_it_should_come_to(app: Flask) -> None:
    person(app, roles=["manager"])
    other = person(app, "bo@example.com", "Bo Berg")
    entry_id = pay(app, other, 800)
    client, address = browser(app), f"/manage/ledger/{entry_id}"
    form = {**hidden(client, address), "comes_to": "500", "words": "There was one screenshot"}
    late = {**hidden(client, address), "comes_to": "700", "words": "Another manager"}
    for _ in range(2):
        assert client.post(address, data=form).status_code == 303
    assert points(app, other) == (500, 0, 500)
    answer = client.post(address, data=late)
    assert answer.status_code == 422
    assert "Somebody corrected it meanwhile: it comes to 500" in answer.text
    text = client.get(f"/manage/members/{other}/points").text
    assert "corrected by −300: comes to 500" in text
    assert "There was one screenshot" in text


def test_neither_spent_points_nor_corrections_nor_ones_own_are_corrected(app: Flask) -> None:
    me = person(app, roles=["manager"])
    other = person(app, "bo@example.com", "Bo Berg")
    earned, own = pay(app, other, 800), pay(app, me, 100)
    spent = pay(app, other, -100, reason="redemption")
    with app.app_context(), edges.unit():
        fix = ledger.correct(earned, -50, key="fix:1", now=NOW).id
    client = browser(app)
    for entry_id in (spent, fix, own):
        form = {"token": "abcdefgh12345", "was": "100", "comes_to": "0", "words": "x"}
        assert client.post(f"/manage/ledger/{entry_id}", data=form).status_code == 422
    assert points(app, other) == (650, 0, 750)
    assert client.get("/manage/ledger/999999").status_code == 404


def test_the_desk_finds_lines_by_person_subject_and_key(app: Flask) -> None:
    person(app, roles=["manager"])
    other = person(app, "bo@example.com", "Bo Berg")
    pay(app, other, 111, key="referral:7:stage:won")
    pay(app, other, 222, key="submission:9")
    client = browser(app)
    for words, wanted in (
        ("bo", {"+111", "+222"}), ("bo@example.com", {"+111", "+222"}), ("referral:7", {"+111"}),
        ("submission:9", {"+222"}), ("challenge:1", {"+111", "+222"}), ("100%", set()), ("ref_rral:7", set()),
    ):  # fmt: skip
        text = client.get("/manage/ledger", query_string={"q": words}).text
        assert {amount for amount in ("+111", "+222") if amount in text} == wanted, words


def test_a_line_booked_late_says_both_times(app: Flask) -> None:
    me = person(app)
    with app.app_context(), edges.unit():
        at = now()
        ledger.award(
            ledger.account_for(member_id=me), 5, reason="challenge", key="late", subject="challenge:1",
            happened_at=at - dt.timedelta(days=2), now=at,
        )  # fmt: skip
    assert "Happened" in browser(app).get("/points").text


def test_what_was_planted_late_stands_where_it_belongs(app: Flask) -> None:
    me = person(app)
    for day, amount in ((1, 10), (3, 300), (2, 20)):
        at = NOW + dt.timedelta(days=day)
        with app.app_context(), edges.unit():
            ledger.award(ledger.account_for(member_id=me), amount, reason="challenge", key=f"submission:{day}",
                         subject="challenge:1", happened_at=at, now=at)  # fmt: skip
    with app.app_context():
        lines = statement_queries.statement(me)
        assert [(line.points, line.balance) for line in lines] == [(300, 330), (20, 30), (10, 10)]
        paged = [
            statement_queries.statement(me, before=before, limit=1)[0].id
            for before in (None, lines[0].id, lines[1].id)
        ]
        assert paged == [line.id for line in lines]
        assert statement_queries.statement(me, before=lines[2].id) == []
