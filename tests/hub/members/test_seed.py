"""The sample people."""

from flask import Flask

from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.core.place import place, settle
from hub.members import queries, seed
from hub.members.models import Company, Member
from tests.hub.members.people import browser


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
    cast = {email.partition("@")[0]: _known(email) for email, _ in seed.DEMO_SIGN_INS}
    roles = {name: member.roles_held for name, member in cast.items()}
    assert roles["grace"] == ["manager"]
    assert roles["katherine"] == ["rep"]
    assert roles["root"] == ["admin"]
    ada = cast["ada"]
    assert ada.is_staff is False
    assert ada.company is not None
    assert ada.company.name == "Analytical Engines"
    rep = queries.rep_for(ada)
    assert rep is not None
    assert rep.email == "katherine@example.com"
    assert place(fresh=True).has_sample


def test_every_sample_person_can_sign_in(app: Flask) -> None:
    with app.app_context(), edges.unit():
        seed.plant(now=now())
    for email, _ in seed.DEMO_SIGN_INS:
        assert browser(app, email, seed.PASSWORD).get("/settings").status_code == 200


def test_the_command_that_seeds_tells_whom_to_sign_in_as() -> None:
    told = "\n".join(registry.sign_ins)
    assert seed.PASSWORD in told
    assert all(email in told for email, _ in seed.DEMO_SIGN_INS)


def test_a_hub_named_by_its_manager_keeps_its_name(inside: Flask) -> None:
    with edges.unit():
        seed.plant(now=now())
    with edges.unit():
        settle(name="Ours")
    with edges.unit():
        seed.plant(now=now())
    assert place(fresh=True).name == "Ours"
    assert any(name == "members" for _, name, _ in registry.seeds)


def _known(email: str) -> Member:
    found = queries.find(email)
    assert found is not None
    member = queries.get(found.id)
    assert member is not None
    return member
