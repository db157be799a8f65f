"""Where clicks wait for the writer: a Redis stream, and how one is put in and taken out.

One script looks the link up, remembers the visitor for an hour, and appends: one round trip for a click. Redis gets
half a second and no second try; after a failure it isn't asked for five seconds, and clicks go past it.
"""

import hashlib
import threading
import time
from dataclasses import dataclass
from typing import Any

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry

log = structlog.get_logger(__name__)
STREAM = "hurrah:clicks"
FULL = 1_000_000  # so many unwritten ones, and Redis gets no more: they go into the database instead
QUIET_SECONDS = 5.0
LINK_SECONDS = 30
SEEN_SECONDS = 3600
# 1 the link's record, 2 who was seen on it, 3 the stream; 1 click, 2 kind, 3 visitor, 4 source, 5 signed-in member.
SCRIPT = f"""
local record = redis.call('GET', KEYS[1])
if not record then return false end
if redis.call('XLEN', KEYS[3]) >= {FULL} then return 'full' end
local link, member = string.match(record, '^(%d+)|(%d+)|')
local kind, first = ARGV[2], false
if kind == 'visit' and member == ARGV[5] then kind = 'own' end
if kind == 'visit' then
  first = redis.call('GET', KEYS[2])
  if not first then redis.call('SET', KEYS[2], ARGV[1], 'EX', {SEEN_SECONDS}) end
end
redis.call('XADD', KEYS[3], '*', 'c', ARGV[1] .. '|' .. link .. '|' .. kind .. '|' .. ARGV[3] .. '|' .. ARGV[4])
return {{record, first or ARGV[1]}}
"""
DIGEST = hashlib.sha1(SCRIPT.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Taken:
    """A click as it waits: which link, what kind, by whom."""

    id: str
    link_id: int
    kind: str
    visitor: str
    source: str


class Away(Exception):
    """Redis doesn't answer, takes no more, or is being left alone for a few seconds."""


class Stream:
    """One per process. A connection for each thread: nobody waits for another's answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.quiet_until = 0.0
        self.own = threading.local()

    def take(
        self, name: str, click: str, kind: str, visitor: str, source: str, member: str
    ) -> list[str] | None:
        """Appends a click on the link of this name: its record and the click it counts as; None when the record
        isn't known here. Raises Away."""
        keys = (f"hurrah:link:{name}", f"hurrah:seen:{name}:{visitor}", STREAM)
        found = self._ask("EVALSHA", DIGEST, 3, *keys, click, kind, visitor, source, member)
        if found == b"full":
            raise Away
        return None if found is None else [part.decode() for part in found]

    def know(self, name: str, record: str) -> None:
        """Keeps the record of a link for half a minute."""
        self._ask("SET", f"hurrah:link:{name}", record, "EX", LINK_SECONDS)

    def forget(self, names: list[str]) -> None:
        """Drops the records of these links at once; where Redis is away they end by themselves."""
        try:
            self._ask("DEL", *(f"hurrah:link:{name}" for name in names))
        except Away:
            return

    def _ask(self, *command: str | int) -> Any:
        if time.monotonic() < self.quiet_until:
            raise Away
        try:
            redis: Any = self._redis()
            try:
                return redis.execute_command(*command)
            except NoScriptError:
                redis.script_load(SCRIPT)
                return redis.execute_command(*command)
        except (RedisError, OSError) as error:
            self.quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("clicks.redis_away", error=type(error).__name__)
            raise Away from error

    def _redis(self) -> "Redis":
        found: Redis | None = getattr(self.own, "redis", None)
        if found is None:
            found = self.own.redis = Redis.from_url(
                self.url, socket_connect_timeout=0.5, socket_timeout=0.5, retry=Retry(NoBackoff(), 0), protocol=2,
                single_connection_client=True,
            )  # fmt: skip
        return found


def read(redis: "Redis", count: int) -> tuple[list[bytes], list[Taken]]:
    """The oldest clicks that wait, with their places in the stream."""
    places: list[bytes] = []
    clicks: list[Taken] = []
    found: Any = redis.xrange(STREAM, count=count)
    for place, fields in found:
        places.append(place)
        parts = fields.get(b"c", b"").decode().split("|")
        if len(parts) == 5 and parts[1].isdecimal():
            clicks.append(Taken(parts[0], int(parts[1]), parts[2], parts[3], parts[4]))
    return places, clicks


def oldest(redis: "Redis") -> int | None:
    """Since when the oldest waits, in milliseconds."""
    first: Any = redis.xrange(STREAM, count=1)
    return int(first[0][0].partition(b"-")[0]) if first else None
