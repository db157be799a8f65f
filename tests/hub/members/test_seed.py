"""The sample people."""

from flask import Flask

from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.core.place import place
from hub.members import queries, seed
from hub.members.models import Company, Member


def test_planting_twice_makes_nobody_twice(inside: Flask) -> None:
    for _ in range(2):
        with edges.unit():
            seed.plant(now=now())
        counted = db.session.query(Member).count(), db.session.query(Company).count()
    assert counted[0] == len(seed._everyone())
    assert counted[1] == len(seed.COMPANIES)


def test_the_cast_are_who_they_are_said_to_be(inside: Flask) -> None:
    with edges.unit():
        seed.plant(now=now())
    roles = {email.partition("@")[0]: queries.find(email).roles_held for email, _ in seed.DEMO_SIGN_INS}
    assert roles["grace"] == ["manager"]
    assert roles["katherine"] == ["rep"]
    assert roles["root"] == ["admin"]
    ada = queries.find("ada@example.com")
    assert ada.is_staff is False
    assert queries.get(ada.id).company.name == "Analytical Engines"
    assert queries.rep_for(ada).email == "katherine@example.com"
    assert place(fresh=True).has_sample


def test_every_sample_person_can_sign_in(app: Flask, client) -> None:
    with app.app_context(), edges.unit():
        seed.plant(now=now())
    for email, _ in seed.DEMO_SIGN_INS:
        answer = app.test_client().post("/sign-in", data={"email": email, "password": seed.PASSWORD})
        assert answer.status_code == 303, email


def test_a_hub_named_by_its_manager_keeps_its_name(inside: Flask) -> None:
    with edges.unit():
        seed.plant(now=now())
    from hub.core.place import settle

    with edges.unit():
        settle(name="Ours")
    with edges.unit():
        seed.plant(now=now())
    assert place(fresh=True).name == "Ours"
    assert any(name == "members" for _, name, _ in registry.seeds)
