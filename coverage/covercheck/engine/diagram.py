"""A reduced ordered decision diagram over the unknown facts of an open decision.

A decision depends on a fact exactly when the fact stands in its reduced diagram, so the deciding facts are read off it:
no completion is tried one by one. Terminals are decisions; inner nodes branch on the ranges of one fact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

NO, YES, OPEN = 0, 1, 2
_TERMINALS = 3


class DiagramTooLarge(Exception):
    """The decision has more distinct states than the bound allows."""


def both(a: int, b: int) -> int:
    """Conjunction of terminals."""
    return NO if NO in (a, b) else OPEN if OPEN in (a, b) else YES


def either(a: int, b: int) -> int:
    """Disjunction of terminals."""
    return YES if YES in (a, b) else OPEN if OPEN in (a, b) else NO


def agree(a: int, b: int) -> int:
    """What two texts of equal right say together: the same, or open."""
    return a if a == b else OPEN


def opposite(a: int, _b: int) -> int:
    """Negation of a terminal, given twice."""
    return OPEN if a == OPEN else 1 - a


@dataclass(slots=True)
class Diagram:
    """Nodes are shared: equal functions have equal numbers. Variables are ordered by their number."""

    bound: int
    nodes: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    unique: dict[tuple[int, tuple[int, ...]], int] = field(default_factory=dict)
    done: dict[tuple[Callable[[int, int], int], int, int], int] = field(default_factory=dict)

    def node(self, variable: int, kids: tuple[int, ...]) -> int:
        """The node branching on this variable; itself left out where every branch is the same."""
        first = kids[0]
        if all(kid == first for kid in kids):
            return first
        key = (variable, kids)
        known = self.unique.get(key)
        if known is None:
            if len(self.nodes) >= self.bound:
                raise DiagramTooLarge
            known = len(self.nodes) + _TERMINALS
            self.nodes.append(key)
            self.unique[key] = known
        return known

    def apply(self, op: Callable[[int, int], int], a: int, b: int) -> int:
        """Combine two functions terminal by terminal."""
        if a < _TERMINALS and b < _TERMINALS:
            return op(a, b)
        key = (op, a, b)
        known = self.done.get(key)
        if known is not None:
            return known
        va, ka = self.nodes[a - _TERMINALS] if a >= _TERMINALS else (1_000_000, ())
        vb, kb = self.nodes[b - _TERMINALS] if b >= _TERMINALS else (1_000_000, ())
        variable = min(va, vb)
        width = len(ka) if va == variable else len(kb)
        kids = tuple(self.apply(op, ka[i] if va == variable else a, kb[i] if vb == variable else b) for i in range(width))
        result = self.node(variable, kids)
        self.done[key] = result
        return result

    def support(self, root: int) -> set[int]:
        """The variables on which the function depends."""
        found: set[int] = set()
        seen: set[int] = set()
        waiting = [root]
        while waiting:
            current = waiting.pop()
            if current < _TERMINALS or current in seen:
                continue
            seen.add(current)
            variable, kids = self.nodes[current - _TERMINALS]
            found.add(variable)
            waiting.extend(kids)
        return found

    def fixed(self, root: int, variable: int, branch: int) -> int:
        """The function with one variable held at one of its branches."""
        memo: dict[int, int] = {}

        def walk(current: int) -> int:
            if current < _TERMINALS:
                return current
            if current not in memo:
                v, kids = self.nodes[current - _TERMINALS]
                memo[current] = walk(kids[branch]) if v == variable else current if v > variable else self.node(v, tuple(map(walk, kids)))
            return memo[current]

        return walk(root)
