"""Asks payers on behalf of checks: each question once, in time, again where that is safe, with a short memory for good answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from cachetools import TTLCache
from tenacity import AsyncRetrying, RetryCallState, retry_if_result, stop_after_attempt
from tenacity.wait import wait_random_exponential

from covercheck.eligibility import failures
from covercheck.eligibility.adapter import Adapter
from covercheck.eligibility.deadline import Deadline
from covercheck.eligibility.gate import Gate, Limits
from covercheck.eligibility.inquiry import Inquiry
from covercheck.eligibility.outcome import Answered, Failure, Outcome
from covercheck.eligibility.verify import verified

FIRST_WAIT, LONGEST_WAIT = 0.2, 2.0


@dataclass(frozen=True, slots=True)
class Route:
    """How one payer is asked."""

    payer: str
    adapter: Adapter
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is told of a question to a payer, for logs and figures: nothing of the patient."""

    payer: str
    adapter: str
    ended: str
    attempts: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Patience:
    """`attempts` per question; good answers are kept `keep_seconds`, at most `keep` of them (0: none)."""

    attempts: int = 3
    keep: int = 1_000
    keep_seconds: float = 300.0


@dataclass(slots=True)
class _Flight:
    """A question under way and those who wait for it; `deadline` is the latest of theirs."""

    deadline: Deadline
    waiters: int = 0
    attempts: int = 0
    last: Failure | None = None
    task: asyncio.Task[Outcome] | None = field(default=None, repr=False)


def _say_nothing(_: Asked) -> None:
    """The default listener."""


class Desk:
    """Made inside the event loop that uses it; `close` ends what is under way."""

    def __init__(self, patience: Patience = Patience(), listener: Callable[[Asked], None] = _say_nothing) -> None:
        self._patience = patience
        self._listener = listener
        self._clock = asyncio.get_running_loop().time
        self._gates: dict[tuple[str, Limits], Gate] = {}
        self._flights: dict[Hashable, _Flight] = {}
        self._kept: TTLCache[Hashable, Answered] = TTLCache(max(patience.keep, 1), patience.keep_seconds, self._clock)

    async def ask(self, route: Route, inquiry: Inquiry, seconds: float) -> Outcome:
        """The outcome within `seconds`; questions that are alike and under way are asked once."""
        until = self._clock() + max(seconds, 0.0)
        key = _key(route, inquiry)
        kept = self._kept.get(key)
        if kept is not None:
            return replace(kept, again=True)
        flight = self._flights.get(key)
        if flight is None:
            flight = _Flight(Deadline(until))
            self._flights[key] = flight
            flight.task = asyncio.get_running_loop().create_task(self._fly(route, inquiry, flight, key))
        flight.deadline.put_off(until)
        return await self._landed(flight, key, until, seconds)

    def state_of(self, payer: str) -> str:
        """The breaker of a payer: closed, open or half_open."""
        states = [gate.breaker.state for (name, _), gate in self._gates.items() if name == payer]
        return max(states, key=("closed", "half_open", "open").index, default="closed")

    async def close(self) -> None:
        """Give up every question under way."""
        tasks = [flight.task for flight in self._flights.values() if flight.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _landed(self, flight: _Flight, key: Hashable, until: float, seconds: float) -> Outcome:
        """Wait for a flight to `until`; whoever leaves last calls it back."""
        task = flight.task
        assert task is not None
        flight.waiters += 1
        try:
            await asyncio.wait({task}, timeout=max(until - self._clock(), 0.0))
            if task.done() and not task.cancelled():
                return task.result()
            return flight.last or failures.deadline(round(seconds, 1))
        finally:
            flight.waiters -= 1
            if flight.waiters == 0 and not task.done():
                self._forget(key, flight)
                task.cancel()

    async def _fly(self, route: Route, inquiry: Inquiry, flight: _Flight, key: Hashable) -> Outcome:
        begun = self._clock()
        ended = "given_up"
        try:
            outcome = await self._with_retries(route, inquiry, flight)
            ended = outcome.key if isinstance(outcome, Failure) else "answered"
            if isinstance(outcome, Answered) and self._patience.keep:
                self._kept[key] = outcome
            return outcome
        finally:
            self._forget(key, flight)
            self._listener(Asked(route.payer, route.adapter.name, ended, flight.attempts, self._clock() - begun))

    async def _with_retries(self, route: Route, inquiry: Inquiry, flight: _Flight) -> Outcome:
        """Again only what is safe and worth it, and only if the wait still leaves time."""
        gate = self._gate(route)
        spread = wait_random_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT)

        def wait(state: RetryCallState) -> float:
            asked = flight.last.wait if flight.last is not None else None
            return max(spread(state), asked or 0.0)

        def too_late(state: RetryCallState) -> bool:
            return self._clock() + state.upcoming_sleep >= flight.deadline.at

        retrying = AsyncRetrying(
            retry=retry_if_result(lambda outcome: isinstance(outcome, Failure) and outcome.retry),
            stop=lambda state: stop_after_attempt(self._patience.attempts)(state) or too_late(state),
            wait=wait,
            retry_error_callback=lambda state: state.outcome.result() if state.outcome is not None else None,
        )

        async def attempt() -> Outcome:
            flight.attempts += 1
            outcome = await gate.through(lambda: self._once(route, inquiry), flight.deadline)
            flight.last = outcome if isinstance(outcome, Failure) else None
            return outcome

        outcome: Outcome = await retrying(attempt)
        return outcome

    async def _once(self, route: Route, inquiry: Inquiry) -> Outcome:
        try:
            heard = await route.adapter.ask(inquiry)
        except Exception as error:
            return failures.adapter_failed(type(error).__name__)
        if isinstance(heard, Failure):
            return heard
        found = verified(heard, inquiry)
        if isinstance(found, Failure):
            return found
        report, person = found
        return Answered(report, person, route.adapter.name, datetime.now(UTC), heard.wire)

    def _forget(self, key: Hashable, flight: _Flight) -> None:
        """Nobody joins this flight any more."""
        if self._flights.get(key) is flight:
            del self._flights[key]

    def _gate(self, route: Route) -> Gate:
        return self._gates.setdefault((route.payer, route.limits), Gate(route.limits, self._clock))


def _key(route: Route, inquiry: Inquiry) -> Hashable:
    """Everything that makes two questions alike; the trace and the time do not count."""
    people = tuple(
        (p.id, p.first_name, p.last_name, p.middle_name, p.suffix, p.date_of_birth, p.gender, p.group) if p is not None else None
        for p in (inquiry.subscriber, inquiry.dependent)
    )
    return (
        route.payer,
        route.adapter.name,
        inquiry.payer_id,
        people,
        inquiry.on,
        inquiry.until,
        inquiry.service_types,
        inquiry.places,
        (inquiry.clinic.npi, inquiry.clinic.tax_id),
    )
