"""The brake on guessing passwords, with Redis well, away and hung."""

import datetime as dt
import socket
import threading
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from redis import Redis

from hub.members.throttle import limiter
from tests.conftest import MakeApp
from tests.hub.members.people import PASSWORD, browser, person
from tests.patience import asleep


@pytest.fixture(autouse=True)
def _forget_that_redis_was_away() -> Iterator[None]:
    yield
    limiter._storage_dead = False


def guess(app: Flask, email: str, password: str = "wrong one here", address: str = "10.0.0.1") -> int:  # noqa: S107
    client = browser(app, None)
    form = {"email": email, "password": password}
    return client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": address}).status_code


def test_an_eleventh_guess_at_an_account_is_refused_from_wherever_it_comes(
    app: Flask, redis: "Redis"
) -> None:
    person(app)
    answers = [guess(app, "ada@example.com", address=f"10.0.0.{n}") for n in range(11)]
    assert answers == [422] * 10 + [429]
    assert guess(app, "ADA@example.com ", PASSWORD, "10.9.9.9") == 429
    assert redis.keys("*"), "counted in Redis"
    assert not any(b"ada@" in key for key in redis.keys("*")), "by digest"


def test_an_eleventh_failure_from_an_address_is_refused_whoever_is_tried(app: Flask) -> None:
    person(app)
    answers = [guess(app, f"someone{n}@example.com") for n in range(11)]
    assert answers == [422] * 10 + [429]
    assert guess(app, "ada@example.com", PASSWORD) == 429
    assert guess(app, "ada@example.com", PASSWORD, "10.0.0.2") == 303


def test_an_office_may_sign_in_from_one_address(app: Flask) -> None:
    for number in range(12):
        person(app, f"p{number}@example.com", f"Person {number}")
    assert {guess(app, f"p{number}@example.com", PASSWORD) for number in range(12)} == {303}


def test_the_refusal_says_what_to_do(app: Flask) -> None:
    for _ in range(10):
        guess(app, "ada@example.com")
    answer = browser(app, None).post("/sign-in", data={"email": "ada@example.com", "password": "x"})
    assert answer.status_code == 429
    assert "Wait a quarter of an hour" in answer.text
    assert "ada@example.com" in answer.text


def test_looking_at_the_form_is_never_braked(app: Flask) -> None:
    for _ in range(11):
        guess(app, "ada@example.com")
    assert browser(app, None).get("/sign-in").status_code == 200


def test_with_redis_away_the_brake_still_holds(make_app: MakeApp) -> None:
    app = make_app(REDIS_URL="redis://127.0.0.1:1/0")
    person(app)
    assert [guess(app, "ada@example.com", address=f"10.0.0.{n}") for n in range(11)] == [422] * 10 + [429]


def test_a_hung_redis_holds_nobody_for_long_and_the_brake_still_holds(make_app: MakeApp, hung: int) -> None:
    app = make_app(REDIS_URL=f"redis://127.0.0.1:{hung}/0")
    person(app)
    guess(app, "warm@example.com", address="10.1.1.1")
    with asleep() as waiting:
        assert guess(app, "ada@example.com", PASSWORD) == 303
    assert waiting.seconds < 1.5
    answers = [guess(app, "linus@example.com", address=f"10.0.0.{n}") for n in range(11)]
    assert answers == [422] * 10 + [429]


def test_a_page_without_a_password_never_asks_a_hung_redis(make_app: MakeApp, hung: int) -> None:
    app = make_app(REDIS_URL=f"redis://127.0.0.1:{hung}/0")
    person(app)
    client = browser(app)
    for _ in range(5):
        with asleep() as waiting:
            assert client.get("/settings").status_code == 200
        assert waiting.seconds < 0.2


def test_redis_is_asked_again_when_it_is_back(make_app: MakeApp, redis: "Redis") -> None:
    app = make_app()
    limiter._storage_dead = True
    with time_machine.travel(
        dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    ):  # it is asked at most every 32 s
        assert guess(app, "ada@example.com") == 422
    assert limiter._storage_dead is False
    assert redis.keys("*")


@pytest.fixture
def hung() -> Iterator[int]:
    """The port of something that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        held: list[socket.socket] = []

        def hold() -> None:
            try:
                while True:
                    held.append(listening.accept()[0])
            except OSError:
                return

        holder = threading.Thread(target=hold, daemon=True)
        holder.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        holder.join(5)
        for connection in held:
            connection.close()
