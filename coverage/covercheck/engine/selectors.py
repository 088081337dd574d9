"""Line, state, plan and indication left unsaid: the answer is given only where it is the same for each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product

from covercheck.engine.evidence import Grade
from covercheck.engine.finding import Consequence, DecidingFact, Finding, Leaning, PartQuestion, PartResult
from covercheck.engine.index import Index
from covercheck.engine.statements import OTHER
from covercheck.rules.policy import LAW
from covercheck.rules.rulebook import Rulebook

NOWHERE = "another state"
ANOTHER_PLAN = "another plan"
MAX_WORLDS = 400

Selectors = Mapping[str, tuple[str, ...]]


def open_selectors(book: Rulebook, index: Index, question: PartQuestion) -> Selectors:
    """Which of line, state, plan and indication are unsaid, each with the values that the texts on this part tell apart."""
    if question.policy is not None:
        return {}
    own_policies = index.policies(question.payer, question.part)
    plans = tuple(dict.fromkeys(plan for policy in own_policies for plan in policy.policy.plans)) if question.plan_name is None else ()
    if question.line is not None and question.state is not None and question.indications is not None and not plans:
        return {}
    payer = book.payers.get(question.payer)
    policies = (*own_policies, *(law for law in index.policies(LAW, question.part) if law.policy.binds(question.payer)))
    found: dict[str, tuple[str, ...]] = {}
    if plans:
        found["plan.name"] = (*plans, ANOTHER_PLAN)
    if question.line is None and payer is not None:
        found["plan.line"] = payer.text.lines
    if question.state is None:
        states = dict.fromkeys(state for policy in policies if policy.states is not None for state in sorted(policy.states))
        own = payer.text.states if payer is not None else None
        found["plan.state"] = tuple(s for s in states if own is None or s in own) + (
            () if own is not None and set(own) <= set(states) else (NOWHERE,)
        )
    if question.indications is None:
        named = dict.fromkeys(name for policy in policies for edition in policy.editions for name in edition.by_indication)
        found["indication"] = (*named, OTHER)
    return found


def decide_over_selectors(question: PartQuestion, unsaid: Selectors, decide: Callable[[PartQuestion], Finding]) -> Finding:
    """Decide for every combination of the unsaid; where they differ, what is unsaid becomes a deciding fact."""
    names = list(unsaid)
    worlds = list(product(*unsaid.values()))[:MAX_WORLDS]
    findings = {world: decide(_in_world(question, dict(zip(names, world, strict=True)))) for world in worlds}
    first = next(iter(findings.values()))
    if all(_alike(first, finding) for finding in findings.values()):
        return first
    deciding = []
    for place, name in enumerate(names):
        by_value = {value: [f for world, f in findings.items() if world[place] == value] for value in unsaid[name]}
        outcomes = {value: _common(found) for value, found in by_value.items()}
        if len(set(outcomes.values())) > 1 or len(names) == 1:
            then = tuple(Consequence(value.replace("_", " "), value, *outcome) for value, outcome in outcomes.items())
            deciding.append(DecidingFact(name, then, any(result.startswith("likely") for result, _ in outcomes.values())))
    return _merged(question, list(findings.values()), tuple(deciding))


def _in_world(question: PartQuestion, world: Mapping[str, str]) -> PartQuestion:
    indication = world.get("indication")
    return replace(
        question,
        line=world.get("plan.line", question.line),
        state=world.get("plan.state", question.state),
        plan_name=world.get("plan.name", question.plan_name),
        indications=(indication,) if indication is not None else question.indications,
    )


def _alike(a: Finding, b: Finding) -> bool:
    """The same answer on the same grounds, as far as a reader can tell."""
    same_authorization = (a.authorization and a.authorization.state) == (b.authorization and b.authorization.state)
    return (a.result, a.leaning, a.causes, a.evidence, a.deciding) == (
        b.result,
        b.leaning,
        b.causes,
        b.evidence,
        b.deciding,
    ) and same_authorization


def _common(findings: list[Finding]) -> tuple[PartResult, Leaning | None]:
    results = {(finding.result, finding.leaning) for finding in findings}
    if len(results) == 1:
        return next(iter(results))
    return ("uncertain" if any(finding.result == "uncertain" for finding in findings) else "depends"), None


def _merged(question: PartQuestion, findings: list[Finding], deciding: tuple[DecidingFact, ...]) -> Finding:
    """The answer while something is unsaid: open, unless every world decides the same."""
    results = {finding.result for finding in findings}
    decided = results <= {"likely_covered", "likely_not_covered"}
    same = len(results) == 1
    causes = () if decided else tuple(dict.fromkeys(cause for finding in findings for cause in finding.causes))
    result: PartResult = (
        findings[0].result if same else "depends" if results <= {"likely_covered", "likely_not_covered", "depends"} else "uncertain"
    )
    leanings = {_lean(finding) for finding in findings}
    leaning = next(iter(leanings)) if len(leanings) == 1 and result in ("depends", "uncertain") else None
    inner = {fact.fact: fact for finding in findings for fact in finding.deciding}
    grades = [finding.evidence for finding in findings if finding.evidence is not None]
    states = {finding.authorization.state if finding.authorization else "unknown" for finding in findings}
    chosen = next((f for f in findings if f.statements), findings[0])
    authorization = next((f.authorization for f in findings if f.authorization), None) if len(states) == 1 else None
    evidence: Grade | None = min(grades) if grades else None
    statements = tuple(dict.fromkeys(statement for finding in findings for statement in finding.statements))
    return replace(
        chosen,
        part=question.part,
        settled=False,
        advice=tuple(dict.fromkeys(statement for finding in findings for statement in finding.advice)),
        result=result,
        leaning=leaning,
        evidence=evidence,
        causes=causes,
        authorization=authorization,
        statements=statements,
        deciding=(*deciding, *inner.values()) if not same or not decided else (),
    )


def _lean(finding: Finding) -> Leaning | None:
    match finding.result:
        case "likely_covered":
            return "covered"
        case "likely_not_covered":
            return "not_covered"
    return finding.leaning
