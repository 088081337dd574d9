"""Criteria compiled to closures. Each evaluates every node, never stops early, and writes the truth of each into a trace.

A closure returns `4 * truth + grade`: truth 0 false, 1 unknown, 2 true; grade 0 weak to 2 strong of what carries that truth.
A conjunction is false by its best-grounded false member, and true only as well as its weakest member.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from covercheck.engine.evidence import EvidenceLimits, best_grade
from covercheck.logic import FALSE, TRUE, UNKNOWN, Truth
from covercheck.rules.facts import code_matches
from covercheck.rules.policy import Coverage, Node, Source, Test, Unread
from covercheck.rules.policy_file import Stance

Facts: TypeAlias = Mapping[str, Any]
Trace: TypeAlias = list[Truth]
Run: TypeAlias = Callable[[Facts, Sequence[int], Trace], int]

_UNKNOWN = 4
_TRUE = 8
MAX_DATES = 256


def test_of(test: Test) -> Callable[[Any], bool]:
    """The leaf's test as a function of a known value."""
    value: Any = test.value
    match test.op:
        case "at_least":
            return lambda known: bool(known >= value)
        case "at_most":
            return lambda known: bool(known <= value)
        case "more_than":
            return lambda known: bool(known > value)
        case "less_than":
            return lambda known: bool(known < value)
        case "is":
            return lambda known: bool(known == value)
        case "any_of":
            return lambda known: _matches(known, value)
        case "none_of":
            return lambda known: not _matches(known, value)
    raise ValueError(f"no test is named {test.op!r}")


def _matches(known: str | frozenset[str], patterns: tuple[str, ...]) -> bool:
    if isinstance(known, str):
        return known in patterns
    return any(code_matches(pattern, code) for code in known for pattern in patterns)


@dataclass(slots=True)
class Builder:
    """Numbers the nodes and the source sets of one program while it is compiled."""

    nodes: list[Node] = field(default_factory=list)
    slots: list[tuple[Source, ...]] = field(default_factory=list)

    def slot(self, sources: tuple[Source, ...]) -> int:
        """The place of these sources in the grades handed to the program."""
        if sources not in self.slots:
            self.slots.append(sources)
        return self.slots.index(sources)

    def compile(self, node: Node) -> Run:
        """The closure of a node; its place in the trace is its place in `nodes`."""
        index = len(self.nodes)
        self.nodes.append(node)
        if isinstance(node, Test):
            return _leaf(index, node.fact, test_of(node), self.slot(node.sources))
        if isinstance(node, Unread):
            return _unread(index, self.slot(node.sources))
        children = tuple(self.compile(child) for child in node.children)
        match node.kind:
            case "all":
                return _all(index, children)
            case "any":
                return _any(index, children)
            case "not":
                return _not(index, children[0])


def _leaf(index: int, fact: str, test: Callable[[Any], bool], slot: int) -> Run:
    def run(facts: Facts, grades: Sequence[int], trace: Trace) -> int:
        known = facts.get(fact)
        if known is None:
            trace[index] = UNKNOWN
            return _UNKNOWN + grades[slot]
        if test(known):
            trace[index] = TRUE
            return _TRUE + grades[slot]
        trace[index] = FALSE
        return grades[slot]

    return run


def _unread(index: int, slot: int) -> Run:
    def run(facts: Facts, grades: Sequence[int], trace: Trace) -> int:
        trace[index] = UNKNOWN
        return _UNKNOWN + grades[slot]

    return run


def _all(index: int, children: tuple[Run, ...]) -> Run:
    def run(facts: Facts, grades: Sequence[int], trace: Trace) -> int:
        false, open_, true = -1, 99, 10
        for child in children:
            value = child(facts, grades, trace)
            if value < 4:
                false = value if value > false else false
            elif value < 8:
                open_ = value if value < open_ else open_
            else:
                true = value if value < true else true
        if false >= 0:
            trace[index] = FALSE
            return false
        if open_ < 99:
            trace[index] = UNKNOWN
            return open_ if open_ < true - 4 else true - 4
        trace[index] = TRUE
        return true

    return run


def _any(index: int, children: tuple[Run, ...]) -> Run:
    def run(facts: Facts, grades: Sequence[int], trace: Trace) -> int:
        false, open_, true = 2, 99, -1
        for child in children:
            value = child(facts, grades, trace)
            if value >= 8:
                true = value if value > true else true
            elif value >= 4:
                open_ = value if value < open_ else open_
            else:
                false = value if value < false else false
        if true >= 0:
            trace[index] = TRUE
            return true
        if open_ < 99:
            trace[index] = UNKNOWN
            return open_
        trace[index] = FALSE
        return false

    return run


def _not(index: int, child: Run) -> Run:
    def run(facts: Facts, grades: Sequence[int], trace: Trace) -> int:
        value = child(facts, grades, trace)
        if value >= 8:
            trace[index] = FALSE
            return value - 8
        if value >= 4:
            trace[index] = UNKNOWN
            return value
        trace[index] = TRUE
        return value + 8

    return run


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled tree with its nodes in the order of the trace; the grades for a date are kept once worked out."""

    nodes: tuple[Node, ...]
    slots: tuple[tuple[Source, ...], ...]
    run: Run
    limits: EvidenceLimits
    grades: dict[date, tuple[int, ...]] = field(default_factory=dict)

    def evaluate(self, facts: Facts, on: date) -> tuple[Truth, int, Trace]:
        """Truth, grade of what carries it, and the truth of every node."""
        grades = self.grades.get(on)
        if grades is None:
            grades = self.grades_on(on)
        trace = [UNKNOWN] * len(self.nodes)
        value = self.run(facts, grades, trace)
        return _TRUTHS[value >> 2], value & 3, trace

    def grades_on(self, on: date) -> tuple[int, ...]:
        """The grade of each source set on a date of service."""
        if len(self.grades) >= MAX_DATES:
            self.grades.clear()
        grades = tuple(int(best_grade(sources, on, self.limits)) for sources in self.slots)
        self.grades[on] = grades
        return grades


_TRUTHS = (FALSE, UNKNOWN, TRUE)


def compile_tree(node: Node, limits: EvidenceLimits) -> Program:
    """One criteria tree by itself, such as the condition of an authorization."""
    builder = Builder()
    run = builder.compile(node)
    return Program(tuple(builder.nodes), tuple(builder.slots), run, limits)


@dataclass(frozen=True, slots=True)
class Entry:
    """One coverage entry compiled for one phase. True: covered; false: not covered; unknown: open."""

    coverage: Coverage
    criteria: Node | None
    program: Program
    excluded_from: int

    @property
    def exclusions(self) -> tuple[Node, ...]:
        """The roots that make the part not covered when they hold."""
        return self.coverage.excluded_when


def compile_entry(coverage: Coverage, criteria: Node | None, limits: EvidenceLimits) -> Entry:
    """The entry as one conjunction: its stance, its criteria, and none of its exclusions."""
    builder = Builder()
    stance = {Stance.NOT_COVERED: 0, Stance.CASE_BY_CASE: 4, Stance.UNREAD: 4}.get(coverage.stance, 8)
    slot = builder.slot(coverage.sources)
    wanted = builder.compile(criteria) if criteria is not None else None
    excluded_from = len(builder.nodes)
    exclusions = tuple(builder.compile(node) for node in coverage.excluded_when)

    def run(facts: Facts, grades: Sequence[int], trace: Trace) -> int:
        said = stance + grades[slot]
        false = said if said < 4 else -1
        rest = said if said >= 4 else 10
        truth = 4 if rest < 8 else 8
        grade = rest & 3
        if wanted is not None:
            value = wanted(facts, grades, trace)
            if value < 4:
                false = max(false, value)
            else:
                truth = min(truth, value & 12)
                grade = min(grade, value & 3)
        for exclusion in exclusions:
            value = exclusion(facts, grades, trace)
            if value >= 8:
                false = max(false, value - 8)
            elif value >= 4:
                truth = 4
                grade = min(grade, value & 3)
            else:
                grade = min(grade, value)
        return false if false >= 0 else truth + grade

    return Entry(coverage, criteria, Program(tuple(builder.nodes), tuple(builder.slots), run, limits), excluded_from)
