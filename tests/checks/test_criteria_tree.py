"""The reasons of an answer as a tree: each in one place, nested as the text nests them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from covercheck.checks.check import Checker
from covercheck.checks.criteria_tree import Branch, trees_of
from covercheck.checks.diff.questions import scope_of
from covercheck.checks.request import QuestionRefused, parse_request
from covercheck.rules import load_files
from tests.books import TRD, entry, files_of, policy
from tests.conftest import NOW

QUESTION: dict[str, Any] = {"payer": "acme", "plan": {"line": "commercial"}, "date_of_service": "2026-12-01", "indication": TRD}
CRITERIA = {
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
PSYCHOSIS = {"id": "psychosis", "fact": "psychosis_history", "is": "true", "says": "psychosis now or in the past"}


def flat(branches: tuple[Branch, ...]) -> Iterator[Branch]:
    for branch in branches:
        yield branch
        yield from flat(branch.children)


def answer(by: Checker, **facts: Any) -> dict[str, Any]:
    body = {**QUESTION, "parts": ["esketamine"], "facts": facts}
    told: dict[str, Any] = orjson.loads(by.check_json(parse_request(body), check_id="chk_1", now=NOW))["parts"][0]
    return told


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
    by = Checker.of(load_files(files_of(policy("acme/101", entry(criteria=CRITERIA, excluded_when=[PSYCHOSIS])))))
    part = answer(by, **facts)
    (text,) = trees_of(by.book, "esketamine", part["reasons"])
    top, exclusion = text.branches
    assert (text.title, top.kind, top.state, exclusion.kind) == ("Policy acme/101", "all", whole, "leaf")
    assert [child.kind for child in top.children] == ["leaf", "any", "leaf"]
    assert (top.children[1].state, top.children[2].state) == (group, "unread")
    assert [child.reason["says"] for child in top.children[1].children if child.reason] == ["MADRS of 28 or more", "HAM-D of 17 or more"]


def test_a_text_that_is_no_more_in_the_rules_stands_flat_and_whole() -> None:
    by = Checker.of(load_files(files_of(policy("acme/101", entry(criteria=CRITERIA)))))
    part = answer(by)
    other = load_files(files_of(policy("acme/other", entry())))
    (text,) = trees_of(other, "esketamine", part["reasons"])
    assert (text.title, {branch.kind for branch in text.branches}) == (None, {"leaf"})
    assert [branch.reason for branch in text.branches] == part["reasons"]


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
            placed = [b.reason for text in trees_of(checker.book, part["part"], part["reasons"]) for b in flat(text.branches) if b.reason]
            assert sorted(map(str, placed)) == sorted(map(str, part["reasons"]))
            looked += len(placed)
    assert looked > 1_000
