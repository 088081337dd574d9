"""The deciding facts of an open decision, exactly: those on which the combined decision of all texts still depends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from covercheck.engine.compile import Entry
from covercheck.engine.diagram import NO, OPEN, YES, Diagram, DiagramTooLarge, agree, both, either, opposite
from covercheck.engine.finding import Statement
from covercheck.engine.regions import Region, regions_of
from covercheck.logic import TRUE, UNKNOWN
from covercheck.rules.facts import FactCatalogue
from covercheck.rules.policy import Group, Node, Test
from covercheck.rules.policy_file import Stance

MAX_NODES = 4_000
UNREAD = "unread:"


@dataclass(frozen=True, slots=True)
class Effect:
    """What one range of a fact leads to: YES, NO or OPEN, and the facts still deciding then."""

    region: Region
    outcome: int
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """The deciding facts in the order the texts name them, each with its ranges; unread criteria beside them.

    `outcome` is YES or NO where every completion of what is unknown decides alike, though no single criterion is known.
    """

    facts: Mapping[str, tuple[Effect, ...]]
    unread: tuple[str, ...]
    exact: bool
    outcome: int = OPEN


@dataclass(slots=True)
class _Weaver:
    catalogue: FactCatalogue
    known: Mapping[int, int]
    diagram: Diagram = field(default_factory=lambda: Diagram(MAX_NODES))
    variables: list[str] = field(default_factory=list)
    tests: dict[str, list[Test]] = field(default_factory=dict)
    regions: dict[str, tuple[Region, ...]] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)

    def collect(self, nodes: Iterable[tuple[Node, Any]]) -> None:
        """Give each unknown fact and each unread criterion a variable; remember every test on it."""
        for node, truth in nodes:
            if truth is not UNKNOWN or isinstance(node, Group):
                continue
            if isinstance(node, Test):
                self.tests.setdefault(node.fact, []).append(node)
                name = node.fact
            else:
                name = unread_name(node)
            if name not in self.variables:
                self.variables.append(name)

    def prepare(self) -> None:
        for fact, tests in self.tests.items():
            self.regions[fact] = regions_of(self.catalogue[fact], tests)

    def weave(self, node: Node) -> int:
        """The diagram of a criteria tree, with the known facts filled in by its own trace."""
        if isinstance(node, Test):
            if id(node) in self.held:
                return self.held[id(node)]
            if node.fact not in self.regions:
                return self.known[id(node)]
            place = next(i for i, test in enumerate(self.tests[node.fact]) if test is node)
            kids = tuple(YES if region.outcomes[place] else NO for region in self.regions[node.fact])
            return self.diagram.node(self.variables.index(node.fact), kids)
        if not isinstance(node, Group):
            return self.diagram.node(self.variables.index(unread_name(node)), (YES, NO))
        children = [self.weave(child) for child in node.children]
        if node.kind == "not":
            return self.diagram.apply(opposite, children[0], children[0])
        op = both if node.kind == "all" else either
        result = children[0]
        for child in children[1:]:
            result = self.diagram.apply(op, result, child)
        return result

    def entry(self, statement: Statement) -> int:
        """The decision of one statement as a diagram."""
        if statement.entry is None:
            return NO
        stance = statement.entry.coverage.stance
        root = {Stance.NOT_COVERED: NO, Stance.CASE_BY_CASE: OPEN}.get(stance, YES)
        if stance is Stance.UNREAD:
            root = self.diagram.node(self.variables.index(stance_name(statement)), (YES, NO))
        return self.tree(statement.entry, root)

    def tree(self, entry: Entry, root: int = YES) -> int:
        """The criteria and exclusions of an entry beside its stance."""
        if entry.criteria is not None:
            root = self.diagram.apply(both, root, self.weave(entry.criteria))
        for exclusion in entry.exclusions:
            woven = self.weave(exclusion)
            root = self.diagram.apply(both, root, self.diagram.apply(opposite, woven, woven))
        return root


def unread_name(node: Node) -> str:
    """The variable of an unread criterion."""
    return f"{UNREAD}{id(node)}"


def stance_name(statement: Statement) -> str:
    """The variable of a stance that was not read."""
    return f"{UNREAD}{id(statement.entry)}"


def support_of(catalogue: FactCatalogue, candidates: Sequence[Sequence[Statement]], silent: bool) -> Support:
    """On which unknown facts the combined decision still depends. `silent`: some candidate has no text at all."""
    leaves: dict[int, int] = {}
    weaver = _Weaver(catalogue, leaves)
    for statement in (s for statements in candidates for s in statements):
        if statement.entry is None:
            continue
        traced = list(zip(statement.entry.program.nodes, statement.trace, strict=True))
        leaves.update({id(node): YES if truth is TRUE else NO for node, truth in traced if truth is not UNKNOWN})
        if statement.entry.coverage.stance is Stance.UNREAD and stance_name(statement) not in weaver.variables:
            weaver.variables.append(stance_name(statement))
        weaver.collect(traced)
    try:
        weaver.prepare()
        return _read(weaver, _combine(weaver, candidates, silent))
    except DiagramTooLarge:
        met = [name for name in weaver.variables if not name.startswith(UNREAD)]
        unread = tuple(name for name in weaver.variables if name.startswith(UNREAD))
        return Support({name: () for name in met}, unread, exact=False)


def _combine(weaver: _Weaver, candidates: Sequence[Sequence[Statement]], silent: bool) -> int:
    root = OPEN if silent else NO
    for statements in candidates:
        said = [weaver.entry(statement) for statement in statements]
        together = said[0]
        for other in said[1:]:
            together = weaver.diagram.apply(agree, together, other)
        root = weaver.diagram.apply(either, root, together)
    return root


def _read(weaver: _Weaver, root: int) -> Support:
    found = weaver.diagram.support(root)
    facts: dict[str, tuple[Effect, ...]] = {}
    unread = []
    for index in sorted(found):
        name = weaver.variables[index]
        if name.startswith(UNREAD):
            unread.append(name)
            continue
        effects = []
        for branch, region in enumerate(weaver.regions[name]):
            after = weaver.diagram.fixed(root, index, branch)
            left = tuple(weaver.variables[i] for i in sorted(weaver.diagram.support(after)))
            effects.append(Effect(region, after if after in (NO, YES, OPEN) else OPEN, left))
        facts[name] = tuple(effects)
    return Support(facts, tuple(unread), exact=True, outcome=root if root in (NO, YES) else OPEN)


def depends_on(catalogue: FactCatalogue, entry: Entry) -> set[int]:
    """Which tests of an entry can change its decision at all, by identity; every test where the bound is passed."""
    tests = [node for node in entry.program.nodes if isinstance(node, Test)]
    weaver = _Weaver(catalogue, {})
    weaver.collect((node, UNKNOWN) for node in entry.program.nodes)
    try:
        weaver.prepare()
        whole = weaver.tree(entry)
        return {id(test) for test in tests if all(_with(weaver, entry, test, value) != whole for value in (YES, NO))}
    except DiagramTooLarge:
        return {id(test) for test in tests}


def _with(weaver: _Weaver, entry: Entry, test: Test, value: int) -> int:
    """The decision with one test held true or false."""
    weaver.held = {id(test): value}
    try:
        return weaver.tree(entry)
    finally:
        weaver.held = {}
