"""Putting things off. A challenge that isn't for somebody at all is kept with the challenges, in one list."""

import datetime as dt
import re

from challenges.asks import caring
from challenges.queries import exists as challenge_exists
from hub.core.db import db
from hub.home.models import PutOff
from hub.outbox.actions import insert_ignoring

COOL_DAYS = 7
NAME = re.compile(r"[\w.:-]{1,80}")
CHALLENGE = re.compile(r"challenge:([0-9]{1,15})")


def put_off(member_id: int, thing: str, now: dt.datetime, *, for_good: bool = False) -> bool:
    """Doesn't offer this thing to this member for a week, or never again; said twice, the last word holds. False when
    that can't be the name of a thing."""
    if not NAME.fullmatch(thing):
        return False
    if for_good and (challenge := CHALLENGE.fullmatch(thing)):
        return _not_for_me(int(challenge[1]), member_id, now)
    until = None if for_good else now + dt.timedelta(days=COOL_DAYS)
    row = {"member_id": member_id, "thing": thing, "until_at": until, "created_at": now}
    fresh = insert_ignoring(PutOff).values(**row).returning(PutOff.member_id)
    if db.session.scalar(fresh) is None:
        db.session.get_one(PutOff, (member_id, thing)).until_at = until
    return True


def _not_for_me(challenge_id: int, member_id: int, now: dt.datetime) -> bool:
    """As “not for me” on the challenge's own page, without a reason."""
    if challenge_exists(challenge_id):
        caring.set_aside(challenge_id, member_id, reason="other", now=now)
        return True
    return False


def take_up(member_id: int, thing: str) -> None:
    """Offers it again from now on."""
    found = db.session.get(PutOff, (member_id, thing))
    if found is not None:
        db.session.delete(found)
