"""What a member doesn't want to be asked: not for a week, or never, and never by force."""

import datetime as dt
import threading

import pytest
from flask import Flask
from sqlalchemy import select, update

from challenges.asks.models import SetAside
from challenges.models import Challenge
from challenges.seed import plant
from hub import community
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.home import actions, queries
from hub.home.models import PutOff
from hub.referrals.models import Referral
from tests.hub.home.world import has_begun, programme, refer
from tests.hub.members.people import browser, person

ASK = "Introduce us to a team like yours"


@pytest.fixture
def ada(app: Flask) -> int:
    programme(app)
    with app.app_context(), edges.unit():
        plant(now=now())
    member_id = person(app, title="Head of Operations")
    has_begun(app, member_id)
    return member_id


def offered(app: Flask) -> str:
    with app.app_context():
        return (
            f"challenge:{db.session.scalar(select(Challenge.id).where(Challenge.slug == 'refer-somebody'))}"
        )


def is_not_for(app: Flask, member_id: int) -> bool:
    with app.app_context():
        return db.session.get(SetAside, (member_id, int(offered(app).partition(":")[2]))) is not None


def held(app: Flask, member_id: int, after: dt.timedelta) -> set[str]:
    with app.app_context():
        return queries.wallet_and_put_off(member_id, now() + after)[1]


@pytest.mark.parametrize(
    ("for_good", "gone_after_a_week"), [({}, False), ({"for_good": "1"}, True)], ids=["not now", "not for me"]
)
def test_what_was_put_off_is_not_asked_again(
    app: Flask, ada: int, for_good: dict[str, str], gone_after_a_week: bool
) -> None:
    client, name = browser(app), offered(app)
    assert ASK in client.get("/").text
    assert client.post("/home/put-off", data={"thing": name, **for_good}).status_code == 303
    assert ASK not in client.get("/").text
    for_later = set() if for_good else {name}
    assert held(app, ada, dt.timedelta(days=6, hours=23)) == for_later
    assert held(app, ada, dt.timedelta(days=7, minutes=1)) == set()
    assert is_not_for(app, ada) is gone_after_a_week


def test_not_for_me_is_one_list_with_one_way_back(app: Flask, ada: int) -> None:
    client = browser(app)
    client.post("/home/put-off", data={"thing": offered(app), "for_good": "1"})
    assert "Not for you" in client.get("/challenges").text
    assert client.post("/challenges/refer-somebody/aside/removal").status_code == 303
    assert ASK in client.get("/").text


def test_what_is_no_challenge_cannot_be_refused_for_good(app: Flask, ada: int) -> None:
    answer = browser(app).post("/home/put-off", data={"thing": "challenge:987654", "for_good": "1"})
    assert answer.status_code == 400


def test_htmx_gets_the_next_one_in_its_place(app: Flask, ada: int) -> None:
    answer = browser(app).post("/home/put-off", data={"thing": offered(app)}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'id="next"' in answer.text
    assert "<html" not in answer.text
    assert ASK not in answer.text


def test_what_one_member_puts_off_others_are_still_asked(app: Flask, ada: int) -> None:
    has_begun(app, person(app, "kim@example.com", "Kim Novak", title="Analyst"))
    browser(app).post("/home/put-off", data={"thing": offered(app), "for_good": "1"})
    assert ASK in browser(app, "kim@example.com").get("/").text


def test_the_last_word_holds(app: Flask, ada: int) -> None:
    client, name = browser(app), offered(app)
    client.post("/home/put-off", data={"thing": name})
    assert held(app, ada, dt.timedelta(days=6)) == {name}
    with app.app_context(), edges.unit():
        actions.take_up(ada, name)
    assert held(app, ada, dt.timedelta()) == set()


@pytest.mark.parametrize("thing", ["", "x" * 81, "a b", "<script>", "a\0b"])
def test_what_is_no_name_is_not_kept(app: Flask, ada: int, thing: str) -> None:
    assert browser(app).post("/home/put-off", data={"thing": thing}).status_code == 400
    assert held(app, ada, dt.timedelta()) == set()


def test_somebody_who_waits_can_wait_and_then_the_rest_is_offered(app: Flask, ada: int) -> None:
    katherine = person(app, "katherine@example.com", "Katherine Juarez", roles=("rep", "manager"))
    number = refer(app, ada)
    with app.app_context(), edges.unit():
        community.say(f"referral:{number}", katherine, "What matters most to them?", now())
    client = browser(app)
    page = client.get("/").text
    assert "Katherine Juarez wrote to you" in page
    assert "Not for me" not in page
    notice = page.split('name="thing" value="')[1].split('"')[0]
    page = client.post("/home/put-off", data={"thing": notice}, headers={"HX-Request": "true"}).text
    assert "Katherine Juarez wrote to you" not in page
    assert 'id="next-best"' in page


def test_two_at_once_are_one(each_database: Flask) -> None:
    ada = person(each_database)
    ready, errors = threading.Barrier(2), []

    def go() -> None:
        try:
            with each_database.app_context():
                ready.wait()
                with edges.unit():
                    actions.put_off(ada, "challenge:1", now())
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with each_database.app_context():
        assert len(list(db.session.scalars(select(PutOff)))) == 1


def test_after_a_win_the_rep_may_be_thanked_once(app: Flask, ada: int) -> None:
    katherine = person(app, "katherine@example.com", "Katherine Juarez", roles=("rep",))
    number = refer(app, ada, rung="won")
    with app.app_context():
        assert queries.unthanked_rep(ada, now() - dt.timedelta(days=30)) is None  # nobody looked after it
        with edges.unit():
            owned = {"owner_id": katherine, "moved_at": now() - dt.timedelta(hours=1)}
            db.session.execute(update(Referral).where(Referral.id == number).values(**owned))
        found = queries.unthanked_rep(ada, now() - dt.timedelta(days=30))
        assert found is not None
        assert (found[0].id, found[1].id) == (number, katherine)
        assert queries.unthanked_rep(ada, now() + dt.timedelta(days=1)) is None
        assert queries.unthanked_rep(katherine, now() - dt.timedelta(days=30)) is None
    client = browser(app)
    client.post("/home/put-off", data={"thing": offered(app), "for_good": "1"})
    page = client.get("/").text
    assert "Thank Katherine for Marit Osei" in page
    assert "/community/thanks/new?to=katherine-juarez" in page
    client.post("/community/thanks", data={"to": "@katherine-juarez", "body": "Well done."})
    with app.app_context():
        assert queries.unthanked_rep(ada, now() - dt.timedelta(days=30)) is None
