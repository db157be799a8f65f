"""Knowing a visitor again for a day, without keeping who it is: a hash under a salt that is gone the day after."""

import datetime as dt
import hashlib
import ipaddress
import re
import secrets
import threading

from flask import Flask
from sqlalchemy import delete, select

from hub.core.db import db
from hub.outbox.actions import insert_ignoring
from hub.sharing.models import ClickSalt

PORT = re.compile(r":\d{1,5}$")


class Visitors:
    """One per process: it asks for a day's salt once."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.kept: tuple[dt.date, bytes] | None = None
        self.lock = threading.Lock()

    def name(self, address: str, agent: str, day: dt.date) -> str:
        """The visitor of an address and browser on one day: twenty-four letters that say nothing the day after."""
        kept = self.kept
        salt = kept[1] if kept is not None and kept[0] == day else self._salt(day)
        told = f"{_network(address)}\n{agent}".encode("utf-8", "replace")
        return hashlib.blake2b(told, key=salt, digest_size=12).hexdigest()

    def _salt(self, day: dt.date) -> bytes:
        with self.lock:
            if self.kept is None or self.kept[0] != day:
                with self.app.app_context(), db.engine.begin() as connection:
                    fresh = insert_ignoring(ClickSalt).values(day=day, salt=secrets.token_hex(32))
                    connection.execute(fresh)
                    found = connection.scalar(select(ClickSalt.salt).where(ClickSalt.day == day))
                assert found is not None
                self.kept = (day, bytes.fromhex(found))
            return self.kept[1]


def _network(address: str) -> str:
    """An address without its port, of IPv6 the half that belongs to a household: the other half changes by the hour.
    What a proxy writes as an IPv4 address in the clothes of IPv6 is that address."""
    found = _parsed(address) or _parsed(PORT.sub("", address).strip("[]"))
    if found is None:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ipaddress.IPv6Network((int(found), 64), strict=False))
    return str(found)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def prepare_salts(today: dt.date) -> None:
    """Makes the salts of today and tomorrow, so that no visitor has to wait for one."""
    rows = [{"day": today + dt.timedelta(days=ahead), "salt": secrets.token_hex(32)} for ahead in (0, 1)]
    db.session.execute(insert_ignoring(ClickSalt), rows)


def forget_salts(today: dt.date) -> int:
    """Deletes the salts of days gone by."""
    gone = db.session.execute(delete(ClickSalt).where(ClickSalt.day < today))
    return int(gone.rowcount)  # type: ignore[attr-defined]
