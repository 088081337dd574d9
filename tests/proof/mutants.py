"""Changed copies of shipped rule files: refused, found by cases or lint, harmless, or noticed by nobody.

Harmless is `prose` (only words for people changed) or `harmless` (no answer of some hundreds changed, on old and new dates,
at and around limits).

Run: python -m tests.proof.mutants 2000
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, Literal

from covercheck.checks.codes import CodeBook
from covercheck.engine import Engine, EvidenceLimits
from covercheck.engine.asking import Asked, Candidates, facts_of, part_question
from covercheck.engine.regions import regions_of
from covercheck.proof import ProofReport, prove
from covercheck.rules import RulebookRefused, load_files, read_folder
from covercheck.rules.facts import FactType
from covercheck.rules.policy import Coverage, walk
from covercheck.rules.policy import Test as Leaf
from covercheck.rules.rulebook import Rulebook

PAYERS = Path(__file__).parent.parent.parent / "payers"
TODAY = date(2026, 11, 22)
DATES = (date(2026, 12, 1), date(2025, 6, 1), date(2023, 6, 1), date(2021, 6, 1))
FACT_SETS = 8
PROSE = ("title", "says", "note", "notes", "changed", "url", "name", "unread", "purpose", "hours", "aliases", "parent", "administrator")
SWAPS = {
    "stance": ["covered", "not_covered", "case_by_case", "unread"],
    "prior_authorization": ["required", "not_required", "unknown"],
    "benefit": ["medical", "pharmacy", "either", "unknown"],
    "quality": ["primary", "secondary"],
    "use": ["bill", "do_not_bill"],
    "other_indications": ["silent", "not_covered"],
    "is": ["true", "false"],
}
_PAIR = re.compile(r"(?P<key>[a-z_]+): (?P<value>[^,{}\[\]\n#]+)")


def mutants(text: str, source: random.Random) -> Iterator[tuple[str, str, str]]:
    """Endless (kind, what, changed text) of one file, outside its cases and its prose."""
    body, mark, cases = text.partition("\ncases:")
    pairs = [match for match in _PAIR.finditer(body) if match["key"] not in PROSE]
    lines = body.splitlines(keepends=True)
    while True:
        kind = source.choice(["value", "value", "value", "key", "indent", "date", "id"])
        changed = _indented(lines, source) if kind == "indent" else _changed(body, pairs, kind, source)
        if changed is not None:
            yield kind, changed[0], changed[1] + mark + cases


def _indented(lines: list[str], source: random.Random) -> tuple[str, str] | None:
    index = source.randrange(len(lines))
    line = lines[index]
    if not line.strip() or line.lstrip().startswith("#"):
        return None
    shifted = "  " + line if source.random() < 0.5 or not line.startswith("  ") else line[2:]
    return f"line {index + 1} {line.strip()[:50]}", "".join([*lines[:index], shifted, *lines[index + 1 :]])


def _changed(body: str, pairs: list[re.Match[str]], kind: str, source: random.Random) -> tuple[str, str] | None:
    match = source.choice(pairs)
    key, value = match["key"], match["value"].strip().strip("\"'")
    if kind == "key":
        return f"{key}", body[: match.start("key")] + key[:-1] + body[match.end("key") :]
    new = _new_value(key, value, kind, source)
    if new is None or new == value:
        return None
    return f"{key}: {value} -> {new}", body[: match.start("value")] + new + body[match.end("value") :]


def _new_value(key: str, value: str, kind: str, source: random.Random) -> str | None:
    is_date = re.fullmatch(r"\d{4}(-\d\d){0,2}", value) is not None and key in ("as_of", "effective", "until", "from", "read_on")
    if kind == "date":
        return str(int(value[:4]) + source.choice([-1, 1])) + value[4:] if is_date else None
    if kind == "id":
        return f"{value}-x" if key == "id" else None
    if key in SWAPS:
        return source.choice(SWAPS[key])
    if re.fullmatch(r"\d+", value):
        return str(int(value) + source.choice([-1, 1]))
    return None if is_date or key == "id" else f"{value}x"


def fate(files: dict[str, bytes], name: str, changed: str, before: Rulebook) -> str:
    """What becomes of one changed file: refused, found, harmless or unnoticed."""
    payer = name.partition("/")[0]
    content = {**files, name: changed.encode()}
    try:
        book = load_files({key: raw for key, raw in content.items() if "/" not in key or key.partition("/")[0] in (payer, "federal")})
    except RulebookRefused as refused:
        return "refused" if all(problem.place.file for problem in refused.problems) else "unnoticed"
    if any(finding.level == "error" for finding in proved(book, payer).findings):
        return "found"
    if meaning(book, payer) == meaning(before, payer):
        return "prose"
    return "harmless" if answers(book, payer) == answers(before, payer) else "unnoticed"


def proved(book: Rulebook, payer: str) -> ProofReport:
    """Proof of one payer as the command line runs it."""
    engine = Engine.of(book)
    return prove(engine, CodeBook.of(book, engine.limits).uses, [payer], on=TODAY)


def answers(book: Rulebook, payer: str) -> list[Any]:
    """What a payer's texts answer to a few hundred questions: every part, line and indication they name, on old and new dates."""
    engine, codes = Engine.of(book), CodeBook.of(book, EvidenceLimits())
    source = random.Random(11)
    policies = [policy for policy in book.policies() if policy.payer == payer]
    found: list[Any] = []
    for policy in policies:
        entries = [entry for edition in policy.editions for entry in edition.coverage]
        parts = dict.fromkeys(part for entry in entries for part in entry.parts)
        indications = dict.fromkeys((*(name for entry in entries for name in entry.indications or ()), "chronic_pain"))
        for part, indication, on, known in product(parts, indications, DATES, range(FACT_SETS)):
            facts = _facts(engine, entries, source) if known else {}
            state, plan = (policy.states or ("ZZ",))[0], (policy.plans or ("-",))[0]
            phase: Literal["initial", "continuation"] = "continuation" if known == 1 else "initial"
            asked = Asked(payer, on, policy.lines[0], state, plan, indication=indication, phase=phase, facts=facts, policy=policy.id)
            given = facts_of(book.facts, asked)
            said = engine.decide(part_question(asked, part, Candidates((indication,), taken=False), given))
            told = said.authorization.state if said.authorization else None
            found.append((said.result, said.leaning, said.causes, told, said.benefit, codes.uses(said, asked.line, given, on)))
    return found


def _facts(engine: Engine, entries: list[Coverage], source: random.Random) -> dict[str, Any]:
    """Values at and around the limits of the entries' own tests."""
    tests: dict[str, list[Leaf]] = {}
    for node in (node for entry in entries for root in entry.roots() for node in walk(root)):
        if isinstance(node, Leaf):
            tests.setdefault(node.fact, []).append(node)
    catalogue = engine.book.facts
    regions = {name: regions_of(catalogue[name], found) for name, found in tests.items() if catalogue[name].type is not FactType.CODES}
    return {name: source.choice(some).sample for name, some in sorted(regions.items()) if source.random() < 0.9}


def meaning(book: Rulebook, payer: str) -> Any:
    """Everything of a payer that an answer depends on, without prose."""
    policies = book.law if payer == "federal" else book.payers[payer].policies
    text = None if payer == "federal" else book.payers[payer].text
    contacts = [(c.phone, c.fax, c.states, c.lines, c.for_) for c in text.contacts] if text is not None else []
    return [_plain(policy.editions) for policy in policies], [(p.lines, p.states, p.plans) for p in policies], contacts


def _plain(thing: Any) -> Any:
    if isinstance(thing, tuple | list):
        return [_plain(item) for item in thing]
    names = getattr(type(thing), "__dataclass_fields__", None)
    if names is None:
        return str(thing)
    return {
        name: _plain(getattr(thing, name))
        for name in names
        if name not in ("says", "note", "changed", "path", "title", "url", "read_on", "review_days")
    }


def main(count: int, seed: int = 7) -> None:
    """Print the fates by kind, and every mutant nobody noticed."""
    source = random.Random(seed)
    files = read_folder(PAYERS)
    before = load_files(files)
    names = [name for name in files if "/" in name and not name.endswith("members.yaml")]
    fates: Counter[str] = Counter()
    by_kind: Counter[tuple[str, str]] = Counter()
    missed = []
    for _ in range(count):
        name = source.choice(names)
        kind, what, changed = next(mutants(files[name].decode(), source))
        found = fate(files, name, changed, before)
        fates[found] += 1
        by_kind[kind, found] += 1
        if found == "unnoticed":
            missed.append(f"{name}: {kind} {what}")
    for entry, number in sorted(by_kind.items()):
        print(f"  {entry[0]:8}{entry[1]:10}{number:6}")
    print(*sorted(missed), sep="\n")
    print(f"{count} mutants: {dict(fates)}; unnoticed {fates['unnoticed'] / count:.1%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
