"""Who did what and when, each entry bound to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, select, text

from covercheck.records.inserting import Inserts
from covercheck.records.tables import MOMENT, audit

BEGINNING: Final = bytes(32)
CHAIN_LOCK: Final = 7_726_002
FIELDS: Final = ("org", "token", "action", "object", "address", "result", "request")
LONGEST: Final = 200
OURS: Final = re.compile(r"[a-z]+_[0-9a-f]{1,40}")
LAST: Final = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"
TOLD: Final = json.JSONEncoder(ensure_ascii=False)
STEP: Final = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed: never a person's data, only the id of what it was done to."""

    at: datetime
    org: str
    token: str
    action: str
    object: str
    address: str
    result: str
    request: str


@dataclass(frozen=True, slots=True)
class Whole:
    """Every entry is as it was written. `head` is the last hash: keep it elsewhere to notice a chain cut short."""

    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not as it was written, and why."""

    seq: int
    why: str


Verdict: TypeAlias = Whole | Broken


def as_id(what: str) -> str:
    """What was asked for by an id that was not found: somebody may have typed a patient's name in its place."""
    return what if OURS.fullmatch(what) else "no id of ours"


def append(connection: Connection, entries: Iterable[Entry], inserts: Inserts | None = None) -> None:
    """Write entries at the end of the chain, inside the caller's transaction. On PostgreSQL appenders wait for each other."""
    waiting = tuple(entries)
    if not waiting:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
    last = connection.exec_driver_sql(LAST).first()
    seq, previous = (last.seq, bytes(last.hash)) if last is not None else (0, BEGINNING)
    rows = []
    for entry in waiting:
        seq += 1
        row: dict[str, Any] = {
            "seq": seq,
            "at": entry.at,
            **{name: getattr(entry, name)[:LONGEST] for name in FIELDS},
            "previous": previous,
        }
        previous = row["hash"] = _hash(row)
        rows.append(row)
    (inserts or Inserts(connection.dialect)).run(connection, audit, rows)


def verify(connection: Connection) -> Verdict:
    """Walk the chain from its beginning, a thousand entries at a time."""
    seq, previous = 0, BEGINNING
    while True:
        rows = connection.execute(select(audit).where(audit.c.seq > seq).order_by(audit.c.seq).limit(STEP)).mappings().all()
        if not rows:
            return Whole(seq, previous.hex())
        for row in rows:
            if row["seq"] != seq + 1:
                return Broken(seq + 1, "is missing")
            if bytes(row["previous"]) != previous:
                return Broken(row["seq"], "does not follow the one before")
            if bytes(row["hash"]) != _hash(row):
                return Broken(row["seq"], "was changed")
            seq, previous = row["seq"], bytes(row["hash"])


def _hash(row: Any) -> bytes:
    told = [row["seq"], row["at"].astimezone(UTC).strftime(MOMENT), *(row[name] for name in FIELDS)]
    return hashlib.sha256(bytes(row["previous"]) + TOLD.encode(told).encode()).digest()
