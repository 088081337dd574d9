"""The time the service takes for each page with many checks stored, against `/healthz` in the same run.

Run: python -m tests.benchmarks.pages [CHECKS]
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from covercheck.checks.check import Checker
from covercheck.records.opening import open_records
from covercheck.rules import load_folder
from covercheck.settings import Settings
from covercheck.web.app import create_app
from tests.benchmarks.impact import NOW, bodies, record
from tests.proof.mutants import PAYERS

ROUNDS = 25
QUIET: dict[str, Any] = {"log_level": "error", "watch": False}


async def measure(folder: Path, checker: Checker) -> None:
    """Ask each page again and again; the client shares the core, so its time is in the figures too."""
    app = create_app(checker, Settings(data_dir=folder, **QUIET), lambda: NOW)
    async with TestClient(TestServer(app)) as client:
        asked = bodies(checker, random.Random(5))
        ids: list[str] = []
        while len(ids) < 2:
            response = await client.post("/v1/checks", json=next(asked))
            if response.status == 200:
                ids.append((await response.json())["id"])
        one, other = ids
        draft = await client.post("/v1/rulebook/drafts", json={"note": "for timing", "removed": ["va/esketamine.yaml"]})
        pages = ["/healthz", "/", "/checks", "/checks?payer=aetna", f"/checks/{one}", f"/checks/{one}?view=patient", f"/checks/{one}/call"]
        pages += [f"/checks/compare?a={one}&b={other}", "/payers", "/payers/aetna", "/payers/due?within=180", "/payers/reports"]
        pages += ["/rules/drafts", "/rules/releases"]
        if draft.status == 200:
            pages += ["/rules/drafts/" + (await draft.json())["draft"]["id"]]
        reference = 0.0
        for page in pages:
            took = [await _once(client, page) for _ in range(ROUNDS)]
            middle = statistics.median(took[1:])
            reference = reference or middle
            name = page.replace(one, "{one}").replace(other, "{other}")
            print(f"  {name:45} {middle / reference:6.1f} times /healthz; {middle * 1e3:5.1f} ms, first {took[0] * 1e3:5.1f}")


async def _once(client: TestClient[Any, Any], page: str) -> float:
    start = time.perf_counter()
    response = await client.get(page)
    await response.read()
    assert response.status in (200, 404), page
    return time.perf_counter() - start


def main(count: int) -> None:
    """Store so many checks, then measure."""
    checker = Checker.of(load_folder(PAYERS))
    with TemporaryDirectory() as folder:
        records = open_records(None, Path(folder), None, NOW)

        async def store() -> None:
            await record(records, checker, count, "local")
            await records.close()

        asyncio.run(store())
        asyncio.run(measure(Path(folder), checker))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
