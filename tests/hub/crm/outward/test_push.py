"""A referral on its way into a CRM, from the form to the stage that pays: once, visibly, whatever happens."""

import pytest
from sqlalchemy import update

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.crm import connections, drain_batch
from hub.crm.outward import actions, jobs
from hub.crm.outward.kinds import Sent
from hub.crm.outward.models import Push
from hub.outbox.jobs import drain_all
from hub.referrals.disputes import actions as disputes
from hub.referrals.disputes.models import Dispute
from hub.referrals.models import Referral
from tests.hub.crm.outward.conftest import Start
from tests.hub.crm.outward.fakes import FAKES
from tests.hub.crm.outward.scene import Outside
from tests.hub.crm.scene import event

IN_GENERAL = "D-1"


@pytest.mark.parametrize("kind", list(FAKES))
def test_a_referral_becomes_a_deal_and_the_deal_is_linked(outside: Outside, start: Start, kind: str) -> None:
    fake = start(kind)
    outside.sends(kind, fake)
    referral_id = outside.refer("Kim", email="kim@example.org")
    outside.work()
    push = outside.push()
    assert (push.state, push.outcome, push.attempts, push.error) == ("sent", "created", 1, None)
    assert outside.deals() == [(push.deal_id, referral_id)]
    assert outside.told(referral_id) == [f"Sent to CRM {kind}: deal {push.deal_id}."]
    assert outside.told(referral_id, "advocate") == [
        "It is in the sales team’s system now, with your name on it."
    ]
    assert len(fake.kept) == 1
    hop = outside.hop(kind)
    assert hop is not None
    assert (hop.state, hop.says) == ("ok", "1 sent, 0 on their way, 0 set aside")
    assert outside.differences() == []


def test_the_owner_there_is_the_owner_of_the_advocate_s_company(outside: Outside, start: Start) -> None:
    fake = start("generic")
    outside.sends("generic", fake)
    outside.refer("Kim")
    outside.work()
    assert fake.the_one()["owner"] == {"name": "Rhea Rep", "email": "rep@example.com"}
    assert fake.the_one()["advocate"] == {"name": "Ada Marlowe", "company": "Analytical Engines"}


def test_a_stage_of_the_deal_pays_by_the_deal_alone(each_outside: Outside, start: Start) -> None:
    each_outside.sends("generic", start("generic"))
    referral_id = each_outside.refer("Kim")
    each_outside.work()
    each_outside.tell(event("Closed Won", deal_id=IN_GENERAL))
    each_outside.drain()
    assert each_outside.paid(referral_id) == 32000


def test_a_stage_that_came_before_our_answer_is_booked_with_it(each_outside: Outside, start: Start) -> None:
    each_outside.sends("generic", start("generic"))
    referral_id = each_outside.refer("Kim")
    each_outside.tell(event("meeting", deal_id=IN_GENERAL))
    with each_outside.app.app_context():
        drain_batch(now())
    assert each_outside.states() == ["waiting"]
    each_outside.work()
    assert each_outside.states() == ["done"]
    assert each_outside.paid(referral_id) == 2000


def test_each_connection_that_is_on_gets_it_once(each_outside: Outside, start: Start) -> None:
    each_outside.sends("generic", start("generic"))
    each_outside.sends("hubspot", start("hubspot"))
    each_outside.connect("pipedrive")
    referral_id = each_outside.refer("Kim")
    for _ in range(2):
        each_outside.work()
        with each_outside.app.app_context(), edges.unit():
            assert actions.begin(_referral(referral_id), now=now()) == 0
    assert [push.state for push in each_outside.pushes()] == ["sent", "sent"]
    assert [len(fake.kept) for fake in each_outside.fakes.values()] == [1, 1]


def _referral(referral_id: int) -> Referral:
    return db.session.get_one(Referral, referral_id)


def test_what_a_spreadsheet_brought_and_what_has_a_deal_is_not_sent(
    each_outside: Outside, start: Start
) -> None:
    fake = start("generic")
    each_outside.sends("generic", fake)
    each_outside.refer("Kim", deal="OPP-1")
    imported = each_outside.refer("Lee")
    with each_outside.app.app_context(), edges.unit():
        db.session.execute(update(Referral).where(Referral.id == imported).values(source="import"))
    each_outside.work()
    assert (each_outside.pushes(), fake.asked) == ([], [])


def test_two_messages_for_one_push_send_one(each_outside: Outside, start: Start) -> None:
    each_outside.sends("generic", start("generic"))
    begin(each_outside, each_outside.refer("Kim"))
    with each_outside.app.app_context():
        with edges.unit():
            assert jobs.prepare(each_outside.push().id) is not None
        with edges.unit():
            assert jobs.prepare(each_outside.push().id) is None
    assert each_outside.push().attempts == 1


def begin(scene: Outside, referral_id: int) -> None:
    """The listener's work, without the errand's."""
    with scene.app.app_context(), edges.unit():
        assert actions.begin(_referral(referral_id), now=now()) == 1


def test_an_answer_without_a_number_is_said_so(outside: Outside, start: Start) -> None:
    fake = start("generic")
    outside.sends("generic", fake)
    fake.mood = "odd"
    referral_id = outside.refer("Kim")
    outside.work()
    push = outside.push()
    assert (push.state, push.outcome, push.deal_id, outside.deals()) == ("sent", "unnumbered", None, [])
    assert "it answered no deal number" in outside.told(referral_id)[0]
    assert outside.differences() == []


def test_a_deal_of_another_referral_is_told(each_outside: Outside, start: Start) -> None:
    each_outside.sends("generic", start("generic"))
    first = each_outside.refer("Lee", deal=IN_GENERAL)
    second = each_outside.refer("Kim")
    each_outside.work()
    assert (
        f"Deal {IN_GENERAL} belongs to referral {each_outside.referral(first).code} already."
        in (each_outside.told(second)[0])
    )
    assert each_outside.differences() == []


def test_prove_finds_a_sent_push_without_its_deal(each_outside: Outside, start: Start) -> None:
    each_outside.sends("generic", start("generic"))
    each_outside.refer("Kim")
    each_outside.work()
    with each_outside.app.app_context(), edges.unit():
        db.session.execute(update(Push).values(deal_id="D-77"))
    (line,) = each_outside.differences()
    assert "deal D-77 is not linked" in line


def test_switched_off_nothing_leaves_and_switched_on_it_does(each_outside: Outside, start: Start) -> None:
    fake = start("generic")
    each_outside.sends("generic", fake)
    begin(each_outside, each_outside.refer("Kim"))
    _switch_off(each_outside)
    each_outside.work()
    each_outside.refer("Lee")
    each_outside.work()
    push = each_outside.push()
    assert (push.state, push.error, fake.asked) == ("failed", actions.OFF, [])
    hop = each_outside.hop("generic")
    assert hop is not None
    assert hop.state == "off"
    each_outside.sends("generic", fake)
    each_outside.work()
    assert ([each.state for each in each_outside.pushes()], len(fake.kept)) == (["sent"], 1)


def _switch_off(scene: Outside) -> None:
    with scene.app.app_context(), edges.unit():
        connection = connections.find("generic")
        assert connection is not None
        assert actions.switch_off(connection, now=now())
        assert not actions.switch_off(connection, now=now())


@pytest.mark.parametrize("blank", ["erased", "merged"])
def test_who_was_erased_or_merged_before_is_not_sent(each_outside: Outside, start: Start, blank: str) -> None:
    fake = start("generic")
    each_outside.sends("generic", fake)
    earlier = each_outside.refer("Lee", deal="OPP-9")
    referral_id = each_outside.refer("Kim")
    begin(each_outside, referral_id)
    values = {"contact_name": "", "contact_email": None} if blank == "erased" else {"merged_into_id": earlier}
    with each_outside.app.app_context(), edges.unit():
        db.session.execute(update(Referral).where(Referral.id == referral_id).values(**values))
    each_outside.work()
    assert (each_outside.pushes(), fake.asked) == ([], [])


def test_a_deal_linked_meanwhile_is_taken_for_it(each_outside: Outside, start: Start) -> None:
    fake = start("generic")
    each_outside.sends("generic", fake)
    referral_id = each_outside.refer("Kim")
    begin(each_outside, referral_id)
    each_outside.own(referral_id, "OPP-3")
    each_outside.work()
    push = each_outside.push()
    assert (push.state, push.outcome, push.deal_id, fake.asked) == ("sent", "found", "OPP-3", [])
    assert each_outside.differences() == []


def test_a_hub_without_sending_is_as_before(outside: Outside) -> None:
    outside.connect("generic")
    referral_id = outside.refer("Kim")
    with outside.app.app_context():
        drain_all()
    assert (outside.pushes(), outside.told(referral_id), outside.hop("generic")) == ([], [], None)


@pytest.mark.parametrize("before", ["fresh", "failed", "unnumbered"])
def test_a_credit_that_moved_takes_its_push_along_and_reaches_the_crm_once(
    each_outside: Outside, start: Start, before: str
) -> None:
    fake = start("generic")
    each_outside.sends("generic", fake)
    old = each_outside.refer("Kim", email="kim@example.org")
    begin(each_outside, old)
    if before == "unnumbered":
        fake.mood = "odd"
        each_outside.work()
    if before == "failed":
        _switch_off(each_outside)
        each_outside.work()
        each_outside.sends("generic", fake)
    new = _moves(each_outside, old)
    fake.mood = "ok"
    each_outside.work()
    push = each_outside.push()
    assert (push.referral_id, push.state, len(fake.kept)) == (new, "sent", 1)
    assert each_outside.told(new) != []
    assert each_outside.differences() == []


def _moves(scene: Outside, referral_id: int) -> int:
    with scene.app.app_context(), edges.unit():
        bea = members.add("bea@example.com", name="Bea", now=now())
        grace = members.add("grace@example.com", name="Grace", now=now(), roles=("manager",))
        db.session.flush()
        found = Dispute(referral_id=referral_id, by_id=bea.id, words="x", opened_at=now(), due_at=now())
        db.session.add(found)
        db.session.flush()
        decided = disputes.decide(found.id, moves=True, answer="She was first.", by=grace, now=now())
        assert decided.into_id is not None
        return decided.into_id


def test_a_push_told_the_deal_of_another_referral_never_takes_it_over(
    each_outside: Outside, start: Start
) -> None:
    each_outside.sends("generic", start("generic"))
    first = each_outside.refer("Lee", deal=IN_GENERAL)
    second = each_outside.refer("Kim")
    each_outside.work()
    each_outside.tell(event("Closed Won", deal_id=IN_GENERAL))
    each_outside.drain()
    assert (each_outside.paid(first), each_outside.paid(second)) == (32000, 100)
    assert each_outside.deals() == []


def test_a_deal_that_people_noted_in_its_short_form_is_not_taken_over_either(
    outside: Outside, start: Start
) -> None:
    fake = start("salesforce")
    outside.sends("salesforce", fake)
    begin(outside, outside.refer("Kim"))
    deal_id = "006Dn00000AbCdEIAV"
    first = outside.refer("Lee", deal=deal_id[:15])
    with outside.app.app_context(), edges.unit():
        push = outside.pushes()[0]
        actions.sent(push.id, Sent(deal_id, was_there=True), now=now())
    (line,) = outside.told(outside.referrals["Kim"])
    assert f"belongs to referral {outside.referral(first).code} already" in line
    assert outside.deals() == []
    assert outside.differences() == []
