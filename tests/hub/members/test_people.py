"""Adding members, their roles, companies and reps."""

import pytest
from flask import Flask

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members import queries
from tests.hub.members.people import change, facts, look, person


def test_an_address_is_kept_in_lower_case_and_found_however_it_is_written(app: Flask) -> None:
    ada = person(app, "Ada@Example.COM")
    assert look(app, ada).email == "ada@example.com"
    with app.app_context():
        found = members.find("  ADA@example.com ")
        assert found is not None
        assert found.id == ada
        assert members.find("not an address") is None


def test_a_taken_address_is_refused_with_a_sentence(app: Flask) -> None:
    person(app, "ada@example.com")
    with pytest.raises(members.Refusal, match=r"Somebody with the address ada@example.com is here already"):
        person(app, "ADA@example.com", name="Somebody Else")


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "@example.com", "a b@example.com", "ada@example.com\nBcc: x@y.z"]
)
def test_what_is_no_address_is_refused(app: Flask, email: str) -> None:
    with pytest.raises(members.Refusal):
        person(app, email)


def test_handles_come_from_names_and_never_meet(app: Flask) -> None:
    first, second = person(app, "a@example.com", "Zoë Ångström"), person(app, "b@example.com", "Zoe Angstrom")
    third = person(app, "c@example.com", "山田太郎")
    assert look(app, first).handle == "zoe-angstrom"
    assert look(app, second).handle.startswith("zoe-angstrom-")
    assert look(app, third).handle == "member"


def test_a_handle_wished_for_is_given_once(app: Flask) -> None:
    assert look(app, person(app, "a@example.com", handle="ada")).handle == "ada"
    with pytest.raises(members.Refusal, match="taken"):
        person(app, "b@example.com", handle="ADA")
    with pytest.raises(members.Refusal, match="letters"):
        person(app, "c@example.com", handle="../etc")


@pytest.mark.parametrize(
    ("roles", "staff"), [(("advocate",), False), (("advocate", "rep"), True), (("host",), True), ((), False)]
)
def test_whoever_holds_a_staff_role_is_staff(app: Flask, roles: tuple[str, ...], staff: bool) -> None:
    assert look(app, person(app, roles=roles)).is_staff is staff


def test_unknown_roles_and_types_are_refused(app: Flask) -> None:
    with pytest.raises(members.Refusal, match="no role “king”"):
        person(app, roles=("king",))
    with pytest.raises(members.Refusal, match="no type “robot”"):
        person(app, type="robot")


def test_roles_leave_facts_only_when_they_change(app: Flask) -> None:
    ada = person(app)
    change(app, ada, members.set_roles, ["advocate"])
    assert facts(app, ada) == ["member.joined"]
    change(app, ada, members.set_roles, ["advocate", "rep"])
    assert look(app, ada).is_staff
    assert facts(app, ada) == ["member.joined", "member.roles_changed"]


@pytest.mark.parametrize(("by", "roles"), [("manager", ["admin"]), ("admin", ["admin"])])
def test_an_admin_is_made_by_an_admin_only(app: Flask, by: str, roles: list[str]) -> None:
    ada, grace = person(app), person(app, "grace@example.com", "Grace", roles=(by,))
    if by == "admin":
        change(app, ada, members.set_roles, roles, by=look(app, grace))
        assert look(app, ada).roles == {"admin"}
    else:
        with pytest.raises(members.Refusal, match="admin"):
            change(app, ada, members.set_roles, roles, by=look(app, grace))


def test_an_admin_cannot_lose_the_role_by_themself(app: Flask) -> None:
    root = person(app, roles=("admin",))
    with pytest.raises(members.Refusal):
        change(app, root, members.set_roles, ["manager"], by=look(app, root))


def test_disabling_refuses_oneself_and_managers_who_aim_at_admins(app: Flask) -> None:
    root, grace = person(app, roles=("admin",)), person(app, "grace@example.com", "Grace", roles=("manager",))
    with pytest.raises(members.Refusal, match="yourself"):
        change(app, root, members.disable, by=look(app, root))
    with pytest.raises(members.Refusal, match="Only an admin"):
        change(app, root, members.disable, by=look(app, grace))
    change(app, grace, members.disable, by=look(app, root))
    assert look(app, grace).is_active is False
    assert facts(app, grace)[-1] == "member.disabled"


def test_a_company_is_one_however_its_name_is_typed(each_database: Flask) -> None:
    with each_database.app_context(), edges.unit():
        first = members.company("Ärzte  GmbH", now=now())
        assert members.company(" ärzte gmbh\n", now=now()).id == first.id
        assert members.company("Other", now=now()).id != first.id
        assert first.name == "Ärzte GmbH"


def test_companies_of_an_import_come_back_by_the_names_given(each_database: Flask) -> None:
    names = ["Acme", "ACME ", "", "Orbit Foods"] + [f"Company {n}" for n in range(1200)]
    with each_database.app_context(), edges.unit():
        found = members.companies_by_name(names, now())
        again = members.companies_by_name(names, now())
        assert found["Acme"].id == found["ACME "].id
        assert "" not in found
        assert {name: company.id for name, company in found.items()} == {n: c.id for n, c in again.items()}
        assert len({company.id for company in found.values()}) == 1202


def test_the_rep_of_a_member_owns_their_company(app: Flask) -> None:
    ada, rep = person(app, company="Acme"), person(app, "kat@example.com", "Kat", roles=("rep",))
    with app.app_context(), edges.unit():
        member = members.get(ada)
        assert member is not None
        assert members.rep_for(member) is None
        members.own(member.company_id or 0, rep, by_id=None, now=now())
        db.session.flush()
        owner = members.rep_for(member)
        assert owner is not None
        assert owner.id == rep
    change(app, rep, members.disable)
    with app.app_context():
        assert members.rep_for(look(app, ada)) is None


def test_only_a_rep_can_own_a_company(app: Flask) -> None:
    ada = person(app, company="Acme")
    with app.app_context(), pytest.raises(members.Refusal, match="rep"):
        members.own(look(app, ada).company_id or 0, ada, by_id=None, now=now())


def test_staff_are_listed_by_role_and_by_name_without_the_disabled(each_database: Flask) -> None:
    for number, name in enumerate(["Zoe", "adam", "Mia"]):
        person(each_database, f"r{number}@example.com", name, roles=("rep",))
    person(each_database, "m@example.com", "Mo", roles=("manager",))
    with each_database.app_context():
        zoe = queries.find("r0@example.com")
        assert zoe is not None
    change(each_database, zoe.id, members.disable)
    with each_database.app_context():
        assert [member.name for member in members.staff("rep")] == ["adam", "Mia"]


def test_the_managers_list_pages_by_name_and_loses_nobody(each_database: Flask) -> None:
    for number in range(7):
        person(each_database, f"p{number}@example.com", ["Twin", "twin", "Ärger", "Bo"][number % 4])
    with each_database.app_context():
        seen: list[int] = []
        after = None
        while True:
            page, after = queries.listed(queries.Sieve(), after=after, limit=2)
            seen += [member.id for member in page]
            if after is None:
                break
        assert sorted(seen) == sorted(set(seen))
        assert len(seen) == queries.counted(queries.Sieve()) == 7


def test_percent_signs_in_a_search_are_only_percent_signs(app: Flask) -> None:
    person(app, name="Ada Marlowe")
    with app.app_context():
        assert queries.counted(queries.Sieve(words="%")) == 0
        assert queries.counted(queries.Sieve(words="MARL")) == 1
        assert queries.counted(queries.Sieve(role="advocate", type="customer", state="active")) == 1
        assert queries.counted(queries.Sieve(state="waiting")) == 0
