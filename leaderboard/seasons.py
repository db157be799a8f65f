"""The end of a season: counted no more, copied into standings, its first thanked. Once, whoever does it.

A season closes when its last day is over and the news of that day has had time to come (`GRACE`). From then on no
follower writes to it: an entry that comes later stays in the books and in the year, and changes no standing.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    and_,
    cast,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload

import badges
from badges.models import Badge
from hub import activity, notices
from hub.core.db import db, table_of
from hub.core.place import place
from hub.ledger.queries import oldest_mark
from hub.members.models import Company, Member
from hub.outbox.actions import insert_ignoring
from hub.segments.words import slug_of
from leaderboard import filling, lines, periods
from leaderboard.lines import Standing as Line
from leaderboard.models import Board, Score, ScoreBucket, ScoreCount, Season, Share, Standing
from leaderboard.visibility import shown

GRACE = dt.timedelta(hours=6)
"""CRMs tell late; a deal of the last evening is heard within these hours."""
MOST_TOLD = 500


def due_at(ends_on: dt.date) -> dt.datetime:
    """When a season of this last day may close."""
    return periods.midnight(ends_on + periods.DAY, place().zone) + GRACE


def waiting_since(now: dt.datetime) -> dt.datetime | None:
    """Since when a season waits to be closed or frozen."""
    begun = select(Season.closed_at, cast(null(), Date).label("ends_on")).where(Season.state == "closing")
    ending = select(cast(null(), Season.closed_at.type), Board.ends_on).where(_is_ending(now))
    rows = db.session.execute(union_all(begun, ending))
    since = [closed_at or due_at(ends_on) for closed_at, ends_on in rows]
    return min((at for at in since if at <= now), default=None)


def _is_ending(now: dt.datetime) -> ColumnElement[bool]:
    """The condition on Board that its season's last day may be over, somewhere in the world."""
    return and_(Board.state == "live", Board.ends_on <= now.date(), Board.filled_after.is_(None))


def go_on(*, limit: int, now: dt.datetime) -> int:
    """The next step of what ends: closes a season, copies a batch, thanks the first; 0 when there is nothing to do.
    The caller holds the followers' lease, so nobody counts meanwhile."""
    query = select(Season).options(joinedload(Season.board)).where(Season.state == "closing")
    season = db.session.scalar(query.order_by(Season.id).limit(1))
    if season is not None:
        return (
            copy(season, limit=limit, now=now)
            or filling.take_off(Share, season.board_id, season.key, limit)
            or finish(season, now=now)
        )
    mark = oldest_mark()
    for board in db.session.scalars(select(Board).where(_is_ending(now)).order_by(Board.id)):
        due = due_at(board.ends_on) if board.ends_on else None
        # What was booked in time is counted first, however long the queue is.
        if due is not None and due <= now and (mark is None or mark > due) and close(board, now=now):
            return 1
    return 0


def close(board: Board, *, now: dt.datetime) -> bool:
    """From here on the season isn't written to any more; False when somebody else has closed it."""
    assert board.starts_on is not None
    assert board.ends_on is not None
    name, key = periods.called(board.starts_on, board.ends_on), board.season_key
    row = {"board_id": board.id, "slug": slug_of(name), "name": name, "starts_on": board.starts_on,
           "ends_on": board.ends_on, "state": "closing", "badge_id": board.badge_id, "winners": board.winners,
           "closed_at": now}  # fmt: skip
    made = db.session.scalar(insert_ignoring(Season).values(row).returning(Season.id))
    board.starts_on = board.ends_on = None
    db.session.flush()
    for model in (ScoreCount, ScoreBucket):
        db.session.execute(delete(model).where(model.board_id == board.id, model.period == key))
    return made is not None


def copy(season: Season, *, limit: int, now: dt.datetime) -> int:  # noqa: ARG001
    """Moves the next scores, best first, into standings; gives how many. What was moved is there no more, so a batch
    that is done again finds the next ones."""
    sheet = (Score.board_id == season.board_id, Score.period == season.key)
    query = select(Score.bracket, Score.points, Score.account_id, Score.member_id, Score.company_id).where(
        *sheet
    )
    rows = db.session.execute(
        query.order_by(Score.bracket, Score.points.desc(), Score.account_id).limit(limit)
    ).all()
    if not rows:
        return 0
    last = db.session.scalar(
        select(Standing).where(Standing.season_id == season.id).order_by(Standing.id.desc()).limit(1)
    )
    db.session.execute(insert(table_of(Standing)), _placed(rows, season, last))
    db.session.execute(delete(Score).where(*sheet, Score.account_id.in_([row.account_id for row in rows])))
    return len(rows)


def _placed(rows: Sequence[Any], season: Season, last: Standing | None) -> list[dict[str, Any]]:
    """Rows with their places, going on where the last one stopped."""
    dense = season.board.ranking == "dense"
    bracket, points, rank, seat = (
        (last.bracket, last.points, last.rank, last.seat) if last else (None, 0, 0, 0)
    )
    found = []
    for row in rows:
        if row.bracket != bracket:
            bracket, points, rank, seat = row.bracket, 0, 0, 0
        seat += 1
        if row.points != points:
            points, rank = row.points, rank + 1 if dense else seat
        found.append({
            "season_id": season.id, "bracket": bracket, "seat": seat, "rank": rank, "points": points,
            "account_id": row.account_id, "member_id": row.member_id, "company_id": row.company_id,
        })  # fmt: skip
    return found


def finish(season: Season, *, now: dt.datetime) -> int:
    """Frozen: the first get the badge and a word. Who hides meanwhile isn't named and gets both."""
    season.state, season.frozen_at = "frozen", now
    db.session.flush()
    activity.record("season.frozen", subject=season.subject, now=now, data={"board_id": season.board_id})
    first = (
        Standing.season_id == season.id,
        Standing.rank <= season.winners,
        Standing.member_id.is_not(None),
    )
    query = select(Standing).where(*first).order_by(Standing.rank, Standing.id).limit(MOST_TOLD)
    won = list(db.session.scalars(query))
    _award(season, won, now)
    told = [
        {"member_id": one.member_id, "kind": "season.won", "subject": season.subject,
         "key": f"{season.subject}:{one.member_id}", "data": {"rank": one.rank, "points": one.points}}
        for one in won
    ]  # fmt: skip
    notices.tell_many(told, now=now)
    return 1


def _award(season: Season, won: Sequence[Standing], now: dt.datetime) -> None:
    badge = db.session.get(Badge, season.badge_id) if season.badge_id else None
    if badge is None or badge.state != "live":
        return
    for rank, those in groupby(won, key=lambda one: one.rank):
        words = f"{lines.ordinal(rank).capitalize()} place, {season.board.name}, {season.name}"
        ids = [one.member_id for one in those if one.member_id is not None]
        badges.grant(badge, ids, citation=words, now=now, by_id=season.board.by_id)


def of(board_id: int) -> list[Season]:
    """A board's seasons that are over, the latest first."""
    query = select(Season).where(Season.board_id == board_id)
    return list(db.session.scalars(query.order_by(Season.ends_on.desc(), Season.id.desc())))


def with_mine(
    board: Board, owner_id: int | None, *, limit: int = 6
) -> list[tuple[Season, int | None, int | None]]:
    """The latest seasons that are over, with my rank and points in each, or my company's: one statement."""
    whose = Standing.company_id if board.kind == "company" else Standing.member_id
    mine = and_(Standing.season_id == Season.id, whose == owner_id)
    query = (
        select(Season, Standing.rank, Standing.points)
        .outerjoin(Standing, mine)
        .where(Season.board_id == board.id)
    )
    rows = db.session.execute(query.order_by(Season.ends_on.desc(), Season.id.desc()).limit(limit))
    return [(season, rank, points) for season, rank, points in rows]


def find(board_slug: str, slug: str) -> Season | None:
    """One season with its board and that one's audience."""
    query = select(Season).join(Season.board).options(joinedload(Season.board).joinedload(Board.segment))
    return db.session.scalar(query.where(Board.slug == board_slug, Season.slug == slug))


def get(season_id: int) -> Season | None:
    """One season by its number, with its board."""
    return db.session.scalar(select(Season).options(joinedload(Season.board)).where(Season.id == season_id))


def badge_name(season: Season) -> str:
    """What its winners' badge is called; nothing where there is none."""
    badge = db.session.get(Badge, season.badge_id) if season.badge_id else None
    return badge.name if badge else ""


def standings(
    season: Season, owner_id: int | None, *, bracket: str, after: int = 0, limit: int = 50
) -> tuple[list[Line], Line | None, int | None]:
    """The next standings after a seat, mine, and the seat to go on after. Whoever hides now isn't shown; nobody moves
    up for it."""
    whose = Standing.company_id if season.board.kind == "company" else Standing.member_id
    query = (
        select(
            Standing.rank, Standing.seat, Standing.points, Standing.account_id, Standing.member_id, Member.handle,
            func.coalesce(Member.pseudonym, Member.name, Company.name).label("name"), Company.name.label("company"),
            Member.pseudonym.is_not(None).label("masked"), cast(null(), BigInteger).label("noted"),
        )
        .outerjoin(Member, Member.id == Standing.member_id)
        .outerjoin(Company, Company.id == func.coalesce(Standing.company_id, Member.company_id))
        .where(Standing.season_id == season.id, or_(Standing.company_id.is_not(None), shown()))
    )  # fmt: skip
    page = (
        query.where(Standing.bracket == bracket, Standing.seat > after)
        .order_by(Standing.seat)
        .limit(limit + 1)
    )
    rows = db.session.execute(page).all()
    mine = db.session.execute(query.where(whose == owner_id)).one_or_none() if owner_id is not None else None
    me = mine.account_id if mine else None
    found = [lines.standing(row, row.rank, me) for row in rows[:limit]]
    own = lines.standing(mine, mine.rank, me) if mine else None
    return found, own, rows[limit - 1].seat if len(rows) > limit else None


def titles(ids: Collection[int]) -> Select[int, str, str, str]:
    """Asks what seasons are called: (id, board and season, the board's slug, the season's)."""
    title = (Board.name + ", " + Season.name).label("title")
    query = select(Season.id, title, Board.slug, Season.slug.label("own")).join(
        Board, Board.id == Season.board_id
    )
    return query.where(Season.id.in_(ids))


def differences() -> list[tuple[int, int, int, int]]:
    """Standings whose rank or seat isn't what their points come to: (season, account, said, recomputed)."""
    sheet, best = (Standing.season_id, Standing.bracket), Standing.points.desc()
    query = (
        select(
            Standing.season_id, Standing.account_id, Standing.rank, Standing.seat, Board.ranking,
            func.rank().over(partition_by=sheet, order_by=best).label("shared"),
            func.dense_rank().over(partition_by=sheet, order_by=best).label("dense"),
            func.row_number().over(partition_by=sheet, order_by=(best, Standing.account_id)).label("lined"),
        )
        .join(Season, Season.id == Standing.season_id)
        .join(Board, Board.id == Season.board_id)
    )  # fmt: skip
    all_ = query.where(Season.state == "frozen").subquery()
    is_dense = all_.c.ranking == "dense"
    wrong = select(all_.c.season_id, all_.c.account_id, all_.c.rank, all_.c.shared).where(
        or_(all_.c.seat != all_.c.lined, and_(~is_dense, all_.c.rank != all_.c.shared),
            and_(is_dense, all_.c.rank != all_.c.dense))
    )  # fmt: skip
    return [(season, account, rank, is_) for season, account, rank, is_ in db.session.execute(wrong)]
