"""The ranges of values of a fact that its tests can tell apart, each with a value that stands for it and words for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Any

from covercheck.engine.compile import test_of
from covercheck.rules.facts import Fact, FactType
from covercheck.rules.policy import Test

Number = int | float


@dataclass(frozen=True, slots=True)
class Region:
    """A range of values: a sample of it, the outcome of each test for it, and words such as `4 or more`."""

    sample: Any
    outcomes: tuple[bool, ...]
    when: str


def regions_of(fact: Fact, tests: Sequence[Test]) -> tuple[Region, ...]:
    """Every range that some test tells apart, lowest first; together they hold every possible value."""
    checks = [test_of(test) for test in tests]
    match fact.type:
        case FactType.YES_NO:
            return _each((True, False), checks, lambda value: "yes" if value else "no")
        case FactType.CHOICE:
            return _each(fact.values, checks, lambda value: str(value).replace("_", " "))
        case FactType.COUNT | FactType.NUMBER:
            return _numbers(fact, tests, checks)
        case FactType.DATE:
            return _dates(tests, checks)
        case FactType.CODE | FactType.CODES:
            return _codes(tests)


def _each(values: Iterable[Any], checks: Sequence[Callable[[Any], bool]], words: Callable[[Any], str]) -> tuple[Region, ...]:
    return tuple(Region(value, tuple(check(value) for check in checks), words(value)) for value in values)


def _numbers(fact: Fact, tests: Sequence[Test], checks: Sequence[Callable[[Any], bool]]) -> tuple[Region, ...]:
    limits = sorted({float(test.value) for test in tests if isinstance(test.value, int | float)})
    low = 0.0 if fact.type is FactType.COUNT and fact.limits.at_least is None else fact.limits.at_least
    points: set[float]
    if fact.whole:
        points = {limit + step for limit in limits for step in (-1, 0, 1)}
    else:
        points = {*limits, limits[0] - 1, limits[-1] + 1, *((a + b) / 2 for a, b in pairwise(limits))}
    inside = [p for p in sorted(points) if (low is None or p >= low) and (fact.limits.at_most is None or p <= fact.limits.at_most)]
    groups = _groups(inside, checks)
    regions = []
    for index, (first, last, outcomes) in enumerate(groups):
        words = _range_words(first, last, index == 0, index == len(groups) - 1, limits, fact.whole, low)
        regions.append(Region(_plain(first if index else last), outcomes, words))
    return tuple(regions)


def _groups(points: Sequence[Any], checks: Sequence[Callable[[Any], bool]]) -> list[tuple[Any, Any, tuple[bool, ...]]]:
    """Neighbouring points that every test sees alike, as (first, last, outcomes)."""
    groups: list[tuple[Any, Any, tuple[bool, ...]]] = []
    for point in points:
        outcomes = tuple(check(point) for check in checks)
        if groups and groups[-1][2] == outcomes:
            groups[-1] = (groups[-1][0], point, outcomes)
        else:
            groups.append((point, point, outcomes))
    return groups


def _range_words(first: float, last: float, lowest: bool, highest: bool, limits: Sequence[float], whole: bool, low: float | None) -> str:
    if lowest and highest:
        return "any value"
    start = _plain(first) if whole or first in limits else f"more than {_plain(max(x for x in limits if x < first))}" if not lowest else ""
    end = _plain(last) if whole or last in limits else f"less than {_plain(min(x for x in limits if x > last))}" if not highest else ""
    if lowest:
        return end if isinstance(end, str) else str(end) if last == low else f"{end} or less"
    if highest:
        return start if isinstance(start, str) else f"{start} or more"
    return (
        f"{start}"
        if start == end
        else f"{start} to {end}"
        if not isinstance(start, str) and not isinstance(end, str)
        else f"{start} and {end}"
    )


def _plain(value: float) -> Number:
    return int(value) if value == int(value) else value


def _dates(tests: Sequence[Test], checks: Sequence[Callable[[Any], bool]]) -> tuple[Region, ...]:
    limits = sorted({test.value for test in tests if isinstance(test.value, date)})
    points = sorted({limit + timedelta(days=step) for limit in limits for step in (-1, 0, 1)})
    groups = _groups(points, checks)
    regions = []
    for index, (first, last, outcomes) in enumerate(groups):
        words = f"until {last}" if index == 0 else f"from {first}" if index == len(groups) - 1 else f"{first} to {last}"
        regions.append(Region(first, outcomes, words))
    return tuple(regions)


def _codes(tests: Sequence[Test]) -> tuple[Region, ...]:
    """Code lists are told apart list by list: each may or may not hold one of the patient's codes."""
    regions = []
    for outcomes in product((True, False), repeat=len(tests)):
        held = [test for test, outcome in zip(tests, outcomes, strict=True) if outcome]
        words = " and ".join(test.says for test in held) or "none of the listed codes"
        regions.append(Region(None, outcomes, words))
    return tuple(regions)
