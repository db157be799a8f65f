"""Connections: made, given new secrets, mapped."""

import datetime as dt
import re
from collections.abc import Mapping

from sqlalchemy import delete, select, update

from hub import activity
from hub.core.crypto import seal, unseal
from hub.core.db import db
from hub.crm.adapters import ADAPTERS, Secret
from hub.crm.models import IGNORE, Connection, ConnectionSecret, StageMapping

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
RESERVED = {"new"}
ACTIVE_SECRETS = 2


class Wrong(Exception):
    """A connection can't be made or changed so. `field` and what to do."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(f"{field}: {says}")
        self.field = field
        self.says = says


def connect(
    name: str,
    kind: str,
    *,
    now: dt.datetime,
    secret: str | None = None,
    account: str | None = None,
    stages: Mapping[str, str] | None = None,
    by_id: int | None = None,
) -> tuple[Connection, str]:
    """Makes a connection; returns it and its secret, which is shown once.

    Refuses a name that isn't a short slug or is taken, an unknown kind, and a missing account where the kind has no
    signature to go by.
    """
    adapter = ADAPTERS.get(kind)
    if adapter is None:
        raise Wrong("kind", f"use one of {', '.join(ADAPTERS)}, not {kind!r}")
    if not NAME.fullmatch(name):
        raise Wrong("name", "use 1 to 40 of a-z, 0-9 and -, for it becomes part of the address")
    if name in RESERVED:
        raise Wrong("name", f"{name} is the address of a page here; choose another word")
    if find(name) is not None:
        raise Wrong("name", f"there is a connection called {name} already; `rotate` gives it a new secret")
    if adapter.needs_account and not account:
        raise Wrong("account", f"{kind} needs the account its messages come from")
    connection = Connection(name=name, kind=kind, account=account, created_at=now)
    db.session.add(connection)
    db.session.flush()
    plain = _add_secret(connection, secret, now)
    for crm_stage, rung in (stages or {}).items():
        map_stage(connection, crm_stage, rung, by_id=by_id, now=now)
    activity.record("connection.made", subject=f"connection:{connection.id}", by_id=by_id, now=now)
    return connection, plain


def rotate(
    name: str, *, now: dt.datetime, secret: str | None = None, by_id: int | None = None
) -> tuple[Connection, str]:
    """Adds a second active secret; refuses a third until the old one is retired."""
    connection = _existing(name)
    if len(active(connection.id)) >= ACTIVE_SECRETS:
        raise Wrong("secret", f"{name} has two active secrets; retire the old one first")
    plain = _add_secret(connection, secret, now)
    activity.record("connection.rotated", subject=f"connection:{connection.id}", by_id=by_id, now=now)
    return connection, plain


def retire_secret(name: str, *, now: dt.datetime, by_id: int | None = None) -> Connection:
    """Drops the older of two active secrets; refuses to drop the only one."""
    connection = _existing(name)
    kept = active(connection.id)
    if len(kept) < ACTIVE_SECRETS:
        raise Wrong("secret", f"{name} has one active secret; rotate first, or nothing could be signed")
    kept[0].retired_at = now
    db.session.flush()
    activity.record("connection.secret_retired", subject=f"connection:{connection.id}", by_id=by_id, now=now)
    return connection


def _existing(name: str) -> Connection:
    connection = find(name)
    if connection is None:
        raise Wrong("name", f"there is no connection called {name}")
    return connection


def _add_secret(connection: Connection, secret: str | None, now: dt.datetime) -> str:
    plain = secret or ADAPTERS[connection.kind].new_secret()
    if len(plain) < 8:
        raise Wrong("secret", "use at least 8 characters; leave it out and one is made for you")
    db.session.add(ConnectionSecret(connection_id=connection.id, sealed=seal(plain), created_at=now))
    db.session.flush()
    return plain


def find(name: str) -> Connection | None:
    """The connection of this name; what can't be a name (a NUL, which PostgreSQL refuses) is nobody's."""
    if not NAME.fullmatch(name):
        return None
    return db.session.scalar(select(Connection).where(Connection.name == name))


def active(connection_id: int) -> list[ConnectionSecret]:
    """The active secrets, oldest first."""
    query = select(ConnectionSecret).where(
        ConnectionSecret.connection_id == connection_id, ConnectionSecret.retired_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(ConnectionSecret.id)))


def plain_secrets(secrets: list[ConnectionSecret]) -> tuple[Secret, ...]:
    """The secrets in plain text, for an adapter."""
    return tuple(Secret(unseal(secret.sealed)) for secret in secrets)


def used(secret: ConnectionSecret, *, now: dt.datetime) -> None:
    """Notes that a secret was used, at most once an hour: the health page says which can be retired."""
    if secret.used_at is None or now - secret.used_at > dt.timedelta(hours=1):
        query = update(ConnectionSecret).where(ConnectionSecret.id == secret.id)
        db.session.execute(query.values(used_at=now).execution_options(synchronize_session=False))


def map_stage(
    connection: Connection, crm_stage: str, rung: str, *, now: dt.datetime, by_id: int | None = None
) -> StageMapping:
    """Maps a stage of the CRM to a rung, or to '-' for stages that move nothing. Later events follow it at once."""
    crm_stage, rung = crm_stage.strip(), rung.strip() or IGNORE
    if not crm_stage or len(crm_stage) > 200:
        raise Wrong("stage", "name the CRM's stage in 1 to 200 characters")
    query = select(StageMapping).where(
        StageMapping.connection_id == connection.id, StageMapping.crm_stage == crm_stage
    )
    mapping = db.session.scalar(query)
    if mapping is None:
        mapping = StageMapping(
            connection_id=connection.id, crm_stage=crm_stage, rung=rung, by_id=by_id, created_at=now
        )
        db.session.add(mapping)
    mapping.rung, mapping.by_id = rung, by_id
    db.session.flush()
    return mapping


def unmap_stage(connection: Connection, crm_stage: str) -> None:
    """Forgets a mapping: later events of this stage wait until somebody maps it."""
    query = delete(StageMapping).where(
        StageMapping.connection_id == connection.id, StageMapping.crm_stage == crm_stage
    )
    db.session.execute(query.execution_options(synchronize_session=False))


def mappings(connection_ids: list[int]) -> dict[tuple[int, str], str]:
    """(connection, CRM stage) → rung."""
    query = select(StageMapping).where(StageMapping.connection_id.in_(connection_ids))
    return {(row.connection_id, row.crm_stage): row.rung for row in db.session.scalars(query)}
