"""What stands before one payer: breaker, pace and the number of questions at one time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiolimiter import AsyncLimiter

from covercheck.eligibility import failures
from covercheck.eligibility.breaker import Breaker
from covercheck.eligibility.deadline import Deadline
from covercheck.eligibility.outcome import Answered, FailureKey, Outcome

SICK: Final[frozenset[FailureKey]] = frozenset(
    {"connection", "unavailable", "unreadable", "too_large", "refused", "not_an_answer", "rejected_temporary"}
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one payer. `per_minute` None: no pace. `patient_seconds`: a time-out after less time is not held against the payer."""

    in_flight: int = 50
    per_minute: int | None = None
    waiting: int = 500
    breaker_failures: int = 5
    breaker_seconds: float = 30.0
    patient_seconds: float = 4.0


class Gate:
    """Lets questions through to one payer."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self.clock = clock
        self.breaker = Breaker(limits.breaker_failures, limits.breaker_seconds, clock)
        self._slots = asyncio.Semaphore(limits.in_flight)
        self._pace = AsyncLimiter(limits.per_minute, 60) if limits.per_minute is not None else None
        self._waiting = 0

    async def through(self, ask: Callable[[], Awaitable[Outcome]], deadline: Deadline) -> Outcome:
        """One attempt, waiting included, over at the deadline."""
        if self._waiting >= self.limits.waiting:
            return failures.too_busy()
        self._waiting += 1
        try:
            async with deadline.scope():
                await self._slots.acquire()
        except TimeoutError:
            return failures.too_busy()
        finally:
            self._waiting -= 1
        try:
            return await self._attempt(ask, deadline)
        finally:
            self._slots.release()

    async def _attempt(self, ask: Callable[[], Awaitable[Outcome]], deadline: Deadline) -> Outcome:
        if not self.breaker.admits():
            return failures.breaker_open()
        told = False
        try:
            if not await self._paced(deadline):
                return failures.too_busy()
            begun = self.clock()
            outcome = await self._timed(ask, begun, deadline)
            told = True
            self._judge(outcome, self.clock() - begun)
            return outcome
        finally:
            if not told:
                self.breaker.left()

    async def _paced(self, deadline: Deadline) -> bool:
        """Wait for the payer's pace; no where that lasts too long."""
        if self._pace is None:
            return True
        try:
            async with deadline.scope():
                await self._pace.acquire()
        except TimeoutError:
            return False
        return True

    async def _timed(self, ask: Callable[[], Awaitable[Outcome]], begun: float, deadline: Deadline) -> Outcome:
        try:
            async with deadline.scope():
                return await ask()
        except TimeoutError:
            return failures.deadline(round(deadline.at - begun, 1))

    def _judge(self, outcome: Outcome, took: float) -> None:
        """Failures of the payer's system count; a refusal of one patient's data shows that it is alive."""
        if isinstance(outcome, Answered):
            self.breaker.succeeded()
        elif outcome.key in SICK or (outcome.key == "deadline" and took >= self.limits.patient_seconds):
            self.breaker.failed()
        elif outcome.key.startswith("rejected_"):
            self.breaker.succeeded()
        else:
            self.breaker.left()
