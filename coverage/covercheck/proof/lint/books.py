"""Lint of the shared tables: facts that no rule tests, facts that nobody can be asked for."""

from __future__ import annotations

from collections.abc import Iterator

from covercheck.engine import Engine
from covercheck.engine.authorization import ON_FILE
from covercheck.proof.finding import Finding
from covercheck.rules.policy import Test, walk

_FILE = "facts.yaml"


def used_facts(engine: Engine) -> set[str]:
    """Every fact that some criterion or the condition of some code tests."""
    roots = [
        root for policy in engine.book.policies() for edition in policy.editions for entry in edition.coverage for root in entry.roots()
    ]
    roots += [code.when for code in engine.book.default_codes if code.when is not None]
    return {node.fact for root in roots for node in walk(root) if isinstance(node, Test)} | {ON_FILE}


def fact_unused(engine: Engine) -> Iterator[Finding]:
    """A fact that no rule tests: clients may send it, and nothing will come of it."""
    for name in engine.book.facts:
        if name not in used_facts(engine):
            place = engine.book.documents[_FILE].place(("facts", name))
            yield Finding(
                "fact-unused", "warning", place, f"no rule tests the fact {name!r}", "keep it while clients send it; else remove it"
            )


def fact_unasked(engine: Engine) -> Iterator[Finding]:
    """A tested fact without a question for the one who knows it."""
    used = used_facts(engine)
    for name, fact in engine.book.facts.facts.items():
        if name in used and not fact.only_from_question and getattr(fact.ask, fact.known_by.value) is None:
            place = engine.book.documents[_FILE].place(("facts", name))
            message = f"the fact {name!r} is known by the {fact.known_by}, who has no question for it"
            yield Finding("fact-unasked", "error", place, message, f"add `ask: {{{fact.known_by}: …}}`")
