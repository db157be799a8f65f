"""Clicks: who is one, who is counted apart, and that nobody counts twice."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from flask import Flask
from redis import Redis
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from hub import sharing
from hub.activity.queries import latest
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.outbox.jobs import drain_all
from hub.sharing import counting, terms
from hub.sharing.clicks import retiring, visitors, writing
from hub.sharing.clicks.crawlers import is_crawler
from hub.sharing.models import Click, ClickDay, ClickMonth, ClickSalt, PersonalLink
from tests.hub.members.people import browser, person
from tests.hub.sharing.clicking import BROWSER, counted, differences, follow, linked, sums, written

pytestmark = pytest.mark.usefixtures("somewhere")


def test_a_click_leads_on_and_counts_for_the_member(each_database: Flask) -> None:
    ada = person(each_database)
    code = linked(each_database, ada)
    answer = follow(each_database, code.upper())
    assert answer.status_code == 302
    path, _, via = answer.headers["Location"].partition("?via=")
    assert path == "/probe/1"
    with each_database.app_context():
        mark = sharing.clicked(via)
    assert mark is not None
    assert mark.code == code
    assert written(each_database) == 1
    with each_database.app_context(), edges.reading():
        click = db.session.get(Click, mark.click_id)
        assert click is not None
        assert (click.kind, click.clicked_at, click.day) == ("visit", mark.at, mark.at.date())
    assert counted(each_database, ada) == (1, 1)
    assert differences(each_database) == []


def test_an_address_elsewhere_gets_no_mark(app: Flask) -> None:
    code = linked(app, person(app), "probe:2")
    assert follow(app, code).headers["Location"] == "https://example.org/2?a=1"


def test_of_one_visitor_a_day_counts_once_and_of_another_again(each_database: Flask) -> None:
    ada = person(each_database)
    code = linked(each_database, ada)
    first = follow(each_database, code).headers["Location"]
    assert follow(each_database, code).headers["Location"] == first, "within the hour it is the same click"
    same = (
        "192.0.2.2",
        "::ffff:192.0.2.2",
        "192.0.2.2:4711",
        "2001:db8:1:2:aaaa::1",
        "[2001:db8:1:2:bbbb::1]:443",
    )
    for address in same:
        follow(each_database, code, address=address)
    with time_machine.travel(now() + dt.timedelta(days=1), tick=True):
        follow(each_database, code)
    written(each_database)
    follow(each_database, code, address="::ffff:192.0.2.3")
    written(each_database)
    assert sums(each_database) == {"visit": 5, "repeat": 4}, "half an address of IPv6 is one household"
    assert counted(each_database, ada) == (5, 5)


def test_an_emptied_redis_doubles_nobody(app: Flask, redis: Redis) -> None:
    ada = person(app)
    code = linked(app, ada)
    follow(app, code)
    written(app)
    redis.flushall()
    follow(app, code)
    written(app)
    assert sums(app) == {"visit": 1, "repeat": 1}
    assert counted(app, ada) == (1, 1)


def test_ones_own_clicks_do_not_count(app: Flask) -> None:
    ada = person(app)
    person(app, "linus@example.com", "Linus Voss")
    code = linked(app, ada)
    follow(app, code, client=browser(app))
    follow(app, code, client=browser(app, "linus@example.com"), address="192.0.2.9")
    forged = app.test_client()
    forged.set_cookie(app.config["SESSION_COOKIE_NAME"], f"{ada}.0")
    follow(app, code, client=forged, address="192.0.2.10")
    written(app)
    assert sums(app) == {"own": 1, "visit": 2}
    assert counted(app, ada) == (2, 2)


@pytest.mark.parametrize(
    "wishes",
    [{"agent": "facebookexternalhit/1.1"}, {"agent": "LinkedInBot/1.0"}, {"agent": "WhatsApp/2.23.20.0"},
     {"agent": ""}, {"agent": "curl/8.5.0"}, {"method": "HEAD"}, {"headers": {"Sec-Purpose": "prefetch;prerender"}},
     {"headers": {"X-Moz": "prefetch"}}, {"headers": {"Purpose": "prefetch"}}],
    ids=str,
)  # fmt: skip
def test_crawlers_get_the_preview_and_are_counted_apart(app: Flask, wishes: dict[str, object]) -> None:
    ada = person(app)
    code = linked(app, ada, "probe:2")
    answer = follow(app, code, **wishes)  # type: ignore[arg-type]
    assert answer.status_code == 200
    if wishes.get("method") != "HEAD":
        assert '<meta property="og:title" content="A probe">' in answer.text
    written(app)
    assert sums(app) == {"bot": 1}
    assert counted(app, ada) == (0, 0)


@pytest.mark.parametrize(
    "agent",
    [BROWSER, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 [LinkedInApp]/9.30",
     "Mozilla/5.0 (Linux; Android 15; wv) AppleWebKit/537.36 Chrome/140.0 Mobile [FBAN/EMA;FBAV/450.0]",
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
     "Mozilla/5.0 (Linux; Android 14; CUBOT X70) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
     "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile [Pinterest/iOS]",
     "Mozilla/5.0 (Linux; Android 15; wv) AppleWebKit/537.36 Chrome/140.0 Mobile Telegram-Android/11.4"],
)  # fmt: skip
def test_people_in_apps_are_people(agent: str) -> None:
    assert not is_crawler(agent)


def test_ten_thousand_clicks_of_a_machine_are_one_visitor(app: Flask, redis: Redis) -> None:
    ada = person(app)
    code = linked(app, ada)
    front = app.extensions["clicks"]
    environ = {"REQUEST_METHOD": "GET", "HTTP_USER_AGENT": BROWSER, "REMOTE_ADDR": "198.51.100.7"}
    places = {front.click(code, environ) for _ in range(10_000)}
    assert len(places) == 1
    assert redis.xlen("hurrah:clicks") == 10_000
    assert written(app) == 10_000
    assert sums(app) == {"visit": 1, "repeat": 9_999}
    assert counted(app, ada) == (1, 1)
    with app.app_context(), edges.reading():
        (total,) = counting.of_targets(ada, ["probe:1"]).values()
    assert (total.all, total.visits, total.left_out) == (10_000, 1, 9_999)
    assert differences(app) == []


def test_nothing_of_a_visitor_is_kept_and_the_salt_is_gone_the_day_after(app: Flask, redis: Redis) -> None:
    code = linked(app, person(app))
    follow(app, code, address="203.0.113.77")
    waiting = str(redis.xrange("hurrah:clicks")) + str(redis.keys())
    written(app)
    with app.app_context():
        with edges.reading():
            row = db.session.execute(select(Click)).scalar_one()
            kept = " ".join(str(value) for value in vars(row).values())
        for told in (waiting, kept):
            assert "203.0.113.77" not in told
            assert "Firefox" not in told
        with edges.unit():
            assert visitors.forget_salts(now().date()) == 0, "today's is needed"
            assert visitors.forget_salts(now().date() + dt.timedelta(days=1)) == 1
            assert db.session.scalar(select(func.count()).select_from(ClickSalt)) == 0


def test_processes_of_one_day_share_a_salt(app: Flask) -> None:
    day = now().date()
    one, other = visitors.Visitors(app), visitors.Visitors(app)
    assert one.name("192.0.2.1", BROWSER, day) == other.name("192.0.2.1", BROWSER, day)
    assert one.name("192.0.2.1", BROWSER, day) != one.name("192.0.2.1", BROWSER, day + dt.timedelta(days=1))


def test_others_are_told_once_a_minute_whose_links_were_clicked(app: Flask) -> None:
    ada = person(app)
    code = linked(app, ada)
    for number in range(3):
        follow(app, code, address=f"192.0.2.{number}")
        written(app)
    with app.app_context():
        with edges.unit():
            assert counting.tell_counted(now()) == 1
            assert counting.tell_counted(now()) == 0
        drain_all()
        with edges.reading():
            (fact,) = latest(["clicks.counted"])
            assert (fact.by_id, fact.data) == (ada, {"visits": 3})


def test_campaign_words_are_passed_on_and_nothing_else(app: Flask) -> None:
    ada = person(app)
    code = linked(app, ada, "probe:2")
    query = "?utm_source=hurrah-login&utm_campaign=sp ring%0d%0aSet-Cookie:x&next=//evil.example&a=2&via=me"
    where = follow(app, code, query=query).headers["Location"]
    assert where == "https://example.org/2?a=1&utm_source=hurrah-login&utm_campaign=sp+ringSet-Cookiex"
    written(app)
    with app.app_context(), edges.reading():
        assert db.session.scalar(select(Click.source)) == "login"


def test_clicks_are_not_edited_and_go_by_whole_months(each_database: Flask) -> None:
    ada = person(each_database)
    code = linked(each_database, ada)
    old = now() - dt.timedelta(days=500)
    with time_machine.travel(old, tick=True):
        follow(each_database, code)
    follow(each_database, code)
    written(each_database)
    with each_database.app_context():
        for change in (update(Click).values(kind="bot"), delete(Click)):
            with pytest.raises(DBAPIError, match="append-only"), edges.unit():
                db.session.execute(change)
        with edges.unit():
            assert retiring.retire_months(now(), kept=terms.current().months_kept) == [f"{old:%Y-%m}"]
            assert retiring.delete_retired() == 1
            assert retiring.delete_retired() == 0
    assert sums(each_database) == {"visit": 1}
    assert counted(each_database, ada) == (2, 2), "what they came to stays"
    assert differences(each_database) == []


def test_proving_finds_a_sum_that_no_click_justifies(app: Flask) -> None:
    ada = person(app)
    follow(app, linked(app, ada))
    written(app)
    with app.app_context(), edges.unit():
        db.session.execute(update(ClickDay).values(visits=5))
    found = differences(app)
    assert len(found) == 2
    assert "visits 5, clicks say 1" in found[0]
    assert f"member {ada} has 1 visitors" in found[1]


def test_the_first_kept_month_is_so_many_before_this_one() -> None:
    assert retiring.first_kept(dt.date(2026, 11, 30), 13) == "2025-10"
    assert retiring.first_kept(dt.date(2026, 1, 1), 1) == "2025-12"


def test_clicks_of_a_link_that_is_not_there_are_dropped(app: Flask, redis: Redis) -> None:
    redis.xadd("hurrah:clicks", {"c": "0123456789abcdef|99|visit|v|"})
    redis.xadd("hurrah:clicks", {"c": "nonsense"})
    assert written(app) == 2
    assert sums(app) == {}
    assert redis.xlen("hurrah:clicks") == 0


def test_a_closed_month_lets_no_other_go(app: Flask) -> None:
    follow(app, linked(app, person(app)))
    written(app)
    with app.app_context():
        with edges.unit():
            db.session.execute(insert(ClickMonth).values(month="2001-01", retired_at=now()))
        with pytest.raises(DBAPIError, match="append-only"), edges.unit():
            db.session.execute(delete(Click))


def test_a_retired_link_leads_nowhere_at_once(app: Flask) -> None:
    ada = person(app)
    code = linked(app, ada)
    assert follow(app, code).status_code == 302
    with app.app_context(), edges.unit():
        sharing.retire(db.session.scalars(select(PersonalLink)).one(), now())
    assert follow(app, code).status_code == 404


def test_two_writers_count_once(each_database: Flask, redis: Redis) -> None:
    ada = person(each_database)
    follow(each_database, linked(each_database, ada))
    entries: Any = redis.xrange("hurrah:clicks")
    written(each_database)
    for _, fields in entries:
        redis.xadd("hurrah:clicks", fields)  # as if the writer had died before it took them out
    assert written(each_database) == 1
    assert counted(each_database, ada) == (1, 1)
    with each_database.app_context():
        assert writing.write_batch() == 0
