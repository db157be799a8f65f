"""The ground the other tests stand on: each has its own database, mailbox and site."""

import smtplib
from email.message import EmailMessage

import pytest
from flask import Flask
from playwright.sync_api import Page
from redis import Redis
from sqlalchemy import func, select, text

from hub.core import edges, place
from hub.core.db import db
from hub.core.models import Hub
from tests.conftest import MakeApp
from tests.mailbox import Mailbox
from tests.site import Site


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_starts_with_an_empty_database(each_database: Flask, time: str) -> None:
    with each_database.app_context(), edges.unit():
        assert db.session.scalar(select(func.count()).select_from(Hub)) == 0
        place.settle(name=f"The {time} hub", tagline="", zone="UTC")


def test_postgresql_is_the_one_we_support(postgresql_app: Flask) -> None:
    with postgresql_app.app_context():
        assert str(db.session.scalar(text("show server_version"))).startswith("18.")


def test_two_hubs_in_one_test_share_nothing(make_app: MakeApp) -> None:
    urls = {make_app().extensions["settings"].database_url for _ in range(2)}
    assert len(urls) == 2


@pytest.mark.settings(PUBLIC_URL="http://127.0.0.1:8765")
def test_a_test_may_change_settings(app: Flask) -> None:
    assert app.extensions["settings"].public_url == "http://127.0.0.1:8765"


def test_redis_is_real_and_empty(redis: "Redis") -> None:
    assert redis.dbsize() == 0
    assert redis.info("persistence")["aof_enabled"] == 1


def test_the_mailbox_keeps_what_it_gets(mailbox: Mailbox) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "Grüße"
    message.set_content("Hello")
    with smtplib.SMTP(mailbox.url.removeprefix("smtp://")) as connection:
        connection.send_message(message)
    assert [kept["Subject"] for kept in mailbox.messages] == ["Grüße"]
    assert mailbox.recipients == [["b@example.com"]]


def test_the_browser_reaches_the_site(site: Site, page: Page) -> None:
    answer = page.goto(f"{site.url}/static/img/icons.svg")
    assert answer is not None
    assert answer.status == 200
