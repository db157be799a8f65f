"""The form, my referrals, one referral's page."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db, table_of
from hub.referrals import intake, page, programmes, queries
from hub.referrals.intake import Contact
from hub.referrals.models import Referral
from tests.hub.referrals.scene import SAMPLE, Scene
from tests.statements import statements

FILLED = {
    "programme": "aluv", "contact_name": "Kim Lee", "contact_email": "kim@example.org", "contact_phone": "",
    "contact_company": "Globex", "contact_title": "CFO", "relation": "Old colleague", "why": "They still fax.",
    "mode": "warm_email", "consent": "y", "consent_note": "Sure", "once": "token-1",
}  # fmt: skip
EVIL = '"><script>alert(1)</script>'


def _post(client: FlaskClient, **changes: str) -> Any:
    return client.post("/referrals/new", data={**FILLED, **changes})


def _text(answer: Any) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", answer.text))


def test_the_form_shows_the_promise_and_the_ladder(scene: Scene) -> None:
    text = _text(scene.browser("ada").get("/referrals/new"))
    for words in ("Whom we can help", "What happens next", "two working days", "Will you press my contact?", "+25,000",
                  "32,000 in total"):  # fmt: skip
        assert words in text


def test_the_form_as_the_browser_has_it_can_be_sent(scene: Scene) -> None:
    client = scene.browser("ada")
    shown = client.get("/referrals/new").text
    hidden = dict(re.findall(r'type="hidden"[^>]*name="(\w+)"[^>]*value="([^"]*)"', shown))
    hidden |= {
        name: value for name, value in re.findall(r'name="(\w+)" type="hidden" value="([^"]*)"', shown)
    }
    typed = {
        "contact_name": "Kim",
        "contact_email": "kim@example.org",
        "relation": "A friend",
        "mode": "form",
    }
    assert client.post("/referrals/new", data={**hidden, **typed}).status_code == 303


def test_the_form_takes_a_referral_in_and_leads_to_its_page(scene: Scene) -> None:
    client = scene.browser("ada")
    answer = _post(client)
    assert answer.status_code == 303
    (found,) = scene.all()
    assert answer.headers["Location"] == f"/referrals/{found.id}?new=1"
    assert (found.contact_name, found.mode, found.relation, found.consent_note) == (
        "Kim Lee", "warm_email", "Old colleague", "Sure"
    )  # fmt: skip
    shown = client.get(answer.headers["Location"])
    assert "100 points are yours already" in _text(shown)
    assert f'data-celebrate="referral-{found.id}-submitted"' in shown.text


def test_the_page_celebrates_only_when_it_is_new(scene: Scene) -> None:
    referral_id = scene.refer()
    assert "data-celebrate" not in scene.browser("ada").get(f"/referrals/{referral_id}").text


def test_a_double_click_makes_one_referral(scene: Scene) -> None:
    client = scene.browser("ada")
    assert _post(client).headers["Location"] == _post(client).headers["Location"]
    assert len(scene.all()) == 1


def test_the_same_form_with_somebody_else_in_it_makes_another(scene: Scene) -> None:
    client = scene.browser("ada")
    _post(client)
    _post(client, contact_name="Lou", contact_email="lou@example.org")
    assert [found.contact_name for found in scene.all()] == ["Kim Lee", "Lou"]


@pytest.mark.parametrize(("change", "says"), [
    ({"contact_name": ""}, "Whom would you like to introduce?"),
    ({"contact_email": "nonsense"}, "is not an e-mail address"),
    ({"contact_email": "", "contact_phone": ""}, "Give us an e-mail or a telephone number"),
    ({"relation": ""}, "A few words are enough"),
    ({"programme": "other"}, "Not a valid choice"),
    ({"mode": "pigeon"}, "Not a valid choice"),
    ({"contact_email": "ada@example.com"}, "That is your own e-mail"),
    ({"why": "x" * 2001}, "2000 characters"),
])  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    scene: Scene, change: dict[str, str], says: str
) -> None:
    answer = _post(scene.browser("ada"), **change)
    assert answer.status_code == 422
    assert says in _text(answer)
    for name in ("contact_company", "contact_title", "consent_note"):
        assert f'value="{FILLED[name]}"' in answer.text
    if "why" not in change:
        assert "They still fax." in answer.text
    assert 'value="token-1"' in answer.text
    assert scene.all() == []


def test_somebody_introduced_before_is_told_kindly_and_the_form_kept(scene: Scene) -> None:
    scene.refer("bea")
    answer = _post(scene.browser("ada"))
    assert answer.status_code == 422
    assert "Thank you for thinking of them" in _text(answer)
    assert 'value="Kim Lee"' in answer.text
    assert "Bea" not in answer.text


def test_while_typing_duplicates_and_oneself_are_told(scene: Scene) -> None:
    scene.refer("bea")
    client = scene.browser("ada")
    with statements(scene.app) as seen:
        known = client.post("/referrals/new/check", data=FILLED, headers={"HX-Request": "true"})
    assert "introduced this person already" in _text(known)
    own = client.post("/referrals/new/check", data={**FILLED, "contact_email": "ADA+x@example.com"})
    assert "your own e-mail" in _text(own)
    free = client.post("/referrals/new/check", data={**FILLED, "contact_email": "lou@example.org"})
    assert "Nobody has introduced them yet" in _text(free)
    assert "Bea" not in known.text
    assert [line for line in seen if line.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_half_an_address_is_no_reason_to_say_anything(scene: Scene) -> None:
    answer = scene.browser("ada").post("/referrals/new/check", data={"contact_email": "kim@"})
    assert answer.status_code == 200
    assert "Nobody has introduced" not in answer.text or "kim@" not in answer.text


def test_several_programmes_are_offered_by_type(scene: Scene) -> None:
    scene.publish(replace(SAMPLE, slug="deals", name="Bring a deal"))
    scene.publish(replace(SAMPLE, slug="partners", name="For partners", audience=("partner",)))
    shown = scene.browser("ada").get("/referrals/new?programme=deals")
    assert "Bring a deal" in shown.text
    assert "For partners" not in shown.text
    assert re.search(r'checked[^>]*value="deals"|value="deals"[^>]*checked', shown.text)
    assert _post(scene.browser("ada"), programme="partners").status_code == 422


def test_without_an_open_programme_the_page_says_so(scene: Scene) -> None:
    with scene.app.app_context(), edges.unit():
        programmes.set_state(1, "ended", by_id=None, now=now())
    client = scene.browser("ada")
    assert "No programme is open" in _text(client.get("/referrals/new"))
    assert _post(client).status_code == 422


def test_what_others_typed_is_shown_as_text(scene: Scene) -> None:
    client = scene.browser("ada")
    _post(
        client,
        contact_name=EVIL,
        relation=EVIL,
        why=EVIL,
        consent_note=EVIL,
        contact_company=EVIL,
        contact_title=EVIL,
    )
    (found,) = scene.all()
    scene.reach(found.id, "meeting", note=EVIL)
    places = [("ada", f"/referrals/{found.id}"), ("ada", "/referrals"), ("grace", "/manage/referrals")]
    for who, path in [*places, ("kate", f"/sales/referrals/{found.id}")]:
        answer = scene.browser(who).get(path)
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.text, path
    assert "&lt;script&gt;alert(1)" in answer.text


@pytest.mark.parametrize("path", ["/referrals/{}", "/referrals/{}/pulse"])
def test_another_advocates_referral_is_not_there(scene: Scene, path: str) -> None:
    referral_id = scene.refer()
    assert scene.browser("bea").get(path.format(referral_id)).status_code == 404
    assert scene.browser("ada").get(path.format(referral_id)).status_code == 200
    assert scene.browser("ada").get(path.format(999)).status_code == 404
    assert scene.browser(None).get(path.format(referral_id)).status_code == 303


def test_a_rep_and_a_manager_are_led_to_their_view(scene: Scene) -> None:
    referral_id = scene.refer()
    for who in ("kate", "grace"):
        answer = scene.browser(who).get(f"/referrals/{referral_id}")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/sales/referrals/{referral_id}")
    assert scene.browser("mary").get(f"/referrals/{referral_id}").status_code == 404


def test_the_page_shows_ladder_next_step_owner_and_how_to_help(scene: Scene) -> None:
    referral_id = scene.refer(mode="warm_email")
    text = _text(scene.browser("ada").get(f"/referrals/{referral_id}"))
    for words in ("Kate looks at it and gets in touch with Kim", "Kate Example looks after it",
                  "Write your introduction now", "You introduced Kim Lee with a warm e-mail", "+25,000"):  # fmt: skip
        assert words in text


def test_the_thread_is_on_the_page_and_the_other_is_told(scene: Scene) -> None:
    referral_id = scene.refer()
    client = scene.browser("ada")
    assert (
        client.post(f"/threads/referral/{referral_id}", data={"body": "They answered me."}).status_code == 303
    )
    assert "They answered me." in scene.browser("kate").get(f"/sales/referrals/{referral_id}").text
    assert (
        scene.browser("bea").post(f"/threads/referral/{referral_id}", data={"body": "x"}).status_code == 404
    )


def test_an_open_page_is_told_only_what_changed(scene: Scene) -> None:
    referral_id = scene.refer()
    client = scene.browser("ada")
    url = _pulse(client.get(f"/referrals/{referral_id}").text)
    headers = {"HX-Request": "true"}
    assert client.get(url, headers=headers).status_code == 204
    scene.reach(referral_id, "meeting")
    news = client.get(url, headers=headers)
    assert news.status_code == 200
    assert "It moved up from Submitted to Meeting." in _text(news)
    assert 'id="progress" hx-swap-oob="true"' in news.text
    assert "2,000" in news.text
    assert client.get(_pulse(news.text), headers=headers).status_code == 204


def _pulse(text: str) -> str:
    found = re.search(r'id="pulse"[^>]*hx-get="([^"]+)"', text)
    assert found is not None
    return unescape(found.group(1))


def test_an_open_page_asks_less_often_after_a_while(scene: Scene) -> None:
    referral_id = scene.refer()
    client = scene.browser("ada")
    text = client.get(f"/referrals/{referral_id}").text
    assert "every 3s" in text
    long_ago = re.sub(r"opened=\d+", "opened=1700000000", _pulse(text))
    slower = client.get(long_ago, headers={"HX-Request": "true"})
    assert "every 15s" in slower.text
    assert "progress" not in slower.text
    assert client.get(_pulse(slower.text), headers={"HX-Request": "true"}).status_code == 204


def test_odd_questions_of_a_page_are_answered_with_the_page(scene: Scene) -> None:
    referral_id = scene.refer()
    answer = scene.browser("ada").get(f"/referrals/{referral_id}/pulse?seen=%00&opened=x&pace=9e9")
    assert answer.status_code == 200


def test_my_referrals_of_all_programmes_are_on_one_page(scene: Scene) -> None:
    scene.refer("bea", "b@example.org", name="Somebody Else’s")
    first = scene.refer()
    scene.reach(first, "won")
    scene.refer(email="lou@example.org", name="Lou")
    text = _text(scene.browser("ada").get("/referrals"))
    assert re.search(r"32,100\s+points from referrals", text)
    assert "Kim Lee" in text
    assert "Lou" in text
    assert "Somebody Else" not in text


def test_nothing_yet_invites_to_the_first_referral(scene: Scene) -> None:
    assert "Whom could this help?" in _text(scene.browser("ada").get("/referrals"))


def test_my_referrals_page_by_key(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.referrals.views.PAGE", 3)
    for number in range(7):
        scene.refer(email=f"p{number}@example.org", name=f"Person {number}")
    client = scene.browser("ada")
    seen: list[str] = []
    path = "/referrals"
    for _ in range(3):
        text = client.get(path, headers={"HX-Request": "true"}).text
        seen += re.findall(r"Person \d", text)
        more = re.search(r'href="(/referrals\?before=\d+)"', text)
        path = more.group(1) if more else ""
    assert list(dict.fromkeys(seen)) == [f"Person {number}" for number in range(6, -1, -1)]
    assert path == ""


def test_a_page_costs_the_same_with_ten_and_a_thousand_referrals(scene: Scene) -> None:
    def cost(path: str, who: str = "ada") -> int:
        client = scene.browser(who)
        client.get(path)
        with statements(scene.app) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    paths = [("/referrals", "ada"), ("/sales", "kate"), ("/sales/referrals", "kate"), ("/manage/referrals", "grace"),
             ("/manage/programmes", "grace"), ("/manage/programmes/aluv", "grace")]  # fmt: skip
    scene.publish(daily_cap=None)
    _many(scene, 0, 10)
    few = [cost(path, who) for path, who in paths]
    _many(scene, 10, 1000)
    assert [cost(path, who) for path, who in paths] == few
    assert max(few) < 20


def _many(scene: Scene, start: int, end: int) -> None:
    """Referrals of Ada's and of stubs; from the hundredth on they are copies of the first, without the work."""
    with scene.app.app_context(), edges.unit():
        programme = intake.default_programme()
        for number in range(start, min(end, 100)):
            if number % 10 == 0:
                name = f"Advocate {number}"
                advocate = members.stub(name, company_id=scene.ids["engines"], key=name, now=now())
            person = members.get(scene.ids["ada"]) if number % 2 else advocate
            assert person is not None
            contact = Contact(name=f"P {number}", email=f"p{number}@example.org")
            intake.refer(person, contact, programme=programme, mode="form", now=now())
        first = db.session.scalars(select(Referral).order_by(Referral.id)).first()
        assert first is not None
        same = {
            column.name: getattr(first, column.name)
            for column in table_of(Referral).columns
            if column.name != "id"
        }
        copies = [
            {
                **same,
                "code": f"RF-C{number:05}",
                "contact_email": f"c{number}@example.org",
                "lead_key": f"c{number}",
            }
            for number in range(max(start, 100), end)
        ]
        if copies:
            db.session.execute(insert(Referral), copies)


def test_a_referrals_page_costs_the_same_however_much_happened(scene: Scene) -> None:
    quiet, busy = scene.refer(), scene.refer(email="lou@example.org")
    for rung in ("accepted", "meeting", "accepted", "meeting", "opportunity", "won", "lost", "won"):
        scene.reach(busy, rung, note="News.")
    client = scene.browser("ada")
    costs = []
    for referral_id in (quiet, busy, quiet, busy):
        with statements(scene.app) as seen:
            client.get(f"/referrals/{referral_id}")
        costs.append(len(seen))
    assert costs[2] == costs[3]
    assert costs[3] < 35


def test_what_is_seen_carries_only_lines_for_the_reader(scene: Scene) -> None:
    referral_id = scene.refer()
    with scene.app.test_request_context():
        member = queries.referral(referral_id).advocate  # type: ignore[union-attr]
        assert member is not None
        seen = page.see(referral_id, member, now=now())
        assert seen is not None
        assert all("advocate" in moment.audience for moment in seen.moments)
        assert seen.earned == 100
