"""`POST /v1/checks` over loopback against a bare aiohttp handler: same bodies, same answer size, same load, same run.

Run: python -m tests.benchmarks.http
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from typing import Any, cast

import uvloop

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


class Connection(asyncio.Protocol):
    """Asks `count` questions one after the other on one connection; `done` when the last is answered.

    It does no more than it must: on two cores a busy client takes from the service what it measures.
    """

    def __init__(self, wire: Sequence[bytes], count: int, sizes: list[int], done: asyncio.Future[None]) -> None:
        self.wire, self.count, self.sizes, self.done = wire, count, sizes, done
        self.asked = 0
        self.missing = 0
        self.head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first."""
        self.transport = cast(asyncio.Transport, transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Count the answer's bytes; at its end, ask the next."""
        if self.missing:
            self.missing -= len(data)
        else:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _length(self.head[:end])
            self.sizes.append(length)
            self.missing = length - (len(self.head) - end - 4)
            self.head = b""
        if not self.missing:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        """Too early, it is an error."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("closed"))

    def _ask(self) -> None:
        if self.asked == self.count:
            self.done.set_result(None)
            self.transport.close()
            return
        self.transport.write(self.wire[self.asked % len(self.wire)])
        self.asked += 1


def _length(head: bytes) -> int:
    if b" 200 " not in head[:16]:
        raise RuntimeError(head.decode("latin-1"))
    return int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])


async def _load(port: int, wire: Sequence[bytes], count: int, connections: int) -> tuple[float, list[int]]:
    loop = asyncio.get_running_loop()
    sizes: list[int] = []
    done = [loop.create_future() for _ in range(connections)]
    start = time.perf_counter()
    for each in done:
        await loop.create_connection(lambda each=each: Connection(wire, count // connections, sizes, each), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*done)
    return len(sizes) / (time.perf_counter() - start), sizes


def load(port: int, wire: Sequence[bytes], count: int, connections: int = CONNECTIONS) -> tuple[float, list[int]]:
    """Requests a second and the size of each answer."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_load(port, wire, count, connections))


def main() -> None:
    """Print both rates, round by round, and their ratio."""
    wire = requests_of(questions())
    ours, bare = free_port(), free_port()
    with server("covercheck", "serve", "--port", str(ours), port=ours):
        sizes = load(ours, wire, 800)[1][-len(wire) :]
        with server("tests.benchmarks.serve_bare", str(bare), ",".join(map(str, sizes)), port=bare):
            load(bare, wire, 800)
            rates = [(load(ours, wire, REQUESTS)[0], load(bare, wire, REQUESTS)[0]) for _ in range(ROUNDS)]
    print(f"answers of {statistics.mean(sizes) / 1000:.0f} kB on average, {CONNECTIONS} connections, {REQUESTS} requests a round")
    for mine, reference in rates:
        print(f"  covercheck {mine:7.0f}/s   bare handler {reference:7.0f}/s   ratio {mine / reference:.2f}")
    print(f"  median ratio: {statistics.median(mine / reference for mine, reference in rates):.2f}")


if __name__ == "__main__":
    main()
