"""The memory of a recording service over many checks; and how many a second it keeps in PostgreSQL with two workers.

Run: python -m tests.benchmarks.endurance [CHECKS]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from tests.benchmarks.http import load, questions, requests_of
from tests.processes import free_port, server
from tests.records.server import Server, empty_database

CONNECTIONS = 64
STEPS = 10


def endurance(checks: int) -> None:
    """Resident memory of the service and its open files, step by step."""
    wire = requests_of(questions())
    port = free_port()
    with server("covercheck", "serve", "--port", str(port), port=port):
        process = next(child for child in psutil.Process().children() if "covercheck" in child.cmdline())
        for step in range(STEPS):
            rate, _ = load(port, wire, checks // STEPS, CONNECTIONS)
            done = (step + 1) * checks // STEPS
            print(
                f"  {done:8,} checks: {process.memory_info().rss / 1e6:6.1f} MB, {process.num_fds()} open files, {rate:5.0f}/s", flush=True
            )


@contextmanager
def _postgres() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        running = Server(Path(folder) / "data")
        try:
            yield empty_database(running)
        finally:
            running.end()


def postgres(workers: int) -> None:
    """Requests a second with several workers on one PostgreSQL."""
    wire = requests_of(questions())
    port = free_port()
    with _postgres() as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("COVERCHECK_DATABASE_URL", url)
        with server("covercheck", "serve", "--port", str(port), "--workers", str(workers), port=port):
            load(port, wire, 1_600, CONNECTIONS)
            rates = [load(port, wire, 6_400, CONNECTIONS)[0] for _ in range(3)]
    print(f"  {workers} workers, PostgreSQL: {', '.join(f'{rate:.0f}' for rate in rates)} a second")


if __name__ == "__main__":
    for workers in (1, 2):
        postgres(workers)
    endurance(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
