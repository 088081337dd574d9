"""One policy of 13 leaves decided with full trace, against a precompiled zen-engine decision of the same rule.

Run: python -m tests.benchmarks.decide
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import zen

from covercheck.engine import Engine
from tests.benchmarks.measure import compare, ratio
from tests.books import book_of, entry, policy

ON = date(2026, 12, 1)
CRITERIA: dict[str, Any] = {
    "all": [
        {"id": "adult", "fact": "age_years", "at_least": "18"},
        {"id": "not-old", "fact": "age_years", "less_than": "100"},
        {"id": "agents", "fact": "failed_antidepressants", "at_least": "2"},
        {"any": [{"id": "madrs-28", "fact": "madrs", "at_least": "28"}, {"id": "hamd-17", "fact": "hamd17", "at_least": "17"}]},
        {"any": [{"id": "no-psychosis", "fact": "psychosis_history", "is": "false"},
            {"id": "rider", "fact": "plan_has_rider", "is": "true"}]},
        {"id": "pdmp", "fact": "pdmp_checked", "is": "true"},
        {"id": "psychiatrist", "fact": "specialty", "any_of": ["psychiatrist", "np"]},
        {"any": [{"id": "few-visits", "fact": "visits", "at_most": "24"}, {"all": [
            {"id": "many-visits", "fact": "visits", "more_than": "24"},
            {"not": {"id": "mild", "fact": "madrs", "less_than": "20"}},
        ]}]},
        {"id": "market", "fact": "plan_market", "none_of": ["individual"]},
    ]
}  # fmt: skip
FACTS = {
    "age_years": 41, "failed_antidepressants": 3, "madrs": 30, "hamd17": 12, "psychosis_history": False, "plan_has_rider": False,
    "pdmp_checked": True, "specialty": "psychiatrist", "visits": 30, "plan_market": "small_group",
}  # fmt: skip
EXPRESSION = (
    "age_years >= 18 and age_years < 100 and failed_antidepressants >= 2 and (madrs >= 28 or hamd17 >= 17)"
    " and (psychosis_history == false or plan_has_rider == true) and pdmp_checked == true and specialty in ['psychiatrist', 'np']"
    " and (visits <= 24 or (visits > 24 and not(madrs < 20))) and not(plan_market in ['individual'])"
)


def zen_decision() -> Any:
    """The rule as a one-node decision, compiled once."""
    expression = {"id": "e", "key": "covered", "value": EXPRESSION}
    graph = {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            {
                "id": "rule",
                "name": "rule",
                "type": "expressionNode",
                "content": {"expressions": [expression]},
            },
            {"id": "out", "name": "out", "type": "outputNode"},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "rule", "type": "edge"},
            {"id": "b", "sourceId": "rule", "targetId": "out", "type": "edge"},
        ],
    }
    return zen.ZenEngine().create_decision(json.dumps(graph))


def main() -> None:
    """Print both and their ratio."""
    engine = Engine.of(book_of(policy("acme/101", entry(criteria=CRITERIA))))
    ((found,),) = (engine.index.policies("acme", "esketamine"),)
    program = found.editions[0].by_indication["treatment_resistant_depression"].initial.program
    leaves = sum(1 for node in program.nodes if hasattr(node, "fact"))
    decision = zen_decision()
    assert decision.evaluate(FACTS)["result"] == {"covered": True}
    assert program.evaluate(FACTS, ON)[0].name == "TRUE"
    timings = compare(
        {
            "covercheck, full trace": lambda: program.evaluate(FACTS, ON),
            "zen-engine, trace": lambda: decision.evaluate(FACTS, {"trace": True}),
            "zen-engine, no trace": lambda: decision.evaluate(FACTS),
        },
        calls=2_000,
    )
    print(f"one policy of {leaves} leaves")
    for name, timing in timings.items():
        print(f"  {name:26}{timing}")
    ours = timings["covercheck, full trace"]
    print(f"  decisions a second against zen with trace: {ratio(timings['zen-engine, trace'], ours)}")
    print(f"  against zen without trace: {ratio(timings['zen-engine, no trace'], ours)}")


if __name__ == "__main__":
    main()
