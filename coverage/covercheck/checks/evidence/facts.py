"""Facts that a call supplied for one part: those nobody gave are filled in, contradicted ones are open again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from covercheck.checks.evidence.grade import at_least
from covercheck.checks.evidence.items import Evidence
from covercheck.rules.facts import FactCatalogue, check_value


def told_facts(items: Iterable[Evidence], part: str, catalogue: FactCatalogue) -> dict[str, tuple[Any, Evidence]]:
    """Facts by name with the answer each comes from; the better grade counts, then the newer."""
    found: dict[str, tuple[Any, Evidence]] = {}
    for item in items:
        if item.part != part or item.fact is None or item.fact_value is None or not at_least(item.grade, "B"):
            continue
        earlier = found.get(item.fact)
        if earlier is None or at_least(item.grade, earlier[1].grade):
            known = item.fact in catalogue
            found[item.fact] = check_value(catalogue[item.fact], item.fact_value) if known else item.fact_value, item
    return found


def merged(facts: Mapping[str, Any], told: Mapping[str, tuple[Any, Evidence]]) -> dict[str, Any]:
    """The question's facts with what a call added; where the two disagree the fact is unknown."""
    known = {name: value for name, value in facts.items() if name not in told or told[name][0] == value}
    return known | {name: value for name, (value, _) in told.items() if name not in facts}
