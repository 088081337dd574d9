"""The reasons of an answer as its texts nest them: which criteria belong together, and what each group comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from covercheck.rules.policy import Coverage, Group, Node, walk
from covercheck.rules.rulebook import Rulebook

Kind: TypeAlias = Literal["all", "any", "not", "leaf"]
Data: TypeAlias = Mapping[str, Any]
HOLDS: Final = frozenset({"met", "excluded"})
FAILS: Final = frozenset({"unmet", "not_excluded"})


@dataclass(frozen=True, slots=True)
class Branch:
    """A criterion with its reason, or a group: `state` of a group without a reason follows from what is in it."""

    kind: Kind
    state: str
    reason: Data | None
    children: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class TextTree:
    """What one policy said. `title` None: its reasons are of no text in this rulebook, and stand side by side."""

    policy: str
    title: str | None
    branches: tuple[Branch, ...]


def trees_of(book: Rulebook, part: str, reasons: Sequence[Data]) -> tuple[TextTree, ...]:
    """The reasons of one part, in JSON as kept, by policy in their order; every reason stands in exactly one place."""
    by_policy: dict[str, list[Data]] = {}
    for reason in reasons:
        by_policy.setdefault(str(reason["criterion"]).partition("#")[0], []).append(reason)
    return tuple(_tree(book, part, policy, mine) for policy, mine in by_policy.items())


def _tree(book: Rulebook, part: str, name: str, reasons: Sequence[Data]) -> TextTree:
    policy = next((policy for policy in book.policies() if policy.id == name), None)
    if policy is None:
        return TextTree(name, None, tuple(map(_leaf, reasons)))
    left = {index: reason for index, reason in enumerate(reasons)}
    branches: list[Branch] = []
    while left:
        ids = {_id(reason) for reason in left.values()}
        entries = (entry for edition in policy.editions for entry in edition.coverage if part in entry.parts)
        ranked = [(sum(node.id in ids for root in roots for node in walk(root)), roots) for roots in _roots(entries)]
        count, roots = max(ranked, key=lambda one: one[0], default=(0, ()))
        if not count:
            break
        branches += [branch for root in roots if (branch := _branch(root, left)) is not None]
    loose = tuple(map(_leaf, left.values()))
    return TextTree(name, policy.title, (*loose, *branches))


def _roots(entries: Iterator[Coverage]) -> Iterator[tuple[Node, ...]]:
    """The criteria of each entry, for each phase, with its exclusions."""
    for entry in entries:
        for criteria in dict.fromkeys((entry.criteria, entry.continuation)):
            yield (*((criteria,) if criteria is not None else ()), *entry.excluded_when)


def _branch(node: Node, left: dict[int, Data]) -> Branch | None:
    """A node with the reasons that are its and its children's, taken from those that are left; None where there are none."""
    mine = next((index for index, reason in left.items() if node.id is not None and _id(reason) == node.id), None)
    reason = left.pop(mine) if mine is not None else None
    if not isinstance(node, Group):
        return _leaf(reason) if reason is not None else None
    children = tuple(branch for child in node.children if (branch := _branch(child, left)) is not None)
    if reason is None and not children:
        return None
    if reason is None and len(children) == 1 and node.kind != "not":
        return children[0]
    return Branch(node.kind, str(reason["state"]) if reason is not None else _together(node.kind, children), reason, children)


def _leaf(reason: Data) -> Branch:
    return Branch("leaf", str(reason["state"]), reason)


def _together(kind: str, children: Sequence[Branch]) -> str:
    """What a group without a reason of its own comes to."""
    states = {child.state for child in children}
    holds, fails = states <= HOLDS, states <= FAILS
    if kind == "all":
        return "met" if holds else "unmet" if states & FAILS else "unknown"
    if kind == "any":
        return "met" if states & HOLDS else "unmet" if fails else "unknown"
    return "unmet" if holds else "met" if fails else "unknown"


def _id(reason: Data) -> str:
    return str(reason["criterion"]).partition("#")[2]
