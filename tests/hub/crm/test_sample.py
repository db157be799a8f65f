"""The sample CRM: a click becomes a signed message over real HTTP, and the hub books it like any other."""

import pytest
from flask import Flask
from sqlalchemy import select

from hub.core import edges, place, registry
from hub.core.clock import now
from hub.core.db import db
from hub.crm import connections, mending, queries
from hub.crm.sample import actions, jobs
from hub.crm.sample.models import SampleDeal
from hub.crm.sample.stages import MEANS, STAGES
from hub.outbox.jobs import drain_all
from hub.outbox.models import Message
from tests.conftest import MakeApp
from tests.hub.crm.scene import Scene, upto
from tests.hub.members.people import browser, person
from tests.site import Site


def plant(app: Flask) -> None:
    """What `hurrah seed demo` does for the sample CRM, in a hub that has the sample."""
    with app.app_context(), edges.unit():
        place.settle(has_sample=True)
    for _order, name, seed in registry.seeds:
        if name.startswith("sample CRM"):
            with app.app_context(), edges.unit():
                seed(now=now())


def deals(app: Flask) -> list[SampleDeal]:
    with app.app_context(), edges.reading():
        found = list(db.session.scalars(select(SampleDeal).order_by(SampleDeal.id)))
        db.session.expunge_all()
        return found


@pytest.fixture
def demo(site: Site) -> Scene:
    """A hub with the sample, answering on a port: two referrals, Ada signed up to sign in."""
    scene = Scene(site.app)
    scene.refer("Kim", code="RF-7Q2M9K")
    plant(scene.app)
    person(scene.app, "linus@example.com", "Linus Bergqvist")
    return scene


def click(scene: Scene, stage: str, deal_id: int = 1) -> int:
    return (
        browser(scene.app, "linus@example.com")
        .post(f"/demo/crm/deals/{deal_id}/stage", data={"stage": stage})
        .status_code
    )


def work(scene: Scene) -> None:
    with scene.app.app_context():
        drain_all()


def test_a_click_goes_the_whole_way_and_pays(demo: Scene) -> None:
    kim = demo.referrals["Kim"]
    steps = [
        ("Working", "accepted"),
        ("Discovery call", "meeting"),
        ("Proposal", "opportunity"),
        ("Closed Won", "won"),
    ]
    for stage, rung in steps:
        assert click(demo, stage) == 303
        assert deals(demo.app)[0].sending == "sending"
        work(demo)
        (deal,) = deals(demo.app)
        assert (deal.stage, deal.sending, deal.status) == (stage, "answered", 202)
        assert deal.answer is not None
        assert '"kept": 1' in deal.answer
        assert demo.ledger(kim) == upto(rung)
    assert demo.states() == ["done"] * 4
    assert demo.referral(kim).amount_hundredths == deals(demo.app)[0].amount_hundredths


def test_the_board_shows_what_became_of_the_last_message(demo: Scene) -> None:
    linus = browser(demo.app, "linus@example.com")
    page = linus.get("/demo/crm").text
    assert "A stand-in for your CRM, here only with the sample data." in page
    assert all(stage in page for stage in STAGES)
    click(demo, "Closed Won")
    assert "Signing and sending" in linus.get("/demo/crm").text
    piece = linus.get("/demo/crm/deals/1", headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert piece.strip().startswith('<div class="deal__news" id="deal-1-news"')
    assert 'hx-trigger="every 1s"' in piece
    work(demo)
    piece = linus.get("/demo/crm/deals/1", headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert "Answered 202" in piece
    assert "Booked" in piece
    assert "hx-trigger" not in piece
    assert "/referrals/" not in piece  # not Linus's referral
    assert linus.get("/demo/crm?q=kim").text.count("<article") == 1
    assert "No deal fits" in linus.get("/demo/crm?q=nobody%25").text


def test_the_hub_checks_the_signature_of_its_own_sample_too(demo: Scene) -> None:
    with demo.app.app_context(), edges.reading():
        whole = jobs.prepare(1, "Closed Won", "msg_1", "2026-11-20T10:00:00+00:00")
    assert whole is not None
    forged = type(whole)(
        whole.addresses, whole.host, type(whole.secret)("whsec_Zm9yZ2VkIHNlY3JldA=="), "msg_1", whole.body
    )
    assert jobs.call(forged)[0] == 401
    assert demo.deliveries() == 0
    assert jobs.call(whole)[0] == 202
    assert '"duplicates": 1' in jobs.call(whole)[1]


def test_a_referral_submitted_in_the_demo_becomes_a_deal(demo: Scene) -> None:
    demo.refer("New One")
    work(demo)
    assert [deal.stage for deal in deals(demo.app)] == ["New lead", "New lead"]
    assert len({deal.number for deal in deals(demo.app)}) == 2


def test_seeding_twice_changes_nothing(demo: Scene) -> None:
    click(demo, "Proposal")
    work(demo)
    before = [(deal.id, deal.stage, deal.message_id) for deal in deals(demo.app)]
    with demo.app.app_context(), edges.reading():
        secret = connections.active(1)[0].sealed
    plant(demo.app)
    assert [(deal.id, deal.stage, deal.message_id) for deal in deals(demo.app)] == before
    with demo.app.app_context(), edges.reading():
        assert [each.sealed for each in connections.active(1)] == [secret]
        mapped = {each.crm_stage: each.rung for each in queries.mapped(1)}
        assert mapped == MEANS


def test_a_hub_that_does_not_answer_is_tried_again_and_nothing_is_lost(make_app: MakeApp) -> None:
    app = make_app(PORT="9", PUBLIC_URL="http://127.0.0.1:9")
    scene = Scene(app)
    kim = scene.refer("Kim")
    plant(app)
    person(app, "linus@example.com", "Linus Bergqvist")
    click(scene, "Closed Won")
    work(scene)
    assert deals(app)[0].sending == "sending"
    with app.app_context(), edges.reading():
        message = db.session.scalars(select(Message).where(Message.name == actions.TELL)).one()
        assert (message.attempts, message.done_at) == (1, None)
    assert scene.ledger(kim) == upto("submitted")


def test_an_answer_to_an_older_click_does_not_overwrite_the_newer(demo: Scene) -> None:
    with demo.app.app_context(), edges.unit():
        deal = db.session.get_one(SampleDeal, 1)
        actions.move(deal, "Working", now=now())
        older = deal.message_id
        actions.move(deal, "Proposal", now=now())
        assert older is not None
        actions.answered(1, older, 202, "{}", now=now())
        assert deal.sending == "sending"


def test_without_the_sample_there_is_no_such_page(scene: Scene) -> None:
    person(scene.app, "linus@example.com", "Linus Bergqvist")
    linus = browser(scene.app, "linus@example.com")
    assert linus.get("/demo/crm").status_code == 404
    assert linus.post("/demo/crm/deals/1/stage", data={"stage": "Working"}).status_code == 404
    assert "Sample CRM" not in linus.get("/inbox").text
    scene.refer("Kim")
    work(scene)
    assert deals(scene.app) == []


def test_strangers_must_sign_in_and_unknown_stages_are_refused(demo: Scene) -> None:
    assert browser(demo.app, None).get("/demo/crm").status_code == 303
    assert click(demo, "Somewhere else") == 400
    assert click(demo, "Working", deal_id=77) == 404
    assert "Sample CRM" in browser(demo.app, "linus@example.com").get("/inbox").text


def test_every_stage_of_the_sample_is_mapped(demo: Scene) -> None:
    with demo.app.app_context(), edges.reading():
        assert set(MEANS.values()) == {"-", "accepted", "meeting", "opportunity", "won", "lost"}
        assert [mending.awaiting(1, stage) for stage in STAGES] == [0] * len(STAGES)
