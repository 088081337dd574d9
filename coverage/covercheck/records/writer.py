"""Group commit: everything that waits is made durable in one transaction, so that safety does not cost one for each request."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeAlias, TypeVar

from sqlalchemy import Connection, Table, insert

from covercheck.records.audit import Entry, append
from covercheck.records.database import Database
from covercheck.records.errors import RecordsUnavailable

T = TypeVar("T")
Row: TypeAlias = tuple[Table, dict[str, Any]]
MOST_AT_ONCE: Final = 256
MOST_WAITING: Final = 5_000


@dataclass(slots=True, eq=False)
class _Job(Generic[T]):
    """`work` runs before the rows are written; its result is the job's."""

    rows: tuple[Row, ...]
    audit: tuple[Entry, ...]
    work: Callable[[Connection], T] | None
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[T | None]
    result: T | None = field(default=None)


class Writer:
    """One thread writes for all. `close` lets what waits be written first."""

    def __init__(self, database: Database, most_waiting: int = MOST_WAITING) -> None:
        self._database = database
        self._waiting: queue.Queue[_Job[Any] | None] = queue.Queue(most_waiting)
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="records-writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many writes wait."""
        return self._waiting.qsize()

    async def store(self, rows: Sequence[Row] = (), audit: Sequence[Entry] = (), work: Callable[[Connection], T] | None = None) -> T | None:
        """Done when it is durable; raises RecordsUnavailable when it is not."""
        if self._closed:
            raise RecordsUnavailable("closed", "Nothing is written any more.")
        loop = asyncio.get_running_loop()
        job: _Job[T] = _Job(tuple(rows), tuple(audit), work, loop, loop.create_future())
        try:
            self._waiting.put_nowait(job)
        except queue.Full:
            raise RecordsUnavailable("queue_full", "Too much waits to be written.") from None
        return await job.done

    async def close(self) -> None:
        """Write what waits, then end the thread."""
        if not self._closed:
            self._closed = True
            await asyncio.to_thread(self._waiting.put, None)
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        ending = False
        while not ending:
            job = self._waiting.get()
            batch: list[_Job[Any]] = []
            while job is not None:
                batch.append(job)
                if len(batch) >= MOST_AT_ONCE:
                    break
                try:
                    job = self._waiting.get_nowait()
                except queue.Empty:
                    break
            ending = job is None
            self._commit(batch)

    def _commit(self, batch: list[_Job[Any]]) -> None:
        """All in one transaction; if that fails, one by one, so that a job that can't be written fails alone."""
        if not batch:
            return
        error = self._attempt(batch)
        if error is not None and len(batch) > 1 and not isinstance(error, RecordsUnavailable):
            for job in batch:
                _tell(job, self._attempt([job]))
            return
        for job in batch:
            _tell(job, error)

    def _attempt(self, batch: list[_Job[Any]]) -> Exception | None:
        try:
            self._database.write(lambda connection: _write(connection, batch))
        except Exception as error:
            return error
        return None


def _write(connection: Connection, batch: list[_Job[Any]]) -> None:
    """Work first, in order; then rows, those of one table together; then the audit."""
    for job in batch:
        if job.work is not None:
            job.result = job.work(connection)
    tables: dict[Table, list[dict[str, Any]]] = {}
    for job in batch:
        for table, row in job.rows:
            tables.setdefault(table, []).append(row)
    for table, rows in tables.items():
        connection.execute(insert(table), rows)
    append(connection, (entry for job in batch for entry in job.audit))


def _tell(job: _Job[Any], error: Exception | None) -> None:
    def settle() -> None:
        if job.done.done():
            return
        if error is None:
            job.done.set_result(job.result)
        else:
            job.done.set_exception(error)

    try:
        job.loop.call_soon_threadsafe(settle)
    except RuntimeError:
        return  # the loop ended before its answer: nobody waits any more
