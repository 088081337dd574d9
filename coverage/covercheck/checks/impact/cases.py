"""The cases beside the rules in force, and visits to come, asked of both books."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from covercheck.checks.check import Checker
from covercheck.checks.impact.compare import Books
from covercheck.checks.impact.tally import REFUSED, Flip, Tally
from covercheck.checks.request import QuestionRefused, parse_request
from covercheck.engine.asking import Asked, candidates_of, facts_of, part_question
from covercheck.proof.cases import asked_by
from covercheck.rules.policy import Policy
from covercheck.rules.policy_file import CaseText


def of_cases(books: Books) -> Tally:
    """Every case of the rules in force, whatever it expects: what both books find."""
    tally = Tally()
    for policy in books.before.book.policies():
        for case in policy.cases:
            try:
                tally.add(_of_case(books, policy, case))
            except (ValueError, KeyError):
                tally.skip("refused_by_the_rules_in_force")
    return tally


def _of_case(books: Books, policy: Policy, case: CaseText) -> list[Flip]:
    asked = asked_by(books.before.book, policy, case)
    (before, _), (after, why) = (_found(checker, asked, case.part) for checker in (books.before, books.after))
    return [] if before == after else [Flip(f"{policy.file}: {case.name}", policy.payer, case.part, before, after, why)]


def _found(checker: Checker, asked: Asked, part: str) -> tuple[str, str]:
    """The result and what it rests on."""
    book = checker.book
    missing = next((fact for fact in asked.facts if fact not in book.facts), None)
    if missing is not None or part not in book.therapies.parts:
        return REFUSED, f"unknown: {missing or part}"
    candidates = candidates_of(book.therapies, asked.diagnoses, asked.indication)
    finding = checker.engine.decide(part_question(asked, part, candidates, facts_of(book.facts, asked)))
    texts = dict.fromkeys(statement.policy.policy.id for statement in finding.statements)
    return finding.result, ", ".join((*texts, *(cause.replace("_", " ") for cause in finding.causes))) or "no rule"


def of_schedule(books: Books, lines: Iterable[bytes], now: datetime) -> Tally:
    """Visits to come, a question of the API on each line; named by their line, since what they ask may be about a person."""
    tally = Tally()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            request = parse_request(line)
        except QuestionRefused:
            tally.skip("not_a_question")
            continue
        try:
            tally.add(books.flips(f"line {number}", request, now))
        except QuestionRefused:
            tally.skip("refused_by_the_rules_in_force")
    return tally
