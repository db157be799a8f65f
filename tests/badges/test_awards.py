"""Awards: exactly once, also for what was done before; whoever looks at the same time, whatever is killed."""

import datetime as dt
import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from badges import actions, jobs, queries, streaks
from badges.models import Award, Badge, LevelReached, Round, Streak
from hub import ledger
from hub.activity.models import Fact
from hub.core import edges
from hub.core.db import db
from hub.ledger import jobs as ledger_jobs
from hub.members.models import Member
from hub.notices.models import Notice
from hub.outbox.jobs import drain_all
from hub.segments.fields import Unclear
from tests.badges.scene import (
    DAY,
    NOW,
    badge,
    count,
    did,
    did_long_ago,
    differences,
    holders,
    level,
    members,
    pay,
)
from tests.statements import statements

SNEAKED = """INSERT INTO awards (badge_id, member_id, at, proof)
SELECT badge_id, (SELECT max(id) FROM members), at, proof FROM awards LIMIT 1"""


def told(kind: str) -> list[tuple[int, str]]:
    with edges.reading():
        rows = db.session.execute(select(Notice.member_id, Notice.subject).where(Notice.kind == kind))
        return sorted((member_id, subject) for member_id, subject in rows)


def test_a_badge_is_given_once_told_once_and_recorded_once(here: Flask) -> None:
    found = badge("points", {"points": 100})
    (member_id,) = members(1)
    for _ in range(3):
        pay(member_id, 100)
        drain_all()
    with edges.unit():
        actions.award([found], [member_id], now=NOW)
    assert holders(found) == [member_id]
    assert told("badge.awarded") == [(member_id, found.subject)]
    assert count(Fact, Fact.kind == "badge.awarded", Fact.by_id == member_id) == 1


def test_publishing_looks_back_at_everybody_in_batches(here: Flask) -> None:
    earners = members(230)
    with edges.unit():
        accounts = ledger.accounts_for(earners)
        wishes = [
            ledger.Award(account_id=account, points=1 + n % 3, reason="challenge", key=f"b:{n}", subject="test:1",
                         happened_at=NOW)
            for n, account in enumerate(accounts.values())
        ]  # fmt: skip
        ledger.award_many(wishes, now=NOW)
    drain_all()
    found = badge("points", {"points": 3})
    assert count(Award) == 0, "publishing itself awards nobody"
    assert len(holders(found)) == len(earners) // 3
    assert count(Round) == 0
    assert differences() == []


def test_a_round_that_is_killed_goes_on_where_it_was(here: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    earners = members(250, joined_at=NOW - 800 * DAY)
    found = badge("anniversary", {"years": 1})
    calls = 0
    kept = actions.award

    def dying(*args: Any, **kwargs: Any) -> None:
        nonlocal calls
        calls += 1
        kept(*args, **kwargs)
        if calls == 2:
            raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "award", dying)
        with edges.unit():
            assert actions.go_round(limit=100, now=NOW) == 100
        with pytest.raises(RuntimeError), edges.unit():
            actions.go_round(limit=100, now=NOW)
    assert count(Award) == 100
    assert holders(found) == earners
    assert len(told("badge.awarded")) == len(earners)


def test_a_draft_is_given_to_nobody_and_a_retired_one_stays_with_its_holders(here: Flask) -> None:
    found = badge("points", {"points": 100}, live=False)
    first, second = members(2)
    pay(first, 100)
    assert holders(found) == []
    with edges.unit():
        with pytest.raises(Unclear):
            actions.retire(db.session.get_one(Badge, found.id), now=NOW, by_id=None)
        actions.publish(db.session.get_one(Badge, found.id), now=NOW, by_id=None)
    assert holders(found) == [first]
    with edges.unit():
        actions.retire(db.session.get_one(Badge, found.id), now=NOW, by_id=None)
    pay(second, 100)
    assert holders(found) == [first]
    with edges.unit(), pytest.raises(Unclear):
        actions.publish(db.session.get_one(Badge, found.id), now=NOW, by_id=None)
    assert differences() == []


def test_followers_rounds_and_hands_at_once_on_postgresql_award_once(postgresql_app: Flask) -> None:
    app = postgresql_app
    with app.app_context():
        people = members(30)
        found = badge("points", {"points": 5})
        manual = badge("manual", {"what": "helping"})
        manual_id = manual.id

    def work(number: int) -> None:
        with app.app_context():
            for turn in range(6):
                if number % 4 == 0:
                    with edges.unit():
                        account_id = ledger.account_for(member_id=people[(number + 5 * turn) % 30])
                        ledger.award(account_id, 5, reason="manual", key=f"p:{number}:{turn}", subject="test:1",
                                     happened_at=NOW, now=NOW)  # fmt: skip
                elif number % 4 == 1:
                    ledger_jobs.follow(NOW)
                elif number % 4 == 2:
                    jobs.go_round(NOW)
                else:
                    with edges.unit():
                        one = db.session.get_one(Badge, manual_id)
                        actions.grant(one, people[:5], citation="Thank you", now=NOW, by_id=None)
            db.session.remove()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        found, manual = queries.by_state("live")
        assert set(holders(found)) <= set(people)
        assert holders(manual) == people[:5]
        assert len(told("badge.awarded")) == count(Award) == count(Fact, Fact.kind == "badge.awarded")
        assert differences() == []
        db.session.remove()


def test_a_badge_given_by_hand_has_its_reason_and_is_refused_without(here: Flask) -> None:
    found = badge("manual", {"what": "helping"})
    first, second = members(2)
    with edges.unit():
        with pytest.raises(Unclear):
            actions.grant(db.session.get_one(Badge, found.id), [first], citation="  ", now=NOW, by_id=second)
        assert (
            actions.grant(
                db.session.get_one(Badge, found.id),
                [first, first],
                citation="Stayed late",
                now=NOW,
                by_id=second,
            )
            == 1
        )
        assert (
            actions.grant(
                db.session.get_one(Badge, found.id), [first], citation="Again", now=NOW, by_id=second
            )
            == 0
        )
    with edges.reading():
        (held,) = queries.held_by(first)
        assert (held.citation, held.award.by_id) == ("Stayed late", second)
    assert differences() == []


def test_only_whoever_can_be_reached_gets_one(here: Flask) -> None:
    found = badge("points", {"points": 1})
    away = [*members(1, is_stub=True), *members(1, disabled_at=NOW), *members(1, erased_at=NOW)]
    for member_id in away:
        pay(member_id, 10)
    assert holders(found) == []
    assert differences() == []
    with edges.unit():
        db.session.execute(update(Member).where(Member.id == away[0]).values(is_stub=False))
    did(away[0], "member.joined", f"member:{away[0]}")
    assert holders(found) == away[:1]


def test_levels_are_told_once_the_highest_only(here: Flask) -> None:
    level("Newcomer", 0)
    low, middle, high = (
        level(name, floor) for name, floor in (("Low", 100), ("Middle", 500), ("High", 1000))
    )
    (member_id,) = members(1)
    pay(member_id, 600)
    drain_all()
    assert told("level.reached") == [(member_id, f"level:{middle.id}")]
    pay(member_id, -550)
    drain_all()
    with edges.reading():
        assert queries.level_of([member_id])[member_id].name == "Newcomer"
    pay(member_id, 1000)
    drain_all()
    assert told("level.reached") == sorted(
        [(member_id, f"level:{middle.id}"), (member_id, f"level:{high.id}")]
    )
    assert count(LevelReached, LevelReached.member_id == member_id) == 4
    assert low.floor == 100
    assert differences() == []
    with edges.reading():
        rank = queries.level_of([member_id])[member_id]
        assert (rank.number, rank.name, rank.percent, rank.next_name) == (4, "High", 100.0, "")
        assert queries.level_name(member_id) == "High"


def test_a_new_level_finds_those_who_are_on_it_already(here: Flask) -> None:
    (member_id,) = members(1)
    pay(member_id, 600)
    drain_all()
    made = level("Late", 500)
    assert differences()
    with edges.unit():
        actions.look_at_everybody(actions.LEVELS, now=NOW)
    assert differences() == [], "a round that is open is no difference"
    drain_all()
    assert told("level.reached") == [(member_id, f"level:{made.id}")]
    with edges.unit(), pytest.raises(Unclear):
        actions.remove_level(made, now=NOW, by_id=None)


def test_streaks_are_made_again_from_what_was_done(here: Flask) -> None:
    (member_id,) = members(1, zone="Asia/Tokyo")
    found = badge("streak", {"weeks": 3})
    did_long_ago(member_id, "community.said", NOW - 14 * DAY, NOW - 7 * DAY)
    did(member_id, "community.said", "", NOW)
    assert holders(found) == [member_id]
    with edges.reading():
        once = streaks.kept([member_id])
    assert once[member_id].weeks == 3
    with edges.unit():
        db.session.execute(text("UPDATE streaks SET weeks = 9, best = 9"))
    assert any("streak of member" in line for line in differences())
    with edges.unit():
        streaks.refresh([member_id])
    with edges.reading():
        assert streaks.kept([member_id]) == once
    assert differences() == []


def test_a_streak_is_of_whoever_did_it_whosever_referral_it_was_about(here: Flask) -> None:
    (rep_id,) = members(1)
    found = badge("streak", {"weeks": 2})
    did(rep_id, "community.said", "referral:1", NOW - 7 * DAY)
    drain_all()
    did(rep_id, "community.said", "referral:1", NOW)
    assert (holders(found), differences()) == ([rep_id], [])


def test_moving_to_another_zone_moves_the_streak_and_keeps_the_badge(here: Flask) -> None:
    (member_id,) = members(1, zone="Pacific/Kiritimati")
    found = badge("streak", {"weeks": 2})
    # Monday there, Sunday in Honolulu: two weeks there, one week here.
    did_long_ago(
        member_id,
        "community.said",
        dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC),
    )
    did(member_id, "community.said", "", dt.datetime(2026, 11, 8, 9, tzinfo=dt.UTC))
    assert holders(found) == [member_id]
    with edges.unit():
        db.session.execute(update(Member).where(Member.id == member_id).values(zone="Pacific/Honolulu"))
    did(member_id, "member.zone_changed", f"member:{member_id}")
    assert holders(found) == [member_id]
    assert differences() == []


def test_weeks_away_are_announced_beforehand(here: Flask) -> None:
    (member_id,) = members(1)
    with edges.unit():
        member = db.session.get_one(Member, member_id)
        for first, last in ((NOW - 14 * DAY, NOW), (NOW, NOW - DAY), (NOW, NOW + 60 * DAY)):
            with pytest.raises(Unclear):
                streaks.pause(member, first.date(), last.date(), now=NOW)
        kept = streaks.pause(member, (NOW + 7 * DAY).date(), (NOW + 20 * DAY).date(), now=NOW)
        streaks.end_pause(member, kept.id, now=NOW)
        assert streaks.pauses(member_id, since=NOW.date()) == []


@pytest.mark.parametrize(
    "harm",
    [
        SNEAKED,
        "UPDATE streaks SET best = best + 1",
        "DELETE FROM streaks",
        "UPDATE badges SET data = '{\"points\": 99}'",
        "INSERT INTO levels (name, floor, metal, perks) VALUES ('New', 50, 1, '')",
    ],
)
def test_prove_finds_each_planted_difference(here: Flask, harm: str) -> None:
    found = badge("points", {"points": 100})
    first, second, _nobody = members(3)
    pay(first, 100)
    pay(second, 99, reason="challenge")
    assert holders(found) == [first]
    assert count(Streak) == 1
    assert differences() == []
    with edges.unit():
        db.session.execute(text(harm))
    assert differences()


def test_a_batch_costs_the_same_statements_whatever_it_holds(here: Flask) -> None:
    sizes = []
    for number in range(6):
        badge("points", {"points": 10 + number})
    for some in (2, 100):
        people = members(some)
        for member_id in people:
            pay(member_id, 12)
        with edges.unit(), statements(here) as sent:
            actions.look(people, now=NOW)
        # Facts go in one by one on SQLite, to get their numbers in order; that is the other room's choice.
        sizes.append([one for one in sent if "INSERT INTO facts" not in one and "FROM hubs" not in one])
        drain_all()
    assert len(sizes[0]) == len(sizes[1]), sizes
