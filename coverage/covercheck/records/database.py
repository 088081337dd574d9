"""One engine for SQLite or PostgreSQL, its settings for durability, and its schema.

Statements run in threads, many in one hop: on SQLite the async drivers hop for each statement, which costs more than the statement.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry
from tenacity import retry, retry_if_exception, stop_after_attempt, stop_after_delay, wait_random

from covercheck.records.errors import ErrorKey, RecordsUnavailable

T = TypeVar("T")
FILE: Final = "covercheck.sqlite3"
BUSY_MS: Final = 10_000
POOLED: Final[Mapping[str, Any]] = MappingProxyType({"pool_size": 8, "max_overflow": 8, "pool_timeout": 5, "hide_parameters": True})
MIGRATION_LOCK: Final = 7_726_001
TURNED_BACK: Final = frozenset({"40P01", "40001"})  # PostgreSQL undid a transaction for the sake of another: it may come again
AGAIN: Final = wait_random(0.005, 0.05)
TIMES: Final = 5
OURS: Final = (IntegrityError, DataError, ProgrammingError)  # faults of a statement, not of the database


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. `run` hands work to a thread; everything the database refuses is RecordsUnavailable."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        """A file of our own, not a server."""
        return self.engine.dialect.name == "sqlite"

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Read with one connection, in a thread."""
        return await asyncio.to_thread(self.read, work)

    def read(self, work: Callable[[Connection], T]) -> T:
        """The same, in this thread."""
        try:
            with self.engine.connect().execution_options(reads=True) as connection:
                return work(connection)
        except OURS:
            raise
        except (DBAPIError, PoolTimeout) as error:
            raise unavailable(error) from None

    def write(self, work: Callable[[Connection], T]) -> T:
        """One transaction, in this thread; `work` runs again where two waited for each other. On SQLite it waits before it reads."""
        try:
            return _again(lambda: self._whole(work))
        except OURS:
            raise
        except (DBAPIError, PoolTimeout) as error:
            raise unavailable(error) from None

    def _whole(self, work: Callable[[Connection], T]) -> T:
        with self.engine.begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Give back every connection; one that a thread still reads with is closed when the thread has done."""
        event.listen(self.engine, "checkin", _closed)
        self.engine.dispose()


def _closed(_: object, record: ConnectionPoolEntry) -> None:
    record.invalidate()


def _turned_back(error: BaseException) -> bool:
    return getattr(getattr(error, "orig", None), "sqlstate", None) in TURNED_BACK


def _again(work: Callable[[], T]) -> T:
    wrapped: Callable[[], T] = retry(retry=retry_if_exception(_turned_back), wait=AGAIN, stop=stop_after_attempt(TIMES), reraise=True)(work)
    return wrapped()


def open_database(url: str | None, folder: Path) -> Database:
    """Open `url`, or the file in the data folder; the schema is brought up to date. Raises RecordsUnavailable."""
    target = _target(url, folder)
    if target.get_backend_name() == "sqlite":
        database = Database(_sqlite(target))
    else:
        database = Database(create_engine(target, **POOLED, pool_pre_ping=True))
    try:
        migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def _target(url: str | None, folder: Path) -> URL:
    if url is None:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise RecordsUnavailable("database_read_only", f"The data folder can't be made ({error.strerror}).") from None
        return URL.create("sqlite", database=str(folder / FILE))
    try:
        target = make_url(url)
        backend = target.get_backend_name()
    except (ArgumentError, NoSuchModuleError):
        raise RecordsUnavailable("url_unknown", "The database's address is not understood.") from None
    match backend:
        case "sqlite":
            return target.set(drivername="sqlite")
        case "postgresql" | "postgres":
            return target.set(drivername="postgresql+psycopg")
    raise RecordsUnavailable("url_unknown", f"No database is known as {backend!r}.")


def _sqlite(target: URL) -> Engine:
    engine = create_engine(target, **POOLED, connect_args={"timeout": BUSY_MS / 1_000})

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions are begun here, not by the driver
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        _write_ahead(cursor)
        for pragma in ("synchronous=FULL", "wal_autocheckpoint=8000", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


@retry(
    retry=retry_if_exception(lambda error: isinstance(error, sqlite3.OperationalError) and "locked" in str(error)),
    wait=AGAIN,
    stop=stop_after_delay(BUSY_MS / 1_000),
    reraise=True,
)
def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """The busy timeout does not hold for this: of two that change a new file's mode at once, SQLite refuses one."""
    cursor.execute("PRAGMA journal_mode=WAL")


def migrate(database: Database) -> None:
    """Bring the schema up to date; a schema of a later release is refused, untouched."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    script = ScriptDirectory.from_config(config)

    def upgrade(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
            raise RecordsUnavailable("database_too_new", f"The database is of a later release (schema {current}).")
        if current == script.get_current_head():
            return
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    database.write(upgrade)


def copy_to(database: Database, target: Path) -> None:
    """A consistent copy of a SQLite database, also while others write; raises RecordsUnavailable."""
    try:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT", reads=True) as connection:
            connection.connection.cursor().execute("VACUUM INTO ?", (str(target),))
    except DBAPIError as error:
        raise unavailable(error) from None
    target.chmod(0o600)


def unavailable(error: Exception) -> RecordsUnavailable:
    """A refusal of the database in words that hold no data of the statement."""
    said = str(getattr(error, "orig", error)).lower()
    kinds: tuple[tuple[str, ErrorKey], ...] = (
        ("full", "database_full"),
        ("no space", "database_full"),
        ("readonly", "database_read_only"),
        ("read-only", "database_read_only"),
        ("unable to open", "database_read_only"),
        ("locked", "database_locked"),
        ("malformed", "database_damaged"),
        ("not a database", "database_damaged"),
    )
    key: ErrorKey = next((key for word, key in kinds if word in said), "database_down")
    return RecordsUnavailable(key, f"The database refused the work ({type(getattr(error, 'orig', error)).__name__}).")
