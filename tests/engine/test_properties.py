"""What must hold for every rulebook: generated ones here, the shipped one in tests/test_shipped_rules.py."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from covercheck.engine import Engine
from covercheck.engine.asking import Asked
from tests.books import TRD, ask, book_of, entry, policy

ON = date(2026, 12, 1)
VALUES: dict[str, list[Any]] = {
    "age_years": [17, 18, 19, 64, 65],
    "failed_antidepressants": [1, 2, 3, 4],
    "madrs": [19, 20, 27.5, 28, 29],
    "psychosis_history": [True, False],
    "specialty": ["psychiatrist", "np", "other"],
    "plan_has_rider": [True, False],
}
LEAVES: list[dict[str, Any]] = [
    {"fact": "age_years", "at_least": "18"},
    {"fact": "age_years", "less_than": "65"},
    {"fact": "failed_antidepressants", "at_least": "2"},
    {"fact": "failed_antidepressants", "more_than": "3"},
    {"fact": "madrs", "at_least": "28"},
    {"fact": "madrs", "at_most": "20"},
    {"fact": "psychosis_history", "is": "false"},
    {"fact": "specialty", "any_of": ["psychiatrist"]},
    {"fact": "specialty", "none_of": ["other"]},
    {"fact": "plan_has_rider", "is": "true"},
]


def numbered(tree: dict[str, Any], counter: list[int]) -> dict[str, Any]:
    """Give every leaf an id of its own."""
    if "all" in tree or "any" in tree:
        kind = "all" if "all" in tree else "any"
        return {kind: [numbered(child, counter) for child in tree[kind]]}
    if "not" in tree:
        return {"not": numbered(tree["not"], counter)}
    counter[0] += 1
    return {"id": f"c{counter[0]}", **tree}


leaves = st.sampled_from([*LEAVES, {"unread": "a line that was cut"}])
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda found: {"all": found}),
        st.lists(inner, min_size=1, max_size=3).map(lambda found: {"any": found}),
        inner.map(lambda found: {"not": found}),
    ),
    max_leaves=7,
).map(lambda tree: numbered(tree, [0]))
facts = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in VALUES.items()})
thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def entries(draw: st.DrawFn, prefix: str = "") -> dict[str, Any]:
    """An entry of any stance, with exclusions."""
    exclusions = [{"id": f"x{i}", **leaf} for i, leaf in enumerate(draw(st.lists(st.sampled_from(LEAVES), max_size=2)))]
    stance = draw(st.sampled_from(["covered_when", "covered_when", "covered_when", "covered", "not_covered", "case_by_case", "unread"]))
    source = draw(st.sampled_from(["P", "P", "OLD", "CLINIC"]))
    return entry(stance=stance, criteria=draw(trees), excluded_when=exclusions, cite=source)


@st.composite
def rulebooks(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One to three policies of equal or unequal right on the same part."""
    policies = []
    for index in range(draw(st.integers(1, 3))):
        states = draw(st.sampled_from(["all", "all", ["MA"]]))
        policies.append(policy(f"acme/{index}", draw(entries()), states=states))
    if draw(st.booleans()):
        policies.append(policy("federal/law", draw(entries())))
    return policies


def engine_of(policies: list[dict[str, Any]]) -> Engine:
    return Engine.of(book_of(*policies))


def asked(known: dict[str, Any], **changes: Any) -> Asked:
    return Asked(**{"payer": "acme", "on": ON, "line": "commercial", "state": "MA", "diagnoses": ("F33.2",), "facts": known, **changes})


def decision(engine: Engine, known: dict[str, Any]) -> str:
    """The decision before the evidence is weighed: covered, not_covered or open."""
    finding = ask(engine, asked(known))
    if finding.deciding or not finding.statements:
        return "open"
    if finding.result == "likely_covered":
        return "covered"
    if finding.result == "likely_not_covered":
        return "not_covered"
    open_causes = {"criteria_unread", "policy_unread", "case_by_case", "sources_disagree", "no_rule", "payer_fact"} & set(finding.causes)
    return "open" if open_causes else str(finding.leaning)


@thorough
@given(rulebooks(), facts, facts)
def test_learning_a_fact_never_turns_one_decision_into_the_other(
    policies: list[dict[str, Any]], known: dict[str, Any], more: dict[str, Any]
) -> None:
    engine = engine_of(policies)
    before = ask(engine, asked(known)).result
    after = ask(engine, asked({**more, **known})).result
    if before.startswith("likely"):
        assert after == before


@thorough
@given(rulebooks(), facts)
def test_an_open_answer_always_says_why(policies: list[dict[str, Any]], known: dict[str, Any]) -> None:
    engine = engine_of(policies)
    finding = ask(engine, asked(known))
    assert finding.failure is None
    if finding.result == "uncertain":
        assert finding.causes
    if finding.result == "depends":
        assert finding.deciding
        assert finding.causes == ()


@thorough
@given(rulebooks(), facts)
def test_a_decided_answer_stands_on_a_dated_edition_and_a_source(policies: list[dict[str, Any]], known: dict[str, Any]) -> None:
    engine = engine_of(policies)
    finding = ask(engine, asked(known))
    if finding.result.startswith("likely"):
        assert finding.evidence is not None
        assert finding.evidence.word != "weak"
        assert all(statement.sources for statement in finding.statements)


@thorough
@given(rulebooks(), facts)
def test_removing_a_fact_never_raises_certainty(policies: list[dict[str, Any]], known: dict[str, Any]) -> None:
    engine = engine_of(policies)
    full = decision(engine, known)
    for name in known:
        less = decision(engine, {key: value for key, value in known.items() if key != name})
        if full == "open":
            assert less == "open"
        else:
            assert less in (full, "open")


@st.composite
def readable(draw: st.DrawFn) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A rulebook without unread criteria, so that every completion of the facts decides or disagrees."""
    tree = draw(trees.filter(lambda found: "unread" not in str(found)))
    other = draw(trees.filter(lambda found: "unread" not in str(found)))
    policies = [policy("acme/0", entry(criteria=tree))]
    if draw(st.booleans()):
        policies.append(policy("acme/1", entry(criteria=other)))
    return policies, draw(facts)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(readable())
def test_the_deciding_facts_are_exactly_those_that_flip_the_decision_in_some_completion(
    made: tuple[list[dict[str, Any]], dict[str, Any]],
) -> None:
    policies, known = made
    engine = engine_of(policies)
    finding = ask(engine, asked(known))
    if not finding.deciding:
        return
    unknown = [name for name in VALUES if name not in known]
    decided = {
        values: decision(engine, {**known, **dict(zip(unknown, values, strict=True))})
        for values in product(*(VALUES[name] for name in unknown))
    }
    flipping = set()
    for place, name in enumerate(unknown):
        groups: dict[tuple[Any, ...], set[str]] = {}
        for values, outcome in decided.items():
            groups.setdefault((*values[:place], *values[place + 1 :]), set()).add(outcome)
        if any(len(outcomes) > 1 for outcomes in groups.values()):
            flipping.add(name)
    assert {fact.fact for fact in finding.deciding} == flipping


@thorough
@given(rulebooks(), facts)
def test_the_same_question_gets_the_same_finding(policies: list[dict[str, Any]], known: dict[str, Any]) -> None:
    engine = engine_of(policies)
    first, second = ask(engine, asked(known)), ask(engine, asked(known))
    assert (first.result, first.leaning, first.causes, first.deciding) == (second.result, second.leaning, second.causes, second.deciding)


@thorough
@given(rulebooks(), facts)
def test_what_follows_from_a_deciding_value_is_what_the_engine_then_says(policies: list[dict[str, Any]], known: dict[str, Any]) -> None:
    engine = engine_of(policies)
    finding = ask(engine, asked(known))
    for fact in finding.deciding:
        for then in fact.then:
            after = ask(engine, asked({**known, fact.fact: then.value}))
            if then.result.startswith("likely"):
                assert after.result == then.result or (after.result == "uncertain" and after.leaning is not None)
            assert TRD in [statement.indication for statement in after.statements] or not after.statements
