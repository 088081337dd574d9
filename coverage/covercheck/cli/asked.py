"""`check` and `explain`: from the options to a question, to its answer, to the screen."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from covercheck.checks.answer import Answer
from covercheck.checks.check import Checker
from covercheck.checks.request import Fault, QuestionRefused
from covercheck.checks.serialise import answer_bytes
from covercheck.cli.asking import Dialogue, NoMoreAnswers
from covercheck.cli.draft import Draft, people_of, read_json, settle
from covercheck.cli.eligible import learned_for
from covercheck.cli.exits import BY_RESULT, OK, Stop
from covercheck.cli.run import Run
from covercheck.cli.screen import clean
from covercheck.cli.show_call import show_call, show_patient
from covercheck.cli.show_check import show_answer
from covercheck.cli.show_explain import Explainer
from covercheck.web.ids import new_check_id


@dataclass(frozen=True, slots=True)
class Given:
    """The options that make up a question, as they were written."""

    payer: str | None
    line: str | None
    state: str | None
    plan: str | None
    market: str | None
    funding: str | None
    date: str | None
    therapy: str | None
    part: list[str]
    code: list[str]
    diagnosis: list[str]
    indication: str | None
    phase: str | None
    fact: list[str]
    facts: str | None
    question: str | None
    restrict: list[str]
    people: Mapping[str, Any]

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Given:
        """From the parameters of a command, which bear the same names."""
        many = ("part", "code", "diagnosis", "fact", "restrict")
        values: dict[str, Any] = {field.name: written[field.name] for field in fields(cls) if field.name != "people"}
        values["people"] = people_of(written)
        values |= {name: list(values[name] or ()) for name in many}
        values["facts"] = None if values["facts"] is None else str(values["facts"])
        return cls(**values)


def check(run: Run, given: Given, *, ask: bool | None, whole_call: bool, patient: bool, all_codes: bool) -> int:
    """Answer, show, and return the exit code of the result."""
    checker = run.checker()
    draft = draft_of(given, checker)
    today = _now().date()
    if _asks(run, given, ask):
        dialogue = Dialogue(run.screen, checker, draft, today)
        _basics(dialogue)
        answer = dialogue.facts(lambda: _answer(run, checker, draft, today))
    else:
        answer = _answer(run, checker, draft, today)
    if run.as_json:
        run.write_json(answer_bytes(answer))
    else:
        _show(run, answer, whole_call, patient, all_codes)
    return BY_RESULT[answer.result]


def explain(run: Run, given: Given, *, ask: bool | None) -> int:
    """Show every text that spoke, with the state of each criterion."""
    checker = run.checker()
    draft = draft_of(given, checker)
    today = _now().date()
    if _asks(run, given, ask):
        _basics(Dialogue(run.screen, checker, draft, today))
    request, _ = settle(draft, checker, today)
    question, findings = checker.findings(request, today)
    Explainer(run.screen, checker.engine, question).show(findings)
    return OK


def draft_of(given: Given, checker: Checker) -> Draft:
    """The question as far as files and options tell it; options go before files."""
    draft = Draft()
    if given.question is not None:
        whole = read_json(given.question, "question")
        if not isinstance(whole, dict):
            raise QuestionRefused([Fault("", "wrong_type", "a question is a JSON object")])
        draft.data.update(whole)
    plan = {"line": given.line, "state": given.state, "name": given.plan, "market": given.market, "funding": given.funding}
    for name, value in plan.items():
        draft.put(f"plan/{name}", value)
    draft.put("payer", given.payer)
    draft.put("date_of_service", given.date)
    draft.add_ways(given.therapy, given.part, given.code)
    draft.put("diagnoses", given.diagnosis)
    draft.put("indication", given.indication)
    draft.put("phase", given.phase)
    draft.put("restricted_parts", given.restrict)
    draft.add_people(given.people)
    if given.facts is not None:
        facts = read_json(given.facts, "facts")
        if not isinstance(facts, dict):
            raise Stop(f"{clean(given.facts)} must hold one JSON object of facts by name.")
        draft.add_facts(facts)
    draft.add_written(given.fact, checker.book.facts.facts)
    return draft


def _asks(run: Run, given: Given, ask: bool | None) -> bool:
    """Whether to hold a dialogue: as told, else in a terminal when neither JSON nor a whole question is in play."""
    if ask is not None:
        return ask and given.question != "-"
    return sys.stdin.isatty() and sys.stderr.isatty() and not run.as_json and given.question is None


def _basics(dialogue: Dialogue) -> None:
    with suppress(NoMoreAnswers):
        dialogue.basics()


def _answer(run: Run, checker: Checker, draft: Draft, today: date) -> Answer:
    request, _ = settle(draft, checker, today)
    now = _now()
    return checker.check(request, check_id=new_check_id(), now=now, learned=learned_for(run, checker, request, now))


def _now() -> datetime:
    return datetime.now(UTC)


def _show(run: Run, answer: Answer, whole_call: bool, patient: bool, all_codes: bool) -> None:
    show_answer(run.screen, answer, all_codes)
    if answer.call is not None:
        show_call(run.screen, answer.call, whole_call)
    elif whole_call:
        run.screen.out.print("\nNo call to the insurer is needed.")
    if patient:
        show_patient(run.screen, answer.patient_view)
