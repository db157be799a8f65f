"""A deal moved before anybody told us whom to thank: it still stands where the CRM says, and pays in full."""

import datetime as dt

from flask import Flask

from hub.outbox.jobs import drain_all
from tests.faults import books


def earlier(event: dict[str, str], days: int) -> dict[str, str]:
    at = dt.datetime.fromisoformat(event["occurred_at"]) - dt.timedelta(days=days)
    return {**event, "occurred_at": at.isoformat().replace("+00:00", "Z")}


def test_a_deal_won_before_its_referral_was_told_is_won(each_database: Flask) -> None:
    app = each_database
    code = books.found(app, referrals_made=1).codes[0]
    books.send(app, earlier(books.event(code, "Meeting", 1), days=3), "m1")
    books.send(app, earlier(books.event(code, "Won", 2), days=2), "m2")
    with app.app_context():
        drain_all()
    said = books.books(app)
    assert said["wallets"] == {"ada": (32000, 0, 32000)}
    assert list(said["standing"].values()) == [("won", "won", "won")]
    assert books.differences(app) == []


def test_a_step_back_to_the_first_stage_is_a_step_back(each_database: Flask) -> None:
    app = each_database
    code = books.found(app, referrals_made=1).codes[0]
    books.send(app, [books.event(code, "Meeting", 1), books.event(code, "Submitted", 2)], "m1")
    with app.app_context():
        drain_all()
    said = books.books(app)
    assert list(said["standing"].values()) == [("submitted", "meeting", "open")]
    assert said["wallets"] == {"ada": (2000, 0, 2000)}
