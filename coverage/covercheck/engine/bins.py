"""Which values of a fact no test of a rulebook can tell apart: facts in the same bin get the same answer."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from covercheck.rules.policy import Node, Test, walk
from covercheck.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Bins:
    """The limits of each fact that some rule or code condition tests, in order; no limits: each value is a bin of its own."""

    limits: Mapping[str, tuple[Any, ...]]

    def key(self, facts: Mapping[str, Any], also: Iterable[str] = ()) -> Hashable:
        """Equal for two sets of facts that every test sees alike. `also`: facts that count by their value, tested or not."""
        found: list[tuple[str, Hashable]] = [(name, facts[name]) for name in also if name in facts]
        for name, value in facts.items():
            limits = self.limits.get(name)
            if limits is not None:
                found.append((name, bisect_left(limits, value) + bisect_right(limits, value) if limits else value))
        found.sort(key=_by_name)
        return tuple(found)


def _by_name(pair: tuple[str, Hashable]) -> str:
    return pair[0]


def bins_of(book: Rulebook) -> Bins:
    """The bins of a whole rulebook."""
    entries = (entry for policy in book.policies() for edition in policy.editions for entry in edition.coverage)
    roots: list[Node] = [root for entry in entries for root in entry.roots()]
    roots += [default.when for default in book.default_codes if default.when is not None]
    limits: dict[str, set[Any]] = {}
    for test in (node for root in roots for node in walk(root) if isinstance(node, Test)):
        values = limits.setdefault(test.fact, set())
        if isinstance(test.value, int | float | date) and not isinstance(test.value, bool):
            values.add(test.value)
    return Bins({fact: tuple(sorted(values)) for fact, values in limits.items()})
