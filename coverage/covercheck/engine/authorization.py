"""Whether the payer wants to be asked first: a separate answer beside coverage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from covercheck.engine.evidence import EvidenceLimits, Grade, best_grade
from covercheck.engine.finding import Authorization, AuthorizationState, PartQuestion, Statement
from covercheck.logic import FALSE, TRUE, UNKNOWN
from covercheck.rules.facts import FactCatalogue
from covercheck.rules.policy import Test

ON_FILE = "prior_authorization_on_file"


def authorization_of(
    facts: FactCatalogue, statements: Sequence[Statement], question: PartQuestion, limits: EvidenceLimits
) -> Authorization:
    """Needed where any text of the payer says so; not needed only where one says so on evidence that is not weak."""
    own = [s for s in statements if not s.policy.policy.is_law]
    law = [s for s in statements if s.policy.policy.is_law]
    said = _combine(own, question, limits)
    if said.state == "unknown" and not said.open_facts:
        by_law = _combine(law, question, limits)
        said = by_law if by_law.state != "unknown" or by_law.open_facts else said
    if question.facts.get(ON_FILE) is True and said.state != "not_needed":
        return Authorization("on_file", (), said.statements)
    return said


def authorization_key(statements: Iterable[Statement], question: PartQuestion) -> tuple[bytes, ...]:
    """What the answer on authorization depends on beside the statements: the traces of its conditions, and one on file."""
    traces = [
        bytes(statement.speaker.authorization.evaluate(question.facts, question.on)[2])
        for statement in statements
        if statement.speaker is not None and statement.speaker.authorization is not None
    ]
    return (b"file" if question.facts.get(ON_FILE) is True else b"", *traces)


def _combine(statements: Sequence[Statement], question: PartQuestion, limits: EvidenceLimits) -> Authorization:
    found: dict[AuthorizationState, list[Statement]] = {}
    open_facts: dict[str, None] = {}
    for statement in statements:
        state, unknown = _state(statement, question, limits)
        if state != "unknown" or unknown:
            found.setdefault(state, []).append(statement)
        open_facts.update(dict.fromkeys(unknown))
    for state in ("needed", "unknown", "not_needed"):
        if state in found:
            return Authorization(state, tuple(open_facts) if state == "unknown" else (), tuple(found[state]))
    return Authorization("unknown")


def _state(statement: Statement, question: PartQuestion, limits: EvidenceLimits) -> tuple[AuthorizationState, tuple[str, ...]]:
    """One text's answer, with the facts it still waits for."""
    if statement.speaker is None:
        return "unknown", ()
    coverage = statement.speaker.coverage
    weak = best_grade(coverage.sources, question.on, limits) is Grade.WEAK
    truth = {"required": TRUE, "not_required": FALSE, "unknown": UNKNOWN, "required_when": UNKNOWN}[coverage.authorization.state]
    unknown: tuple[str, ...] = ()
    program = statement.speaker.authorization
    if program is not None:
        truth, _, trace = program.evaluate(question.facts, question.on)
        if truth is UNKNOWN:
            pairs = zip(program.nodes, trace, strict=True)
            unknown = tuple(dict.fromkeys(node.fact for node, state in pairs if isinstance(node, Test) and state is UNKNOWN))
    if truth is TRUE:
        return "needed", ()
    if truth is FALSE:
        return ("unknown" if weak else "not_needed"), ()
    return "unknown", unknown
