"""The README's worked example of a rule is executed: what it tells a newcomer to write keeps the contract."""

import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from flask import Flask

from badges.jobs import LISTENER, notice_deed
from badges.rules import RULES
from hub import activity
from hub.activity import actions as activity_actions
from hub.core.settings import ROOT
from tests.badges import test_rules
from tests.hub.members.people import browser, person

HEADING = "## Worked example: another rule for badges"


def blocks() -> list[str]:
    """The code in the README's section, in order: the rule, its line."""
    section = (ROOT / "README.md").read_text().split(HEADING)[1].split("\n## ")[0]
    return re.findall(r"```\w+\n(.*?)```", section, re.DOTALL)


@pytest.fixture
def grateful(app: Flask) -> Iterator[Flask]:
    """The hub with the README's rule moved in; moved out again afterwards."""
    code, _line = blocks()
    module = ModuleType("badges.rules.grateful")
    sys.modules[module.__name__] = module
    exec(compile(code, "grateful.py", "exec"), module.__dict__)  # noqa: S102 - the README's own words
    for kind in RULES["grateful"].facts:  # a hub that finds the file at its start listens by itself
        activity.listens(kind, LISTENER)(notice_deed)
    yield app
    del RULES["grateful"], sys.modules[module.__name__]
    activity_actions.LISTENERS["community.thanks_shown"].remove(LISTENER)


def test_the_rule_it_describes_keeps_the_contract(grateful: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    case: Any = eval("[" + blocks()[1] + "]", vars(test_rules).copy())[0]  # noqa: S307 - the README's own words
    monkeypatch.setattr(test_rules, "CASES", [*test_rules.CASES, case])
    test_rules.test_every_rule_is_held_to_the_contract()
    rule, data, enough, too_little = case
    with grateful.app_context():
        test_rules.test_a_rule_counts_what_it_says_and_nothing_else(grateful, rule, data, enough, too_little)
        test_rules.test_what_the_form_shows_is_what_it_takes(grateful, rule, data)


def test_the_composer_offers_it(grateful: Flask) -> None:
    person(grateful, "grace@example.com", "Grace", roles=("manager",))
    assert "Thanks given" in browser(grateful, "grace@example.com").get("/manage/badges/new").text
