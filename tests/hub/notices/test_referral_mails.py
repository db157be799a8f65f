"""The mails of a referral's life: each stage with the rep's words, the win, the rep's own, a question."""

from typing import Any

import pytest
from flask import Flask

from hub import community
from hub.core import edges, registry
from hub.core.clock import now
from hub.referrals.advance import Advance, advance_many
from tests.conftest import MakeApp
from tests.hub.notices.conftest import sending_to, settled
from tests.hub.notices.scenes import states, work
from tests.hub.notices.test_sending import plain
from tests.hub.referrals.scene import Scene
from tests.mailbox import Mailbox


@pytest.fixture
def mailed(make_app: MakeApp, mailbox: Mailbox) -> Scene:
    """The cast of the referrals, on a hub that mails."""
    return Scene(settled(make_app(**sending_to(mailbox))))


def to(mailbox: Mailbox, who: str) -> list[tuple[str, str]]:
    """Subjects and texts of the mails somebody got."""
    return [
        (str(message["Subject"]), plain(message))
        for message, (recipient,) in zip(mailbox.messages, mailbox.recipients, strict=True)
        if recipient == f"{who}@example.com"
    ]


def step(scene: Scene, referral_id: int, rung: str, **more: Any) -> None:
    scene.reach(referral_id, rung, **more)
    work(scene.app)


def test_the_rep_hears_of_a_new_referral_and_not_how_to_reach_them(mailed: Scene, mailbox: Mailbox) -> None:
    contact = {
        "company": "Fjordlight",
        "phone": "+47 555 01 23",
        "why": "They close in nine days.\n<b>Nine</b>",
    }
    mailed.refer(mode="warm_email", contact=contact)
    work(mailed.app)
    ((subject, text),) = to(mailbox, "kate")
    assert subject == "Ada Example introduced Kim Lee to you"
    for words in ("Kim Lee at Fjordlight", "> They close in nine days.", "<b>Nine</b>", "with a warm e-mail"):
        assert words in text
    assert "555" not in text
    assert "kim@example.org" not in text
    html = mailbox.messages[0].get_body(("html",))
    assert html is not None
    assert "&lt;b&gt;Nine" in html.get_content()
    assert to(mailbox, "ada") == []


def test_each_stage_brings_the_reps_words_and_how_to_help(mailed: Scene, mailbox: Mailbox) -> None:
    referral_id = mailed.refer()
    work(mailed.app)
    step(mailed, referral_id, "accepted")
    step(mailed, referral_id, "meeting", note="They brought their controller.", by_id=mailed.ids["kate"])
    step(mailed, referral_id, "opportunity")
    step(mailed, referral_id, "won", note="Signed.")
    accepted, meeting, opportunity, won = to(mailbox, "ada")
    assert accepted[0] == "Kim Lee reached Accepted: 400 points for you"
    assert "Ask Kim what they want to know first" in accepted[1]
    assert meeting[0] == "Kim Lee reached Meeting: 1,500 points for you"
    assert "> They brought their controller." in meeting[1]
    assert "Kate Example" in meeting[1]
    assert "+1,500  [=]  Meeting (now)" in meeting[1]
    assert "+5,000  [ ]  Opportunity (next)" in meeting[1]
    assert "2,000 with this introduction so far" in meeting[1]
    assert "Ask Kim how the talk went" in meeting[1]
    assert "They brought" not in opportunity[1]
    assert "They are making up their minds" in opportunity[1]
    assert won[0] == "Kim Lee is won: 25,000 points are yours!"
    assert "32,000 with this introduction in all" in won[1]
    assert [subject for subject, _ in to(mailbox, "kate")][1:] == [
        "Kim Lee is won: Ada Example was thanked with 25,000 points."
    ]


def test_a_mail_that_goes_late_tells_of_its_own_step(mailed: Scene, mailbox: Mailbox) -> None:
    referral_id = mailed.refer()
    mailed.reach(referral_id, "accepted")
    mailed.reach(referral_id, "lost", note="Frozen until next year.")
    work(mailed.app)
    (_, first), (subject, second) = to(mailbox, "ada")
    assert "Accepted (now)" in first
    assert "Frozen" not in first
    assert subject == "Kim Lee: no deal this time, and you keep your points"
    assert "> Frozen until next year." in second
    assert "The 500 points that your introduction earned stay yours" in second


def test_a_step_back_says_so(mailed: Scene, mailbox: Mailbox) -> None:
    referral_id = mailed.refer()
    step(mailed, referral_id, "meeting")
    step(mailed, referral_id, "accepted")
    assert "is back at Accepted" in to(mailbox, "ada")[-1][1]


def test_a_question_comes_with_its_words_and_goes_with_them(mailed: Scene, mailbox: Mailbox) -> None:
    referral_id = mailed.refer()
    work(mailed.app)
    with mailed.app.app_context(), edges.unit():
        community.say(
            f"referral:{referral_id}", mailed.ids["kate"], "Do they still use *the old tool*?", now()
        )
        gone = community.say(f"referral:{referral_id}", mailed.ids["kate"], "Oh, forget it.", now())
        community.take_back(gone.id, mailed.ids["kate"], now())
    work(mailed.app)
    ((subject, text),) = to(mailbox, "ada")
    assert subject == "Kate Example wrote to you about Kim Lee"
    assert "> Do they still use *the old tool*?" in text
    assert "https://hub.example.com/" in text
    assert sorted(states(mailed.app)) == ["dropped", "sent", "sent"]


def test_an_import_of_old_deals_mails_nobody(mailed: Scene, mailbox: Mailbox) -> None:
    referral_id = mailed.refer()
    work(mailed.app)
    with mailed.app.app_context(), edges.unit():
        step = Advance(referral_id=referral_id, rung_key="won", happened_at=now(), source="import")
        advance_many([step], now=now(), quietly=True)
    work(mailed.app)
    assert to(mailbox, "ada") == []


def test_the_sample_hub_mails_no_old_news(app: Flask) -> None:
    """Months of history are planted; nobody is written to about what is past."""
    with app.app_context():
        for _order, _name, plant in registry.seeds:
            with edges.unit():
                plant(now=now())
    work(app)
    assert "parked" not in states(app)
    assert states(app).count("sent") <= 15
