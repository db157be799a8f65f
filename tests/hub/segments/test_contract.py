"""Every kind of rule, and every way to combine them: the database says what plain Python says.

A new kind of rule adds a line to `ORACLES` (crowd.py) and one to `RULES`.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hub import segments
from hub.core import edges
from hub.core.db import db
from hub.members.models import ROLES, TYPES, Company, Member
from hub.segments.rules import KINDS
from tests.hub.segments.crowd import NOW, ORACLES, SPEAKS, TAGS, Crowd, crowd, fits

days = st.dates(NOW.date().replace(year=2024), NOW.date()).map(str)
numbers = st.none() | st.sampled_from([0, 1, 100, 101, 599, 2000, 4000])


def some(values: Any) -> st.SearchStrategy[list[Any]]:
    """One or more of these, each once."""
    return st.lists(st.sampled_from(sorted(values)), min_size=1, unique=True)


def ranged(measure: str, least: int | None, most: int | None) -> dict[str, Any]:
    """A range with at least one end, the right way round."""
    if least is None and most is None:
        least = 0
    if least is not None and most is not None:
        least, most = min(least, most), max(least, most)
    return {"measure": measure, "least": least, "most": most}


RULES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "type": st.fixed_dictionaries({"types": some(TYPES)}),
    "role": st.fixed_dictionaries({"roles": some(ROLES)}),
    "language": st.fixed_dictionaries({"languages": some(SPEAKS)}),
    "company": st.fixed_dictionaries({"companies": some([0, 1, 2])}),
    "tags": st.fixed_dictionaries({"tags": some([*TAGS, "nobody"]), "wears": st.sampled_from(["any", "every"])}),
    "points": st.builds(ranged, st.sampled_from(["lifetime", "balance"]), numbers, numbers),
    "joined": st.one_of(
        st.fixed_dictionaries({"when": st.sampled_from(["after", "before"]), "on": days}),
        st.fixed_dictionaries({"when": st.sampled_from(["within", "earlier"]), "days": st.integers(1, 900)}),
    ),
    "health": st.builds(
        lambda one, other: {"least": min(one, other), "most": max(one, other)}, st.integers(0, 100), st.integers(0, 100)
    ),
    "advocate_score": st.fixed_dictionaries({"least": st.integers(1, 100)}),
    "activity": st.fixed_dictionaries(
        {"did": st.sampled_from(["something", "nothing"]), "days": st.integers(1, 100)}
    ),
}  # fmt: skip


def rule(kinds: Any = tuple(RULES)) -> st.SearchStrategy[dict[str, Any]]:
    """A stored rule of one of these kinds."""
    return st.sampled_from(sorted(kinds)).flatmap(
        lambda kind: RULES[kind].map(lambda data: {"kind": kind, **data})
    )


def group(parts: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """A group of such parts."""
    matches = st.sampled_from(["all", "any", "none"])
    return st.fixed_dictionaries({"match": matches, "rules": st.lists(parts, min_size=least, max_size=4)})


@pytest.fixture
def people(each_database: Flask) -> Iterator[Crowd]:
    """A hundred and twenty people in a hub, an open context of it."""
    with each_database.app_context():
        with edges.unit():
            found = crowd(120, seed=7)
        with edges.reading():
            yield found


def belonging(rules: dict[str, Any]) -> set[int]:
    return set(db.session.scalars(select(Member.id).where(segments.condition(rules, NOW))))


def expected(people: Crowd, rules: dict[str, Any]) -> set[int]:
    return {
        person.id
        for person in people
        if not person.is_stub and not person.is_disabled and fits(person, rules)
    }


def test_every_kind_is_held_to_the_contract() -> None:
    here = {name for name, kind in KINDS.items() if type(kind).__module__.startswith("hub.segments.")}
    assert here == set(RULES) == set(ORACLES)


@pytest.mark.parametrize("kind", sorted(RULES))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_rule_holds_whom_python_says(people: Crowd, kind: str, data: st.DataObject) -> None:
    companies = sorted(db.session.scalars(select(Company.id)))
    drawn = dict(data.draw(rule([kind])))
    if "companies" in drawn:
        drawn["companies"] = [companies[number % 3] for number in drawn["companies"]]
    stored = segments.read({"match": "all", "rules": [drawn]})
    assert belonging(stored) == expected(people, stored)
    assert segments.read(stored) == stored, "cleaning twice changes nothing"
    found = KINDS[kind]
    kept = stored["rules"][0]
    assert found.says(kept)
    assert {"kind": kind, **found.clean(found.shown(kept))} == kept, "the form gives back what it shows"


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=group(st.one_of(rule(), group(rule(), least=1))))
def test_any_combination_holds_whom_python_says(people: Crowd, rules: dict[str, Any]) -> None:
    stored = segments.read(rules)
    wanted = expected(people, stored)
    assert belonging(stored) == wanted
    assert segments.count(stored, now=NOW).members == len(wanted)
    assert segments.says(stored).endswith(".")
    somebody = people[len(rules["rules"])]
    opposite = {"match": "none", "rules": [stored] if stored["rules"] else []}
    assert segments.holds_many([stored, opposite], somebody.id, NOW)[0] == (somebody.id in wanted)
