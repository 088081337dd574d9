"""What remembering costs: the same questions to a service that keeps its answers and to one that does not; and reads among many checks.

Run: python -m tests.benchmarks.record [ROWS]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert

from covercheck.records.checks import Filters
from covercheck.records.opening import Records, open_records
from covercheck.records.tables import checks
from tests.benchmarks.http import load, questions, requests_of
from tests.processes import free_port, server
from tests.records.made_up import check

ROUNDS = 5
REQUESTS = 6_400
STEP = 10_000
FEW = 10_000


def throughput(connections: int) -> None:
    """Requests a second, both ways."""
    wire = requests_of(questions())
    kept, unkept = free_port(), free_port()
    with (
        server("covercheck", "serve", "--port", str(kept), port=kept),
        server("tests.benchmarks.serve_unrecorded", str(unkept), port=unkept),
    ):
        for port in (kept, unkept):
            load(port, wire, 800, connections)
        rates = [(load(kept, wire, REQUESTS, connections)[0], load(unkept, wire, REQUESTS, connections)[0]) for _ in range(ROUNDS)]
    print(f"{connections} connections")
    for mine, reference in rates:
        print(f"  recorded {mine:6.0f}/s   not recorded {reference:6.0f}/s   ratio {mine / reference:.2f}")
    print(f"  median ratio: {statistics.median(mine / reference for mine, reference in rates):.2f}")


async def median_ms(work: Callable[[], Awaitable[Any]], count: int = 200) -> float:
    """The middle of `count` runs, in milliseconds."""
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        await work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1_000


async def reads(records: Records) -> tuple[float, float]:
    """Fetching one check, and the first page of a filtered list."""
    middle = f"row{FEW // 2}"
    one = await median_ms(lambda: records.checks.find("harbor", middle))
    page = await median_ms(lambda: records.checks.page("harbor", Filters(payer="acme", result="uncertain"), 50))
    return one, page


def fill(records: Records, begin: int, end: int) -> None:
    """Made-up checks of several payers and results, of the usual size."""
    example = check(question=bytes(400), answer=bytes(16_000))
    values = {name: getattr(example, name) for name in example.__slots__ if name != "seq"}
    for start in range(begin, end, STEP):
        rows = [
            {**values, "id": f"row{n}", "payer": ("acme", "other", "third")[n % 3], "result": ("uncertain", "mixed")[n % 2]}
            for n in range(start, min(start + STEP, end))
        ]
        records.database.write(lambda connection, rows=rows: connection.execute(insert(checks), rows))  # type: ignore[misc]


def growth(rows: int) -> None:
    """Reads among few and among many."""
    with TemporaryDirectory() as folder:
        records = open_records(None, Path(folder), None, datetime.now(UTC))
        fill(records, 0, FEW)
        few = asyncio.run(reads(records))
        fill(records, FEW, rows)
        many = asyncio.run(reads(records))
        asyncio.run(records.close())
    for name, before, after in zip(("one check", "first page of a filtered list"), few, many, strict=True):
        print(f"  {name}: {before:.2f} ms among {FEW:,}, {after:.2f} ms among {rows:,}, ratio {after / before:.2f}")


if __name__ == "__main__":
    for connections in (8, 64):
        throughput(connections)
    growth(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
