"""Group commit: everything that waits is made durable in one transaction, so that safety does not cost one for each request."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final, Generic, TypeAlias, TypeVar

from sqlalchemy import Connection, Table, text

from covercheck.records.audit import Entry, append
from covercheck.records.database import Database
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.inserting import Inserts
from covercheck.records.tables import answers

T = TypeVar("T")
Row: TypeAlias = tuple[Table, dict[str, Any]]
Told: TypeAlias = Sequence[Entry] | Callable[[Any], Sequence[Entry]]
MOST_AT_ONCE: Final = 256
MOST_WAITING: Final = 5_000
WORK_LOCK: Final = 7_726_003


@dataclass(slots=True, eq=False)
class _Job(Generic[T]):
    """`work` runs before the rows are written; its result is the job's, and may decide what the audit is told."""

    rows: tuple[Row, ...]
    audit: Told
    work: Callable[[Connection], T] | None
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[T | None]
    result: T | None = field(default=None)

    def told(self) -> Sequence[Entry]:
        """Its lines of the audit."""
        return self.audit(self.result) if callable(self.audit) else self.audit


class Writer:
    """One thread writes for all. `close` lets what waits be written first."""

    def __init__(self, database: Database, most_waiting: int = MOST_WAITING) -> None:
        self._database = database
        self._inserts = Inserts(database.engine.dialect)
        self._queue: queue.SimpleQueue[list[_Job[Any]] | None] = queue.SimpleQueue()
        self._gathered: list[_Job[Any]] = []
        self._most_waiting = most_waiting
        self._waiting = 0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="records-writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many writes wait."""
        return self._waiting

    async def store(self, rows: Sequence[Row] = (), audit: Told = (), work: Callable[[Connection], T] | None = None) -> T | None:
        """Done when it is durable; raises RecordsUnavailable when it is not. `audit` may be made from the result of `work`."""
        if self._closed:
            raise RecordsUnavailable("closed", "Nothing is written any more.")
        if self._waiting >= self._most_waiting:
            raise RecordsUnavailable("queue_full", "Too much waits to be written.")
        loop = asyncio.get_running_loop()
        job: _Job[T] = _Job(tuple(rows), audit if callable(audit) else tuple(audit), work, loop, loop.create_future())
        if not self._gathered:
            loop.call_soon(self._hand_over)
        self._gathered.append(job)
        self._waiting += 1
        try:
            return await job.done
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """Write what waits, then end the thread."""
        if not self._closed:
            self._closed = True
            self._hand_over()
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)

    def _hand_over(self) -> None:
        """What one turn of the loop gathered goes to the thread at once: it would begin with the first alone."""
        gathered, self._gathered = self._gathered, []
        if gathered:
            self._queue.put(gathered)

    def _run(self) -> None:
        ending = False
        while not ending:
            some = self._queue.get()
            batch: list[_Job[Any]] = []
            while some is not None:
                batch += some
                if len(batch) >= MOST_AT_ONCE:
                    break
                try:
                    some = self._queue.get_nowait()
                except queue.Empty:
                    break
            ending = some is None
            self._commit(batch)

    def _commit(self, batch: list[_Job[Any]]) -> None:
        """All in one transaction; if that fails, one by one, so that a job that can't be written fails alone."""
        if not batch:
            return
        error = self._attempt(batch)
        if error is not None and len(batch) > 1 and not isinstance(error, RecordsUnavailable):
            for job in batch:
                _tell([job], self._attempt([job]))
            return
        _tell(batch, error)

    def _attempt(self, batch: list[_Job[Any]]) -> Exception | None:
        try:
            self._database.write(lambda connection: _write(connection, self._inserts, batch))
        except Exception as error:
            return error
        return None


def _write(connection: Connection, inserts: Inserts, batch: list[_Job[Any]]) -> None:
    """Work first, in order; then rows, those of one table together; then the audit."""
    working = [(job, job.work) for job in batch if job.work is not None]
    if working and connection.dialect.name == "postgresql":
        # Two instances that take the same keys in different order would wait for each other.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WORK_LOCK})
    for job, work in working:
        job.result = work(connection)
    tables: dict[Table, list[dict[str, Any]]] = {}
    for job in batch:
        for table, row in job.rows:
            tables.setdefault(table, []).append(row)
    for table, rows in tables.items():
        if table is answers:
            # Two instances that insert the same rows in different order would wait for each other.
            rows.sort(key=itemgetter("hash"))
        inserts.run(connection, table, rows, once=table is answers)
    append(connection, (entry for job in batch for entry in job.told()), inserts)


def _tell(jobs: Sequence[_Job[Any]], error: Exception | None) -> None:
    """Wake those who wait, each loop once."""

    def settle(mine: Sequence[_Job[Any]]) -> None:
        for job in mine:
            if job.done.done():
                continue
            if error is None:
                job.done.set_result(job.result)
            else:
                job.done.set_exception(error)

    for loop in {job.loop for job in jobs}:
        # A loop that ended before its answer: nobody waits any more.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, [job for job in jobs if job.loop is loop])
