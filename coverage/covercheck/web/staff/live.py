"""What a call means so far: the check answered anew with what is typed, before anything is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from aiohttp import web

from covercheck.checks.evidence.items import items_of
from covercheck.checks.evidence.record import RecordedCall, parse_call
from covercheck.checks.memory.memory import KeptCheck, questions_in
from covercheck.checks.question import Question
from covercheck.checks.request import Fault, QuestionRefused
from covercheck.web.access import ASKER
from covercheck.web.call_handler import evaluated
from covercheck.web.keys import CLOCK, MEMORY
from covercheck.web.live import serving
from covercheck.web.problems import ProblemError, problem_errors
from covercheck.web.staff.call_form import ANSWER, call_of

TYPING: Final = "call_being_typed"
CLOSING: Final = "G"


@dataclass(frozen=True, slots=True)
class LivePart:
    """A part's result now, and what it was when the sheet was made."""

    part: str
    label: str
    result: str
    was: str
    leaning: str | None
    says: str
    authorization: str | None


@dataclass(frozen=True, slots=True)
class Live:
    """`needless`: questions of the sheet that can change nothing any more; `more`: new ones, id and words; `notes`: by question."""

    summary: str
    parts: tuple[LivePart, ...]
    notes: Mapping[str, tuple[str, ...]]
    needless: tuple[str, ...]
    more: tuple[tuple[str, str], ...]
    faults: tuple[ProblemError, ...]

    @property
    def announcement(self) -> str:
        """One sentence or two to be read aloud."""
        said = [f"{self.summary[:1].upper()}{self.summary[1:]}."]
        against = sum(map(len, self.notes.values()))
        if against:
            said.append(f"{against} contradiction{'' if against == 1 else 's'}: ask at once.")
        if self.needless:
            said.append(f"{len(self.needless)} question{' is' if len(self.needless) == 1 else 's are'} no longer needed.")
        return " ".join(said)


async def live_of(request: web.Request, kept: KeptCheck, form: Mapping[str, str]) -> Live:
    """The check with the call as typed so far, by the same function as recording; raises QuestionRefused where it can't be asked now."""
    app, now = request.app, request.app[CLOCK]()
    question = serving(request).checker.reader.read(kept.request, now.date())
    call, faults = _sound(request, form, question)
    known = await app[MEMORY].known(request[ASKER], question, now.date(), kept.record.id)
    if call is not None:
        known += items_of(call, TYPING, kept.record.date_of_service, questions_in(kept.answer))
    found = evaluated(request, kept, question, known, kept.record.id, now)
    notes: dict[str, tuple[str, ...]] = {}
    for conflict in found.conflicts:
        notes[conflict.question] = tuple(dict.fromkeys((*notes.get(conflict.question, ()), conflict.says)))
    before, answer = orjson.loads(kept.answer), orjson.loads(found.written.json)
    asked, left = _questions(before), _questions(answer)
    return Live(
        summary=answer["summary"],
        parts=tuple(_parts(before, answer)),
        notes=notes,
        needless=tuple(name for name in asked if name not in left and not form.get(ANSWER + name) and asked[name]["block"] != CLOSING),
        more=tuple((name, left[name]["billing"]) for name in left if name not in asked),
        faults=problem_errors(faults),
    )


def _sound(request: web.Request, form: Mapping[str, str], question: Question) -> tuple[RecordedCall | None, tuple[Fault, ...]]:
    """What of the form can count already, and what is still to be mended; None where no answer can."""
    book, today = serving(request).checker.book, request.app[CLOCK]().date()
    call = call_of(form, book)
    if not call["answers"]:
        return None, ()
    try:
        return parse_call(orjson.dumps(call), book, question.parts, today), ()
    except QuestionRefused as refused:
        faults = refused.faults
    try:
        return parse_call(orjson.dumps(_without(call, faults, today.isoformat())), book, question.parts, today), faults
    except QuestionRefused:
        return None, faults


def _without(call: Mapping[str, Any], faults: Iterable[Fault], today: str) -> dict[str, Any]:
    """The call without every field and answer at fault."""
    steps = [fault.pointer.strip("/").split("/") for fault in faults]
    answers = {int(step[1]) for step in steps if step[0] == "answers" and len(step) > 1 and step[1].isdigit()}
    fields = {step[0] for step in steps if step[0] != "answers"}
    rest = {name: value for name, value in call.items() if name not in fields}
    return {"on": today, **rest, "answers": [answer for index, answer in enumerate(call["answers"]) if index not in answers]}


def _parts(before: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[LivePart]:
    earlier = {part["part"]: part["result"] for part in before["parts"]}
    for part in answer["parts"]:
        first = part["prior_authorization"]
        yield LivePart(
            part["part"],
            part["label"],
            part["result"],
            earlier.get(part["part"], part["result"]),
            part["leaning"],
            part["says"],
            first["state"] if first is not None else None,
        )


def _questions(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {question["id"]: question for question in answer["call"]["questions"]} if answer["call"] is not None else {}
