"""A season is over: frozen once, whoever does it, whatever arrives meanwhile."""

import datetime as dt
import threading

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from badges.actions import publish as publish_badge
from badges.models import Award, Badge
from hub import ledger
from hub.core import edges
from hub.core.db import db
from hub.ledger import jobs as ledger_jobs
from hub.members.models import Member
from hub.notices.models import Notice
from hub.segments.fields import Unclear
from leaderboard import checks, composing, jobs, places, queries, seasons
from leaderboard.models import Board, Place, Score, ScoreCount, Season, Standing
from tests.leaderboard.people import NOW, board, live, make_members, pay

FIRST, LAST = dt.date(2026, 11, 1), dt.date(2026, 11, 21)
OVER = dt.datetime(2026, 11, 22, 6, 0, tzinfo=dt.UTC)


def star() -> Badge:
    """A badge that is given by hand."""
    made = Badge(
        slug="star", name="Star", shape="star", sign="trophy", hue=1, rule="manual", data={}, created_at=NOW
    )
    db.session.add(made)
    db.session.flush()
    return publish_badge(made, now=NOW, by_id=None)


def season_of(people: int, points: list[int], **wish: object) -> tuple[Board, list[int]]:
    """A season on a board of its own, with these points earned in it."""
    with edges.unit():
        board()
        days = {"starts_on": FIRST, "ends_on": LAST, "periods": [], "winners": 2, **wish}
        made = live("Autumn", **days)
        members = make_members(people)
        for member_id, amount in zip(members, points, strict=False):
            pay(ledger.account_for(member_id=member_id), amount)
        # Before the season, and so no part of it.
        pay(ledger.account_for(member_id=members[0]), 9000, dt.datetime(2026, 10, 31, 23, 59, tzinfo=dt.UTC))
    follow_all()
    return made, members


def follow_all() -> None:
    while jobs.fill(NOW) or ledger_jobs.follow(NOW):
        pass


def freeze(now: dt.datetime = OVER) -> int:
    steps = 0
    while jobs.end_seasons(now):
        steps += 1
    return steps


def frozen() -> list[tuple[int | None, int, int, int]]:
    with edges.reading():
        rows = select(Standing.member_id, Standing.points, Standing.rank, Standing.seat).order_by(Standing.id)
        return [(who, points, rank, seat) for who, points, rank, seat in db.session.execute(rows)]


def differences() -> list[str]:
    with edges.reading():
        return [*checks.standings(), *checks.histograms(), *checks.frozen()]


def test_a_season_ends_once_in_places_that_stay_and_its_first_are_thanked(each_database: Flask) -> None:
    with each_database.app_context():
        with edges.unit():
            badge_id = star().id
        made, (a, b, c, d) = season_of(4, [500, 300, 300, 20], badge_id=badge_id)
        with edges.reading():
            page = queries.page(made, made.season_key or "", b)
            assert page.mine is not None
            assert (page.mine.rank, page.mine.points, page.mine.members, page.mine.tied) == (2, 300, 4, 2)
        assert freeze(OVER - dt.timedelta(seconds=1)) == 0, "the last evening's news has time to come"
        assert freeze() > 0
        assert frozen() == [(a, 500, 1, 1), (b, 300, 2, 2), (c, 300, 2, 3), (d, 20, 4, 4)]
        assert freeze() == 0
        assert differences() == []
        with edges.reading():
            held = {
                who
                for (who,) in db.session.execute(select(Award.member_id).where(Award.badge_id == badge_id))
            }
            told = db.session.execute(
                select(Notice.member_id, Notice.data).where(Notice.kind == "season.won")
            )
            assert held == {a, b, c}, "equals share a place, and what it brings"
            assert {who: data["rank"] for who, data in told} == {a: 1, b: 2, c: 2}
            assert db.session.scalar(select(func.count()).where(Score.board_id == made.id)) == 0
            assert db.session.scalar(select(func.count()).where(ScoreCount.board_id == made.id)) == 0
        for harm in ("UPDATE standings SET points = 1", "DELETE FROM standings"):
            with pytest.raises(DBAPIError), edges.unit():
                db.session.execute(text(harm))
        db.session.remove()


def test_what_arrives_while_it_is_frozen_changes_no_standing_and_is_in_the_year(each_database: Flask) -> None:
    with each_database.app_context():
        _, (a, b) = season_of(2, [500, 300])
        with edges.unit():
            pay(ledger.account_for(member_id=b), 50)  # booked in time, and not yet followed
        assert jobs.end_seasons(OVER) == 0, "what was booked in time is counted first"
        follow_all()
        assert jobs.end_seasons(OVER) == 1  # closed
        with edges.unit():
            late = OVER + dt.timedelta(minutes=1)
            ledger.award(ledger.account_for(member_id=b), 9000, reason="manual", key="late", subject="test:1",
                         happened_at=NOW, now=late)  # fmt: skip
        follow_all()
        assert freeze() > 0
        assert [row[:3] for row in frozen()] == [(a, 500, 1), (b, 350, 2)]
        with edges.reading():
            mine = queries.page(queries.boards()[0], "2026", b).mine
            assert mine is not None
            assert mine.points == 9350
        assert differences() == []
        db.session.remove()


def test_frozen_by_many_at_once_it_is_frozen_once(each_database: Flask) -> None:
    with each_database.app_context():
        made, members = season_of(30, [10 * (n // 3) + 10 for n in range(30)])
        number = made.id

    def work() -> None:
        with each_database.app_context():
            for _ in range(12):
                jobs.end_seasons(OVER)
                with edges.unit():
                    pay(ledger.account_for(member_id=members[0]), 1, OVER)
                ledger_jobs.follow(OVER)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with each_database.app_context():
        freeze()
        follow_all()
        rows = frozen()
        assert [(seat, points) for _, points, _, seat in rows] == [
            (seat, points)
            for seat, points in enumerate(sorted((row[1] for row in rows), reverse=True), start=1)
        ]
        assert len(rows) == 30
        with edges.reading():
            assert db.session.scalar(select(func.count(Season.id))) == 1
            assert db.session.scalar(select(func.count(Notice.id)).where(Notice.kind == "season.won")) == 3
            assert number == db.session.scalar(select(Season.board_id))
        assert differences() == []
        db.session.remove()


def test_a_season_in_brackets_and_one_of_companies_have_their_own_first(inside: Flask) -> None:
    made, (a, b) = season_of(2, [500, 300], brackets="tenure")
    with edges.unit():
        old = NOW - dt.timedelta(days=500)
        db.session.execute(update(Member).where(Member.id == b).values(joined_at=old))
        composing.change(made, {"winners": 1}, now=NOW, by_id=None)
        composing.count_again()
    follow_all()
    freeze()
    assert {(row[0], row[2], row[3]) for row in frozen()} == {(a, 1, 1), (b, 1, 1)}, "each leads their own"
    with edges.reading():
        season = seasons.find("autumn", "1-nov-to-21-nov-2026")
        assert season is not None
        those, mine, more = seasons.standings(season, b, bracket="longer")
        assert [row.member_id for row in those] == [b]
        assert mine is not None
        assert more is None
    with edges.unit():
        db.session.execute(update(Member).where(Member.id == b).values(is_opted_out=True))
    with edges.reading():
        assert seasons.standings(season, b, bracket="longer") == ([], None, None), (
            "who hides is gone from the past, too"
        )


def test_a_board_refuses_what_cannot_be_meant(inside: Flask) -> None:
    with edges.unit():
        made = live("Here")
        refused: tuple[tuple[dict[str, object], str], ...] = (
            ({"name": " "}, "name"), ({"metric": "kindness"}, "stays as it was"), ({"periods": []}, "Offer a period"),
            ({"starts_on": FIRST}, "last day"), ({"starts_on": LAST, "ends_on": FIRST}, "before it begins"),
            ({"starts_on": FIRST, "ends_on": FIRST}, "is over"), ({"badge_id": 7}, "badge"),
            ({"kind": "company"}, "stays as it was"), ({"ranking": "dense"}, "stays as it was"),
        )  # fmt: skip
        for wish, says in refused:
            with pytest.raises(Unclear, match=says), edges.attempt():
                composing.change(made, {"name": "Here", **wish}, now=NOW, by_id=None)
        with pytest.raises(Unclear, match="what it counts"):
            composing.create({"name": "Kind", "metric": "kindness"}, now=NOW, by_id=None)
        with pytest.raises(Unclear, match="one list"):
            composing.create({"name": "Firms", "kind": "company", "brackets": "level"}, now=NOW, by_id=None)
        with pytest.raises(Unclear, match="was published"):
            composing.discard(made)
        composing.change(made, {"name": "Here", "starts_on": LAST, "ends_on": LAST}, now=NOW, by_id=None)
        with pytest.raises(Unclear, match="season runs"):
            composing.close(made, now=NOW, by_id=None)
    follow_all()
    freeze()
    with edges.unit():
        with pytest.raises(Unclear, match="Begin after"):
            composing.change(made, {"starts_on": LAST, "ends_on": dt.date(2026, 12, 1)}, now=NOW, by_id=None)
        db.session.expire(made)
        assert composing.close(made, now=NOW, by_id=None).state == "closed"
        assert composing.publish(made, now=NOW, by_id=None).is_filling


def test_arrows_compare_with_where_somebody_stood_when_the_day_began(inside: Flask) -> None:
    with edges.unit():
        made = board()
        a, b, c = make_members(3)
        for member_id, points in ((a, 300), (b, 200), (c, 100)):
            pay(ledger.account_for(member_id=member_id), points, NOW - dt.timedelta(days=1))
    follow_all()
    with edges.unit():
        places.note(made, day=NOW.date())
        pay(ledger.account_for(member_id=c), 500)
    follow_all()
    with edges.reading():
        page = queries.page(made, "2026-11", a)
        assert [(row.member_id, row.rank, row.moved) for row in page.top] == [
            (c, 1, 2),
            (a, 2, -1),
            (b, 3, -1),
        ]
        assert [row.moved for row in page.around] == [2, -1, -1]
    with edges.unit():
        places.note(made, day=NOW.date())
        noted = select(Place.account_id, Place.rank).where(Place.period == "month").order_by(Place.rank)
        assert [rank for _, rank in db.session.execute(noted)] == [1, 2, 3]
        assert db.session.scalars(noted).first() == ledger.account_for(member_id=a), "once a day is enough"
        places.note(made, day=NOW.date() + dt.timedelta(days=1))
        assert db.session.scalars(noted).first() == ledger.account_for(member_id=c)


def test_the_best_period_of_a_kind_is_remembered(inside: Flask) -> None:
    with edges.unit():
        made = board()
        me, other = make_members(2)
        account = ledger.account_for(member_id=me)
        for points, month in ((50, 11), (900, 3), (70, 4)):
            pay(account, points, dt.datetime(2026, month, 15, 12, tzinfo=dt.UTC))
        pay(ledger.account_for(member_id=other), 1000, dt.datetime(2026, 3, 15, 12, tzinfo=dt.UTC))
    follow_all()
    with edges.reading():
        page = queries.page(made, "2026-11", me, with_best=True)
        assert page.best is not None
        assert (page.best.period, page.best.points, page.best.rank, page.is_my_best) == (
            "2026-03",
            900,
            2,
            False,
        )
        assert queries.page(made, "2026-03", me, with_best=True).is_my_best
        none_yet = queries.page(made, "2026-12", me, with_best=True)
        assert none_yet.mine is None
        assert none_yet.best == page.best


def test_a_season_that_is_over_waits_in_sight_of_the_scheduler(app: Flask) -> None:
    with app.app_context():
        season_of(2, [5, 4])
        with edges.reading():
            assert seasons.waiting_since(OVER - dt.timedelta(seconds=1)) is None
            assert seasons.waiting_since(OVER) == OVER
        freeze()
        assert len(frozen()) == 2
        with edges.reading():
            assert seasons.waiting_since(OVER) is None
