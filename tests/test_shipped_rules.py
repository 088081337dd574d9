"""The shipped rulebook: its cases hold, each criterion is seen both ways, and the invariants hold on it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from covercheck.checks.codes import CodeBook
from covercheck.engine import Engine
from covercheck.engine.asking import Asked
from covercheck.engine.regions import regions_of
from covercheck.proof import prove
from covercheck.rules import Rulebook
from covercheck.rules.facts import FactType
from covercheck.rules.policy import Test as Leaf
from covercheck.rules.policy import walk
from tests.books import ask

thorough = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
SIXTEEN = {
    "bcbs-massachusetts", "hcsc", "bcbs-alabama", "bcbs-north-carolina", "bcbs-mississippi", "premera", "carefirst", "qualchoice",
    "cigna", "unitedhealthcare", "aetna", "enthea", "medicare-ffs", "medicare-advantage", "medicaid-tx", "medicaid-ny",
}  # fmt: skip


def test_the_payers_of_the_first_release_are_there(shipped_book: Rulebook) -> None:
    assert set(shipped_book.payers) >= SIXTEEN
    assert shipped_book.law


def test_every_case_holds_and_every_criterion_is_seen_both_ways(shipped_engine: Engine) -> None:
    report = prove(shipped_engine, CodeBook.of(shipped_engine.book, shipped_engine.limits).uses)
    assert [str(finding) for finding in report.findings if finding.level == "error"] == []
    assert report.criteria == report.seen_both_ways > 0


def test_every_source_says_when_it_was_read_and_no_text_is_younger_than_its_reading(shipped_book: Rulebook) -> None:
    for policy in shipped_book.policies():
        for source in policy.sources.values():
            assert source.as_of is None or source.as_of <= source.read_on, f"{policy.id} {source.key}"


def test_a_phone_number_comes_with_a_page(shipped_book: Rulebook) -> None:
    for payer in shipped_book.payers.values():
        for contact in payer.text.contacts:
            if contact.phone is not None:
                assert contact.source.url is not None, f"{payer.id}: {contact.purpose}"
                assert re.search(r"\d", contact.phone), f"{payer.id}: {contact.phone}"


class World:
    """For each fact that some shipped rule tests, the values that its tests tell apart."""

    def __init__(self, engine: Engine) -> None:
        tests: dict[str, list[Leaf]] = {}
        for policy in engine.book.policies():
            for edition in policy.editions:
                for entry in edition.coverage:
                    for root in entry.roots():
                        for node in walk(root):
                            if isinstance(node, Leaf):
                                tests.setdefault(node.fact, []).append(node)
        catalogue = engine.book.facts
        self.values: dict[str, list[Any]] = {}
        for name, found in tests.items():
            fact = catalogue[name]
            if fact.from_question is None and fact.type not in (FactType.CODE, FactType.CODES, FactType.DATE):
                self.values[name] = [region.sample for region in regions_of(fact, found)]
        self.questions = [
            (policy, part, line)
            for policy in engine.book.policies()
            if not policy.is_law
            for part in sorted({part for edition in policy.editions for entry in edition.coverage for part in entry.parts})
            for line in policy.lines
        ]


@pytest.fixture(scope="session")
def world(shipped_engine: Engine) -> World:
    """The world of the shipped rulebook, built once."""
    return World(shipped_engine)


@thorough
@given(data=st.data())
def test_learning_a_fact_never_turns_one_decided_answer_into_the_other(shipped_engine: Engine, world: World, data: st.DataObject) -> None:
    policy, part, line = data.draw(st.sampled_from(world.questions))
    names = sorted(world.values)
    full = {
        name: data.draw(st.sampled_from(world.values[name]), label=name) for name in data.draw(st.sets(st.sampled_from(names), max_size=25))
    }
    fewer = {name: value for name, value in full.items() if data.draw(st.booleans())}
    diagnoses = data.draw(st.sampled_from([("F33.2",), ("F33.2", "R45.851"), ("F43.10",), ("F31.9",)]))
    on = data.draw(st.sampled_from([date(2026, 12, 1), date(2025, 6, 1), date(2024, 3, 1), date(2021, 6, 1), date(2028, 1, 1)]))
    state = policy.states[0] if policy.states else "TX"
    plan = policy.plans[0] if policy.plans else "-"

    def result(facts: dict[str, Any]) -> Any:
        asked = Asked(policy.payer, on, line, state, plan, diagnoses=diagnoses, facts=facts)
        return ask(shipped_engine, asked, part)

    before, after = result(fewer), result(full)
    assert before.failure is None
    assert after.failure is None
    if before.result.startswith("likely"):
        assert after.result == before.result
    if before.result == "uncertain":
        assert before.causes
    if before.result == "depends":
        assert before.deciding
