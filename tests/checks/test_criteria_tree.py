"""The reasons of an answer as a tree: each in one place, nested as the text nests them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
import pytest

from covercheck.checks.check import Checker
from covercheck.checks.criteria_tree import Branch, TextTree, trees_of
from covercheck.checks.diff.questions import scope_of
from covercheck.checks.request import QuestionRefused, parse_request
from covercheck.rules import load_files
from tests.books import TRD, entry, files_of, policy
from tests.conftest import NOW

QUESTION: dict[str, Any] = {"payer": "acme", "plan": {"line": "commercial"}, "date_of_service": "2026-12-01", "indication": TRD}
CRITERIA: dict[str, Any] = {
    "all": [
        {"id": "adult", "fact": "age_years", "at_least": "18", "says": "18 or older"},
        {
            "any": [
                {"id": "madrs-28", "fact": "madrs", "at_least": "28", "says": "MADRS of 28 or more"},
                {"id": "hamd-17", "fact": "hamd17", "at_least": "17", "says": "HAM-D of 17 or more"},
            ]
        },
        {"id": "rest", "unread": "the list goes on"},
    ]
}
OLD = {"id": "old", "fact": "age_years", "at_least": "65", "says": "65 or older"}
PSYCHOSIS = {"id": "psychosis", "fact": "psychosis_history", "is": "true", "says": "psychosis now or in the past"}


def flat(branches: Iterable[Branch]) -> Iterator[Branch]:
    for branch in branches:
        yield branch
        yield from flat(branch.children)


def placed(text: TextTree) -> list[Any]:
    """Every reason of a text, in the order shown."""
    roots = (*text.loose, *((text.wanted,) if text.wanted is not None else ()), *text.excludes)
    return [*((text.stance,) if text.stance is not None else ()), *(one.reason for one in flat(roots) if one.reason is not None)]


def answer(by: Checker, **facts: Any) -> dict[str, Any]:
    body = {**QUESTION, "parts": ["esketamine"], "facts": facts}
    told: dict[str, Any] = orjson.loads(by.check_json(parse_request(body), check_id="chk_1", now=NOW))["parts"][0]
    return told


def tree(criteria: Any, excluded: Any = (), **facts: Any) -> TextTree:
    """The one text of an answer."""
    by = Checker.of(load_files(files_of(policy("acme/101", entry(criteria=criteria, excluded_when=list(excluded))))))
    part = answer(by, **facts)
    (text,) = trees_of(by.book, "esketamine", part["reasons"])
    assert placed(text) == part["reasons"]
    return text


@pytest.mark.parametrize(
    ("facts", "group", "whole"),
    [
        ({"age_years": 20}, "unknown", "unknown"),
        ({"age_years": 20, "madrs": 28}, "met", "unknown"),
        ({"age_years": 20, "madrs": 27, "hamd17": 16}, "unmet", "unmet"),
        ({"age_years": 17}, "unknown", "unmet"),
    ],
    ids=["nothing-known", "one-way-met", "no-way-met", "too-young"],
)
def test_groups_nest_as_the_text_does_and_come_to_what_is_in_them(facts: dict[str, Any], group: str, whole: str) -> None:
    text = tree(CRITERIA, [PSYCHOSIS], **facts)
    top = text.wanted
    assert top is not None
    assert (text.title, text.edition, top.kind, top.state) == ("Policy acme/101", "2025-01-01", "all", whole)
    assert [child.kind for child in top.children] == ["leaf", "any", "leaf"]
    assert (top.children[1].state, top.children[2].state) == (group, "unread")
    assert [child.reason["says"] for child in top.children[1].children if child.reason] == ["MADRS of 28 or more", "HAM-D of 17 or more"]
    assert [(one.kind, one.state) for one in text.excludes] == [("leaf", "unknown")]


@pytest.mark.parametrize(("known", "state"), [("true", "excluded"), ("false", "not_excluded"), (None, "unknown")])
def test_an_exclusion_excludes_by_itself(known: str | None, state: str) -> None:
    facts = {} if known is None else {"psychosis_history": known == "true"}
    assert [one.state for one in tree(CRITERIA, [PSYCHOSIS], **facts).excludes] == [state]


@pytest.mark.parametrize(
    ("age", "psychosis", "whole", "pieces"),
    [
        (70, True, "excluded", ["holds", "holds"]),
        (70, False, "not_excluded", ["holds", "holds_not"]),
        (60, True, "not_excluded", ["holds_not", "holds"]),
        (70, None, "unknown", ["holds", "unknown"]),
    ],
)
def test_a_piece_of_an_exclusion_is_not_told_as_excluding(age: int, psychosis: bool | None, whole: str, pieces: list[str]) -> None:
    old = {"id": "old", "fact": "age_years", "at_least": "65", "says": "65 or older"}
    (one,) = tree(CRITERIA, [{"all": [old, PSYCHOSIS]}], age_years=age, psychosis_history=psychosis).excludes
    assert (one.state, [child.state for child in one.children]) == (whole, pieces)


@pytest.mark.parametrize(
    ("inner", "kind", "states"),
    [
        ({"any": [PSYCHOSIS, OLD]}, "none", ["holds", "holds_not"]),
        ({"all": [PSYCHOSIS, OLD]}, "not_all", ["holds", "holds_not"]),
        (PSYCHOSIS, "not", ["holds"]),
    ],
)
def test_what_is_negated_is_told_by_whether_it_applies(inner: Any, kind: str, states: list[str]) -> None:
    top = tree({"all": [{"id": "adult", "fact": "age_years", "at_least": "18", "says": "18 or older"}, {"not": inner}]},
               psychosis_history=True, age_years=30).wanted  # fmt: skip
    assert top is not None
    group = top.children[1]
    assert (group.kind, group.state) == (kind, "met" if kind == "not_all" else "unmet")
    assert [child.state for child in group.children] == states


def test_a_text_tells_how_many_criteria_are_in_each_state() -> None:
    text = tree(CRITERIA, [PSYCHOSIS], age_years=20, madrs=30)
    assert text.tally == (("met", 2), ("unknown", 2), ("unread", 1))
    assert text.cite is not None
    assert text.cite["title"] == "Policy 101"


def test_the_edition_that_answered_gives_the_nesting_not_a_later_one_of_the_same_ids() -> None:
    """Both editions name the same criteria; the newer one asks for either, the older for both."""
    both = [
        {"id": "adult", "fact": "age_years", "at_least": "18", "says": "18"},
        {"id": "severe", "fact": "madrs", "at_least": "20", "says": "20"},
    ]
    editions = [
        {"effective": "2026-01-01", "cite": "P", "coverage": [entry(criteria={"any": both})]},
        {"effective": "2025-01-01", "until": "2025-12-31", "cite": "P", "coverage": [entry(criteria={"all": both})]},
    ]
    by = Checker.of(load_files(files_of(policy("acme/101", editions=editions))))
    for on, kind in (("2025-06-01", "all"), ("2026-06-01", "any")):
        body = {**QUESTION, "parts": ["esketamine"], "date_of_service": on}
        reasons = orjson.loads(by.check_json(parse_request(body), check_id="chk_1", now=NOW))["parts"][0]["reasons"]
        (text,) = trees_of(by.book, "esketamine", reasons)
        assert text.wanted is not None
        assert text.wanted.kind == kind


def test_reasons_of_another_book_stand_side_by_side() -> None:
    by = Checker.of(load_files(files_of(policy("acme/101", entry(criteria=CRITERIA)))))
    part = answer(by)
    other = load_files(files_of(policy("acme/other", entry())))
    (text,) = trees_of(other, "esketamine", part["reasons"])
    assert (text.title, text.wanted, {one.kind for one in text.loose}) == (None, None, {"leaf"})
    assert placed(text) == part["reasons"]


@pytest.mark.parametrize("change", ["one criterion more", "one criterion less", "another order"])
def test_a_wording_that_names_other_criteria_is_not_taken_for_theirs(change: str) -> None:
    by = Checker.of(load_files(files_of(policy("acme/101", entry(criteria=CRITERIA)))))
    part = answer(by)
    first, group, rest = CRITERIA["all"]
    more = {"id": "psychosis", "fact": "psychosis_history", "is": "false", "says": "no psychosis"}
    said = {"one criterion more": [more, first, group, rest], "one criterion less": [first, group], "another order": [rest, group, first]}
    other = load_files(files_of(policy("acme/101", entry(criteria={"all": said[change]}))))
    texts = trees_of(other, "esketamine", part["reasons"])
    assert [reason for text in texts for reason in placed(text)] == part["reasons"]
    if change in ("one criterion more", "another order"):
        assert all(text.wanted is None for text in texts)


def test_every_reason_of_shipped_answers_stands_in_exactly_one_place(checker: Checker) -> None:
    chance = random.Random(11)
    policies = [one for one in checker.book.policies() if one.payer in checker.book.payers]
    bodies = [body for one in policies for body in scope_of(checker.book, one.payer, [one], NOW.date()).cases]
    looked = 0
    for body in chance.sample(bodies, 250):
        try:
            told = orjson.loads(checker.check_json(parse_request(body), check_id="chk_1", now=NOW))
        except QuestionRefused:
            continue
        for part in told["parts"]:
            texts = trees_of(checker.book, part["part"], part["reasons"])
            assert [reason for text in texts for reason in placed(text)] == part["reasons"]
            assert [one for text in texts for one in text.loose if one.reason and "#other_indications" not in one.reason["criterion"]] == []
            looked += len(part["reasons"])
    assert looked > 1_000
