"""Whoever is introduced: asked first, told who named them, sealed until they say yes, forgotten when they don't."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from hub import community, members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.outbox.jobs import drain_all
from hub.referrals.disputes.models import Dispute
from hub.referrals.fairness.models import Review
from hub.referrals.rights import actions
from hub.referrals.rights.models import Consent, LeftAlone
from tests.conftest import MakeApp
from tests.hub.referrals import visitors
from tests.hub.referrals.scene import Scene
from tests.hub.referrals.visitors import consent, linked, terms, token
from tests.mailbox import Mailbox

SECRETS = ("Head of secrets", "We rowed together", "They still fax", "She said sure", "4711 souls")
FORM = {
    "programme": "aluv", "contact_name": "Kim Lee", "contact_email": "kim@example.org", "contact_company": "Globex",
    "contact_title": SECRETS[0], "relation": SECRETS[1], "why": SECRETS[2], "consent_note": SECRETS[3],
    "q_people": SECRETS[4], "mode": "form",
}  # fmt: skip


def text(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def mailing(mailbox: Mailbox) -> dict[str, str]:
    return {"MAIL_URL": mailbox.url, "MAIL_FROM": "hub@example.com", "PUBLIC_URL": "https://hub.example.com",
            "SECRET_KEY": "s" * 40}  # fmt: skip


def plain(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


def introduce(scene: Scene, **changes: str) -> int:
    """Ada introduces Kim through the form, in a programme that asks first."""
    terms(scene, ask=changes.pop("ask", "first"))
    answer = scene.browser("ada").post("/referrals/new", data={**FORM, **changes})
    assert answer.status_code == 303, answer.text
    return scene.all()[-1].id


def dumped(scene: Scene) -> str:
    """Everything in the database, as text."""
    with scene.app.app_context():
        raw = db.engine.raw_connection()
        try:
            return "\n".join(raw.iterdump())
        finally:
            raw.close()


def talked_about(scene: Scene, number: int) -> list[str]:
    """What others wrote about the person of a referral: in its thread, in a doubt, in a review."""
    at, said = (
        now(),
        [f"Kim, said {who}" for who in ("ada", "kate", "bea", "grace", "mary", "ada again", "root")],
    )
    with scene.app.app_context(), edges.unit():
        subject = f"referral:{number}"
        first = community.say(subject, scene.ids["ada"], "Kim is on leave", at)
        community.edit(first.id, scene.ids["ada"], said[0], at)
        community.say(subject, scene.ids["kate"], said[1], at)
        db.session.add(Dispute(
            referral_id=number, by_id=scene.ids["bea"], words=said[2], opened_at=at, due_at=at, state="kept",
            answer=said[3], decided_by_id=scene.ids["grace"], decided_at=at,
        ))  # fmt: skip
        db.session.add(Review(
            referral_id=number, cause="score", state="refused", ceiling=0, opened_at=at, words=said[4],
            refused_by_id=scene.ids["mary"], refused_at=at, appeal=said[5], appealed_at=at, answer=said[6],
            answered_by_id=scene.ids["grace"], answered_at=at,
        ))  # fmt: skip
    return [*said, "Kim is on leave"]


def community_says(scene: Scene, number: int) -> list[str]:
    with scene.app.app_context():
        return [post.body for post in community.posts(f"referral:{number}")]


def test_until_they_say_yes_nothing_but_name_company_and_route_can_be_read(scene: Scene) -> None:
    number = introduce(scene)
    said = dumped(scene)
    assert "Kim Lee" in said
    assert [word for word in SECRETS if word in said] == []
    for who, path in (("ada", f"/referrals/{number}"), ("kate", f"/sales/referrals/{number}")):
        page = text(scene.browser(who).get(path))
        assert "Waiting for their yes" in page
        assert "Kim Lee" in page
        assert [word for word in SECRETS if word in page] == []


def test_their_page_says_who_named_them_and_yes_opens_what_was_sealed(scene: Scene) -> None:
    number = introduce(scene)
    path, nobody = f"/introduced/{token(scene, number)}", scene.browser(None)
    page = nobody.get(path)
    for words in ("Ada Example of Engines gave us your name", "May we get in touch?", "kim@example.org"):
        assert words in text(page)
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert nobody.post(path, data={"say": "yes"}).status_code == 303
    found = scene.look(number)
    assert (found.contact_title, found.relation, found.why, found.consent_note) == SECRETS[:4]
    assert "4711 souls" in scene.browser("kate").get(f"/sales/referrals/{number}").text
    assert "They said yes to being introduced." in scene.story(number)
    assert "referral.person_accepted" in visitors.told(scene, "kate")
    assert nobody.post(path, data={"say": "yes"}).status_code == 303, "twice is once"
    assert scene.story(number).count("They said yes to being introduced.") == 1


@pytest.mark.parametrize(("say", "state"), [("no", "declined"), ("forget", "erased")])
def test_a_no_forgets_them_keeps_the_history_and_tells_the_advocate_kindly(
    scene: Scene, say: str, state: str
) -> None:
    number = introduce(scene)
    path, nobody = f"/introduced/{token(scene, number)}", scene.browser(None)
    written = talked_about(scene, number)
    assert [word for word in written if word not in dumped(scene)] == []
    nobody.post(path, data={"say": say})
    said = dumped(scene)
    for word in ("Kim Lee", "kim@example.org", *SECRETS, *written):
        assert word not in said
    assert community_says(scene, number) == ["", ""]
    assert (scene.look(number).state, scene.entries(number)) == ("lost", {"submitted": 100}), (
        "it keeps what it earned"
    )
    assert "deleted" in text(nobody.get(path))
    assert f"referral.person_{state}" in visitors.told(scene, "ada")
    inbox = text(scene.browser("ada").get("/inbox"))
    assert "Kim" not in inbox
    again = scene.browser("bea").post("/referrals/new", data=FORM)
    assert again.status_code == 422
    assert "We can’t take this introduction" in text(again)
    assert scene.prove() == []


@pytest.mark.parametrize("named", ["e-mail", "telephone", "both"])
def test_nobody_is_asked_again_by_whichever_way_they_are_named(scene: Scene, named: str) -> None:
    number = introduce(scene, contact_phone="+49 30 1234567")
    scene.browser(None).post(f"/introduced/{token(scene, number)}", data={"say": "no"})
    again = {"contact_email": "", "contact_phone": ""}
    if named != "telephone":
        again["contact_email"] = "Kim@Example.org" if named == "e-mail" else "other@example.org"
    if named != "e-mail":
        again["contact_phone"] = "0049 30 123 45 67"
    answer = scene.browser("bea").post("/referrals/new", data={**FORM, **again})
    assert answer.status_code == 422
    assert "We can’t take this introduction" in text(answer)


@pytest.mark.parametrize("ask", ["first", "never"])
def test_whoever_said_no_may_come_by_themselves_and_says_so_by_their_mailbox(
    make_app: MakeApp, mailbox: Mailbox, ask: str
) -> None:
    scene = Scene(make_app(**mailing(mailbox)))
    number = introduce(scene)
    scene.browser(None).post(f"/introduced/{token(scene, number)}", data={"say": "no"})
    terms(scene, ask=ask)
    visitor = visitors.Visitor(scene)
    assert visitor.send(linked(scene, "bea"), why=SECRETS[2]).headers["Location"].endswith("/thanks")
    assert (
        visitor.send(linked(scene, "bea"), contact_title=SECRETS[0]).headers["Location"].endswith("/thanks")
    )
    found = scene.all()[-1]
    assert found.advocate_id == scene.ids["bea"]
    assert consent(scene, found.id).state == "asked", "anybody could have typed it"  # type: ignore[union-attr]
    assert [word for word in SECRETS if word in dumped(scene)] == []
    again = scene.browser("bea").post("/referrals/new", data={**FORM, "contact_email": "Kim@example.org"})
    assert "We can’t take this introduction" in text(again), "typing an address takes nobody’s no back"
    with scene.app.app_context():
        drain_all()
    (mail,) = [mail for mail in mailbox.messages if "Was it you" in str(mail["Subject"])]
    link = re.search(r"https://hub\.example\.com(/introduced/\S+)", plain(mail))
    assert link is not None
    scene.browser(None).post(link[1], data={"say": "yes"})
    found = scene.look(found.id)
    assert (found.contact_title, found.why) == (SECRETS[0], SECRETS[2])
    with scene.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LeftAlone)) == 0
    assert scene.prove() == []


def test_who_was_asked_and_comes_by_themselves_is_asked_once_more(
    make_app: MakeApp, mailbox: Mailbox
) -> None:
    scene = Scene(make_app(**mailing(mailbox)))
    number, code = introduce(scene), linked(scene, "bea")
    before = consent(scene, number).expires_at  # type: ignore[union-attr]
    for _ in range(2):
        answer = visitors.Visitor(scene).send(code, why="In my own words.", q_people="7")
        assert answer.headers["Location"].endswith("/thanks")
    with scene.app.app_context():
        drain_all()
    assert visitors.told(scene, "kate").count("referral.person_came") == 1
    assert "Kim Lee filled in a page of ours themselves" in text(scene.browser("kate").get("/inbox"))
    (mail,) = [mail for mail in mailbox.messages if "Was it you" in str(mail["Subject"])]
    found = consent(scene, number)
    assert found is not None
    assert (found.state, found.expires_at > before) == ("asked", True)
    assert [word for word in (*SECRETS, "In my own words.") if word in dumped(scene)] == []
    link = re.search(r"https://hub\.example\.com(/introduced/\S+)", plain(mail))
    assert link is not None
    scene.browser(None).post(link[1], data={"say": "yes"})
    assert scene.look(number).why == "They still fax\n\nIn my own words."
    assert scene.look(number).contact_title == SECRETS[0]


def test_a_customer_who_asks_to_be_forgotten_stays_won(scene: Scene) -> None:
    number = introduce(scene)
    path = f"/introduced/{token(scene, number)}"
    scene.browser(None).post(path, data={"say": "yes"})
    scene.reach(number, "accepted", "won", note="She named Ada.")
    scene.browser(None).post(path, data={"say": "forget"})
    found = scene.look(number)
    assert (found.state, found.contact_name, sum(scene.entries(number).values())) == ("won", "", 32_000)
    assert "She named Ada." not in dumped(scene)
    assert "such as the CRM" in text(scene.browser("kate").get("/inbox"))
    assert scene.prove() == []


@pytest.mark.parametrize(("reached", "state"), [((), "expired"), (("meeting",), "accepted")])
def test_silence_ends_in_forgetting_unless_they_are_in_touch_with_sales(
    scene: Scene, reached: tuple[str, ...], state: str
) -> None:
    number = introduce(scene)
    scene.reach(number, *reached)
    for days in (29, 31):
        with scene.app.app_context(), edges.unit():
            actions.expire_batch(now() + dt.timedelta(days=days))
        found = consent(scene, number)
        assert found is not None
        assert found.state == (state if days == 31 else "asked")
    assert bool(scene.look(number).contact_name) == (state == "accepted")
    assert scene.prove() == []


def test_a_rep_writes_down_what_was_said_on_the_telephone(scene: Scene) -> None:
    number = introduce(scene, contact_email="", contact_phone="+49 30 1234567")
    assert "no e-mail to ask them by" in text(scene.browser("kate").get(f"/sales/referrals/{number}"))
    assert (
        scene.browser("mary").post(f"/sales/referrals/{number}/consent", data={"say": "yes"}).status_code
        == 404
    )
    scene.browser("kate").post(f"/sales/referrals/{number}/consent", data={"say": "yes"})
    found = consent(scene, number)
    assert found is not None
    assert (found.state, found.how, found.by_id) == ("accepted", "spoken", scene.ids["kate"])


@pytest.mark.parametrize("ask", ["tell", "never"])
def test_a_programme_may_tell_them_or_leave_it_to_the_advocate(scene: Scene, ask: str) -> None:
    number = introduce(scene, ask=ask)
    assert scene.look(number).why == "They still fax"
    found = consent(scene, number)
    assert (found.state if found else None) == ("told" if ask == "tell" else None)


def test_a_link_is_found_out_when_it_is_made_up_or_over(scene: Scene) -> None:
    number, nobody = introduce(scene), scene.browser(None)
    path = f"/introduced/{token(scene, number)}"
    for wrong in (
        path[:-1] + ("x" if path[-1] != "x" else "y"),
        "/introduced/short",
        f"/introduced/{'ä' * 30}",
    ):
        assert nobody.get(wrong).status_code == 404
        assert nobody.post(wrong, data={"say": "yes"}).status_code == 404
    with scene.app.app_context(), edges.unit():
        db.session.get_one(Consent, number).expires_at = now() - dt.timedelta(seconds=1)
    assert "This link has ended" in text(nobody.get(path))
    assert consent(scene, number).state == "asked"  # type: ignore[union-attr]


def won(scene: Scene) -> str:
    """Kim came by Ada's page and became a customer; gives the path of their own page."""
    visitors.Visitor(scene).send(linked(scene))
    (found,) = scene.all()
    path = f"/introduced/{token(scene, found.id)}"
    assert scene.browser(None).post(f"{path}/joining").status_code == 409, "not before"
    scene.reach(found.id, "won")
    return path


def test_a_customer_who_was_introduced_may_become_an_advocate_by_their_mailbox_alone(
    make_app: MakeApp, mailbox: Mailbox
) -> None:
    scene = Scene(make_app(**mailing(mailbox)))
    path, nobody = won(scene), scene.browser(None)
    with scene.app.app_context():
        drain_all()
    assert "Join as an advocate" in nobody.get(path).text
    answer = nobody.post(f"{path}/joining")
    assert answer.headers["Location"] == f"{path}?invited=1", "whoever has the page isn’t let in by it"
    page = nobody.get(answer.headers["Location"]).text
    assert "We have written to you at k…@example.org" in page
    assert "/invitations/" not in page
    with scene.app.app_context():
        drain_all()
    (link,) = re.findall(
        r"https://hub\.example\.com(/invitations/\S+)", "".join(map(plain, mailbox.messages))
    )
    data = {"name": "Kim Lee", "email": "kim@example.org", "password": "paper lantern tide"}
    assert nobody.post(link, data=data).status_code == 303
    with scene.app.app_context():
        kim = members.find("kim@example.org")
        assert kim is not None
        assert kim.is_active
        assert members.get(kim.id).company.name == "Globex"  # type: ignore[union-attr]
    assert scene.browser(None).post(f"{path}/joining").status_code == 409, "once"


@pytest.mark.parametrize(("shown", "hides", "says"), [
    ("first", "Ada Example", "because Ada sent you"), ("company", "Ada", "because somebody at Engines sent you"),
])  # fmt: skip
def test_who_came_by_a_page_hears_no_more_of_its_advocate_than_the_page_says(
    make_app: MakeApp, mailbox: Mailbox, shown: str, hides: str, says: str
) -> None:
    scene = Scene(make_app(**mailing(mailbox)))
    scene.browser("ada").post("/referrals/page", data={"shown": shown, "words": ""})
    visitors.Visitor(scene).send(linked(scene))
    path, nobody = f"/introduced/{token(scene, scene.all()[0].id)}", scene.browser(None)
    assert says in text(nobody.get(path))
    seen = [nobody.get(f"{path}?sent=1").text, nobody.get(path).text]
    with scene.app.app_context():
        drain_all()
    scene.reach(scene.all()[0].id, "won")
    with scene.app.app_context():
        drain_all()
    mails = [mail for mail in mailbox.messages if "kim@example.org" in str(mail["To"])]
    assert len(mails) == 2, "that it arrived, and that they may join"
    seen += [nobody.get(path).text, *(str(mail["Subject"]) + plain(mail) for mail in mails)]
    nobody.post(path, data={"say": "forget"})
    seen.append(nobody.get(path).text)
    assert [page for page in seen if hides in page] == []


def test_whoever_is_expected_as_somebody_else_stays_that(scene: Scene) -> None:
    with scene.app.app_context(), edges.unit():
        members.invite("kim@example.org", name="Kim", now=now(), by=None, roles=("rep",), type="employee",
                       company_id=scene.ids["foods"])  # fmt: skip
    path = won(scene)
    assert scene.browser(None).post(f"{path}/joining").status_code == 303
    with scene.app.app_context():
        kim = members.find("kim@example.org")
        assert kim is not None
        assert (kim.roles_held, kim.type, kim.company_id) == (["rep"], "employee", scene.ids["foods"])


def test_a_persons_page_takes_no_more_answers_than_people_give(scene: Scene) -> None:
    path, nobody = won(scene), scene.browser(None)
    for _ in range(20):
        nobody.post(path, data={"say": "yes"})
        nobody.post(f"{path}/joining")
    for late in (nobody.post(path, data={"say": "forget"}), nobody.post(f"{path}/joining")):
        assert (late.status_code, late.headers["Retry-After"]) == (429, "900")
        assert "That was a lot at once" in late.text
    assert scene.look(scene.all()[0].id).contact_name == "Kim Lee"


def test_the_mails_go_to_whoever_was_introduced_and_to_nobody_who_is_gone(
    make_app: MakeApp, mailbox: Mailbox
) -> None:
    scene = Scene(make_app(**mailing(mailbox)))
    number = introduce(scene)
    gone = introduce(scene, contact_name="Lou", contact_email="lou@example.org")
    scene.browser(None).post(f"/introduced/{token(scene, gone)}", data={"say": "no"})
    visitors.Visitor(scene).send(linked(scene), contact_email="pat@example.org", contact_name="Pat")
    with scene.app.app_context():
        drain_all()
    mails = {str(mail["To"].addresses[0].addr_spec): mail for mail in mailbox.messages}
    assert "lou@example.org" not in mails
    asked = mails["kim@example.org"]
    assert str(asked["Subject"]).startswith("Ada Example would like to introduce you")
    body = plain(asked)
    link = re.search(r"https://hub\.example\.com(/introduced/\S+)", body)
    assert link is not None
    assert scene.browser(None).get(link[1]).status_code == 200
    assert "unsubscribe" in body
    assert asked["List-Unsubscribe"] is None
    assert [word for word in SECRETS if word in body] == []
    assert "has arrived" in str(mails["pat@example.org"]["Subject"])
    assert consent(scene, number).state == "asked"  # type: ignore[union-attr]
