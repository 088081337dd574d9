"""Timing for the benchmarks: batches of calls, interleaved between the contenders, reported as ratios with their spread."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Microseconds a call over several rounds."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle round."""
        return statistics.median(self.rounds)

    def __str__(self) -> str:
        return f"{self.median:10.1f} us (from {min(self.rounds):.1f} to {max(self.rounds):.1f})"


def compare(contenders: Mapping[str, Callable[[], object]], calls: int, rounds: int = 9) -> dict[str, Timing]:
    """Time each contender in turn, round after round, so that a noisy moment hits all of them."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for call in contenders.values():
        for _ in range(max(1, calls // 10)):
            call()
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, call in contenders.items():
                start = time.perf_counter()
                for _ in range(calls):
                    call()
                times[name].append((time.perf_counter() - start) / calls * 1e6)
    finally:
        gc.enable()
    return {name: Timing(tuple(found)) for name, found in times.items()}


def ratio(slow: Timing, fast: Timing) -> str:
    """How many times faster, by the medians, with the range over the rounds."""
    each = [a / b for a, b in zip(slow.rounds, fast.rounds, strict=True)]
    return f"{slow.median / fast.median:.2f} (rounds from {min(each):.2f} to {max(each):.2f})"
