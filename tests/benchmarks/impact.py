"""Recorded checks replayed against another rulebook on every core, against asking each question of one book in one process.

Run: python -m tests.benchmarks.impact [CHECKS]
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections.abc import Coroutine, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import psutil

from covercheck.checks.check import Checker
from covercheck.checks.diff.questions import scope_of
from covercheck.checks.impact.replay import Setup, Step, replay_all
from covercheck.checks.memory.heard import Heard
from covercheck.checks.memory.memory import Asker, Memory
from covercheck.checks.request import QuestionRefused, parse_request
from covercheck.engine import EvidenceLimits
from covercheck.records.opening import Records, open_records
from covercheck.records.recent import asked
from covercheck.rules import load_files, load_folder
from tests.proof.mutants import PAYERS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT_ONCE = 500
SPAN = 400


def bodies(checker: Checker, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Endless questions of clinics: those of the shipped cases, of every part or of one, with some facts unknown and other dates."""
    policies = [one for one in checker.book.policies() if one.payer in checker.book.payers]
    cases = [body for one in policies for body in scope_of(checker.book, one.payer, [one], NOW.date()).cases]
    therapies = list(checker.book.therapies.therapies)
    while True:
        body = dict(chance.choice(cases))
        body["facts"] = {name: value for name, value in body["facts"].items() if chance.random() < 0.8}
        body["date_of_service"] = (date(2026, 1, 1) + timedelta(days=chance.randrange(SPAN))).isoformat()
        if chance.random() < 0.5:
            del body["parts"]
            body["therapy"] = chance.choice(therapies)
        yield body


async def record(records: Records, checker: Checker, count: int, org: str = "harbor") -> list[bytes]:
    """Keep so many checks as the service does; some of the questions."""
    memory, endless, asker = Memory(records), bodies(checker, random.Random(7)), Asker(org, "AAAAAAAA", "billing")
    some: list[bytes] = []
    done = 0
    while done < count:
        waiting: list[Coroutine[Any, Any, Any]] = []
        while len(waiting) < min(AT_ONCE, count - done):
            raw = orjson.dumps(next(endless))
            request, name = parse_request(raw), f"chk_{done + len(waiting):08}"
            try:
                question = checker.reader.read(request, NOW.date())
                written = checker.write(request, check_id=name, now=NOW)
            except QuestionRefused:
                continue
            waiting.append(memory.keep(asker, checker, question, raw, written, name, NOW, Heard(), []))
            if len(some) < 2_000:
                some.append(raw)
        await asyncio.gather(*waiting)
        done += len(waiting)
    return some


def edits(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Other rules: one payer's limits moved; and each payer's and the law's, so that every question must be asked of both."""
    every = {name: data.replace(b"at_least: 2,", b"at_least: 3,") for name, data in files.items()}
    law = next(name for name in files if name.startswith("federal/"))
    one = {**files, **{name: data for name, data in every.items() if name.startswith("cigna/")}}
    return {
        "one payer's limits": one,
        "all limits and the law": {**every, law: every[law].replace(b"quality: primary", b"quality: secondary", 1)},
    }


def main(count: int) -> None:
    """Print the ratio, the time and the memory."""
    files = dict(load_folder(PAYERS).files)
    checker = Checker.of(load_files(files))
    with TemporaryDirectory() as folder:
        records = open_records(None, Path(folder), None, NOW)
        some = asyncio.run(record(records, checker, count))
        once = asked_once(checker, some)
        for name, other in edits(files).items():
            print(f"{name}:")
            replayed(Setup(files, other, EvidenceLimits(), Path(folder), None), records, once)
        asyncio.run(records.close())


def asked_once(checker: Checker, some: list[bytes]) -> float:
    """Seconds for the parts of one question, asked before."""
    for raw in some:
        checker.parts_of(parse_request(raw), NOW)
    start = time.perf_counter()
    for raw in some:
        checker.parts_of(parse_request(raw), NOW)
    return (time.perf_counter() - start) / len(some)


def replayed(setup: Setup, records: Records, once: float) -> None:
    """One replay of all."""
    most = 0

    def watch(_: Step) -> None:
        nonlocal most
        family = [psutil.Process(), *psutil.Process().children(recursive=True)]
        most = max(most, *(process.memory_info().rss for process in family))

    start = time.perf_counter()
    tally = replay_all(setup, asked(records.database), watch)
    took = time.perf_counter() - start
    ratio = took / tally.total / once
    print(f"  {tally.asked:,} replayed on {os.cpu_count()} cores in {took:.1f} s, {tally.flipped:,} flip, {tally.unreplayed} not replayed")
    print(f"  a replay takes {ratio:.2f} times one question of one book in one process, asked before; largest process {most / 1e6:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
