"""Two advocates, one person: doubted in time, decided by somebody else, told to both, and nobody loses a point."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest

from hub import members
from hub.core import edges, registry
from hub.core.clock import now
from hub.referrals import queries, resting
from hub.referrals.disputes import actions, desk
from hub.referrals.intake import Refusal
from hub.referrals.people import Contact
from tests.hub.referrals import visitors
from tests.hub.referrals.scene import Scene
from tests.hub.referrals.visitors import Visitor, linked, mark

MINE = {"programme": "aluv", "contact_email": "kim@example.org", "words": "I wrote to her in October."}


def text(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def doubt(scene: Scene, who: str = "bea", **changes: str) -> Any:
    return scene.browser(who).post("/referrals/disputes/new", data={**MINE, **changes})


def decide(scene: Scene, moves: str, who: str = "grace", number: int = 1) -> Any:
    data = {"moves": moves, "answer": "Bea’s mail is older."}
    return scene.browser(who).post(f"/manage/disputes/{number}", data=data)


def test_who_is_told_that_somebody_was_first_can_say_that_they_were(scene: Scene) -> None:
    scene.refer("ada")
    form = {"contact_name": "Kim", "contact_email": "kim@example.org", "relation": "x", "mode": "form"}
    refused = scene.browser("bea").post("/referrals/new", data={**form, "programme": "aluv"})
    assert "/referrals/disputes/new?programme=aluv" in refused.text
    answer = doubt(scene)
    assert answer.status_code == 303
    page = text(scene.browser("bea").get(answer.headers["Location"]))
    assert "A manager decides by" in page
    assert "Ada" not in page, "who is credited is nobody else's business"
    assert "dispute.opened" in visitors.told(scene, "grace")
    assert "dispute.doubted" in visitors.told(scene, "ada")
    assert "Kim Lee" in text(scene.browser("ada").get("/referrals/disputes/1"))
    assert scene.browser("kate").get("/referrals/disputes/1").status_code == 404
    assert "says that they introduced them first" in "\n".join(scene.story(1))
    assert "Bea Example says" in "\n".join(scene.story(1, "manager"))


@pytest.mark.parametrize(("change", "who", "says"), [
    ({"contact_email": "lou@example.org"}, "bea", "introduce them, and they are yours"),
    ({}, "ada", "You are credited for them already"), ({"words": ""}, "bea", "A few words"),
    ({"contact_email": "", "contact_phone": ""}, "bea", "We know nobody like that"),
])  # fmt: skip
def test_a_doubt_that_makes_no_sense_is_told_so(
    scene: Scene, change: dict[str, str], who: str, says: str
) -> None:
    scene.refer("ada")
    answer = doubt(scene, who, **change)
    assert answer.status_code == 422
    assert says in text(answer)


def test_a_credit_can_be_doubted_once_and_for_as_long_as_the_programme_says(scene: Scene) -> None:
    scene.refer("ada", at=now() - dt.timedelta(days=15))
    assert "those are over" in text(doubt(scene))
    scene.refer("ada", "lou@example.org", at=now() - dt.timedelta(days=13))
    assert doubt(scene, contact_email="lou@example.org").status_code == 303
    assert "You have told us already" in text(doubt(scene, contact_email="lou@example.org"))


def test_the_credit_stays_and_both_read_why(scene: Scene) -> None:
    number = scene.refer("ada")
    doubt(scene)
    assert "Who introduced Kim Lee?" in text(scene.browser("grace").get("/manage/disputes/1"))
    assert decide(scene, "no").status_code == 303
    assert scene.look(number).advocate_id == scene.ids["ada"]
    for who in ("ada", "bea"):
        assert "dispute.decided" in visitors.told(scene, who)
        assert "Bea’s mail is older." in text(scene.browser(who).get("/referrals/disputes/1"))
    assert "left the credit where it is" in "\n".join(scene.story(number))
    assert decide(scene, "yes").status_code == 422, "decided once"
    assert scene.prove() == []


def test_a_credit_that_moves_pays_the_second_and_takes_nothing_from_the_first(each_scene: Scene) -> None:
    scene = each_scene
    number = scene.refer("ada", deal_id="D-1")
    code = scene.look(number).code
    scene.reach(number, "accepted", "meeting", minutes=0.01)
    doubt(scene)
    assert decide(scene, "yes").status_code == 303
    old, new = scene.look(number), scene.all()[-1]
    assert (old.merged_into_id, sum(scene.entries(number).values())) == (new.id, 2_000)
    assert (new.advocate_id, new.code, new.rung) == (scene.ids["bea"], code, "meeting")
    assert scene.entries(new.id) == {"submitted": 100, "accepted": 400, "meeting": 1_500}
    with scene.app.app_context(), edges.reading():
        assert queries.deal_owner("D-1") == new.id, "what the CRM says next is the new one's"
    scene.reach(new.id, "won")
    assert sum(scene.entries(new.id).values()) == 32_000
    assert sum(scene.entries(number).values()) == 2_000
    assert "See your referral" in scene.browser("bea").get("/referrals/disputes/1").text
    assert scene.prove() == []


def test_nobody_decides_in_their_own_matter(scene: Scene) -> None:
    scene.refer("ada")
    with scene.app.app_context(), edges.unit():
        grace = members.get(scene.ids["grace"])
        programme = queries.programme_with_version("aluv")
        assert grace is not None
        assert programme is not None
        found = actions.doubt(grace, programme, Contact(email="kim@example.org"), "Mine", now=now())
        with pytest.raises(Refusal, match="one of the two"):
            actions.decide(found.id, moves=True, answer="Me", by=grace, now=now())


def test_a_doubt_is_taken_back_by_who_had_it_alone(scene: Scene) -> None:
    scene.refer("ada")
    doubt(scene)
    assert scene.browser("ada").post("/referrals/disputes/1/withdrawal").status_code == 404
    scene.browser("bea").post("/referrals/disputes/1/withdrawal")
    assert "Taken back" in text(scene.browser("bea").get("/referrals/disputes"))
    assert decide(scene, "yes").status_code == 422


def test_a_click_that_came_second_can_be_doubted_from_its_notice(scene: Scene) -> None:
    ada, bea, visitor = linked(scene, "ada"), linked(scene, "bea"), Visitor(scene)
    visitor.agree(ada, mark(scene, ada))
    visitor.send(bea, mark(scene, bea))
    with scene.app.test_request_context(), edges.reading():
        where = registry.links(["touch:2"])["touch:2"][1]
    found = re.search(r"/referrals/disputes/new\?touch=(\d+)", where)
    assert found is not None
    assert doubt(scene, touch=found[1], contact_email="").status_code == 303
    assert doubt(scene, "ada", touch=found[1], contact_email="").status_code == 422, (
        "it isn't a visit by Ada's link"
    )
    page = text(scene.browser("grace").get("/manage/disputes/1"))
    assert "Links that were followed" in page
    assert "Ada Example" in page


def test_a_second_doubt_goes_on_with_the_credit_that_moved_and_is_decided_there(each_scene: Scene) -> None:
    scene = each_scene
    with scene.app.app_context(), edges.unit():
        scene._add("cleo", company_id=scene.ids["foods"])
        scene._add("dora", company_id=scene.ids["foods"])
    number = scene.refer("ada")
    for who in ("bea", "cleo", "dora"):
        doubt(scene, who)
    decide(scene, "yes", number=1)
    bea = scene.all()[-1]
    assert "dispute.goes_on" in visitors.told(scene, "cleo")
    assert visitors.told(scene, "bea").count("dispute.doubted") == 2
    assert "says that they introduced them first" in "\n".join(scene.story(bea.id))
    for who in ("ada", "bea", "cleo"):
        assert scene.browser(who).get("/referrals/disputes/2").status_code == 200
    assert f"/referrals/{bea.id}" not in scene.browser("ada").get("/referrals/disputes/2").text
    assert decide(scene, "yes", number=2).status_code == 303
    cleo = scene.all()[-1]
    assert (scene.look(bea.id).merged_into_id, cleo.advocate_id) == (cleo.id, scene.ids["cleo"])
    assert decide(scene, "no", number=3).status_code == 303
    assert scene.look(number).merged_into_id == bea.id
    assert scene.prove() == []


def test_a_doubt_about_a_referral_that_the_crm_merged_can_be_decided(scene: Scene) -> None:
    early, late = scene.refer("bea", "k@example.org"), scene.refer("ada")
    doubt(scene)
    with scene.app.app_context(), edges.unit():
        resting.merge(late, early, now=now())
    assert "rests in another" in text(decide(scene, "yes")), "she is credited there already"
    assert decide(scene, "no").status_code == 303
    assert scene.look(early).advocate_id == scene.ids["bea"]
    assert scene.prove() == []


def test_the_desk_shows_every_doubt_once_the_most_urgent_first_page_by_page(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "PAGE", 2)
    begin = now()
    for place in range(7):
        at = begin - dt.timedelta(minutes=60 - place)
        scene.refer("ada", f"p{place}@example.org", at=at)
        with scene.app.app_context(), edges.unit():
            bea, programme = members.get(scene.ids["bea"]), queries.programme_with_version("aluv")
            assert bea is not None
            assert programme is not None
            contact = Contact(email=f"p{place}@example.org")
            # The third and fourth are due in the same moment.
            actions.doubt(
                bea, programme, contact, "x", now=at if place != 3 else at - dt.timedelta(minutes=1)
            )
    for number in (2, 6):
        decide(scene, "no", number=number)
    seen, path, grace = [], "/manage/disputes", scene.browser("grace")
    for _ in range(9):
        page = grace.get(path).text
        seen += re.findall(r'scope="row"><a href="/manage/disputes/(\d+)"', page)
        more = re.search(r'href="(/manage/disputes\?after=\d+)"', page)
        if more is None:
            break
        path = more[1]
    assert seen == ["1", "4", "3", "5", "7", "6", "2"]
