"""Whether the cases try every limit at, just below and just above."""

from __future__ import annotations

from collections.abc import Iterator

from covercheck.engine import Engine
from covercheck.proof.cases import Seen
from covercheck.proof.finding import Finding, error
from covercheck.proof.lint.criteria import entries, leaves
from covercheck.rules.facts import FactType
from covercheck.rules.policy import Policy

_NUMERIC = (FactType.COUNT, FactType.NUMBER)


def boundary_missing(engine: Engine, policy: Policy, seen: Seen) -> Iterator[Finding]:
    """A limit that some case does not try at, below or above; values a fact can't have are not asked for."""
    for entry in entries(policy):
        for node in leaves(entry):
            fact = engine.book.facts[node.fact]
            if fact.type not in _NUMERIC or isinstance(node.value, bool) or not isinstance(node.value, int | float):
                continue
            tried = seen.values.get(id(node), set())
            low = 0 if fact.type is FactType.COUNT and fact.limits.at_least is None else fact.limits.at_least
            missing = []
            if node.value not in tried:
                missing.append("at")
            if (low is None or node.value > low) and not any(value < node.value for value in tried):
                missing.append("below")
            if (fact.limits.at_most is None or node.value < fact.limits.at_most) and not any(value > node.value for value in tried):
                missing.append("above")
            if missing:
                message = f"no case tries {node.fact} {' nor '.join(missing)} the limit {node.value} of {node.id!r}"
                yield error("boundary-missing", engine, policy, node.path, message, "add a case with that value")
