"""Landing pages: what they say, who may be named how, what a form that is sent becomes, and what nobody can forge."""

import datetime as dt
import io
import re
import threading
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from PIL import Image

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.core.place import settle
from hub.referrals import programmes, queries
from hub.referrals.landing import actions, touches
from hub.referrals.landing.touches import Visit
from hub.referrals.lead_terms import Vetting, Words
from hub.referrals.people import Contact
from hub.sharing import actions as links
from hub.sharing.queries import by_code
from tests.conftest import MakeApp
from tests.hub.referrals import visitors
from tests.hub.referrals.scene import SAMPLE, Scene
from tests.hub.referrals.visitors import Visitor, linked, mark, terms

EVIL = '"><script>alert(1)</script>'


def text(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_a_page_names_the_advocate_and_says_all_that_it_should(scene: Scene) -> None:
    said = text(Visitor(scene).open(linked(scene)))
    for words in ("Ada Example thinks this could help you", "Engines", "What happens next", "How we get in touch",
                  "Whom we help best", "20 to 2,000 people", "Three months free", "32,000 points of thanks",
                  "Questions", "What does it cost me to talk?", "but not what you write"):  # fmt: skip
        assert words in said, words


def test_each_page_for_strangers_names_somebody_to_write_to(scene: Scene) -> None:
    code = linked(scene)
    paths = (f"/r/{code}", f"/r/{code}/thanks", "/sign-in", "/introduced/" + "x" * 30)
    assert [path for path in paths if "mailto:" in scene.browser(None).get(path).text] == []
    with scene.app.app_context(), edges.unit():
        settle(contact_name="Grace Whitlock", contact_email="grace@example.org")
    for path in paths:
        foot = scene.browser(None).get(path).text.partition("<footer")[2]
        assert '<a href="mailto:grace@example.org">Grace Whitlock</a>' in foot, path


@pytest.mark.parametrize(("shown", "says", "hides"), [
    ("full", "Ada Example", ""), ("first", "Ada thinks", "Example"), ("company", "Somebody at Engines", "Ada"),
])  # fmt: skip
def test_a_member_says_how_their_page_names_them(scene: Scene, shown: str, says: str, hides: str) -> None:
    mine = scene.browser("ada").post("/referrals/page", data={"shown": shown, "words": "Ask me anything."})
    assert mine.status_code == 303
    answer = Visitor(scene).open(linked(scene))
    assert says in text(answer)
    assert "Ask me anything." in text(answer)
    assert not hides or hides not in answer.text


def test_a_manager_changes_the_page_and_it_is_live(scene: Scene) -> None:
    code, grace = linked(scene), scene.browser("grace")
    page = grace.get("/manage/programmes/aluv/page")
    data = dict(re.findall(r'<input[^>]*name="([\w-]+)"[^>]*value="([^"]*)"', page.text)) | {
        "words-0-headline": "Reports without tears", "words-0-faq": "Is it hard?\nNo.", "ask": "tell",
        "words-3-offer": "A mug for friends of the house.", "smallest": "20", "largest": "2000",
        **{f"vetting-{place}-kind": "text" if place else "choice" for place in range(8)},
    }  # fmt: skip
    preview = grace.post("/manage/programmes/aluv/page/preview", data=data)
    assert "Reports without tears" in text(preview)
    assert "Reports without tears" not in Visitor(scene).open(code).text
    assert grace.post("/manage/programmes/aluv/page", data={**data, "do": "publish"}).status_code == 303
    said = text(Visitor(scene).open(code))
    assert "Reports without tears" in said
    assert "Is it hard?" in said
    assert "A mug" not in said, "those are words for whom an employee sends"
    stale = grace.post(
        "/manage/programmes/aluv/page", data={**data, "do": "publish", "words-0-headline": "Else"}
    )
    assert stale.status_code == 422


def test_other_words_are_said_when_a_partner_sends_them(scene: Scene) -> None:
    terms(
        scene,
        landing={"": Words(headline="For all", offer="A month free"), "partner": Words(headline="For yours")},
    )
    code = linked(scene)
    assert "For all" in Visitor(scene).open(code).text
    with scene.app.app_context(), edges.unit():
        ada = members.get(scene.ids["ada"])
        assert ada is not None
        ada.type = "partner"
    said = text(Visitor(scene).open(code))
    assert "For yours" in said
    assert "A month free" in said, "what isn't said otherwise is as for everybody"


def test_a_form_becomes_a_referral_with_its_whole_chain(scene: Scene) -> None:
    code = linked(scene)
    answer = Visitor(scene).send(code, mark(scene, code), q_industry="Clinics", q_people="140")
    assert answer.status_code == 303
    (found,) = scene.all()
    assert (found.mode, found.advocate_id, found.owner_id) == ("link", scene.ids["ada"], scene.ids["kate"])
    assert visitors.touches(scene, found.id) == [(scene.ids["ada"], True, True)]
    assert visitors.consent(scene, found.id).how == "self"  # type: ignore[union-attr]
    assert scene.entries(found.id) == {"submitted": 100}
    story = "\n".join(scene.story(found.id))
    order = ["They followed your link, copied and passed on.", "They opened the page behind your link.",
             "You introduced Kim Lee over a personal link.", "left their details themselves"]  # fmt: skip
    places = [story.index(words) for words in order]
    assert places == sorted(places)
    assert "click" in "\n".join(scene.story(found.id, "manager"))
    shown = Visitor(scene).client.get(f"/introduced/{visitors.token(scene, found.id)}?sent=1")
    assert "Thank you, Kim" in text(shown)
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert scene.prove() == []


@pytest.mark.parametrize(("change", "says"), [
    ({"contact_name": ""}, "What may we call you?"), ({"contact_email": "nonsense"}, "is not an e-mail address"),
    ({"contact_email": "kim@mailinator.com"}, "mailinator.com gives out addresses that are thrown away after use"),
    ({"contact_email": ""}, "an e-mail or a telephone number"),
    ({"contact_name": "see https://x.example"}, "web address"),
    ({"contact_email": "ada@example.com"}, "That is your own e-mail"), ({"why": "x" * 2001}, "2000 characters"),
    ({"q_when": "Never"}, "Not a valid choice"),
])  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    scene: Scene, change: dict[str, str], says: str
) -> None:
    answer = Visitor(scene).send(linked(scene), **{"contact_title": "Head of tea", **change})
    assert answer.status_code == 422
    assert says in text(answer)
    assert 'value="Globex"' in answer.text
    assert 'value="Head of tea"' in answer.text
    assert "Somebody who decides, good" in text(answer), "the coach speaks without JavaScript, too"
    assert scene.all() == []


def test_a_question_that_sales_insists_on_is_asked_of_both(scene: Scene) -> None:
    terms(scene, vetting=(Vetting(key="tool", label="What do you use today?", required=True),))
    answer = Visitor(scene).send(linked(scene))
    assert answer.status_code == 422
    assert "it decides who gets in touch" in text(answer)
    form = {"programme": "aluv", "contact_name": "Kim", "contact_email": "kim@example.org", "relation": "A friend",
            "mode": "form"}  # fmt: skip
    ada = scene.browser("ada")
    assert ada.post("/referrals/new", data=form).status_code == 422
    assert ada.post("/referrals/new", data={**form, "q_tool": "Paper"}).status_code == 303
    assert (
        Visitor(scene).send(linked(scene), q_tool="Fax", contact_email="lou@example.org").status_code == 303
    )
    last = scene.all()[-1]
    assert "What do you use today?" in scene.browser("kate").get(f"/sales/referrals/{last.id}").text


def test_hints_come_while_typing_and_write_nothing(scene: Scene) -> None:
    code, visitor = linked(scene), Visitor(scene)
    typed = {"contact_title": "Head of Marketing", "q_industry": "Another one", "q_people": "7"}
    said = text(visitor.client.post(f"/r/{code}/hints", data=typed))
    for words in ("just whom we hope to meet", "Tell us what is alike", "Smaller than usual"):
        assert words in said
    ada = scene.browser("ada").post("/referrals/new/check", data={"programme": "aluv", **typed})
    assert "Smaller than usual" in text(ada)


def test_the_first_verified_touch_is_credited_and_who_came_second_is_told(scene: Scene) -> None:
    ada, bea, visitor = linked(scene, "ada"), linked(scene, "bea"), Visitor(scene)
    visitor.agree(ada, mark(scene, ada))
    assert visitor.send(bea, mark(scene, bea)).status_code == 303
    (found,) = scene.all()
    assert found.advocate_id == scene.ids["ada"]
    assert visitors.touches(scene, found.id) == [
        (scene.ids["ada"], True, True),
        (scene.ids["bea"], True, False),
    ]
    assert "referral.came_second" in visitors.told(scene, "bea")
    assert "another member’s link" in "\n".join(scene.story(found.id))
    assert "Bea" not in "\n".join(scene.story(found.id)), "an advocate isn't told whose link it was"


def seen(code: str, *, days_ago: int, clicked: bool = True) -> Visit:
    at = now() - dt.timedelta(days=days_ago)
    return Visit(code=code, click_id=f"c{days_ago}" if clicked else "", clicked_at=at if clicked else None, at=at,
                 nonce="n")  # fmt: skip


def test_an_old_visit_takes_nothing_from_a_fresh_one_by_the_same_link(scene: Scene) -> None:
    ada, bea = linked(scene, "ada"), linked(scene, "bea")
    with scene.app.app_context(), edges.unit():
        programme = queries.programme_with_version("aluv")
        assert programme is not None
        visits = [
            seen(bea, days_ago=50),
            seen(ada, days_ago=40),
            seen(ada, days_ago=1),
            seen(ada, days_ago=0),
        ]
        taken = actions.take(
            programme, Contact(name="Lou", email="lou@example.org"), visits, answers={}, now=now()
        )
        assert taken.referral.advocate_id == scene.ids["ada"]
        number = taken.referral.id
    assert visitors.touches(scene, number) == [
        (scene.ids["bea"], True, False),
        (scene.ids["ada"], True, True),
    ]
    assert "They followed your link" in "\n".join(scene.story(number))


def test_a_cookie_lets_go_of_what_is_too_old_and_takes_a_click_over_a_mere_look() -> None:
    kept = [seen("old", days_ago=31), seen("look", days_ago=9, clicked=False), seen("click", days_ago=8)]
    fresh = seen("look", days_ago=0)
    assert touches.added(kept, fresh, window_days=30) == [fresh, kept[2]]
    assert touches.added(kept, seen("click", days_ago=0), window_days=30) == kept[1:]
    assert touches.added(kept, seen("old", days_ago=0, clicked=False), window_days=30)[-1].code == "old"


def test_without_consent_nothing_is_remembered_and_the_link_in_the_address_counts(scene: Scene) -> None:
    ada, bea, visitor = linked(scene, "ada"), linked(scene, "bea"), Visitor(scene)
    answer = visitor.open(ada, mark(scene, ada))
    assert touches.COOKIE not in "".join(answer.headers.getlist("Set-Cookie"))
    visitor.send(bea)
    assert [found.advocate_id for found in scene.all()] == [scene.ids["bea"]]


def test_a_cookie_is_taken_back_as_easily(scene: Scene) -> None:
    ada, bea, visitor = linked(scene, "ada"), linked(scene, "bea"), Visitor(scene)
    visitor.agree(ada, mark(scene, ada))
    assert "Forget it" in visitor.open(bea).text
    visitor.client.post(f"/r/{bea}/remembering", data={"say": "no"})
    visitor.send(bea)
    assert [found.advocate_id for found in scene.all()] == [scene.ids["bea"]]


def test_a_browser_that_says_no_to_everything_is_not_even_asked(scene: Scene) -> None:
    code = linked(scene)
    shown = scene.browser(None).get(f"/r/{code}", headers={"Sec-GPC": "1"})
    assert "Remember it" not in shown.text
    assert "Remember it" in scene.browser(None).get(f"/r/{code}").text


@pytest.mark.parametrize("forged", ["a mark that is made up", "another link's mark", "an old click", "a made-up visit",
                                    "another page's visit", "a stuffed cookie"])  # fmt: skip
def test_nothing_forged_is_credited(scene: Scene, forged: str) -> None:
    ada, bea, visitor = linked(scene, "ada"), linked(scene, "bea"), Visitor(scene)
    via, typed = "", {}
    if forged == "a mark that is made up":
        via = mark(scene, ada)[:-1] + "x"
    elif forged == "another link's mark":
        via = mark(scene, bea)
    elif forged == "an old click":
        via = mark(scene, ada, ago=dt.timedelta(days=31))
    elif forged == "a made-up visit":
        typed = {"seen": "eyJhIjoxfQ.AAAA"}
    elif forged == "another page's visit":
        typed = {"seen": visitor.seen(bea, mark(scene, bea))}
    else:
        visitor.client.set_cookie(touches.COOKIE, "W1siYSIsImIiXV0.c3R1ZmZlZA", path="/r/")
    assert visitor.send(ada, via, **typed).status_code == 303
    (found,) = scene.all()
    if forged == "an old click":
        assert (found.advocate_id, found.breakage) == (None, actions.TOO_LATE)
        assert scene.entries(found.id) == {}
    else:
        assert found.advocate_id == scene.ids["ada"]
        assert [row[:2] for row in visitors.touches(scene, found.id)] == [(scene.ids["ada"], False)]


def test_a_cookie_can_not_be_set_by_a_picture_on_another_page(scene: Scene) -> None:
    code = linked(scene)
    for path in (f"/r/{code}", f"/r/{code}/picture.png", f"/r/{code}?remember=yes&say=yes"):
        assert touches.COOKIE not in "".join(scene.browser(None).get(path).headers.getlist("Set-Cookie"))
    assert (
        "frame-ancestors 'none'" in scene.browser(None).get(f"/r/{code}").headers["Content-Security-Policy"]
    )


def test_somebody_we_know_is_thanked_and_learns_nothing(scene: Scene) -> None:
    first = scene.refer("ada")
    answer = Visitor(scene).send(linked(scene, "bea"), mark(scene, linked(scene, "bea")))
    assert answer.headers["Location"].endswith("/thanks")
    assert "Ada" not in Visitor(scene).client.get(answer.headers["Location"]).text
    assert [found.id for found in scene.all()] == [first]
    assert "referral.came_second" in visitors.told(scene, "bea")
    again = Visitor(scene).send(linked(scene, "bea"))
    assert again.status_code == 303
    assert len(visitors.touches(scene, first)) == 1, "written down once"


def test_whoever_types_an_address_sees_nobodys_page_and_not_whether_we_knew_it(scene: Scene) -> None:
    code, seen = linked(scene), []
    for _ in range(2):
        answer = Visitor(scene).send(code)
        seen.append((answer.headers["Location"], Visitor(scene).client.get(answer.headers["Location"]).text))
    assert seen[0] == seen[1]
    assert seen[0][0] == f"/r/{code}/thanks"
    by_phone = Visitor(scene).send(code, contact_email="", contact_phone="+49 30 1234567")
    assert by_phone.headers["Location"].startswith("/introduced/"), "no mail could bring it"


def test_a_form_sent_twice_is_one_referral(scene: Scene) -> None:
    code, visitor = linked(scene), Visitor(scene)
    data = {**visitors.KIM, "seen": visitor.seen(code)}
    assert [visitor.client.post(f"/r/{code}", data=data).status_code for _ in range(2)] == [303, 303]
    assert len(scene.all()) == 1
    assert scene.prove() == []


def test_the_advocates_daily_cap_turns_no_stranger_away(scene: Scene) -> None:
    scene.publish(daily_cap=1)
    scene.refer("ada", "one@example.org", at=now())
    assert Visitor(scene).send(linked(scene)).status_code == 303
    assert len(scene.all()) == 2


@pytest.mark.parametrize(("what", "status", "says"), [
    ("unknown", 404, "This link isn’t in use"), ("retired", 404, "This link isn’t in use"),
    ("elsewhere", 404, "This link isn’t in use"), ("ended", 410, "This offer has ended"),
    ("left", 410, "This page is resting"), ("not theirs", 410, "This page is resting"),
])  # fmt: skip
def test_a_page_that_isnt_there_says_so_kindly(scene: Scene, what: str, status: int, says: str) -> None:
    code = linked(scene)
    with scene.app.app_context(), edges.unit():
        if what == "ended":
            programmes.set_state(1, "ended", by_id=None, now=now())
        elif what == "left":
            members.disable(members.get(scene.ids["ada"]), now=now())  # type: ignore[arg-type]
        elif what == "retired":
            links.retire(by_code(code), now())  # type: ignore[arg-type]
    if what == "not theirs":
        scene.publish(replace(SAMPLE, audience=("partner",)))
    code = {"unknown": "zzzzzzzz", "elsewhere": "hub"}.get(what, code)
    for answer in (Visitor(scene).open(code), scene.browser(None).post(f"/r/{code}", data=visitors.KIM)):
        assert answer.status_code == status
        assert says in text(answer)
    assert scene.all() == []


def test_an_advocate_who_left_meanwhile_leaves_a_lead_and_a_reason(scene: Scene) -> None:
    ada, visitor = linked(scene, "ada"), Visitor(scene)
    visitor.agree(ada, mark(scene, ada))
    bea = linked(scene, "bea")
    with scene.app.app_context(), edges.unit():
        members.disable(members.get(scene.ids["ada"]), now=now())  # type: ignore[arg-type]
    visitor.send(bea)
    assert [found.advocate_id for found in scene.all()] == [scene.ids["bea"]], (
        "the next one in the chain is credited"
    )
    with scene.app.app_context(), edges.unit():
        programme = queries.programme_with_version("aluv")
        assert programme is not None
        seen = Visit(code=ada, click_id="", clicked_at=None, at=now(), nonce="n")
        lou = Contact(name="Lou", email="lou@example.org")
        taken = actions.take(programme, lou, [seen], answers={}, now=now())
        assert (taken.referral.advocate_id, taken.referral.breakage) == (None, actions.GONE)
    report = text(scene.browser("grace").get("/manage/attribution?period=all"))
    assert "50.0 %" in report
    assert actions.GONE in report
    assert scene.prove() == []


def test_more_forms_than_people_send_are_put_off_and_kept(scene: Scene) -> None:
    code, visitor = linked(scene), Visitor(scene)
    for _ in range(20):
        visitor.client.post(f"/r/{code}", data={"contact_name": "x"})
    late = visitor.client.post(f"/r/{code}", data=visitors.KIM)
    assert (late.status_code, late.headers["Retry-After"]) == (429, "900")
    assert 'value="Kim Lee"' in late.text
    assert scene.all() == []


def test_what_strangers_type_is_text_everywhere(scene: Scene) -> None:
    code = linked(scene)
    Visitor(scene).send(code, contact_name=EVIL, contact_company=EVIL, contact_title=EVIL, why=EVIL)
    (found,) = scene.all()
    places = [
        ("ada", f"/referrals/{found.id}"),
        ("kate", f"/sales/referrals/{found.id}"),
        (None, f"/introduced/{visitors.token(scene, found.id)}"),
    ]
    for who, path in places:
        answer = scene.browser(who).get(path)
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;alert(1)" in answer.text, path


def test_the_picture_is_drawn_for_its_advocate(scene: Scene) -> None:
    answer = Visitor(scene).client.get(f"/r/{linked(scene)}/picture.png")
    assert (answer.mimetype, "public" in answer.headers["Cache-Control"]) == ("image/png", True)
    assert "Set-Cookie" not in answer.headers
    with Image.open(io.BytesIO(answer.data)) as drawn:
        assert drawn.size == (1200, 630)
    assert len(answer.data) < 60_000
    assert answer.data != Visitor(scene).client.get(f"/r/{linked(scene, 'bea')}/picture.png").data
    shown = Visitor(scene).open(linked(scene)).text
    assert 'property="og:image" content="http' in shown


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_who_send_the_same_lead_at_once_make_one_referral_and_the_other_is_told(
    make_app: MakeApp, kind: str
) -> None:
    scene = Scene(make_app(kind))
    scene.app.config["WTF_CSRF_ENABLED"] = False
    pages = {who: linked(scene, who) for who in ("ada", "bea")}
    seen = {who: Visitor(scene).seen(code, mark(scene, code)) for who, code in pages.items()}
    gate, answers = threading.Barrier(2), {}

    def send(who: str) -> None:
        client = scene.app.test_client()
        gate.wait()
        data = {**visitors.KIM, "seen": seen[who]}
        answers[who] = client.post(f"/r/{pages[who]}", data=data).status_code

    threads = [threading.Thread(target=send, args=(who,)) for who in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {"ada": 303, "bea": 303}
    (found,) = scene.all()
    winner = next(who for who in pages if scene.ids[who] == found.advocate_id)
    loser = "bea" if winner == "ada" else "ada"
    assert "referral.came_second" in visitors.told(scene, loser)
    assert "referral.came_second" not in visitors.told(scene, winner)
    assert scene.entries(found.id) == {"submitted": 100}
    assert len([row for row in visitors.touches(scene, found.id) if row[2]]) == 1
    assert scene.prove() == []
    with scene.app.app_context():
        db.session.remove()
