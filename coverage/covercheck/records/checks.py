"""Recorded checks: kept before they are sent, found by id, listed page by page; a repeat gets the first answer."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, insert, select, update

from covercheck.records.audit import Entry
from covercheck.records.database import Database
from covercheck.records.forgetting import forget_answers, forget_checks
from covercheck.records.inserting import insert_once
from covercheck.records.recent import first_since
from covercheck.records.repeats import KeyTaken, Repeat, key_holder, take_key
from covercheck.records.tables import answers, checks, rulebooks
from covercheck.records.vault import Sealed
from covercheck.records.writer import Writer

MOST_IN_PAGE: Final = 200
STEP: Final = 500
NUMBERED_WITHIN: Final = timedelta(minutes=1)  # checks asked at the same time may be numbered in another order


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """One check. `question`, `answer` and `heard` (what payer and calls said) are sealed; `member` is a token. `seq` orders all checks.

    Where `shared` is set, `answer` is only the beginning and `rest`, kept once for many checks, is what follows.
    """

    id: str
    org: str
    token: str
    asked_at: datetime
    date_of_service: date
    payer: str
    line: str | None
    state: str | None
    plan: str
    result: str
    parts: str
    rulebook: str
    version: str
    valid_until: date
    key_id: str
    question: bytes = field(repr=False)
    answer: bytes = field(repr=False)
    heard: bytes | None = field(default=None, repr=False)
    member: bytes | None = field(default=None, repr=False)
    member_last4: str | None = field(default=None, repr=False)
    hold: bool = False
    shared: bytes | None = field(default=None, repr=False)
    limits: str | None = None
    seq: int | None = None
    rest: Sealed | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """What checks of one organisation and day that were answered alike have in common, sealed."""

    org: str
    hash: bytes = field(repr=False)
    day: date
    key_id: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; `token`: who asked; `before`: asked before that moment; `without_member`: about nobody."""

    payer: str | None = None
    result: str | None = None
    member: bytes | None = field(default=None, repr=False)
    token: str | None = None
    since: date | None = None
    until: date | None = None
    before: datetime | None = None
    without_member: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Checks, newest first; `next` continues, None at the end."""

    checks: tuple[CheckRecord, ...]
    next: str | None


KEPT: Final = tuple(column.name for column in checks.c if column.name != "seq")
SHARED: Final = tuple(entry.name for entry in fields(AnswerRecord))
WHOLE: Final = select(checks, answers.c.key_id.label("rest_key"), answers.c.data.label("rest_data")).outerjoin_from(
    checks, answers, and_(checks.c.org == answers.c.org, checks.c.shared == answers.c.hash)
)


class CheckStore:
    """Checks of all organisations; every read names the organisation, and the token where only its own may be seen."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer
        self._books: set[str] = set()
        self._keeping = asyncio.Lock()

    async def save(
        self, record: CheckRecord, audit: Iterable[Entry] = (), repeat: Repeat | None = None, shared: AnswerRecord | None = None
    ) -> KeyTaken | None:
        """Keep it, durably; or, where another check took the key first, on any machine, keep nothing and tell which.

        `shared`: the common part of its answer, where it may not be there yet.
        """
        row = (checks, _row(record))
        common = [] if shared is None else [(answers, {name: getattr(shared, name) for name in SHARED})]
        if repeat is None:
            await self._writer.store([*common, row], tuple(audit))
            return None
        entries = tuple(audit)

        def work(connection: Connection) -> KeyTaken | None:
            taken = take_key(connection, record.org, record.id, repeat, record.asked_at)
            if taken is None:
                connection.execute(insert(checks), [row[1]])
            return taken

        return await self._writer.store(common, entries, work)

    async def repeated(self, org: str, space: str, name: str, now: datetime) -> KeyTaken | None:
        """The check that took this key, if it is still remembered."""
        return await self._database.run(lambda connection: key_holder(connection, org, Repeat(space, name, b"", now), now))

    async def find(self, org: str, check_id: str, token: str | None = None) -> CheckRecord | None:
        """The check, where this organisation (and token) may see it."""
        wanted = WHOLE.where(checks.c.id == check_id, checks.c.org == org)
        if token is not None:
            wanted = wanted.where(checks.c.token == token)
        return await self._database.run(lambda connection: _first(connection, wanted))

    async def page(self, org: str, filters: Filters, limit: int, cursor: str | None = None) -> Page:
        """One page, newest first; raises ValueError for a cursor that was never given."""
        size = max(1, min(limit, MOST_IN_PAGE))
        wanted = _narrowed(select(checks).where(checks.c.org == org), filters).order_by(checks.c.seq.desc()).limit(size + 1)
        if cursor is not None:
            wanted = wanted.where(checks.c.seq < _position(cursor))
        found = await self._database.run(lambda connection: _asked_before(connection, wanted, filters.before))
        more = len(found) > size
        shown = found[:size]
        return Page(shown, _cursor(shown[-1].seq or 0) if more else None)

    async def keep_book(self, digest: str, files: Callable[[], bytes], now: datetime) -> None:
        """Keep a rulebook, once; `files` are asked for, in a thread, only when they are needed."""
        if digest in self._books:
            return
        async with self._keeping:
            if digest not in self._books:
                packed = await asyncio.to_thread(files)
                await self._writer.store((), (), lambda connection: _keep_book(connection, digest, packed, now))
                self._books.add(digest)

    async def book_since(self, digest: str) -> datetime | None:
        """When a rulebook first answered a check that was kept."""
        wanted = select(rulebooks.c.first_used_at).where(rulebooks.c.digest == digest)
        return await self._database.run(lambda connection: connection.execute(wanted).scalar_one_or_none())

    async def book(self, digest: str) -> bytes | None:
        """The files of a rulebook that was ever used."""
        wanted = select(rulebooks.c.files).where(rulebooks.c.digest == digest)
        row = await self._database.run(lambda connection: connection.execute(wanted).first())
        return bytes(row.files) if row is not None else None

    def each(self, org: str | None = None, since: datetime | None = None) -> Iterable[CheckRecord]:
        """Every check, oldest first, read in steps; for commands, not for requests."""
        seq = 0
        while True:
            wanted = WHOLE.where(checks.c.seq > seq).order_by(checks.c.seq).limit(STEP)
            if org is not None:
                wanted = wanted.where(checks.c.org == org)
            if since is not None:
                wanted = wanted.where(checks.c.asked_at >= since)
            found = self._database.read(lambda connection, wanted=wanted: [_record(r) for r in connection.execute(wanted).mappings()])  # type: ignore[misc]
            if not found:
                return
            yield from found
            seq = found[-1].seq or 0

    async def hold(self, org: str, check_id: str, on: bool) -> bool:
        """Keep a check, or let it go again, whatever the retention says."""
        change = update(checks).where(checks.c.id == check_id, checks.c.org == org).values(hold=on)
        return bool(await self._writer.store((), (), lambda connection: connection.execute(change).rowcount == 1))

    async def forget(self, before: datetime, now: datetime) -> int:
        """Delete checks asked before a moment, with all that hangs on them, in steps; those on hold stay. How many went."""
        gone = 0
        while True:
            count = await self._writer.store((), (), lambda connection: forget_checks(connection, before, now))
            gone += count or 0
            if not count:
                await self._writer.store((), (), lambda connection: forget_answers(connection, min(before, now - timedelta(days=2))))
                return gone


def _row(record: CheckRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in KEPT}


def _record(row: Any) -> CheckRecord:
    values = dict(row)
    for name in ("question", "answer", "heard", "member", "shared"):
        values[name] = bytes(values[name]) if values[name] is not None else None
    key_id, data = values.pop("rest_key", None), values.pop("rest_data", None)
    return CheckRecord(**values, rest=Sealed(key_id, bytes(data)) if data is not None else None)


def _first(connection: Connection, wanted: Select[Any]) -> CheckRecord | None:
    row = connection.execute(wanted).mappings().first()
    return _record(row) if row is not None else None


def _keep_book(connection: Connection, digest: str, files: bytes, now: datetime) -> None:
    connection.execute(insert_once(connection.dialect, rulebooks).values(digest=digest, files=files, first_used_at=now))


def _asked_before(connection: Connection, wanted: Select[Any], before: datetime | None) -> tuple[CheckRecord, ...]:
    """The rows, of those asked before a moment: their numbers tell where to begin, so that what came later is not walked through."""
    if before is not None:
        later = first_since(connection, before + NUMBERED_WITHIN)
        wanted = wanted.where(checks.c.asked_at < before, *((checks.c.seq < later,) if later is not None else ()))
    return tuple(_record(row) for row in connection.execute(wanted).mappings())


def _narrowed(wanted: Select[Any], filters: Filters) -> Select[Any]:
    for column, value in (
        (checks.c.payer, filters.payer),
        (checks.c.result, filters.result),
        (checks.c.member, filters.member),
        (checks.c.token, filters.token),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    if filters.without_member:
        wanted = wanted.where(checks.c.member.is_(None))
    if filters.since is not None:
        wanted = wanted.where(checks.c.date_of_service >= filters.since)
    if filters.until is not None:
        wanted = wanted.where(checks.c.date_of_service <= filters.until)
    return wanted


def _cursor(seq: int) -> str:
    return base64.urlsafe_b64encode(b"c1." + str(seq).encode()).decode().rstrip("=")


def _position(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        raise ValueError("no such cursor") from None
    version, _, seq = text.partition(".")
    if version != "c1" or not seq.isdigit() or len(seq) > 18:
        raise ValueError("no such cursor")
    return int(seq)
