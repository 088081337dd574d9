"""Lint of criteria: uncited, constant, at odds with their own words, or no criteria of coverage at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from covercheck.engine import Engine
from covercheck.engine.authorization import ON_FILE
from covercheck.engine.compile import compile_entry
from covercheck.engine.support import depends_on
from covercheck.proof.finding import Finding, error
from covercheck.rules.policy import Coverage, Policy, Test, walk

_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:\.\d+)?(?![\w.,]*\d)")
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12}


def entries(policy: Policy) -> Iterator[Coverage]:
    """Every coverage entry of the policy's live editions."""
    for edition in policy.editions:
        if not edition.superseded:
            yield from edition.coverage


def leaves(entry: Coverage) -> Iterator[Test]:
    """Every test of an entry, each once."""
    seen: set[int] = set()
    for root in entry.roots():
        for node in walk(root):
            if isinstance(node, Test) and id(node) not in seen:
                seen.add(id(node))
                yield node


def uncited_criterion(engine: Engine, policy: Policy, _on: date) -> Iterator[Finding]:
    """A criterion that inherits several texts of different standing, so that nobody can tell which one says it."""
    for entry in entries(policy):
        for node in leaves(entry):
            document = engine.book.documents[policy.file]
            inherits = not any((*node.path[:length], "cite") in document.marks for length in range(len(node.path), 3, -1))
            standings = {(source.quality, source.as_of is None) for source in node.sources}
            if inherits and len(standings) > 1:
                message = f"criterion {node.id!r} names no text of its own, and its edition stands on texts of different standing"
                yield error("uncited-criterion", engine, policy, node.path, message, "add `cite:` with the text that says it")


def authorization_as_criterion(engine: Engine, policy: Policy, _on: date) -> Iterator[Finding]:
    """An authorization on file is no criterion of coverage: its absence never makes a part not covered."""
    for entry in entries(policy):
        for root in (entry.criteria, entry.continuation, *entry.excluded_when):
            for node in walk(root) if root is not None else ():
                if isinstance(node, Test) and node.fact == ON_FILE:
                    message = f"criterion {node.id!r} asks for an authorization on file"
                    yield error(
                        "authorization-as-criterion", engine, policy, node.path, message, "write `prior_authorization: required` instead"
                    )


def constant_branch(engine: Engine, policy: Policy, on: date) -> Iterator[Finding]:
    """A criterion that can never change what its tree says: shadowed by another, or true whatever the fact."""
    for entry in entries(policy):
        for criteria in (entry.criteria, entry.continuation if entry.continuation is not entry.criteria else None):
            if criteria is None:
                continue
            compiled = compile_entry(entry, criteria, engine.limits)
            matter = depends_on(engine.book.facts, compiled)
            for node in compiled.program.nodes:
                if isinstance(node, Test) and id(node) not in matter:
                    message = f"criterion {node.id!r} never changes the decision"
                    yield error(
                        "constant-branch", engine, policy, node.path, message, "remove it, or mend the limit or the group it stands in"
                    )


def number_differs(engine: Engine, policy: Policy, _on: date) -> Iterator[Finding]:
    """The sentence of a criterion names numbers, none of which is its limit."""
    for entry in entries(policy):
        for node in leaves(entry):
            if isinstance(node.value, bool) or not isinstance(node.value, int | float):
                continue
            told = _numbers(node.says)
            near = {node.value, node.value + 1, node.value - 1} if node.op in ("more_than", "less_than") else {node.value}
            if told and not told & near:
                message = f"criterion {node.id!r} tests {node.op} {node.value}, but says {node.says!r}"
                yield error("number-differs", engine, policy, node.path, message, "make the sentence and the limit agree with the source")


def _numbers(sentence: str) -> set[float]:
    found = {float(match) for match in _NUMBER.findall(sentence)}
    return found | {float(_WORDS[word]) for word in re.findall(r"[a-z]+", sentence.casefold()) if word in _WORDS}
