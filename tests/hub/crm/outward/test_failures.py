"""What goes wrong on the way into a CRM: seen, tried again, set aside, mended, and never there twice."""

import datetime as dt

import pytest

from hub.core import edges
from hub.core.clock import now
from hub.crm import connections
from hub.crm.outward import actions, jobs, queries
from hub.outbox import actions as outbox_actions
from tests.hub.crm.outward.conftest import Start, impatience
from tests.hub.crm.outward.fakes import SECRETS, Fake
from tests.hub.crm.outward.scene import Outside


def test_a_failed_try_is_seen_and_tried_again(each_outside: Outside, start: Start) -> None:
    fake = start("hubspot")
    each_outside.sends("hubspot", fake)
    fake.mood = "500"
    referral_id = each_outside.refer("Kim")
    each_outside.work()
    push = each_outside.push()
    assert (push.state, push.attempts, push.is_lasting) == ("unknown", 1, False)
    (message,) = each_outside.messages()
    assert (message.attempts, message.due_at, message.parked_at) == (1, push.next_try_at, None)
    (line,) = each_outside.told(referral_id, "rep")
    assert line.startswith(
        "It could not be sent to CRM hubspot: HubSpot has trouble itself (500): Internal error"
    )
    assert "Next try " in line
    assert each_outside.told(referral_id, "advocate") == []
    fake.mood = "ok"
    each_outside.work()
    assert each_outside.push().state == "unknown"  # not due yet
    each_outside.later(seconds=6)
    assert (each_outside.push().state, each_outside.push().attempts, len(fake.kept)) == ("sent", 2, 1)


def test_the_crm_s_own_wait_is_kept(outside: Outside, start: Start) -> None:
    fake = start("pipedrive")
    outside.sends("pipedrive", fake)
    fake.mood = "429"
    outside.refer("Kim")
    started = now()
    outside.work()
    push = outside.push()
    assert push.state == "pending"
    assert push.next_try_at is not None
    assert push.next_try_at - started >= dt.timedelta(seconds=76)


def test_a_lost_answer_makes_no_second_and_links_the_first(each_outside: Outside, start: Start) -> None:
    fake = start("pipedrive")
    each_outside.sends("pipedrive", fake)
    fake.mood = "gone"
    referral_id = each_outside.refer("Kim")
    with impatience():
        each_outside.work()
    assert (each_outside.push().state, len(fake.kept)) == ("unknown", 1)
    assert "may have arrived all the same" in each_outside.told(referral_id)[0]
    fake.mood = "ok"
    each_outside.later(seconds=6)
    push = each_outside.push()
    assert (push.state, push.outcome, push.deal_id, len(fake.kept)) == ("sent", "found", "900", 1)
    assert each_outside.deals() == [("900", referral_id)]


def test_eight_failures_park_it_and_mending_sends_it(each_outside: Outside, start: Start) -> None:
    fake = start("hubspot")
    each_outside.sends("hubspot", fake)
    fake.mood = "401"
    referral_id = each_outside.refer("Kim")
    for _ in range(outbox_actions.ATTEMPTS):
        each_outside.later(hours=1)
    push = each_outside.push()
    assert (push.state, push.attempts, push.is_lasting, push.next_try_at) == ("failed", 8, True, None)
    (message,) = each_outside.messages()
    assert message.parked_at is not None
    assert SECRETS["hubspot"] not in f"{message.error} {push.error}"
    assert each_outside.told(referral_id)[0].endswith("It is set aside until somebody looks at it.")
    hop = each_outside.hop("hubspot")
    assert hop is not None
    assert (hop.state, hop.set_aside) == ("broken", 1)
    with each_outside.app.app_context(), edges.unit():
        assert actions.resend_passing(now=now()) == 0  # a person is needed
    fake.mood = "ok"
    each_outside.sends("hubspot", fake)
    each_outside.work()
    assert (each_outside.push().state, len(fake.kept)) == ("sent", 1)
    assert [message.parked_at for message in each_outside.messages()] == [None]


def test_a_crm_that_was_away_for_longer_gets_it_by_itself(each_outside: Outside, start: Start) -> None:
    fake = start("hubspot")
    each_outside.sends("hubspot", fake)
    fake.mood = "500"
    referral_id = each_outside.refer("Kim")
    for _ in range(outbox_actions.ATTEMPTS):
        each_outside.later(hours=1)
    hop = each_outside.hop("hubspot")
    assert (each_outside.push().state, hop.state if hop else "") == ("failed", "watch")
    assert each_outside.told(referral_id)[0].endswith("It is tried again every half hour for a week.")
    fake.mood = "ok"
    with each_outside.app.app_context(), edges.unit():
        jobs.send_again()
    each_outside.work()
    assert (each_outside.push().state, len(fake.kept)) == ("sent", 1)


def test_whoever_dies_on_the_way_leaves_it_to_the_next(
    each_outside: Outside, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = start("salesforce")
    each_outside.sends("salesforce", fake)
    each_outside.refer("Kim")

    def die(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(actions, "sent", die)
        with pytest.raises(SystemExit):
            each_outside.work()
    assert len(fake.kept) == 1
    each_outside.work()
    assert each_outside.push().state == "pending"  # taken: nobody else is let near it
    each_outside.later(minutes=6)
    push = each_outside.push()
    assert (push.state, push.outcome, push.attempts, len(fake.kept)) == ("sent", "found", 2, 1)


def test_credentials_of_another_key_are_a_failure_like_others(each_outside: Outside, start: Start) -> None:
    fake = start("generic")
    each_outside.sends("generic", fake)
    with each_outside.app.app_context(), edges.unit():
        connection = connections.find("generic")
        target = queries.target(connection.id if connection else 0)
        assert target is not None
        target.sealed = "not ours"
    each_outside.refer("Kim")
    each_outside.work()
    push = each_outside.push()
    assert (push.state, push.is_lasting, fake.asked) == ("pending", True, [])
    assert "SECRET_KEY" in str(push.error)


def test_inner_addresses_are_refused_in_earnest(outside: Outside, start: Start) -> None:
    fake: Fake = start("generic")
    outside.sends("generic", fake)
    outside.app.config["OUTGOING_ALLOW_PRIVATE"] = False
    outside.refer("Kim")
    outside.work()
    push = outside.push()
    assert (push.is_lasting, fake.asked) == (True, [])
    assert "We don't call this address." in str(push.error)


def test_something_unforeseen_is_noted_too(
    outside: Outside, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.sends("generic", start("generic"))
    monkeypatch.setattr(jobs, "KINDS", {})
    outside.refer("Kim")
    outside.work()
    push = outside.push()
    assert (push.state, push.error) == ("unknown", "Something unforeseen: KeyError.")
