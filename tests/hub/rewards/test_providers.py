"""What every way of fulfilling promises: its words, what it asks of a reward, and that beginning twice is one begin."""

import pytest
from flask import Flask
from sqlalchemy import select

from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.rewards.actions import fulfilling
from hub.rewards.forms import RewardForm
from hub.rewards.models import PROVIDERS as NAMES
from hub.rewards.models import Payout, Redemption, Reward, RewardCode
from hub.rewards.models.catalogue import SUPPLIER_KINDS
from hub.rewards.providers import INSIDE, OUTSIDE, PROVIDERS
from tests.hub.rewards.scene import choose, differences, look, person, purse, reward
from tests.hub.rewards.test_money import pool

# What becomes of a choice at once: its state, and the points set aside for it.
AT_ONCE = {"manual": ("approved", 500), "codes": ("delivered", 0), "commission": ("approved", 500)}


def test_each_has_its_place_in_the_table_and_its_line_here() -> None:
    assert set(PROVIDERS) == set(NAMES)
    assert set(INSIDE) == set(AT_ONCE)
    assert set(OUTSIDE) == set(SUPPLIER_KINDS)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_when_to_choose_it_and_what_is_missing_at_a_field_of_the_form(app: Flask, name: str) -> None:
    way = PROVIDERS[name]
    assert way.name == name
    assert way.title
    assert way.says.endswith(".")
    bare = reward(app, publish=False, provider=name, cost_hundredths=0, due_days=0)
    with app.test_request_context(), edges.reading():
        fields = {field for field, _ in way.problems(db.session.get_one(Reward, bare))}
        assert fields, "a bare reward lacks something"
        assert fields <= {*RewardForm()._fields, "codes"}


@pytest.mark.parametrize("name", sorted(INSIDE))
def test_beginning_again_is_beginning_once(app: Flask, name: str) -> None:
    ada = person(app, points=900)
    number = choose(app, ada, pool(app, "C-1", "C-2") if name == "codes" else reward(app, provider=name))
    for _ in range(3):
        with app.app_context(), edges.unit():
            fulfilling.begin(db.session.get_one(Redemption, number), now=now())
    assert (look(app, number).state, purse(app, ada)[1]) == AT_ONCE[name]
    with app.app_context():
        given = db.session.scalars(select(RewardCode.id).where(RewardCode.redemption_id.is_not(None))).all()
        owed = db.session.scalars(select(Payout.id)).all()
    assert (len(given), len(owed)) == (int(name == "codes"), int(name == "commission"))
    assert differences(app) == []
