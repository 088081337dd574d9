"""How often decided answers were right, told by what came later: a claim, a letter, a call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal, TypeAlias

FEWEST: Final = 5
Z: Final = 1.959964  # 95 percent, two-sided
Decided: TypeAlias = Literal["likely_covered", "likely_not_covered"]
Proof: TypeAlias = Literal["claim", "written", "call"]
WEIGHT: Final[dict[Proof, int]] = {"call": 0, "written": 1, "claim": 2}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one part of one check. `seq` orders what is of equal weight, later ones count."""

    check: str
    payer: str
    part: str
    decided: Decided
    covered: bool
    proof: Proof
    seq: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Right ones of all confirmed or refuted; `low` and `high` bound the share (Wilson, 95 percent). None under five cases."""

    payer: str
    part: str
    right: int
    total: int
    share: float | None
    low: float | None
    high: float | None


def accuracy(outcomes: Iterable[Outcome]) -> tuple[Accuracy, ...]:
    """Per payer and part. Of several outcomes of one part the weightiest counts: a claim before a letter before a call."""
    best: dict[tuple[str, str], Outcome] = {}
    for outcome in outcomes:
        known = best.get((outcome.check, outcome.part))
        if known is None or (WEIGHT[outcome.proof], outcome.seq) >= (WEIGHT[known.proof], known.seq):
            best[outcome.check, outcome.part] = outcome
    counts: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for outcome in best.values():
        counts[outcome.payer, outcome.part].append((outcome.decided == "likely_covered") is outcome.covered)
    return tuple(_figure(payer, part, sum(found), len(found)) for (payer, part), found in sorted(counts.items()))


def _figure(payer: str, part: str, right: int, total: int) -> Accuracy:
    if total < FEWEST:
        return Accuracy(payer, part, right, total, None, None, None)
    low, high = wilson(right, total)
    return Accuracy(payer, part, right, total, round(right / total, 4), round(low, 4), round(high, 4))


def wilson(right: int, total: int) -> tuple[float, float]:
    """The Wilson score interval of a share, 95 percent."""
    share, square = right / total, Z * Z
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = Z * sqrt(share * (1 - share) / total + square / (4 * total * total)) / (1 + square / total)
    return max(0.0, middle - half), min(1.0, middle + half)
