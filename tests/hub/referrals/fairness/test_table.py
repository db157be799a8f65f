"""What is looked at and what isn't: the table of cases, honest colleagues first. Pure: a case, the scale, the
reasons."""

import datetime as dt
from typing import Any

import pytest

from hub.referrals.fairness.limits import Scale
from hub.referrals.fairness.signals import Case, Move, Someone, Twin
from hub.referrals.fairness.signals.known import every_signal
from hub.referrals.fairness.weighing import score, weigh

MADE = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
ADA = Someone(
    name="Ada Marlowe", email="ada.marlowe@engines.example", company="Engines", domain="engines.example"
)
PRIVATE = Someone(name="Ada Marlowe", email="ada.marlowe@gmail.com", company="", domain="gmail.com")


def lead(name: str = "Kim Lee", email: str = "kim@acme.example", **more: Any) -> Someone:
    return Someone(name=name, email=email, domain=email.rpartition("@")[2].lower(), **more)


def case(who: Someone | None = None, advocate: Someone = ADA, **more: Any) -> Case:
    usual = {"id": 9, "made_at": MADE, "mode": "form", "advocate_id": 1, "owner_id": 5, "programme_id": 1}
    return Case(lead=who or lead(), advocate=advocate, **{**usual, "moves": (began(),), **more})


def began() -> Move:
    return Move(height=0, at=MADE, begins=True)


def moved(*steps: tuple[float, dt.timedelta]) -> tuple[Move, ...]:
    return (began(), *(Move(height=height, at=MADE + later, begins=False) for height, later in steps))


def twin(advocate_id: int = 2, name: str = "kim lee", domain: str = "acme.example", **more: Any) -> Twin:
    return Twin(id=3, advocate_id=advocate_id, programme_id=1, name=name, domain=domain, **more)


def told(**more: Any) -> Case:
    """A conversation that a rep wrote down."""
    return case(mode="verbal", logged_by_id=5, **more)


PAIR = {"told_by_pair": 6, "told_by_rep": 8}
CASES: list[tuple[str, Case, int, tuple[str, ...]]] = [
    # Honest: nothing waits.
    ("a stranger at another company", case(), 0, ()),
    ("a colleague in the same office", case(lead(email="kim@engines.example")), 10, ("colleague",)),
    ("a colleague by the company's name", case(lead(email="kim@gmail.com", company="ENGINES")), 10, ("colleague",)),
    ("a colleague who shares the switchboard", case(lead(email="kim@engines.example"), same_phone=(
        twin(name="jo park", domain="engines.example"),)), 20, ("colleague", "duplicate")),
    ("a colleague with the same surname", case(lead("Joe Marlowe", "joe@engines.example")), 10, ("colleague",)),
    ("a colleague at a desk's address", case(lead(email="office@engines.example")), 20, ("colleague", "role_address")),
    ("the fourth colleague today", case(lead(email="kim@engines.example"), in_hour=4, in_day=4), 10, ("colleague",)),
    ("a sister at her own mailbox", case(lead("Eva Marlowe", "eva@gmx.de"), advocate=PRIVATE), 25, ("household",)),
    ("a sister at another company", case(lead("Eva Marlowe", "eva@acme.example")), 0, ()),
    ("a namesake at another company", case(lead("Ada Marlowe", "ada@acme.example")), 0, ()),
    ("somebody with one name only", case(lead("Ada", "ada@acme.example")), 0, ()),
    ("a shared first name at gmail", case(lead("Ada Jones", "aj@gmail.com"), advocate=PRIVATE), 0, ()),
    ("ten people after a conference", case(in_hour=10, in_day=20), 0, ()),
    ("one's own lead in another programme", case(same_email=(twin(advocate_id=1),)), 0, ()),
    ("a member of the hub already", case(is_member=True), 35, ("already_here",)),
    ("an office address", case(lead(email="info@acme.example")), 10, ("role_address",)),
    ("a deal that moved the day before", case(moves=moved((0.5, -DAY))), 0, ()),
    ("a deal won within the hour", case(moves=moved((1, HOUR))), 0, ()),
    ("a deal that raced up", case(moves=moved((0.5, MINUTE), (1, 2 * MINUTE))), 15, ("stage_jump",)),
    ("a rep who logs yesterday's talk late", told(moves=moved((0.75, HOUR))), 25, ("late_log",)),
    ("a rep who logs late and closes fast", told(moves=moved((1, MINUTE))), 40, ("late_log", "stage_jump")),
    ("a rep who logs for many advocates", told(told_by_pair=5, told_by_rep=20), 0, ()),
    ("a rep's fourth talk with one advocate", told(told_by_pair=4, told_by_rep=4), 0, ()),
    ("five wins of one pair", case(moves=moved((1, 30 * DAY)), won_together=5), 0, ()),
    ("six wins of one pair", case(moves=moved((1, 30 * DAY)), won_together=6), 20, ("won_together",)),
    ("a rep who tells of an old deal", told(moves=moved((0.5, -10 * DAY))), 0, ()),
    ("an advocate who never hits", case(never_accepted=6), 30, ("never_accepted",)),
    ("an advocate who hits at times", case(never_accepted=9, ever_accepted=1), 0, ()),
    ("a bit many", case(in_hour=11, in_day=11), 30, ("velocity",)),
    ("known in the CRM before", case(moves=moved((0.5, -9 * DAY))), 35, ("known_before",)),
    # Looked at: the points wait, with reasons.
    ("oneself with dots", case(lead("A M", "ada.mar.lowe@engines.example")), 110, ("own_person", "colleague")),
    ("oneself with a plus", case(lead("A M", "ada.marlowe+x@engines.example")), 110, ("own_person", "colleague")),
    ("oneself in capitals", case(lead("A M", "ADA.MARLOWE@Engines.Example")), 110, ("own_person", "colleague")),
    ("oneself at googlemail", case(lead("A M", "adamarlowe@googlemail.com"), advocate=PRIVATE), 100, ("own_person",)),
    ("oneself at a private mailbox", case(lead("Ada Marlowe", "am1990@gmail.com")), 70, ("own_person",)),
    ("oneself, names turned round", case(lead("Marlowe Ada", "am1990@gmail.com")), 70, ("own_person",)),
    ("one's own telephone", case(has_own_phone=True), 100, ("own_person",)),
    ("a throw-away address", case(lead(email="kim@mailinator.com")), 60, ("throw_away",)),
    ("a throw-away address below a domain", case(lead(email="kim@x.mailinator.com")), 60, ("throw_away",)),
    ("two who introduce each other", case(is_member=True, circle=2), 105, ("ring", "already_here")),
    ("a circle of three", case(circle=3), 70, ("ring",)),
    ("far too many", case(in_hour=30, in_day=60), 60, ("velocity",)),
    ("one telephone under another name, and many", case(
        same_phone=(twin(name="joe doe", domain="other.example"),), in_hour=12, in_day=12), 80, ("duplicate",
        "velocity")),
    ("another's lead, a member", case(same_email=(twin(),), is_member=True), 65, ("already_here", "duplicate")),
    ("the same name at the company, known before", case(
        same_person=(twin(),), moves=moved((0.5, -9 * DAY))), 65, ("known_before", "duplicate")),
    ("one rep, one advocate, nearly won", told(moves=moved((0.75, HOUR)), **PAIR), 65, ("rep_cluster", "late_log")),
    ("one rep, one advocate, within minutes", told(moves=moved((1, MINUTE)), **PAIR), 80,
     ("rep_cluster", "late_log", "stage_jump")),
    ("one rep, one advocate, the sixth win", told(moves=moved((1, 30 * DAY)), won_together=6, **PAIR), 60,
     ("rep_cluster", "won_together")),
    ("never hits, and a member", case(never_accepted=5, is_member=True), 65, ("already_here", "never_accepted")),
]  # fmt: skip


@pytest.mark.parametrize(("what", "made", "points", "signals"), CASES, ids=[row[0] for row in CASES])
def test_a_case_comes_to_its_score_for_its_reasons(
    what: str, made: Case, points: int, signals: tuple[str, ...]
) -> None:
    found = weigh(made, Scale())
    assert (tuple(reason.signal for reason in found), score(found)) == (signals, points), what
    for reason in found:
        assert reason.says
        assert reason.kindly
        assert not {"fraud", "fake", "cheat", "suspicious"} & set(reason.kindly.lower().split())


def test_the_table_is_wide_enough_and_honest_people_never_wait() -> None:
    scale = Scale()
    honest = [row for row in CASES if row[2] < scale.threshold]
    assert len(CASES) >= 40
    assert len(honest) >= 20
    assert {name for row in CASES for name in row[3]} == set(every_signal()) - {"clicks"}
    assert (
        scale.weight("colleague") + scale.weight("household") + scale.weight("role_address") < scale.threshold
    )


@pytest.mark.parametrize("name", sorted(every_signal()))
def test_a_signal_keeps_its_contract(name: str) -> None:
    signal = every_signal()[name]
    assert (signal.name, signal.title.strip(), signal.about.endswith(".")) == (name, signal.title, True)
    assert 0 < signal.weight <= 100
    assert signal.kindly.endswith((".", "?"))
    assert signal.says({}), "also without facts: they may be of an older shape"
    assert all(label and default > 0 for label, default in signal.bounds.values())
    assert signal.look(case(), {bound: default for bound, (_, default) in signal.bounds.items()}) is None


def test_a_weight_of_nothing_switches_a_signal_off_and_a_limit_moves_it() -> None:
    quick = case(in_hour=11, in_day=11)
    assert weigh(quick, Scale(weights={"velocity": 0})) == []
    assert weigh(quick, Scale(bounds={"velocity.hour": 11})) == []
    assert score(weigh(quick, Scale(weights={"velocity": 55}))) == 55
