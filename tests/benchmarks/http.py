"""`POST /v1/checks` over loopback against a bare aiohttp handler: same bodies, same answer size, same load, same run.

Run: python -m tests.benchmarks.http
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from typing import Any

from tests.processes import free_port, server

CONNECTIONS = 8
REQUESTS = 3_000
ROUNDS = 5


def questions() -> list[bytes]:
    """A hundred patients of one plan: the same therapy, different facts."""
    found = []
    for number in range(100):
        facts: dict[str, Any] = {"age_years": 17 + number % 60, "failed_antidepressants": number % 6}
        if number % 3:
            facts["madrs"] = 20 + number % 20
        if number % 4 == 0:
            facts["mde_structured_interview"] = number % 8 == 0
        question = {
            "payer": "bcbs-massachusetts",
            "plan": {"line": "commercial", "state": "MA"},
            "date_of_service": "2026-12-01",
            "therapy": "kap_iv",
            "diagnoses": ["F33.2"],
            "facts": facts,
        }
        found.append(json.dumps(question).encode())
    return found


def requests_of(bodies: Sequence[bytes]) -> list[bytes]:
    """The bytes that go over the wire."""
    head = "POST /v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
    return [head.format(len(body)).encode() + body for body in bodies]


async def one_connection(port: int, wire: Sequence[bytes], count: int, sizes: list[int]) -> None:
    """Ask `count` questions one after the other on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in range(count):
        writer.write(wire[number % len(wire)])
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head[:16]:
            raise RuntimeError(head.decode("latin-1"))
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        sizes.append(length)
    writer.close()


async def load(port: int, wire: Sequence[bytes], count: int) -> tuple[float, list[int]]:
    """Requests a second and the size of each answer."""
    sizes: list[int] = []
    start = time.perf_counter()
    await asyncio.gather(*(one_connection(port, wire, count // CONNECTIONS, sizes) for _ in range(CONNECTIONS)))
    return len(sizes) / (time.perf_counter() - start), sizes


def main() -> None:
    """Print both rates, round by round, and their ratio."""
    wire = requests_of(questions())
    ours, bare = free_port(), free_port()
    with server("covercheck", "serve", "--port", str(ours), port=ours):
        sizes = asyncio.run(load(ours, wire, 800))[1][-len(wire) :]
        with server("tests.benchmarks.serve_bare", str(bare), ",".join(map(str, sizes)), port=bare):
            asyncio.run(load(bare, wire, 800))
            rates = [(asyncio.run(load(ours, wire, REQUESTS))[0], asyncio.run(load(bare, wire, REQUESTS))[0]) for _ in range(ROUNDS)]
    print(f"answers of {statistics.mean(sizes) / 1000:.0f} kB on average, {CONNECTIONS} connections, {REQUESTS} requests a round")
    for mine, reference in rates:
        print(f"  covercheck {mine:7.0f}/s   bare handler {reference:7.0f}/s   ratio {mine / reference:.2f}")
    print(f"  median ratio: {statistics.median(mine / reference for mine, reference in rates):.2f}")


if __name__ == "__main__":
    main()
