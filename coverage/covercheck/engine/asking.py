"""From a question's plain fields to one question per part: candidate indications and the facts the question itself gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from covercheck.engine.finding import PartQuestion
from covercheck.engine.index import plan_key
from covercheck.engine.statements import OTHER
from covercheck.rules.facts import PLAN_NAME, Fact, FactCatalogue, code_matches
from covercheck.rules.payer_file import TherapyFile

TRD = "treatment_resistant_depression"
ACUTE = "mdd_acute_suicidality"
INSURED_MARKETS = ("individual", "small_group")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question whose names are known to the rulebook and whose facts are typed."""

    payer: str
    on: date
    line: str | None = None
    state: str | None = None
    plan_name: str | None = None
    market: str | None = None
    funding: str | None = None
    diagnoses: tuple[str, ...] = ()
    indication: str | None = None
    phase: Literal["initial", "continuation"] = "initial"
    facts: Mapping[str, Any] = field(default_factory=dict)
    policy: str | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidates:
    """The indications a part is judged by; None where neither an indication nor a diagnosis was given. `taken`: not named by the asker."""

    names: tuple[str, ...] | None
    taken: bool


def candidates_of(therapies: TherapyFile, diagnoses: Sequence[str], indication: str | None) -> Candidates:
    """The named indication; else those the diagnosis codes mean. Facts never add one."""
    if indication is not None:
        return Candidates((indication,), taken=False)
    if not diagnoses:
        return Candidates(None, taken=False)
    found: dict[str, bool] = {}
    for name, entry in therapies.indications.items():
        if any(code_matches(pattern, code) for pattern in entry.codes for code in diagnoses):
            found[name] = entry.comorbid
    if len(found) > 1:
        found = {name: comorbid for name, comorbid in found.items() if not comorbid} or found
    if TRD in found:
        acute = therapies.indications.get(ACUTE)
        if acute is not None and any(code_matches(pattern, code) for pattern in acute.needs_code for code in diagnoses):
            found[ACUTE] = False
    return Candidates(tuple(found) or (OTHER,), taken=True)


def facts_of(catalogue: FactCatalogue, asked: Asked) -> dict[str, Any]:
    """The given facts with those the question's own fields say. Individual and small-group are insurance markets: such a plan is insured
    unless the question says that the employer funds it."""
    own: dict[str, Any] = {
        "diagnoses": frozenset(asked.diagnoses) or None,
        "date_of_service": asked.on,
        "plan.market": asked.market,
        "parts.esketamine": _which_drug(asked.parts),
        "plan.funding": asked.funding or ("insured" if asked.market in INSURED_MARKETS else None),
    }
    facts = {name: value for name, value in asked.facts.items() if value is not None}
    for name, fact in catalogue.facts.items():
        if fact.from_question is not None:
            value = choice_named(fact, asked.plan_name or "") if fact.from_question == PLAN_NAME else own.get(fact.from_question)
            if value is not None:
                facts[name] = value
    return facts


def choice_named(fact: Fact, plan_name: str) -> str | None:
    """The one value of a choice that a plan's name carries, as `blue_focus` in FEP Blue Focus; None where it carries none or several."""
    named = [value for value in fact.values if plan_key(value) in plan_key(plan_name)]
    return named[0] if len(named) == 1 else None


def _which_drug(parts: Sequence[str]) -> bool | None:
    """Whether the drug asked about is esketamine: no where it is ketamine, unknown where the question names neither or both."""
    named = {part == "esketamine" for part in parts if part == "esketamine" or part.startswith("ketamine_")}
    return named.pop() if len(named) == 1 else None


def part_question(asked: Asked, part: str, candidates: Candidates, facts: Mapping[str, Any]) -> PartQuestion:
    """The question for one part."""
    return PartQuestion(
        payer=asked.payer,
        part=part,
        on=asked.on,
        line=asked.line,
        state=asked.state,
        plan_name=asked.plan_name,
        indications=candidates.names,
        phase=asked.phase,
        facts=facts,
        policy=asked.policy,
    )
