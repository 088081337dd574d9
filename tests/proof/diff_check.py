"""Whether `covercheck diff` is right about random single edits of shipped rules, judged by questions that it did not make itself.

Run: python -m tests.proof.diff_check 300 [SEED]
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from covercheck.checks.check import Checker
from covercheck.checks.diff.report import FileDiff, diff
from covercheck.checks.gist import Gist, gists_of
from covercheck.checks.request import QuestionRefused, parse_request
from covercheck.engine.regions import regions_of
from covercheck.rules import RulebookRefused, load_files, read_folder
from covercheck.rules.facts import FactType
from covercheck.rules.policy import Test as Leaf
from covercheck.rules.policy import walk
from covercheck.rules.rulebook import Rulebook
from tests.proof.mutants import PAYERS, mutants

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUESTIONS = 1_500


@dataclass(frozen=True, slots=True)
class Judged:
    """One edit, what diff said of it, and what the questions said."""

    file: str
    what: str
    told: FileDiff | None
    differs: bool
    example_differs: bool

    @property
    def is_right(self) -> bool:
        """No change of meaning exactly where no question differs, and an example that does."""
        says = self.told is not None and self.told.verdict == "meaning"
        return (says or not self.differs) and self.example_differs


def edits(files: Mapping[str, bytes], before: Rulebook, chance: random.Random) -> Iterator[tuple[str, str, Rulebook]]:
    """Endless single edits that load."""
    names = [name for name in files if "/" in name and not name.endswith(("members.yaml", "payer.yaml"))]
    while True:
        name = chance.choice(names)
        _, what, text = next(mutants(files[name].decode(), chance))
        try:
            book = load_files({**files, name: text.encode()}, before)
        except RulebookRefused:
            continue
        yield name, what, book


def judge(before: Checker, name: str, what: str, book: Rulebook, chance: random.Random) -> Judged:
    """Ask both books, at random and the examples."""
    after = Checker.of(book)
    told = next(iter(diff(before, after, TODAY).files), None)
    differs = any(said(before, body) != said(after, body) for body in asked_at_random((before.book, book), name, chance))
    shown = told.examples if told is not None else ()
    return Judged(name, what, told, differs, all(said(before, dict(one.question)) != said(after, dict(one.question)) for one in shown))


def said(checker: Checker, body: Mapping[str, Any]) -> tuple[Gist, ...] | None:
    """What a book says, by the way a check goes; None where it refuses the question."""
    try:
        return gists_of(checker.check(parse_request(dict(body)), check_id="chk_1", now=NOW).parts)
    except QuestionRefused:
        return None


def asked_at_random(books: tuple[Rulebook, Rulebook], name: str, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Whole questions about a file's policies: any line, state, plan, diagnosis and date, facts at and around the limits."""
    policies = [policy for book in books for policy in book.policies() if policy.file == name]
    entries = [entry for policy in policies for edition in policy.editions for entry in edition.coverage]
    tests: dict[str, list[Leaf]] = {}
    for node in (node for entry in entries for root in entry.roots() for node in walk(root)):
        if isinstance(node, Leaf) and books[0].facts[node.fact].type not in (FactType.CODES, FactType.CODE):
            tests.setdefault(node.fact, []).append(node)
    values = {fact: [region.sample for region in regions_of(books[0].facts[fact], mine)] for fact, mine in tests.items()}
    values = {fact: mine for fact, mine in values.items() if not books[0].facts[fact].from_question}
    edges = [edge for policy in policies for edition in policy.editions for edge in (edition.effective, edition.until) if edge]
    days = [edge + timedelta(days=step) for edge in edges for step in (-1, 0, 1, 200)] + [TODAY, date(2026, 6, 1), date(2025, 3, 1)]
    payers = [policies[0].payer] if policies[0].payer in books[0].payers else list(books[0].payers)
    for _ in range(QUESTIONS):
        policy = chance.choice(policies)
        plan: dict[str, Any] = {"line": chance.choice(policy.lines)}
        if chance.random() < 0.7:
            plan["state"] = chance.choice([*(policy.states or ()), "WY"])
        if policy.plans and chance.random() < 0.6:
            plan["name"] = chance.choice(policy.plans)
        facts = {fact: chance.choice(mine) for fact, mine in values.items() if chance.random() < chance.choice([0.2, 0.9])}
        entry = chance.choice(entries)
        yield {
            "payer": chance.choice(payers),
            "plan": plan,
            "date_of_service": chance.choice(days).isoformat(),
            "parts": [chance.choice(entry.parts)],
            "phase": chance.choice(["initial", "continuation"]),
            "facts": {fact: value.isoformat() if isinstance(value, date) else value for fact, value in facts.items()},
            **({"indication": chance.choice([*(entry.indications or ()), "chronic_pain"])} if chance.random() < 0.8 else {}),
        }


def main(count: int, seed: int = 5) -> None:
    """Print what became of them, and each on which diff was wrong."""
    chance = random.Random(seed)
    files = read_folder(PAYERS)
    before = Checker.of(load_files(files))
    found: Counter[str] = Counter()
    for number, (name, what, book) in enumerate(edits(files, before.book, chance)):
        if number == count:
            break
        judged = judge(before, name, what, book, chance)
        verdict = judged.told.verdict if judged.told is not None else "same"
        found[f"{verdict}, {'right' if judged.is_right else 'WRONG'}{'' if judged.differs else ', no random question differs'}"] += 1
        if not judged.is_right:
            print(f"{name}: {what}: {verdict}", flush=True)
    print(f"{count} edits: {dict(found)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3] or ["300"]))
