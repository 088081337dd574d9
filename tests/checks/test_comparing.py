"""Two recorded answers beside each other: what differs, and whether question, rules or what was learned stands behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import orjson
import pytest

from covercheck.checks.check import Checker
from covercheck.checks.comparing import Comparison, Ground, Side, compared, said
from covercheck.checks.evidence.items import Evidence
from covercheck.checks.memory.heard import Heard
from covercheck.checks.memory.memory import KeptCheck
from covercheck.checks.request import parse_request
from covercheck.rules import load_files
from tests.books import TRD, entry, files_of, policy
from tests.conftest import NOW
from tests.records.made_up import check

QUESTION: dict[str, Any] = {
    "payer": "acme", "plan": {"line": "commercial", "state": "MA"}, "date_of_service": "2026-12-01",
    "parts": ["esketamine", "psychotherapy"], "indication": TRD, "facts": {"age_years": 20},
}  # fmt: skip


def book(at_least: str = "18", madrs: str = "20") -> Checker:
    adult = {"id": "adult", "fact": "age_years", "at_least": at_least, "says": f"{at_least} or older"}
    severe = {"id": "severe", "fact": "madrs", "at_least": madrs, "says": "a severe episode"}
    return Checker.of(load_files(files_of(policy("acme/101", entry(criteria={"all": [adult, severe]})))))


OLD, NEW = book(), book("21")
COVERED = Evidence(
    call="call_1", part="psychotherapy", kind="coverage", question="C1", value="covered", grade="B", called_on="2026-11-22",
    valid_until="2026-12-31", since="2026-01-01", until="2026-12-31", reference="7781",
)  # fmt: skip


def side(by: Checker = OLD, heard: Heard = Heard(), version: str = "1", **keys: Any) -> Side:
    """A check as it is kept."""
    question = {**QUESTION, **keys}
    told = by.check_json(parse_request(question), check_id="chk_1", now=NOW, learned=heard.learned, evidence=heard.evidence)
    record = replace(
        check(), rulebook=by.book.digest, version=version, payer="acme", member=None, limits="18/36", date_of_service=date(2026, 12, 1)
    )
    return Side(KeptCheck(record, orjson.dumps(question), told, heard), question, orjson.loads(told))


def row(found: Comparison, part: str = "esketamine") -> Any:
    return next(one for one in found.rows if one.part == part)


def test_the_same_twice_differs_in_nothing() -> None:
    found = compared(side(), side())
    assert (found.asked, found.learned, found.grounds, found.flipped, found.both) == ((), (), (), 0, 2)
    assert all(one.is_same and one.behind == () for one in found.rows)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"facts": {"age_years": 17}}, ("facts/age_years", "20", "17")),
        ({"facts": {"age_years": 20, "madrs": 30}}, ("facts/madrs", None, "30")),
        ({"plan": {"line": "exchange", "state": "MA"}}, ("plan/line", "commercial", "exchange")),
        ({"date_of_service": "2026-12-02"}, ("date_of_service", "2026-12-01", "2026-12-02")),
        ({"phase": "continuation"}, ("phase", "initial", "continuation")),
        ({"restricted_parts": ["psychotherapy"]}, ("restricted_parts", None, "psychotherapy")),
        ({"codes": ["90837"], "parts": None}, ("parts", "esketamine, psychotherapy", None)),
    ],
)
def test_whatever_is_asked_otherwise_is_told(keys: dict[str, Any], told: tuple[str, Any, Any]) -> None:
    found = compared(side(), side(**keys))
    assert told in [(change.what, change.before, change.after) for change in found.asked]
    assert found.grounds == ("question",)
    assert {one.behind for one in found.rows if not one.is_same} <= {("question",)}


@pytest.mark.parametrize(
    "keys", [{"payer": "Acme Health"}, {"phase": "initial"}, {"member": None}, {"parts": ["psychotherapy", "esketamine"]}]
)
def test_spelled_otherwise_it_is_the_same_question(keys: dict[str, Any]) -> None:
    assert said(QUESTION, "acme") == said({**QUESTION, **keys}, "acme")


def test_a_member_is_never_told_though_another_one_is_a_difference() -> None:
    found = compared(side(), side(member={"id": "ZQX99110042", "first_name": "Wilhelmina", "date_of_birth": "1961-07-09"}))
    assert found.asked == ()
    one, other = side(), side()
    other = replace(other, kept=replace(other.kept, record=replace(other.kept.record, member=b"x" * 20)))
    assert (compared(one, other).same_person, compared(one, other).grounds) == (False, ("question",))


def test_where_the_rules_alone_differ_they_are_behind_every_difference() -> None:
    found = compared(side(OLD), side(NEW))
    assert (found.grounds, found.flipped, row(found).behind) == (("rules",), 1, ("rules",))
    assert [reason["says"] for reason in (*row(found).only_one, *row(found).only_other)] == ["18 or older", "21 or older"]
    assert row(found, "psychotherapy").is_same


def test_what_a_call_said_is_told_with_the_part_it_lifted() -> None:
    found = compared(side(), side(heard=Heard(evidence=(COVERED,))))
    assert (found.grounds, row(found, "psychotherapy").behind, row(found).is_same) == (("learned",), ("learned",), True)
    assert [(change.what, change.before) for change in found.learned] == [("C1, psychotherapy", None)]
    assert "reference 7781" in str(found.learned[0].after)


@pytest.mark.parametrize(
    ("other", "part", "behind"),
    [
        (side(NEW, facts={"age_years": 20, "madrs": 30}), "esketamine", ("question", "rules")),
        (side(OLD, Heard(evidence=(COVERED,)), facts={"age_years": 17}), "esketamine", ("question",)),
        (side(OLD, Heard(evidence=(COVERED,)), facts={"age_years": 17}), "psychotherapy", ("learned",)),
        (side(NEW, Heard(evidence=(COVERED,))), "esketamine", ("rules",)),
        (side(NEW, Heard(evidence=(COVERED,))), "psychotherapy", ("learned",)),
        (side(book(madrs="35"), facts={"age_years": 20, "madrs": 30}), "esketamine", ("question",)),
    ],
    ids=["fact-and-rule", "fact-not-call", "call-not-fact", "rule-not-call", "call-not-rule", "the-fact-alone-shows"],
)
def test_where_several_differ_each_part_tells_which_show_in_its_grounds(other: Side, part: str, behind: tuple[Ground, ...]) -> None:
    found = compared(side(), other)
    assert len(found.grounds) == 2
    assert row(found, part).behind == behind


def test_a_limit_changed_under_the_same_words_is_the_rules() -> None:
    """A criterion whose state differs, though nothing was said of its fact otherwise: the rules changed beneath their words."""
    facts = {"madrs": 30, "age_years": 20}
    found = compared(side(facts=facts), side(book(madrs="35"), heard=Heard(evidence=(COVERED,)), facts=facts))
    assert (found.grounds, row(found).behind) == (("rules", "learned"), ("rules",))


def test_a_part_that_one_alone_was_asked_for_is_a_matter_of_the_question() -> None:
    found = compared(side(), side(parts=["esketamine"]))
    assert (row(found, "psychotherapy").other, row(found, "psychotherapy").behind, found.both) == (None, ("question",), 1)


def test_facts_that_still_decide_are_told_by_their_labels() -> None:
    found = compared(side(), side(facts={"age_years": 20, "madrs": 30}))
    assert ("what still decides", "MADRS score", "nothing") in row(found).differs


def test_the_same_rules_and_question_by_another_program_are_told_apart() -> None:
    assert compared(side(), side(version="2")).grounds == ("program",)
