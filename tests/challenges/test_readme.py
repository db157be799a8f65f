"""The README's worked example is executed: what it tells a newcomer to write makes a kind that keeps the contract."""

import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from challenges.kinds import KINDS
from hub.core.settings import ROOT
from tests.challenges import examples, test_kinds
from tests.challenges.examples import EXAMPLES, Example
from tests.challenges.world import balance, challenge
from tests.hub.members.people import browser, person

HEADING = "## Worked example: a new kind of challenge"


def blocks() -> list[str]:
    """The code in the README's section, in order: the kind, its fragment, its line."""
    section = (ROOT / "README.md").read_text().split(HEADING)[1].split("\n## ")[0]
    return re.findall(r"```\w+\n(.*?)```", section, re.DOTALL)


@pytest.fixture
def lucky(app: Flask) -> Iterator[Flask]:
    """The hub with the README's kind moved in; moved out again afterwards."""
    kind, fragment, line = blocks()
    module = ModuleType("challenges.kinds.lucky")
    sys.modules[module.__name__] = module
    exec(compile(kind, "lucky.py", "exec"), module.__dict__)  # noqa: S102 - the README's own words
    loader: Any = app.jinja_env.loader
    app.jinja_env.loader = ChoiceLoader([DictLoader({"challenges/kinds/_lucky.html": fragment}), loader])
    EXAMPLES.update(eval("{" + line + "}", {"Example": Example}))  # noqa: S307
    yield app
    del KINDS["lucky"], EXAMPLES["lucky"], sys.modules[module.__name__]


def test_it_shows_the_three_things_to_write() -> None:
    kind, fragment, line = blocks()
    assert "class Lucky(Kind)" in kind
    assert "_fields.html" in fragment
    assert line.startswith('"lucky": Example(')


def test_the_kind_it_describes_keeps_the_contract(lucky: Flask) -> None:
    ada = person(lucky)
    assert examples.EXAMPLES["lucky"].right
    test_kinds.test_every_kind_is_on_the_list()
    test_kinds.test_a_kind_says_what_it_is(lucky, "lucky")
    test_kinds.test_what_the_builder_reads_is_what_it_shows(lucky, "lucky")
    test_kinds.test_an_empty_step_is_incomplete_and_a_filled_in_one_is_not(lucky, ada, "lucky")


def test_a_member_does_it_and_is_paid(lucky: Flask) -> None:
    ada, number = person(lucky), challenge(lucky, "lucky", points=70)
    client = browser(lucky)
    page = client.get("/challenges/do-it").text
    assert "Which?" in page
    step = page.split('name="step" value="')[1].split('"')[0]
    wrong = client.post("/challenges/do-it/submissions", data={"step": step, "answer": "101"})
    assert (wrong.status_code, "A whole number from 1 to 100." in wrong.text) == (422, True)
    assert client.post("/challenges/do-it/submissions", data={"step": step, "answer": "7"}).status_code == 303
    assert balance(lucky, ada) == 70
    assert number


def test_it_is_in_the_builder_too(lucky: Flask) -> None:
    person(lucky, "grace@example.com", "Grace", roles=("manager",))
    grace = browser(lucky, "grace@example.com")
    assert "Lucky number" in grace.get("/manage/challenges/new").text
    made = grace.post("/manage/challenges/new", data={"title": "Luck", "kind": "lucky"})
    assert 'name="question"' in grace.get(made.location).text
