"""Recorded checks replayed against two rulebooks on all cores: bounded in memory, and able to go on where it was stopped."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from covercheck.checks.check import Checker
from covercheck.checks.impact.compare import Books
from covercheck.checks.impact.tally import Flip, Tally
from covercheck.checks.memory.heard import heard_from_bytes
from covercheck.checks.request import QuestionRefused, parse_request
from covercheck.engine import EvidenceLimits
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.recent import AskedRecord
from covercheck.records.vault import Sealed, Vault, load_keys
from covercheck.rules import load_files

CHUNK: Final = 1_000
ELSEWHERE: Final = "a check of another organisation"
AHEAD: Final = 2  # chunks that wait for each process


@dataclass(frozen=True, slots=True)
class Setup:
    """What each process needs to begin: the files of both books, and how to open records. `org`: the only one whose checks are named."""

    before: Mapping[str, bytes] = field(repr=False)
    after: Mapping[str, bytes] = field(repr=False)
    limits: EvidenceLimits
    data_dir: Path
    data_key: str | None = field(repr=False)
    org: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """How far it is: every check up to `seq` is in the tally. `flips`: those of this step, each of them."""

    seq: int
    tally: Tally
    flips: tuple[Flip, ...] = ()


class Replayer:
    """Both books and the keys, in one process."""

    def __init__(self, setup: Setup) -> None:
        before = load_files(dict(setup.before))
        after = load_files(dict(setup.after), before)
        self._books = Books.of(Checker.of(before, setup.limits), Checker.of(after, setup.limits))
        self._org = setup.org
        self._vault = Vault(load_keys(setup.data_dir, setup.data_key, is_used=True))

    def replay(self, records: Sequence[AskedRecord]) -> tuple[Tally, tuple[Flip, ...]]:
        """Ask each question again, of both, as of the moment it was asked; the flips, counted and one by one."""
        tally = Tally()
        every: list[Flip] = []
        for record in records:
            try:
                question = self._open(record, record.question, "question")
                heard = heard_from_bytes(self._open(record, record.heard, "heard") if record.heard is not None else None)
                name = record.id if self._org in (None, record.org) else ELSEWHERE
                flips = self._books.flips(name, parse_request(question), record.asked_at, heard)
                tally.add(flips)
                every += flips
            except RecordsUnavailable as error:
                tally.skip(error.key)
            except QuestionRefused:
                tally.skip("refused_by_the_rules_in_force")
        return tally, tuple(every)

    def _open(self, record: AskedRecord, data: bytes, name: str) -> bytes:
        return self._vault.open(Sealed(record.key_id, data), record.org, f"{record.id}/{name}")


REPLAYER: Final[ContextVar[Replayer]] = ContextVar("replayer")  # set in each process of the pool


def _begin(setup: Setup) -> None:
    REPLAYER.set(Replayer(setup))


def _replay(records: Sequence[AskedRecord]) -> tuple[Tally, tuple[Flip, ...]]:
    return REPLAYER.get().replay(records)


def replay_all(
    setup: Setup,
    records: Iterable[AskedRecord],
    done: Callable[[Step], None] = lambda _: None,
    start: Tally | None = None,
    processes: int = 0,
    chunk: int = CHUNK,
) -> Tally:
    """The tally over all records, oldest first; `done` hears of each step, after which it may be stopped and gone on from."""
    total = start or Tally()
    count = processes or os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, context, _begin, (setup,)) as pool:
        chunks = _chunks(records, chunk)
        waiting: dict[Future[tuple[Tally, tuple[Flip, ...]]], int] = {}  # with the number of the last check of each
        while True:
            for some in islice(chunks, count * AHEAD - len(waiting)):
                waiting[pool.submit(_replay, some)] = some[-1].seq
            if not waiting:
                return total
            wait(waiting, return_when=FIRST_COMPLETED)
            # In order, so that a step says: everything up to here.
            while waiting and (first := next(iter(waiting))).done():
                seq = waiting.pop(first)
                tally, flips = first.result()
                total.merge(tally)
                done(Step(seq, total, flips))


def _chunks(records: Iterable[AskedRecord], size: int) -> Iterator[list[AskedRecord]]:
    rest = iter(records)
    while chunk := list(islice(rest, size)):
        yield chunk
