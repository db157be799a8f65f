"""The sample's hangouts, held by Dorothy: by the same verbs that people use, dated when it would have been."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from hub import members, notices
from hub.core import registry
from hub.core.db import db
from hub.hangouts import asking, attending, building, following, queries, requests, seats
from hub.hangouts.models import Hangout
from hub.hangouts.samples import (
    AUTUMN,
    AUTUMN_REQUESTS,
    AUTUMN_THANKS,
    ROADMAP,
    ROADMAP_AGENDA,
    ROADMAP_QUESTIONS,
)
from hub.ledger.models import Account, Wallet
from hub.members.models import Member

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
IN_LINE = 3
FOLLOW_UP = "What should we build next?"


@registry.seed(66, "hangouts")
def plant(now: dt.datetime) -> None:
    """Two hangouts, each once."""
    dorothy, ada = members.find("dorothy@example.com"), members.find("ada@example.com")
    if dorothy is None or ada is None:
        return
    friends = _friends(besides=ada.id)
    if queries.by_slug(AUTUMN["slug"]) is None:
        _autumn(dorothy, [ada.id, *friends[:6]], now)
    if queries.by_slug(ROADMAP["slug"]) is None:
        _roadmap(dorothy, ada, friends, now)


def _friends(*, besides: int) -> list[int]:
    """Customers and partners, those who did the most first; not the newcomer."""
    query = (
        select(Member.id)
        .outerjoin(Account, Account.member_id == Member.id)
        .outerjoin(Wallet, Wallet.account_id == Account.id)
        .where(~Member.is_staff, ~Member.is_stub, Member.type != "employee", Member.id != besides)
        .where(Member.email != "linus@example.com")
    )
    return list(
        db.session.scalars(query.order_by(func.coalesce(Wallet.lifetime, 0).desc(), Member.id).limit(40))
    )


def _autumn(host: Member, guests: list[int], now: dt.datetime) -> None:
    """Over for some weeks, with a recording and promises, one of them kept."""
    starts = _at(now - 40 * DAY, 17)
    begun = starts - 20 * DAY
    made = _made(AUTUMN, host, starts, begun)
    seats.invite(made.id, guests, now=begun)
    for number, one in enumerate(guests):
        seats.take(made.id, one, now=begun + (number + 1) * HOUR)
    for one in guests[:-1]:
        attending.check_in(made, one, made.code, now=starts + 5 * MINUTE)
    after = starts + 2 * DAY
    for title, status, reason, points, who in AUTUMN_REQUESTS:
        asked = [guests[number] for number in who]
        heard = requests.hear(made, title, by_id=host.id, points=points, member_ids=asked, now=after)
        requests.move(heard, status, by_id=host.id, reason=reason, now=min(now - 6 * DAY, after + 25 * DAY))
    follow = next((subject for subject, title in following.offered() if title == FOLLOW_UP), None)
    building.close(
        made, recording_url="https://video.example.com/autumn-table", thanks=AUTUMN_THANKS, follow_up=follow,
        by_id=host.id, now=after,
    )  # fmt: skip
    building.thank(made, by_id=host.id, now=after)
    _read(made, guests, now - 5 * DAY)


def _roadmap(host: Member, ada: Member, friends: list[int], now: dt.datetime) -> None:
    """To come, with all chairs taken, three in line, and an invitation that waits for Ada."""
    starts, begun = _at(now + 9 * DAY, 16), now - 6 * DAY
    made = _made(ROADMAP, host, starts, begun)
    asking.plan(made, ROADMAP_AGENDA)
    table = friends[: made.seats + IN_LINE]
    seats.invite(made.id, [ada.id, *table], now=begun)
    for number, one in enumerate(table):
        seats.take(made.id, one, now=begun + number * HOUR)
    items = [item.id for item in asking.items_of(made.id)]
    for number, one in enumerate(table):
        asking.vote(
            made.id, [item for place, item in enumerate(items) if (number * 7 + place * 3) % 5 < 2], one
        )
    for who, anonymous, body, votes in ROADMAP_QUESTIONS:
        asked = asking.ask(made, table[who], body, anonymous=anonymous, now=begun + 2 * DAY)
        for one in table[who + 1 : who + 1 + votes]:
            asking.want(asked.id, one, on=True)


def _made(sample: dict[str, Any], host: Member, starts: dt.datetime, begun: dt.datetime) -> Hangout:
    values = {name: value for name, value in sample.items() if name not in ("title", "slug")}
    made = building.create(
        sample["title"],
        by_id=host.id,
        now=begun - DAY,
        slug=sample["slug"],
        starts_at=starts,
        audience="picked",
        **values,
    )
    building.publish(made, by_id=host.id, now=begun)
    return made


def _at(day: dt.datetime, hour: int) -> dt.datetime:
    """That hour of that day where it is held."""
    zone = ZoneInfo(ROADMAP["zone"])
    return day.astimezone(zone).replace(hour=hour, minute=0, second=0, microsecond=0).astimezone(dt.UTC)


def _read(made: Hangout, guests: list[int], now: dt.datetime) -> None:
    for one in guests:
        for kind in ("hangout.invited", "hangout.seated", "hangout.thanked"):
            notices.read_about(one, made.subject, kind, now=now)
