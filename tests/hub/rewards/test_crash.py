"""Processes killed with SIGKILL at each step of a choice and of its fulfilment: one redemption, one order, spent
once."""

import signal

import pytest
from flask import Flask

from hub.core.settings import Settings
from tests.hub.rewards import doomed
from tests.hub.rewards.scene import (
    choose,
    differences,
    entries,
    later,
    look,
    person,
    purse,
    reward,
    shop,
    stock,
    supplied,
)


def env(app: Flask) -> dict[str, str]:
    settings: Settings = app.extensions["settings"]
    return {
        "SECRET_KEY": settings.secret_key, "INSTANCE_DIR": str(settings.instance_dir),
        "DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url or "",
    }  # fmt: skip


@pytest.mark.slow
def test_killed_at_any_step_of_fulfilment_there_is_one_order_and_nothing_is_stuck(
    each_database: Flask,
) -> None:
    app = each_database
    with shop("webhook") as store:
        card = supplied(app, store, stock=50)
        for place, step in enumerate(doomed.STEPS):
            ada = person(app, f"ada{place}", points=500)
            number = choose(app, ada, card)
            assert doomed.fulfil(step, env(app)) == -signal.SIGKILL, f"the worker outlived {step!r}"
            later(app)
            later(app)
            assert look(app, number).state == "sent", step
            assert purse(app, ada) == (0, 0, 500), step
            assert list(store.orders) == [
                f"hurrah-redemption-{n}" for n in range(number - place, number + 1)
            ], step
        assert [points for _, points, _ in entries(app, "redemption:")] == [-500] * len(doomed.STEPS)
        assert stock(app, card) == (50 - len(doomed.STEPS), len(doomed.STEPS))
        assert differences(app) == []


@pytest.mark.slow
def test_killed_at_any_step_of_a_choice_sending_the_form_again_is_one_redemption(
    each_database: Flask,
) -> None:
    app = each_database
    mug = reward(app, stock=50)
    for place, step in enumerate(doomed.CHOICES):
        ada = person(app, f"ada{place}", points=500)
        assert doomed.choose(step, env(app), ada, mug) == -signal.SIGKILL, f"the request outlived {step!r}"
        number = choose(app, ada, mug)
        assert (purse(app, ada), stock(app, mug)) == ((500, 500, 500), (49 - place, place + 1)), step
        assert look(app, number).state == "approved", step
    assert differences(app) == []
