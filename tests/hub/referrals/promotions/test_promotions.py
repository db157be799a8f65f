"""Promotions: what they add and to whom, by when it happened, once, within caps, never to what was paid before."""

import datetime as dt
import html
import re
import threading
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.referrals.extras import Extras
from hub.referrals.intake import Refusal
from hub.referrals.programme_file import read
from hub.referrals.promotions import actions, queries, trying
from hub.referrals.promotions.actions import Draft
from hub.referrals.promotions.models import Promotion
from hub.referrals.textfile import TextFileError
from tests.hub.referrals.scene import Scene

DAY = dt.timedelta(days=1)


def draft(**wishes: Any) -> Draft:
    at = now()
    usual = {
        "name": "Double days", "words": "", "subject": "programme:1", "kind": "multiplier", "percent": 200, "bonus": 0,
        "rung_key": None, "audience": (), "starts_at": at - DAY, "ends_at": at + 5 * DAY, "first_each": None,
        "first_all": None, "budget": None,
    }  # fmt: skip
    return Draft(**{**usual, **wishes})


def start(scene: Scene, *, at: dt.datetime | None = None, **wishes: Any) -> int:
    """A promotion that was started then, an hour ago if nobody says otherwise."""
    begun = at or now() - dt.timedelta(hours=1)
    with scene.app.app_context(), edges.unit():
        made = actions.write(draft(**wishes), by_id=scene.ids["grace"], now=begun)
        return actions.start(made.id, by_id=scene.ids["grace"], now=begun).id


def added(scene: Scene, number: int) -> dict[str, int]:
    """What was paid beside the ladder: the end of the key → points."""
    found = {key: points for key, points in scene.entries(number).items() if key.startswith("promotion:")}
    return {key.partition(f"referral:{number}:")[2]: points for key, points in found.items()}


def base(scene: Scene, number: int) -> int:
    return sum(points for key, points in scene.entries(number).items() if ":" not in key)


def prove(scene: Scene) -> list[str]:
    with scene.app.app_context(), edges.reading():
        return [line for check in registry.checks.values() for line in check()]


def refer(scene: Scene, count: int, who: str = "ada", **more: Any) -> list[int]:
    return [scene.refer(who, f"{who}{n}@x{n}.example", name=f"{who} {n}", **more) for n in range(count)]


def test_it_doubles_what_happens_while_it_runs_and_the_ladder_stays_what_it_is(each_scene: Scene) -> None:
    scene = each_scene
    before = scene.refer(email="old@example.org", name="Old", at=now() - dt.timedelta(hours=2))
    start(scene)
    scene.reach(before, "accepted", minutes=0)
    (number,) = refer(scene, 1)
    scene.reach(number, "won", minutes=0)
    assert added(scene, before) == {"stage:accepted": 400}, "what was paid before it began stays as it was"
    assert sum(added(scene, number).values()) == base(scene, number) == 32_000
    for _ in range(2):
        scene.reach(number, "won", "meeting", minutes=0)
    assert sum(added(scene, number).values()) == 32_000
    assert prove(scene) == []
    page = scene.browser("ada").get("/points").text
    assert page.count("Double days") == 6
    assert "Double days" in " ".join(scene.story(number, "manager"))


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({"percent": 150}, {"stage:submitted": 50, "stage:accepted": 200}),
        ({"kind": "bonus", "bonus": 70, "rung_key": "accepted"}, {"stage:accepted": 70}),
        ({"rung_key": "submitted"}, {"stage:submitted": 100}),
        ({"audience": ("partner",)}, {}),
        ({"audience": ("customer",)}, {"stage:submitted": 100, "stage:accepted": 400}),
        ({"subject": "programme:7"}, {}),
        ({"budget": 450}, {"stage:submitted": 100}),
    ],
)
def test_it_adds_what_it_says_to_whom_it_says(
    scene: Scene, wishes: dict[str, Any], expected: dict[str, int]
) -> None:
    start(scene, **wishes)
    (number,) = refer(scene, 1)
    scene.reach(number, "accepted", minutes=0)
    assert added(scene, number) == expected
    assert prove(scene) == []


def test_a_split_is_doubled_for_both(scene: Scene) -> None:
    scene.publish(payee="split", member_percent=60)
    start(scene)
    (number,) = refer(scene, 1)
    assert added(scene, number) == {"stage:submitted:member": 60, "stage:submitted:company": 40}
    assert prove(scene) == []


def test_the_first_of_each_and_of_all_are_those_introduced_first(each_scene: Scene) -> None:
    scene = each_scene
    start(scene, first_each=2, first_all=3)
    mine, theirs = refer(scene, 3), refer(scene, 3, "bea")
    for number in reversed([*mine, *theirs]):
        scene.reach(number, "accepted", minutes=0)
    assert [bool(added(scene, number)) for number in mine] == [True, True, False]
    assert [bool(added(scene, number)) for number in theirs] == [False, False, False], (
        "ada's third was the third of all"
    )
    assert prove(scene) == []


def test_it_counts_what_happened_before_its_end_also_when_it_is_heard_later(scene: Scene) -> None:
    promotion = start(scene, at=now() - 4 * DAY, starts_at=now() - 4 * DAY, ends_at=now() + DAY)
    number = scene.refer(at=now() - 3 * DAY)
    with scene.app.app_context(), edges.unit():
        actions.end(promotion, by_id=scene.ids["grace"], now=now() - DAY)
    scene.reach(number, "meeting", minutes=0)
    assert added(scene, number) == {"stage:submitted": 100}, "the meeting came after the end"
    scene.reach(number, "accepted", minutes=0, happened_at=now() - 2 * DAY)
    assert added(scene, number) == {"stage:submitted": 100, "stage:accepted": 400}, "in time, and heard late"
    assert prove(scene) == []


def test_a_budget_holds_whoever_races(each_scene: Scene) -> None:
    scene = each_scene
    promotion = start(scene, budget=250)
    ready = threading.Barrier(8)

    def introduce(number: int) -> None:
        ready.wait()
        scene.refer("ada" if number % 2 else "bea", f"r{number}@r{number}.example", name=f"R {number}")

    threads = [threading.Thread(target=introduce, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scene.app.app_context(), edges.reading():
        found = queries.get(promotion)
        assert found is not None
        assert (found.spent, queries.booked([promotion])[promotion]) == (200, (2, 200))
    assert prove(scene) == []


def test_a_started_one_is_not_rewritten_and_never_reaches_back(each_scene: Scene) -> None:
    scene = each_scene
    number = start(scene)
    with scene.app.app_context(), edges.unit():
        with pytest.raises(Refusal, match="It has started"):
            actions.write(draft(percent=900), by_id=None, now=now(), promotion_id=number)
        with pytest.raises(Refusal, match="started already"):
            actions.start(number, by_id=None, now=now())
    for values in ({"starts_at": now() - 9 * DAY}, {"spent": 5, "budget": 1}, {"percent": 100}):
        with pytest.raises(IntegrityError), scene.app.app_context(), edges.unit():
            db.session.execute(update(Promotion).values(**values))


def test_a_manager_writes_tries_starts_and_ends_one(scene: Scene) -> None:
    for number in refer(scene, 2):
        scene.reach(number, "accepted", minutes=0)
    client = scene.browser("grace")
    form = {
        "name": "Double week", "subject": "programme:1", "kind": "multiplier", "percent": "200", "first_each": "1",
        "starts_at": f"{now() + DAY:%Y-%m-%dT%H:%M}", "ends_at": f"{now() + 8 * DAY:%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    tried = client.post("/manage/promotions/new", data={**form, "do": "try"}).text
    assert "500 points" in tried
    assert "2 lines for 1 members" in tried
    wrong = client.post("/manage/promotions/new", data={**form, "percent": "", "ends_at": form["starts_at"]})
    assert wrong.status_code == 422
    assert "How much? 200 is double." in wrong.text
    assert 'value="Double week"' in wrong.text
    kept = client.post("/manage/promotions/new", data={**form, "do": "save"})
    page = kept.location
    assert "Draft" in client.get("/manage/promotions").text
    late = client.post(page, data={**form, "do": "start", "ends_at": form["starts_at"]})
    assert "It has to end after it begins." in late.text
    assert (
        client.post(page, data={**form, "starts_at": f"{now():%Y-%m-%dT%H:%M}", "do": "start"}).status_code
        == 303
    )
    shown = client.get(page).text
    assert re.search(r"Double points for your first\s+introduction", shown)
    assert "Double week" in scene.browser("ada").get("/referrals/new").text
    assert "Double week" in scene.browser("ada").get("/home/moving").text
    assert client.post(f"{page}/end").status_code == 303
    assert "Over" in client.get(page).text
    assert "Double week" not in scene.browser("ada").get("/referrals/new").text


def test_trying_it_on_the_past_is_what_it_would_have_added(scene: Scene) -> None:
    for number in refer(scene, 3):
        scene.reach(number, "accepted", minutes=0)
    with scene.app.app_context(), edges.reading():
        wish = draft(first_each=2, budget=900)
        wished = Promotion(**{name: getattr(wish, name) for name in Draft.__slots__}, spent=0, state="draft")
        found = trying.attempt(wished, now())
    assert (found.entries, found.members, found.points, found.beyond) == (3, 1, 600, 400)


def test_the_nth_win_pays_more_and_a_large_deal_too_and_both_are_promised(scene: Scene) -> None:
    scene.publish(extras=Extras(nth=((2, 1_000),), sizes=((1_000_000, 500),), currency="EUR"))
    first, second = refer(scene, 2)
    scene.reach(first, "won", minutes=0, amount_hundredths=1_000_000, currency="EUR")
    scene.reach(second, "won", minutes=0, amount_hundredths=5_000_000, currency="USD")
    assert scene.entries(first)[f"size:referral:{first}"] == 500
    assert f"size:referral:{second}" not in scene.entries(second), "another currency says nothing here"
    assert scene.entries(second)[f"nth:1:{scene.ids['ada']}:2"] == 1_000
    page = scene.browser("ada").get("/referrals/new").text
    assert "From won referral number 2 on: 1,000 points more for each." in page
    assert "A won deal of at least 10,000 EUR: 500 points more." in page
    assert prove(scene) == []


def test_what_is_paid_beside_the_ladder_is_written_previewed_and_taken_along_as_text(scene: Scene) -> None:
    client = scene.browser("grace")
    form = fields(client.get("/manage/programmes/aluv").text)
    wish = {
        **form,
        "nth_won": "2 = 1,000\n5 = 3 000",
        "size": "50,000 = 2,500",
        "size_currency": "usd",
        "monthly_cap": "40",
        "hold_days": "3",
    }
    seen = client.post("/manage/programmes/aluv/preview", data=wish).text
    assert "New: From won referral number 5 on: 3,000 points more for each." in seen
    assert "New: Points arrive 3 days after their stage." in seen
    assert "New: Everybody may introduce up to 40 people in a month." in seen
    wrong = client.post("/manage/programmes/aluv", data={**wish, "size": "many", "size_currency": ""})
    assert wrong.status_code == 422
    assert "“many” isn’t a step" in wrong.text
    assert client.post("/manage/programmes/aluv", data=wish).status_code == 303
    text = client.get("/manage/programmes/aluv/file.toml").text
    assert (
        'nth_won = { 2 = 1000, 5 = 3000 }\nsize = { 50000 = 2500 }\nsize_currency = "USD"\nhold_days = 3'
        in text
    )
    assert read(text).policies.extras == Extras(
        nth=((2, 1_000), (5, 3_000)), sizes=((5_000_000, 2_500),), currency="USD", hold_days=3, monthly_cap=40
    )
    with pytest.raises(TextFileError) as error:
        read(text.replace("2 = 1000", 'two = "x"').replace('"USD"', '"US"'))
    assert {problem.field for problem in error.value.problems} == {
        "policies.nth_won",
        "policies.size_currency",
    }


def fields(page: str) -> dict[str, Any]:
    """What the editor's form would send as it stands."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="(\w+)"', tag)
        if (
            name is None
            or (kind and kind[1] in ("checkbox", "radio") and "checked" not in tag)
            or name[1] == "state"
        ):
            continue
        found.setdefault(name[1], []).append(value[1] if value else "")
    for select in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', select[1])
        found[select[0]] = [chosen[1] if chosen else ""]
    for name, words in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        found[name] = [html.unescape(words.strip())]
    found.pop("csrf_token", None)
    return found
