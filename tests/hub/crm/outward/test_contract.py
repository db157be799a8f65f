"""What every kind promises of what it sends, one list for all. A new CRM adds a Fake."""

import ast
import datetime as dt
import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import hub.crm.outward.kinds
from hub.core import outgoing
from hub.crm.adapters import Secret
from hub.crm.outward.kinds import KINDS, Lead, Sent, Target, Trouble, Wrong
from tests.hub.crm.outward.conftest import impatience
from tests.hub.crm.outward.fakes import FAKES, OPTIONS, SECRETS, Fake, FakePipedrive

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
LEAD = Lead(
    code="RF-7Q2M9K", programme="Bring a colleague", submitted_at=NOW - dt.timedelta(minutes=1),
    name="Kim van der O'Berg", email="kim+1@example.org", phone="+31 20 123 4567", company="Kite & Co",
    title="Head of \\Ops", relation="We worked together", why="They <b>need</b> it “now”", advocate="Ada Marlowe",
    advocate_company="Analytical Engines", owner="Rhea Rep", owner_email="rep@example.com",
)  # fmt: skip
AGAIN = replace(LEAD, first_tried_at=NOW)


def target(kind: str, fake: Fake, **given: Any) -> Target:
    call = partial(outgoing.call, allow_private=True)
    values = {"address": fake.url, "secret": Secret(SECRETS[kind]), "call": call, "options": OPTIONS[kind]}
    return Target(**{**values, **given})


def send(kind: str, fake: Fake, lead: Lead = LEAD, **given: Any) -> Sent:
    return KINDS[kind].send(lead, target(kind, fake, **given), now=NOW)


def trouble(kind: str, fake: Fake, lead: Lead = LEAD, **given: Any) -> Trouble:
    with pytest.raises(Trouble) as caught:
        send(kind, fake, lead, **given)
    assert SECRETS[kind] not in str(caught.value)
    return caught.value


def test_there_is_a_fake_for_each_kind() -> None:
    assert list(KINDS) == list(FAKES) == [each.kind for each in KINDS.values()]


def test_it_arrives_with_everything_that_is_known(kind: str, fake: Fake) -> None:
    sent = send(kind, fake)
    assert sent == Sent("D-1" if kind == "generic" else next(iter(fake.kept)))
    there = json.dumps([fake.the_one(), *(vars(fake).get(name) for name in ("contacts", "persons", "notes"))])
    for each in ("RF-7Q2M9K", "referral", "Ada Marlowe", "Analytical Engines", "Berg", "kim+1@example.org",
                 "+31 20 123 4567", "Bring a colleague", "We worked together", "Rhea Rep"):  # fmt: skip
        assert each in there
    assert "Kite & Co" in there or "Kite &amp; Co" in there


def test_the_owner_is_the_owner_there(kind: str, fake: Fake) -> None:
    send(kind, fake)
    owners: dict[str, tuple[str, object]] = {
        "hubspot": ("hubspot_owner_id", "71"), "salesforce": ("OwnerId", "005000000000001AAA"),
        "pipedrive": ("owner_id", 42), "generic": ("owner", {"name": "Rhea Rep", "email": "rep@example.com"}),
    }  # fmt: skip
    name, value = owners[kind]
    assert fake.the_one()[name] == value


def test_an_owner_they_don_t_know_is_said_and_holds_nothing_up(kind: str, fake: Fake) -> None:
    sent = send(kind, fake, replace(LEAD, owner_email="new@example.com"))
    assert sent.deal_id
    assert sent.remark is None if kind == "generic" else "new@example.com" in str(sent.remark)


def test_sent_twice_is_there_once(kind: str, fake: Fake) -> None:
    first = send(kind, fake)
    if isinstance(fake, FakePipedrive):
        fake.catch_up()
    again = send(kind, fake)
    assert (again.deal_id, len(fake.kept)) == (first.deal_id, 1)
    assert again.was_there is (kind != "generic")  # a plain receiver doesn't say


def test_a_lost_answer_makes_no_second(kind: str, fake: Fake) -> None:
    fake.mood = "gone"
    with impatience():
        assert trouble(kind, fake).maybe_arrived
    assert len(fake.kept) == 1
    fake.mood = "ok"
    sent = send(kind, fake, AGAIN)
    assert len(fake.kept) == 1
    assert sent.deal_id == ("D-1" if kind == "generic" else next(iter(fake.kept)))
    assert len(vars(fake).get("contacts", {})) <= 1
    assert len(vars(fake).get("persons", {})) <= 1
    assert len(vars(fake).get("notes", [])) == (1 if kind == "pipedrive" else 0)


@pytest.mark.parametrize("mood", ["garbage", "odd"])
def test_an_answer_that_can_t_be_read_makes_no_second(kind: str, fake: Fake, mood: str) -> None:
    fake.mood = mood
    if kind == "generic":  # 2xx is taken; it only names no deal
        sent = send(kind, fake)
        assert (sent.deal_id, bool(sent.remark)) == (None, True)
        return
    assert trouble(kind, fake).maybe_arrived
    fake.mood = "ok"
    assert send(kind, fake, AGAIN).deal_id in fake.kept
    assert len(fake.kept) == 1


@pytest.mark.parametrize(
    ("mood", "lasting", "maybe", "wait"),
    [("401", True, False, None), ("422", True, False, None), ("302", True, False, None), ("429", False, False, 77.0),
     ("500", False, True, None)],
)  # fmt: skip
def test_refusals_are_told_apart(
    kind: str, fake: Fake, mood: str, lasting: bool, maybe: bool, wait: float | None
) -> None:
    fake.mood = mood
    found = trouble(kind, fake)
    assert (found.is_lasting, found.maybe_arrived, found.retry_after_seconds) == (lasting, maybe, wait)
    assert mood in str(found)
    assert fake.kept == {}
    assert not [asked for asked in fake.asked if asked.path == "/elsewhere"]


def test_wrong_credentials_need_a_person(kind: str, fake: Fake) -> None:
    if kind == "generic":
        fake.mood = "401"
    found = trouble(kind, fake, secret=Secret("wrong-and-secret"))
    assert found.is_lasting
    assert "wrong-and-secret" not in str(found)
    assert fake.kept == {}


def test_nobody_there_is_safe_to_try_again(kind: str, fake: Fake) -> None:
    fake.close()
    found = trouble(kind, fake)
    assert (found.is_lasting, found.maybe_arrived) == (False, False)


def test_an_inner_address_is_not_called(kind: str, fake: Fake) -> None:
    found = trouble(kind, fake, call=outgoing.call)
    assert found.is_lasting
    assert fake.asked == []


def test_a_referral_of_few_words_arrives_too(kind: str, fake: Fake) -> None:
    bare = replace(
        LEAD, name="", email=None, phone=None, title=None, relation=None, why=None, owner=None, owner_email=None,
        advocate_company=None,
    )  # fmt: skip
    assert send(kind, fake, bare).deal_id
    assert "RF-7Q2M9K" in json.dumps(fake.the_one())


def test_addresses_that_are_not_theirs_are_refused(kind: str) -> None:
    for given in ("https://evil.example.com/?.my.salesforce.com", "https://user@acme.pipedrive.com", "http://acme.pipedrive.com",
                  "https://acme.pipedrive.com.evil.example.com", "https://acme.my.salesforce.com:22", "https://127.0.0.1:22/",
                  "gopher://example.com", "https://api.hubapi.com.evil.example.com", "not an address"):  # fmt: skip
        if kind != "generic" or "evil" not in given:
            with pytest.raises(Wrong):
                KINDS[kind].address(given, allow_private=False)


def test_addresses_of_their_own() -> None:
    assert KINDS["hubspot"].address(None, allow_private=False) == "https://api.hubapi.com"
    assert (
        KINDS["pipedrive"].address("Acme.pipedrive.com/", allow_private=False) == "https://acme.pipedrive.com"
    )
    sandbox = "https://acme--dev.sandbox.my.salesforce.com"
    assert KINDS["salesforce"].address(sandbox, allow_private=False) == sandbox
    assert (
        KINDS["generic"].address("https://a.example.com/x?y=1", allow_private=False)
        == "https://a.example.com/x?y=1"
    )


def test_kinds_know_no_database_no_flask_and_no_clock() -> None:
    folder = Path(hub.crm.outward.kinds.__file__).parent
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] not in ("flask", "sqlalchemy")
                assert node.module not in ("hub.core.db", "hub.core.clock")
