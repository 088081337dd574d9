"""What is told beside the parts, the call prompt and the patient's view, kept once worked out."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

import orjson

from covercheck.checks.answer import CallPrompt, PatientView
from covercheck.checks.call import call_prompt
from covercheck.checks.open_lines import OpenLines
from covercheck.checks.part import Prepared
from covercheck.checks.patient import patient_view
from covercheck.checks.question import Question
from covercheck.engine.asking import Asked
from covercheck.engine.memo import Memo
from covercheck.rules.rulebook import Rulebook

KEPT = 500
# The facts that word a call. The call prompt is handed no other, so that equal keys mean equal prompts.
FACTS = ("patient_established", "plan_funding", "plan_has_kap_rider", "provider_credential", "provider_in_network")


@dataclass(frozen=True, slots=True)
class Told:
    """A call prompt and a patient's view with their JSON, and the parts they were made from."""

    parts: tuple[Prepared, ...]
    call: CallPrompt | None
    call_json: bytes
    patient: PatientView
    patient_json: bytes


@dataclass(frozen=True, slots=True)
class Tellings:
    """Makes them from a rulebook. The same parts, question, day and open phone lines get the same, worked out once."""

    book: Rulebook
    lines: OpenLines
    kept: Memo[Hashable, Told] = field(default_factory=lambda: Memo(KEPT), repr=False, compare=False)

    @classmethod
    def of_book(cls, book: Rulebook) -> Tellings:
        """For the answers of a rulebook."""
        return cls(book, OpenLines.of(book))

    def of(self, question: Question, parts: tuple[Prepared, ...], now: datetime) -> Told:
        """What to tell of these parts; the time matters for whether a line is open."""
        asked = question.asked
        facts = {name: asked.facts[name] for name in FACTS if name in asked.facts}
        provider = question.request.provider
        key = (
            tuple(map(id, parts)),
            _without_facts(asked),
            tuple(facts.items()),
            question.codes,
            question.restricted,
            (provider.npi, provider.tax_id) if provider is not None else None,
            self.lines.key(now),
        )

        def make() -> Told:
            told = replace(question, asked=replace(asked, facts=facts))
            answers = [part.answer for part in parts]
            call = call_prompt(self.book, told, answers, now)
            patient = patient_view(self.book, told, answers, call)
            return Told(parts, call, orjson.dumps(call), patient, orjson.dumps(patient))

        return make() if question.learned is not None or question.evidence else self.kept.get(key, make)


def _without_facts(asked: Asked) -> tuple[object, ...]:
    """Everything the question says beside its facts."""
    return tuple(getattr(asked, field.name) for field in fields(asked) if field.name != "facts")
