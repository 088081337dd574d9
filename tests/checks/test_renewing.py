"""From one rulebook to the next: what is taken over from the one before never shows in the result."""

from __future__ import annotations

import random

import pytest

from covercheck.checks.check import Checker
from covercheck.checks.renewing import changed_payers, renew
from covercheck.checks.request import parse_request
from covercheck.engine import EvidenceLimits
from covercheck.rules import Rulebook, load_files
from covercheck.rules.problems import RulebookRefused
from tests.books import TRD, entry, files_of, policy
from tests.conftest import NOW
from tests.proof.mutants import mutants

LIMITS = EvidenceLimits()
QUESTION = {"payer": "acme", "plan": {"line": "commercial", "state": "MA"}, "date_of_service": "2026-12-01", "parts": ["esketamine"]}


def small(**changes: object) -> dict[str, bytes]:
    return files_of(policy("acme/101", entry(indications=[TRD], **changes)))


def outcome(files: dict[str, bytes], before: Rulebook | None) -> tuple[str, ...]:
    """A book's digest and where each of its policies stands; or its problems."""
    try:
        book = load_files(files, before)
    except RulebookRefused as refused:
        return tuple(map(str, refused.problems))
    entries = [(policy, part) for policy in book.policies() for edition in policy.editions for part in edition.coverage]
    return (book.digest, *(f"{book.place(policy, part.path)} {part.stance}" for policy, part in entries))


@pytest.mark.parametrize("seed", range(12))
def test_a_book_loaded_beside_another_is_the_book_loaded_alone(shipped_book: Rulebook, seed: int) -> None:
    chance = random.Random(seed)
    files = dict(shipped_book.files)
    for name in chance.sample([name for name in files if name.count("/") == 1 and not name.endswith("payer.yaml")], 3):
        _, _, text = next(mutants(files[name].decode(), chance))
        files[name] = text.encode()
    if chance.random() < 0.5:
        shared = chance.choice(["facts.yaml", "codes.yaml", "therapies.yaml"])
        files[shared] = b"# moved\n" + files[shared]
    gone = chance.choice([name for name in files if name.count("/") == 1 and not name.endswith("payer.yaml")])
    del files[gone]
    assert outcome(files, shipped_book) == outcome(files, None)


def test_answers_of_a_renewed_book_are_those_of_a_fresh_one(checker: Checker) -> None:
    files = {name: (data + b"\n# seen again\n" if name.endswith(".yaml") else data) for name, data in checker.book.files.items()}
    renewed = renew(checker, files, LIMITS)
    assert renewed.checker is not None
    fresh = Checker.of(load_files(files))
    question = parse_request({**QUESTION, "payer": "aetna", "diagnoses": ["F33.2"]})
    assert renewed.checker.check_json(question, check_id="chk_1", now=NOW) == fresh.check_json(question, check_id="chk_1", now=NOW)


def test_the_same_files_are_no_other_book() -> None:
    before = Checker.of(load_files(small()))
    assert renew(before, small(), LIMITS).state == "same"


def test_a_book_that_does_not_load_is_refused_with_the_place() -> None:
    before = Checker.of(load_files(small()))
    files = small()
    files["acme/101.yaml"] = files["acme/101.yaml"][: len(files["acme/101.yaml"]) // 2] + b"\n  ]: {"
    refused = renew(before, files, LIMITS)
    assert refused.state == "refused"
    assert refused.checker is None
    assert refused.findings[0].startswith("acme/101.yaml:")


def test_a_book_whose_case_fails_is_refused_with_the_case() -> None:
    case = {
        "name": "covered",
        "on": "2026-12-01",
        "part": "esketamine",
        "diagnoses": ["F33.2"],
        "facts": {},
        "expect": {"result": "likely_covered"},
    }
    sound = files_of(policy("acme/101", entry(indications=[TRD]), cases=[case]))
    before = Checker.of(load_files(sound))
    flipped = files_of(policy("acme/101", entry(indications=[TRD], stance="not_covered"), cases=[case]))
    refused = renew(before, flipped, LIMITS)
    assert refused.state == "refused"
    assert any("'covered'" in finding for finding in refused.findings)


def test_only_the_payers_whose_files_say_something_else_are_proved_again(shipped_book: Rulebook) -> None:
    files = dict(shipped_book.files)
    files["aetna/payer.yaml"] += b"\n# only a comment\n"
    assert changed_payers(shipped_book, load_files(files, shipped_book)) == frozenset()
    files["aetna/payer.yaml"] = files["aetna/payer.yaml"].replace(b"name: Aetna", b"name: Aetna of old", 1)
    assert changed_payers(shipped_book, load_files(files, shipped_book)) == {"aetna"}
    law = next(name for name in files if name.startswith("federal/"))
    files[law] = files[law].replace(b"title:", b"title: The", 1)
    assert "cigna" in changed_payers(shipped_book, load_files(files, shipped_book))
