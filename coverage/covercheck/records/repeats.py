"""Keys of repeats: whatever is made once for an `Idempotency-Key` takes it in the same transaction, on whatever machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from covercheck.records.inserting import insert_once
from covercheck.records.tables import idempotency


@dataclass(frozen=True, slots=True)
class Repeat:
    """An `Idempotency-Key` and the hash of the body it came with."""

    space: str
    name: str
    body_hash: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class KeyTaken:
    """The key was used before: by this check (or draft, or release), with this body."""

    check_id: str
    body_hash: bytes


def take_key(connection: Connection, org: str, what: str, repeat: Repeat, now: datetime) -> KeyTaken | None:
    """Take the key for the thing of this id, or learn which has it. A key whose time is over is free again."""
    key = (idempotency.c.org == org, idempotency.c.space == repeat.space, idempotency.c.name == repeat.name)
    connection.execute(delete(idempotency).where(*key, idempotency.c.expires_at <= now))
    taken = connection.execute(
        insert_once(connection.dialect, idempotency)
        .values(
            org=org,
            space=repeat.space,
            name=repeat.name,
            body_hash=repeat.body_hash,
            check_id=what,
            expires_at=repeat.expires_at,
        )
        .returning(idempotency.c.check_id)
    )
    if taken.first() is not None:
        return None
    return key_holder(connection, org, repeat, now)


def key_holder(connection: Connection, org: str, repeat: Repeat, now: datetime) -> KeyTaken | None:
    """What took this key, if that is still remembered."""
    wanted = select(idempotency).where(
        idempotency.c.org == org, idempotency.c.space == repeat.space, idempotency.c.name == repeat.name, idempotency.c.expires_at > now
    )
    row = connection.execute(wanted).first()
    return KeyTaken(row.check_id, bytes(row.body_hash)) if row is not None else None
