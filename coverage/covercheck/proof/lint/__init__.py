"""Lint: what no case can show. One page for each rule in docs/lint/."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import TypeAlias

from covercheck.engine import Engine
from covercheck.proof.finding import Finding
from covercheck.proof.lint.books import fact_unasked, fact_unused
from covercheck.proof.lint.claims import code_not_valid, cpt_descriptor
from covercheck.proof.lint.contacts import contact_without_source, phone_form
from covercheck.proof.lint.criteria import authorization_as_criterion, constant_branch, number_differs, uncited_criterion
from covercheck.proof.lint.dates import edition_contradiction, edition_gap, source_due, source_undated
from covercheck.rules.policy import Policy

PolicyRule: TypeAlias = Callable[[Engine, Policy, date], Iterator[Finding]]

POLICY_RULES: tuple[PolicyRule, ...] = (
    uncited_criterion,
    authorization_as_criterion,
    constant_branch,
    number_differs,
    source_undated,
    source_due,
    edition_gap,
    edition_contradiction,
    code_not_valid,
    cpt_descriptor,
)


def lint(engine: Engine, payers: Collection[str], on: date) -> Iterator[Finding]:
    """Every finding of every rule; with names, only of these payers (the shared tables are looked at without names)."""
    for policy in engine.book.policies():
        if not payers or policy.payer in payers:
            for rule in POLICY_RULES:
                yield from rule(engine, policy, on)
    for payer in engine.book.payers.values():
        if not payers or payer.id in payers:
            yield from contact_without_source(engine, payer)
            yield from phone_form(engine, payer)
    if not payers:
        yield from fact_unused(engine)
        yield from fact_unasked(engine)
