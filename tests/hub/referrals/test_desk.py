"""What managers see and decide: all referrals, the programmes, the editor."""

import re
import tomllib
from html import unescape
from typing import Any

import pytest
from sqlalchemy import update

from hub.core import edges
from hub.core.db import db
from hub.outbox.jobs import drain_all
from hub.referrals import queries
from hub.referrals.editor import blank, filled, rearranged
from hub.referrals.models import Referral
from hub.referrals.programme_file import read
from tests.hub.referrals.scene import SAMPLE, Scene

HTMX = {"HX-Request": "true"}


def _text(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def _fields(scene: Scene, **changes: Any) -> dict[str, Any]:
    """What a browser would send of the editor's form, with changes."""
    with scene.app.app_context():
        programme = queries.programme_with_version("aluv")
        assert programme is not None
        data = filled(SAMPLE, programme.version.number)
    return _flat({**data, **changes})


def _flat(data: dict[str, Any]) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    for name, value in data.items():
        if name in ("rungs", "faq"):
            for place, row in enumerate(value):
                sent |= {f"{name}-{place}-{key}": "" if item is None else item for key, item in row.items()}
        elif isinstance(value, bool):
            sent |= {name: "y"} if value else {}
        elif value is not None:
            sent[name] = value
    return sent


def _rungs(*rows: tuple[str, int, str]) -> list[dict[str, Any]]:
    return [{"key": "", "label": label, "total": total, "kind": kind} for label, total, kind in rows]


def _version(scene: Scene, slug: str = "aluv") -> Any:
    with scene.app.app_context():
        found = queries.programme_with_version(slug)
        assert found is not None
        version = found.version
        db.session.expunge_all()
        return version


def test_all_referrals_are_found_by_words_state_and_deal(scene: Scene) -> None:
    first = scene.look(scene.refer(contact={"company": "Globex"}, deal_id="D-5"))
    scene.reach(scene.refer("bea", "w@example.org", name="Wanda"), "won")
    client = scene.browser("grace")
    for query, names in (("q=globex", ["Kim Lee"]), (f"q={first.code.lower()}", ["Kim Lee"]), ("q=D-5", ["Kim Lee"]),
                         ("state=won", ["Wanda"]), ("q=nothing", []), ("", ["Kim Lee", "Wanda"]),
                         ("q=%25", []), ("state=unowned", [])):  # fmt: skip
        text = _text(client.get(f"/manage/referrals?{query}"))
        assert [name for name in ("Kim Lee", "Wanda") if name in text] == names, query


def test_breakage_stays_in_sight_with_its_reasons(scene: Scene) -> None:
    for number in range(3):
        scene.refer(email=f"p{number}@example.org", name=f"Person {number}")
    with scene.app.app_context(), edges.unit():
        broken = update(Referral).where(Referral.id <= 2)
        db.session.execute(broken.values(advocate_id=None, breakage="The row named no account"))
    text = _text(scene.browser("grace").get("/manage/referrals"))
    assert "2 referrals have nobody to credit" in text
    assert "2: The row named no account" in text
    shown = _text(scene.browser("grace").get("/manage/referrals?state=uncredited"))
    assert "Person 0" in shown
    assert "Person 2" not in shown


def test_a_managers_address_leads_to_the_one_page(scene: Scene) -> None:
    referral_id = scene.refer()
    answer = scene.browser("grace").get(f"/manage/referrals/{referral_id}")
    assert answer.headers["Location"] == f"/sales/referrals/{referral_id}"


def test_a_manager_hands_over_and_sets_the_stage(scene: Scene) -> None:
    referral_id = scene.refer()
    client = scene.browser("grace")
    assert (
        client.post(
            f"/manage/referrals/{referral_id}/owner", data={"owner_id": scene.ids["mary"]}
        ).status_code
        == 303
    )
    assert scene.look(referral_id).owner_id == scene.ids["mary"]
    wish = {"rung": "meeting", "note": "Met at the fair."}
    assert client.post(f"/manage/referrals/{referral_id}/stage", data=wish).status_code == 303
    assert sum(scene.entries(referral_id).values()) == 2_000
    assert scene.browser("mary").get(f"/sales/referrals/{referral_id}").status_code == 200
    assert scene.prove() == []


@pytest.mark.parametrize(("action", "data", "says"), [
    ("owner", {"owner_id": "4"}, "Not a valid choice"), ("owner", {"owner_id": "x"}, "Invalid Choice"),
    ("stage", {"rung": "meeting", "note": ""}, "Say why"), ("stage", {"rung": "submitted", "note": "x"}, "already"),
    ("stage", {"rung": "moon", "note": "kept words"}, "kept words"),
])  # fmt: skip
def test_what_cannot_be_is_refused(scene: Scene, action: str, data: dict[str, str], says: str) -> None:
    referral_id = scene.refer()
    answer = scene.browser("grace").post(f"/manage/referrals/{referral_id}/{action}", data=data)
    assert answer.status_code == 422
    assert says in unescape(answer.text)
    assert scene.entries(referral_id) == {"submitted": 100}


PATHS = [
    ("get", "/manage/referrals"), ("get", "/manage/referrals/1"), ("post", "/manage/referrals/1/owner"),
    ("post", "/manage/referrals/1/stage"), ("get", "/manage/programmes"), ("get", "/manage/programmes/new"),
    ("post", "/manage/programmes/new"), ("get", "/manage/programmes/aluv"), ("post", "/manage/programmes/aluv"),
    ("post", "/manage/programmes/preview"), ("post", "/manage/programmes/aluv/preview"),
    ("post", "/manage/programmes/aluv/state"), ("get", "/manage/programmes/aluv/file.toml"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "path"), PATHS)
def test_the_desk_is_for_managers(scene: Scene, verb: str, path: str) -> None:
    scene.refer()
    assert getattr(scene.browser("kate"), verb)(path).status_code == 403
    assert getattr(scene.browser("ada"), verb)(path).status_code == 403
    assert getattr(scene.browser(None), verb)(path).status_code == 303


def test_the_editor_shows_the_programme_and_publishing_it_unchanged_makes_no_version(scene: Scene) -> None:
    client = scene.browser("grace")
    shown = client.get("/manage/programmes/aluv")
    assert shown.text.count('name="rungs-') == 24
    assert "+25,000" in shown.text
    answer = client.post("/manage/programmes/aluv", data={**_fields(scene), "do": "publish"})
    assert answer.status_code == 303
    assert _version(scene).number == 1
    assert "Nothing was different" in client.get(answer.headers["Location"]).text


def test_publishing_a_change_makes_a_version_with_all_of_it(scene: Scene) -> None:
    rows = _rungs(
        ("Introduced", 200, "open"),
        ("First talk", 1_000, "open"),
        ("Signed", 50_000, "won"),
        ("Gone", 0, "lost"),
    )
    changes = {"rungs": rows, "name": "Bring a friend", "audience": ["partner"], "clawback": "always", "daily_cap": 3,
               "hold_submission": True, "payee": "split", "member_percent": 60, "default_owner": "mary@example.com",
               "ideal_customer": "Anybody", "faq": [{"question": "Why?", "answer": "Because."}]}  # fmt: skip
    answer = scene.browser("grace").post(
        "/manage/programmes/aluv", data={**_fields(scene, **changes), "do": "publish"}
    )
    assert answer.status_code == 303, _text(answer)
    version = _version(scene)
    assert [(r.key, r.label, r.total, r.kind) for r in version.ladder.rungs] == [
        ("introduced", "Introduced", 200, "open"), ("first-talk", "First talk", 1_000, "open"),
        ("signed", "Signed", 50_000, "won"), ("gone", "Gone", 0, "lost"),
    ]  # fmt: skip
    assert (version.number, version.name, version.audience, version.clawback) == (
        2,
        "Bring a friend",
        ["partner"],
        "always",
    )
    assert (version.daily_cap, version.hold_submission, version.payee, version.member_percent) == (
        3,
        True,
        "split",
        60,
    )
    assert version.default_owner_id == scene.ids["mary"]
    assert version.page["faq"] == [["Why?", "Because."]]
    assert version.by_id == scene.ids["grace"]


def test_a_renamed_stage_keeps_its_key(scene: Scene) -> None:
    rows = [{"key": r.key, "label": r.label, "total": r.total, "kind": r.kind} for r in SAMPLE.ladder.rungs]
    rows[2]["label"] = "First talk"
    scene.browser("grace").post(
        "/manage/programmes/aluv", data={**_fields(scene, rungs=rows), "do": "publish"}
    )
    assert _version(scene).ladder.rung("meeting").label == "First talk"


def test_points_may_be_typed_as_people_write_them(scene: Scene) -> None:
    rows = _rungs(("A", "1,000", "open"), ("B", "32 000", "won"))  # type: ignore[arg-type]
    scene.browser("grace").post(
        "/manage/programmes/aluv", data={**_fields(scene, rungs=rows), "do": "publish"}
    )
    assert [rung.total for rung in _version(scene).ladder.rungs] == [1_000, 32_000]


@pytest.mark.parametrize(("changes", "says"), [
    ({"name": ""}, "A programme needs a name."),
    ({"rungs": _rungs(("A", 1, "open"))}, "No stage is the won one"),
    ({"rungs": _rungs(("A", 1, "open"), ("a", 2, "won"))}, "Two stages have the name"),
    ({"rungs": _rungs(("A", -5, "open"), ("B", 2, "won"))}, "Between 0 and 1,000,000"),
    ({"rungs": _rungs(("", 5, "open"), ("B", 2, "won"))}, "A stage needs a name."),
    ({"rungs": _rungs(("A", "many", "open"), ("B", 2, "won"))}, "The total of A is missing"),  # type: ignore[arg-type]
    ({"default_owner": "nobody@example.com"}, "Nobody here signs in with"),
    ({"payee": "split", "member_percent": None}, "how many percent"),
    ({"daily_cap": 0}, "From 1 to 10,000"),
    ({"audience": []}, "Choose at least one"),
    ({"based_on": "0"}, "was published while you were typing"),
    ({"faq": [{"question": "Only this?", "answer": ""}]}, "Type the answer"),
])  # fmt: skip
def test_what_is_wrong_is_told_and_everything_typed_is_kept(
    scene: Scene, changes: dict[str, Any], says: str
) -> None:
    sent = {**_fields(scene, **{"reward_promise": "My own words", **changes}), "do": "publish"}
    answer = scene.browser("grace").post("/manage/programmes/aluv", data=sent)
    assert answer.status_code == 422
    assert says in _text(answer)
    assert "My own words" in answer.text
    assert _version(scene).number == 1


def test_drawing_while_typing_warns_and_writes_nothing(scene: Scene) -> None:
    scene.reach(scene.refer(), "meeting")
    rows = [{"key": r.key, "label": r.label, "total": r.total, "kind": r.kind} for r in SAMPLE.ladder.rungs]
    rows[3]["total"] = 1_500
    answer = scene.browser("grace").post(
        "/manage/programmes/aluv/preview", data=_fields(scene, rungs=rows), headers=HTMX
    )
    text = _text(answer)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div class="stack editor__drawing" id="drawing"')
    assert "Opportunity pays less than Meeting: nothing is paid on reaching it." in text
    assert "Opportunity goes from 7,000 to 1,500 in total" in text
    assert _version(scene).number == 1


def test_drawing_says_what_open_referrals_would_get(scene: Scene) -> None:
    scene.reach(scene.refer(), "meeting")
    rows = [{"key": r.key, "label": r.label, "total": r.total, "kind": r.kind} for r in SAMPLE.ladder.rungs]
    rows.insert(2, {"key": "", "label": "Demo", "total": 1_000, "kind": "open"})
    answer = scene.browser("grace").post(
        "/manage/programmes/aluv/preview", data=_fields(scene, rungs=rows), headers=HTMX
    )
    assert "1 open referral at Meeting: 500 points each at once" in _text(answer)


def test_half_typed_stages_are_drawn_as_far_as_they_go(scene: Scene) -> None:
    answer = scene.browser("grace").post(
        "/manage/programmes/preview", data=_flat({"rungs": _rungs(("A", 1, "open"))})
    )
    assert answer.status_code == 200
    assert "No stage is the won one" in _text(answer)


BEGUN = ["Submitted", "Accepted", "Won", "Lost"]


@pytest.mark.parametrize(("do", "labels"), [
    ("add-rungs", ["Submitted", "Accepted", "", "Won", "Lost"]), ("remove-rungs-1", ["Submitted", "Won", "Lost"]),
    ("up-rungs-1", ["Accepted", "Submitted", "Won", "Lost"]), ("up-rungs-0", BEGUN),
    ("down-rungs-0", ["Accepted", "Submitted", "Won", "Lost"]), ("down-rungs-3", BEGUN), ("remove-rungs-99", BEGUN),
    ("remove-rungs-x", BEGUN), ("remove-faq-7", BEGUN), ("nonsense", BEGUN),
])  # fmt: skip
def test_buttons_rearrange_the_stages(do: str, labels: list[str]) -> None:
    assert [row["label"] for row in rearranged(blank() | {"faq": []}, do)["rungs"]] == labels


def test_rearranging_comes_back_as_a_page_with_everything_typed(scene: Scene) -> None:
    sent = {**_fields(scene, name="Typed just now"), "do": "add-rungs"}
    answer = scene.browser("grace").post("/manage/programmes/aluv", data=sent)
    assert answer.status_code == 200
    assert answer.text.count('name="rungs-') == 28
    assert 'value="Typed just now"' in answer.text
    assert _version(scene).number == 1


def test_publishing_with_the_open_ones_books_in_the_background(scene: Scene) -> None:
    referral_id = scene.refer()
    scene.reach(referral_id, "meeting")
    rows = [{"key": r.key, "label": r.label, "total": r.total, "kind": r.kind} for r in SAMPLE.ladder.rungs]
    rows.insert(2, {"key": "", "label": "Demo", "total": 1_000, "kind": "open"})
    sent = {**_fields(scene, rungs=rows, also_open=True), "do": "publish"}
    assert scene.browser("grace").post("/manage/programmes/aluv", data=sent).status_code == 303
    with scene.app.app_context():
        drain_all()
    assert scene.entries(referral_id)["demo"] == 500
    assert scene.look(referral_id).version_id == _version(scene).id
    assert scene.prove() == []


def test_a_new_programme(scene: Scene) -> None:
    client = scene.browser("grace")
    assert client.get("/manage/programmes/new").status_code == 200
    sent = {
        **_flat({**blank(), "name": "Partners bring deals", "clawback": "never", "payee": "member"}),
        "do": "publish",
    }
    answer = client.post("/manage/programmes/new", data=sent)
    assert answer.headers["Location"] == "/manage/programmes/partners-bring-deals", _text(answer)
    assert _version(scene, "partners-bring-deals").number == 1
    again = client.post("/manage/programmes/new", data=sent)
    assert again.status_code == 422
    assert "called partners-bring-deals already" in _text(again)


@pytest.mark.parametrize("slug", ["new", "preview", "Über", "a--b", "a b"])
def test_an_address_that_would_not_work_is_refused(scene: Scene, slug: str) -> None:
    sent = {
        **_flat({**blank(), "name": "X", "slug": slug, "clawback": "never", "payee": "member"}),
        "do": "publish",
    }
    assert scene.browser("grace").post("/manage/programmes/new", data=sent).status_code == 422


def test_the_text_file_is_the_programme(scene: Scene) -> None:
    answer = scene.browser("grace").get("/manage/programmes/aluv/file.toml")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert tomllib.loads(answer.text)["slug"] == "aluv"
    assert read(answer.text) == SAMPLE


def test_ending_and_opening(scene: Scene) -> None:
    client = scene.browser("grace")
    assert client.post("/manage/programmes/aluv/state", data={"state": "ended"}).status_code == 303
    assert "No programme is open" in _text(scene.browser("ada").get("/referrals/new"))
    assert client.post("/manage/programmes/aluv/state", data={"state": "active"}).status_code == 303
    assert client.post("/manage/programmes/aluv/state", data={"state": "paused"}).status_code == 400


def test_unknown_programmes_are_not_there(scene: Scene) -> None:
    client = scene.browser("grace")
    for path in ("/manage/programmes/none", "/manage/programmes/none/file.toml"):
        assert client.get(path).status_code == 404
