"""A person's details put right: whom we compare, ask and send follows, and nobody else's person is taken."""

from hub.core import edges
from hub.core.clock import now
from hub.referrals.rights import actions as rights
from tests.hub.referrals import visitors
from tests.hub.referrals.scene import Scene

RIGHT = {"contact_name": "Kim Leigh", "contact_email": "Kim@globex.example", "contact_company": "Globex",
         "contact_phone": "", "contact_title": "", "reason": "typo"}  # fmt: skip


def put_right(scene: Scene, number: int, **changes: str) -> tuple[int, str]:
    answer = scene.browser("grace").post(f"/manage/referrals/{number}/person", data={**RIGHT, **changes})
    return answer.status_code, answer.text


def test_a_slip_is_put_right_and_what_compares_people_follows(each_scene: Scene) -> None:
    scene, number = each_scene, each_scene.refer(email="kmi@globex.example")
    assert put_right(scene, number)[0] == 303
    found = scene.look(number)
    assert (found.contact_name, found.contact_email, found.lead_key) == (
        "Kim Leigh", "kim@globex.example", "kim@globex.example",
    )  # fmt: skip
    again = {"programme": "aluv", "contact_name": "Kim", "contact_email": "kim@globex.example", "relation": "A friend",
             "mode": "form"}  # fmt: skip
    assert "introduced this person already" in scene.browser("bea").post("/referrals/new", data=again).text
    again["contact_email"] = "kmi@globex.example"
    assert scene.browser("bea").post("/referrals/new", data=again).status_code == 303
    assert any(
        "put their details right: name, company, email" in line for line in scene.story(number, "manager")
    )
    assert not any("put their details right" in line for line in scene.story(number))


def test_an_address_that_another_referral_has_is_refused_by_its_code(scene: Scene) -> None:
    other, number = scene.refer("bea", "kim@globex.example"), scene.refer(email="kmi@globex.example")
    status, page = put_right(scene, number)
    assert status == 422
    assert f"Referral {scene.look(other).code} is of this person already." in page
    assert 'value="Kim Leigh"' in page
    assert scene.look(number).contact_email == "kmi@globex.example"
    assert put_right(scene, number, contact_email="")[0] == 422, "somehow they must be reached"


def test_whoever_had_the_old_link_by_a_wrong_address_has_it_no_more(scene: Scene) -> None:
    visitors.terms(scene, ask="first")
    number = scene.refer(email="kmi@globex.example")
    old = visitors.token(scene, number)
    assert put_right(scene, number, contact_title="Head of tea")[0] == 422, "sealed until their yes"
    assert put_right(scene, number)[0] == 303
    nobody, new = scene.browser(None), visitors.token(scene, number)
    assert nobody.get(f"/introduced/{old}").status_code == 404
    assert "kim@globex.example" in nobody.get(f"/introduced/{new}").text
    assert scene.prove() == []


def test_nobody_who_is_forgotten_or_left_alone_is_brought_back(scene: Scene) -> None:
    visitors.terms(scene, ask="first")
    gone, number = scene.refer(email="kim@globex.example"), scene.refer(email="lou@globex.example")
    with scene.app.app_context(), edges.unit():
        rights.decline(gone, now=now())
    assert put_right(scene, gone)[0] == 422
    status, page = put_right(scene, number)
    assert (status, "asked us to leave them alone" in page) == (422, True)
    assert "lou@globex.example" in page or scene.look(number).contact_email == "lou@globex.example"
