"""Checks that ask a payer, against asking the same payer directly: what the service adds to the payer's time, and leaves behind.

Run: python -m tests.benchmarks.eligibility [SECONDS [MANY]]
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import psutil

from covercheck.eligibility.inquiry import Clinic, Inquiry, Person
from covercheck.eligibility.x12.sender import Sender
from covercheck.eligibility.x12.write_270 import write_270
from tests.processes import free_port, server

AT_ONCE = 32
SETTINGS = {
    "COVERCHECK_ELIGIBILITY_ADAPTER": "x12",
    "COVERCHECK_ELIGIBILITY_KEEP": "0",
    "COVERCHECK_CLINIC_NAME": "HARBOR CLINIC",
    "COVERCHECK_LOG_LEVEL": "warning",
}
ADA: dict[str, Any] = {"id": "DEMO1001", "first_name": "Ada", "last_name": "Marlow", "date_of_birth": "1985-03-02"}


def question(number: int) -> dict[str, Any]:
    """A check about the same member, asked by another clinic each time, so that no two are alike."""
    return {
        "payer": "bcbs-massachusetts",
        "plan": {"line": "commercial", "state": "MA"},
        "date_of_service": "2026-12-01",
        "therapy": "kap_iv",
        "diagnoses": ["F33.2"],
        "facts": {"age_years": 41},
        "member": ADA,
        "provider": {"npi": f"{1_000_000_000 + number}"},
    }


def direct(number: int) -> str:
    """The question to the payer alone."""
    person = Person("DEMO1001", "Ada", "Marlow", date_of_birth=date(1985, 3, 2))
    clinic = Clinic(f"{1_000_000_000 + number}", name="HARBOR CLINIC")
    inquiry = Inquiry(
        "SB700", "BCBS MA", clinic, person, date(2026, 12, 1), ("30", "MH", "98"), f"T{number}", datetime.now(UTC)
    )  # fmt: skip
    written = write_270(inquiry, Sender("CLINIC", "PAYER"))
    if not isinstance(written, str):
        raise TypeError(written.says)
    return written


async def times(count: int, ask: Callable[[int], Awaitable[httpx.Response]], spread: float = 0.0) -> list[float]:
    """Seconds of each of `count` questions, `AT_ONCE` at one time; they begin within `spread` seconds, not all in one moment."""
    found: list[float] = []

    async def one(worker: int) -> None:
        await asyncio.sleep(spread * worker / AT_ONCE)
        for number in range(worker, count, AT_ONCE):
            begun = time.perf_counter()
            response = await ask(number)
            found.append(time.perf_counter() - begun)
            if response.status_code != 200:
                raise RuntimeError(response.text)

    await asyncio.gather(*(one(worker) for worker in range(AT_ONCE)))
    return found


def p99(found: list[float]) -> float:
    """The 99th hundredth."""
    return statistics.quantiles(found, n=100)[98]


async def overhead(service: int, payer: int, seconds: float) -> None:
    """Both ways in turn, at the payer's pace."""
    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        counter = iter(range(10_000_000))

        def check(_: int) -> Awaitable[httpx.Response]:
            return client.post(f"http://127.0.0.1:{service}/v1/checks", json=question(next(counter)), headers={"prefer": "wait=30"})

        def bare(_: int) -> Awaitable[httpx.Response]:
            return client.post(f"http://127.0.0.1:{payer}/x12", content=direct(next(counter)))

        await times(AT_ONCE, check)
        await times(AT_ONCE, bare)
        for spread in (seconds, seconds, seconds, 0.0, 0.0):
            ours, theirs = await times(AT_ONCE * 4, check, spread), await times(AT_ONCE * 4, bare, spread)
            rate = AT_ONCE * 4 / sum(ours) * AT_ONCE
            best = AT_ONCE / seconds if seconds else float("inf")
            print(
                f"  begun within {spread:g} s: p99 with the service {p99(ours) * 1e3:7.0f} ms, payer alone {p99(theirs) * 1e3:7.0f} ms, "
                f"added {(p99(ours) - p99(theirs)) * 1e3:5.1f} ms; {rate:6.1f} checks/s of {best:.1f} the payer allows"
            )


async def leak(service: int, process: psutil.Process, many: int) -> None:
    """Memory and open files of the service before and after many checks."""
    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:

        def check(number: int) -> Awaitable[httpx.Response]:
            return client.post(f"http://127.0.0.1:{service}/v1/checks", json=question(number))

        for name, count in (("after a warm-up", many // 5), ("after the rest", many - many // 5)):
            await times(count, check)
            print(f"  {name:16} {process.memory_info().rss / 1e6:6.1f} MB, {process.num_fds()} open files, {count} checks")


def main(seconds: float = 2.0, many: int = 10_000) -> None:
    """Print what the service adds, then what it leaves behind."""
    for latency, then in ((seconds, "overhead"), (0.0, "leak")):
        payer, service = free_port(), free_port()
        with server("covercheck", "mock-payer", "--port", str(payer), "--latency", str(latency), port=payer):
            os.environ.update(SETTINGS, COVERCHECK_ELIGIBILITY_ENDPOINT=f"http://127.0.0.1:{payer}/x12")
            with server("covercheck", "serve", "--port", str(service), port=service):
                if then == "overhead":
                    print(f"{AT_ONCE} checks at one time, a payer that takes {latency:g} s")
                    asyncio.run(overhead(service, payer, latency))
                else:
                    listening = next(
                        child for child in psutil.Process().children(recursive=True) if f"--port {service}" in " ".join(child.cmdline())
                    )
                    print(f"{many} checks, each asking the payer")
                    asyncio.run(leak(service, listening, many))


if __name__ == "__main__":
    main(*(float(value) if index == 0 else int(value) for index, value in enumerate(sys.argv[1:3])))  # type: ignore[arg-type]
