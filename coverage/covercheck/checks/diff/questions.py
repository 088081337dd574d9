"""Questions that can tell two wordings of a policy apart: around every limit and date that either names, fewest facts first."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any, Final, TypeAlias

from covercheck.engine.evidence import months_after
from covercheck.engine.regions import regions_of
from covercheck.rules.facts import FactCatalogue, FactType, parse_text
from covercheck.rules.policy import Policy, Test, walk
from covercheck.rules.policy_file import CaseText
from covercheck.rules.rulebook import Rulebook

Body: TypeAlias = dict[str, Any]
AGES: Final = (18, 36)  # months at which a source's grade falls, by the usual limits
MOST_STATES: Final = 2
MIXED: Final = 240
DAY: Final = timedelta(days=1)
EARLIEST: Final = date(2015, 1, 1)
LATEST: Final = date(2035, 12, 31)


@dataclass(frozen=True, slots=True)
class Scope:
    """The values of everything that the wordings look at, asked of one payer. `cases` are whole questions from beside the rules."""

    payer: str
    parts: tuple[str, ...]
    lines: tuple[str, ...]
    states: tuple[str | None, ...]
    plans: tuple[str | None, ...]
    indications: tuple[str | None, ...]
    dates: tuple[date, ...]
    facts: Mapping[str, tuple[Any, ...]]
    cases: tuple[Body, ...]


def scope_of(book: Rulebook, payer: str, policies: Sequence[Policy], today: date) -> Scope:
    """The scope of these wordings of one policy; `book` names what may be asked."""
    entries = [entry for policy in policies for edition in policy.editions for entry in edition.coverage]
    therapies = book.therapies
    named = tuple(dict.fromkeys(name for entry in entries for name in entry.indications or () if name in therapies.indications))
    other = next((name for name in therapies.indications if name not in named), None)
    states = [state for policy in policies for state in (policy.states or ())[:MOST_STATES]]
    listed = {state for policy in policies for state in policy.states or ()}
    elsewhere = next(state for state in ("WY", "VT", "GU", "PR") if state not in listed) if listed else "WY"
    cases = (_of_case(book.facts, payer, policy, case) for policy in policies for case in policy.cases)
    return Scope(
        payer=payer,
        parts=tuple(dict.fromkeys(part for entry in entries for part in entry.parts if part in therapies.parts)),
        lines=tuple(dict.fromkeys(line for policy in policies for line in policy.lines if line in therapies.lines)),
        states=tuple(dict.fromkeys((None, *states, elsewhere))),
        plans=tuple(dict.fromkeys((None, *(plan for policy in policies for plan in (*policy.plans[:1], *policy.except_plans[:1]))))),
        indications=(None, *named, *((other,) if other else ())),
        dates=_dates(policies, today),
        facts=_samples(book.facts, policies),
        cases=tuple(case for case in cases if case is not None),
    )


def questions(scope: Scope, chance: random.Random) -> Iterator[Body]:
    """Bodies of checks, from the plainest on; the last are mixed at random."""
    places = list(product(scope.lines, scope.states, scope.plans))
    phases = ("initial", "continuation")
    for on, part, indication, phase, place in product(scope.dates, scope.parts, scope.indications, phases, places):
        yield _body(scope.payer, part, on, place, indication, phase, {})
    for case in scope.cases:
        yield from _around(case, scope)
    singles = [{name: value} for name, values in scope.facts.items() for value in values]
    nearest = [scope.dates[0], *scope.dates[1:3]]
    usual = [place for place in places if place[1] == scope.states[min(1, len(scope.states) - 1)]][:2] + places[:1]
    for facts, on, part, indication, phase, place in product(singles, nearest, scope.parts, scope.indications, phases, usual):
        yield _body(scope.payer, part, on, place, indication, phase, facts)
    for _ in range(MIXED if scope.lines and scope.parts else 0):
        given = {name: chance.choice(values) for name, values in scope.facts.items() if chance.random() < 0.8}
        part, on, place = chance.choice(scope.parts), chance.choice(scope.dates), chance.choice(places)
        yield _body(scope.payer, part, on, place, chance.choice(scope.indications), chance.choice(phases), given)


def _around(case: Body, scope: Scope) -> Iterator[Body]:
    """A case, with each fact left out or with another value, and on every date."""
    yield case
    facts: Mapping[str, Any] = case["facts"]
    for name in facts:
        yield {**case, "facts": {key: value for key, value in facts.items() if key != name}}
    for name, values in scope.facts.items():
        for value in values:
            if facts.get(name) != value:
                yield {**case, "facts": {**facts, name: value}}
    for on in scope.dates:
        yield {**case, "date_of_service": on.isoformat()}


def _body(payer: str, part: str, on: date, place: tuple[Any, ...], indication: str | None, phase: str, facts: Mapping[str, Any]) -> Body:
    plan = {name: value for name, value in zip(("line", "state", "name"), place, strict=True) if value is not None}
    body: Body = {"payer": payer, "plan": plan, "date_of_service": on.isoformat(), "parts": [part], "phase": phase, "facts": dict(facts)}
    return body if indication is None else {**body, "indication": indication}


def _of_case(facts: FactCatalogue, payer: str, policy: Policy, case: CaseText) -> Body | None:
    """The case as a client would ask it; None where it no longer fits the facts."""
    given: dict[str, Any] = {}
    for name, text in case.facts.items():
        if name not in facts or facts[name].only_from_question:
            return None
        try:
            value = parse_text(facts[name], text if isinstance(text, str) else ",".join(text))
        except ValueError:
            return None
        given[name] = value.isoformat() if isinstance(value, date) else value
    state = case.state or (policy.states[0] if policy.states else None)
    plan_name = case.plan.name or (policy.plans[0] if policy.plans else None)
    body = _body(payer, case.part, case.on, (case.line or policy.lines[0], state, plan_name), case.indication, case.phase, given)
    plan = {key: value for key, value in (("market", case.plan.market), ("funding", case.plan.funding)) if value is not None}
    return {**body, "plan": {**body["plan"], **plan}, "diagnoses": list(case.diagnoses)}


def _samples(facts: FactCatalogue, policies: Sequence[Policy]) -> dict[str, tuple[Any, ...]]:
    """A value of each range that some criterion tells apart."""
    tests: dict[str, list[Test]] = {}
    for entry in (entry for policy in policies for edition in policy.editions for entry in edition.coverage):
        for node in (node for root in entry.roots() for node in walk(root)):
            if isinstance(node, Test) and node.fact in facts:
                tests.setdefault(node.fact, []).append(node)
    found: dict[str, tuple[Any, ...]] = {}
    for name, mine in tests.items():
        fact = facts[name]
        if fact.type in (FactType.CODE, FactType.CODES) or fact.only_from_question:
            continue
        samples = (region.sample for region in regions_of(fact, mine))
        found[name] = tuple(sample.isoformat() if isinstance(sample, date) else sample for sample in samples)
    return found


def _dates(policies: Sequence[Policy], today: date) -> tuple[date, ...]:
    """Today first; then the edges of editions and of the ages of their sources, and the days before."""
    edges: dict[date, None] = {}
    for policy in policies:
        for edition in policy.editions:
            if edition.effective is not None:
                edges[edition.effective] = None
            if edition.until is not None:
                edges[edition.until + DAY] = None
        for source in policy.sources.values():
            if source.as_of is not None:
                edges.update(dict.fromkeys(months_after(source.as_of, months) + DAY for months in AGES))
    days = sorted({day for edge in edges for day in (edge, edge - DAY)}, reverse=True)
    return tuple(dict.fromkeys((today, *(day for day in days if EARLIEST <= day <= LATEST))))
