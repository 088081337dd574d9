"""A CoverageEligibilityResponse as a report, or what the reply is instead. An HTTP 200 alone proves no answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from covercheck.eligibility.fhir import systems
from covercheck.eligibility.fhir.parties import Card, read_card, read_party, read_persons
from covercheck.eligibility.fhir.read_items import DESCRIPTION, MOST_STATEMENTS, PLAN_TYPE, Insurance
from covercheck.eligibility.fhir.resources import Resources, codings, find_resource, is_qualified
from covercheck.eligibility.json_api.read_response import read_object
from covercheck.eligibility.json_api.values import Notes, at, objects_at, text_at
from covercheck.eligibility.not_read import NotRead
from covercheck.eligibility.rejections import REJECTIONS
from covercheck.eligibility.report import Benefit, Level, PersonReport, Reference, Rejection, Report, Span, Trace
from covercheck.eligibility.tables import meaning_of

ANSWER, QUESTION, REFUSAL = "CoverageEligibilityResponse", "CoverageEligibilityRequest", "OperationOutcome"
AUTHORIZATION_NUMBER: Final = "G1"
XML, BEGINNING = b"http://hl7.org/fhir", 2_000
OUT_OF_NETWORK: Final = "35"
OUTCOMES: Final = frozenset({"complete", "error", "partial", "queued"})
WITHDRAWN: Final = frozenset({"cancelled", "entered-in-error", "draft"})
_AAA: Final = re.compile(r"[A-Z0-9]{2}")
_ERROR: Final = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_OF_PROVIDER: Final = frozenset({"41", "43", "44", "45", "46", "47", "48", "50", "51", "97"})
_OF_PAYER: Final = frozenset({"04", "42", "79", "80", "T4"})


def read_response(raw: bytes) -> Report | NotRead:
    """The answer as a report, or what came instead. Never raises, whatever the bytes."""
    data = read_object(raw)
    if isinstance(data, NotRead):
        return NotRead("malformed", "it is FHIR as XML") if data.key == "html" and XML in raw[:BEGINNING] else data
    found = find_resource(data, ANSWER)
    if isinstance(found, NotRead):
        return found
    return _instead(data) if found is None else _Answer(found).read()


def _instead(data: Mapping[str, Any]) -> Report | NotRead:
    """What a reply without an answer is: a refusal, the question itself, or something else."""
    refusal = find_resource(data, REFUSAL)
    if isinstance(refusal, Resources):
        return _refusal(refusal.main)
    if isinstance(find_resource(data, QUESTION), Resources):
        return NotRead("not_an_answer", "the question itself, without an answer")
    kind = text_at(data, ("resourceType",))
    if kind is None:
        return NotRead("wrong_shape", "it is JSON, but no FHIR resource")
    return NotRead("wrong_shape", f"it is {kind if _ERROR.fullmatch(kind) else 'FHIR'}, but no answer")


def _refusal(outcome: Mapping[str, Any]) -> Report | NotRead:
    """An OperationOutcome: with X12's own codes a rejection, else an error by the first issue that is one."""
    issues = [each for _, each in objects_at(outcome, ("issue",), "", Notes()) if isinstance(each, Mapping)]
    grave = [each for each in issues if text_at(each, ("severity",)) in ("fatal", "error", None)] or issues
    rejections = [rejection for each in grave if (rejection := _rejection(at(each, ("details",)), "subscriber")) is not None]
    if rejections:
        return _with_network(Report(None, (), tuple(dict.fromkeys(rejections))))
    code = next((code for each in grave if (code := text_at(each, ("code",))) is not None and _ERROR.fullmatch(code)), None)
    return NotRead("error_body", f"an OperationOutcome, {code}" if code else "an OperationOutcome", code)


@dataclass(slots=True)
class _Answer:
    """One answer while it is read."""

    found: Resources
    notes: Notes = field(default_factory=Notes)

    def read(self) -> Report | NotRead:
        main = self.found.main
        outcome, status = text_at(main, ("outcome",)), text_at(main, ("status",))
        if is_qualified(main):
            return NotRead("not_an_answer", "an answer with conditions of a kind that is not known")
        if status in WITHDRAWN:
            return NotRead("not_an_answer", f"an answer that does not hold ({status})", status)
        if outcome == "queued":
            return NotRead("pending", "the payer took the question and answers later")
        if outcome not in OUTCOMES:
            self.notes.add("outcome_not_stated", "outcome")
        report = self._report(outcome)
        return report if isinstance(report, NotRead) else replace(report, oddities=tuple(self.notes.found))

    def _report(self, outcome: str | None) -> Report | NotRead:
        main, insurances = self.found.main, self._insurances()
        card = insurances[0].card if insurances else Card()
        persons = read_persons(self.found, card, self.notes)
        benefits = tuple(islice((row for each in insurances for row in each.benefits()), MOST_STATEMENTS + 1))
        if len(benefits) > MOST_STATEMENTS:
            return NotRead("wrong_shape", "it holds more statements than any payer makes")
        if benefits and not persons:
            self.notes.add("benefits_without_person", "")
            persons = (PersonReport("dependent" if card.is_dependents else "subscriber"),)
        level: Level = persons[-1].level if persons else "subscriber"
        rejections, errors = self._errors(level, is_part=outcome == "partial" and bool(benefits))
        if not rejections and (errors or outcome == "error"):
            shown = next((code for code in errors if _ERROR.fullmatch(code)), None)
            return NotRead("error_body", f"an error, {shown}" if shown else "an error", shown)
        if not persons and not rejections:
            return NotRead("wrong_shape", "it is an answer, but about nobody")
        of_person = tuple(rejection for rejection in rejections if persons and rejection.level == level)
        if persons:
            persons = (*persons[:-1], self._patient(persons[-1], insurances, benefits, of_person))
        rest = tuple(rejection for rejection in rejections if rejection not in of_person)
        payer = read_party(self.found, at(main, ("insurer",)), "PR")
        receiver = read_party(self.found, at(main, ("requestor",)), "1P")
        return _with_network(Report(payer, persons, rest, receiver, number=self._number()))

    def _insurances(self) -> list[Insurance]:
        listed = objects_at(self.found.main, ("insurance",), "", self.notes)
        return [
            Insurance(each, read_card(self.found, at(each, ("coverage",)), f"{where}.coverage", self.notes), self.found, where, self.notes)
            for where, each in listed
            if isinstance(each, Mapping)
        ]

    def _patient(
        self, person: PersonReport, insurances: list[Insurance], benefits: tuple[Benefit, ...], rejections: tuple[Rejection, ...]
    ) -> PersonReport:
        """Dates of a coverage are the person's where all have the same, else those of its own statements alone."""
        by_card = {each.where: each.card.dates for each in insurances}
        is_common = len(set(by_card.values())) == 1
        if not is_common:
            benefits = tuple(row if row.dates else replace(row, dates=_dates_of(row, by_card)) for row in benefits)
        words = text_at(self.found.main, ("disposition",))
        if words is not None and benefits:
            benefits = (*benefits, Benefit(meaning_of(DESCRIPTION), DESCRIPTION, (PLAN_TYPE,), messages=(words,), origin="disposition"))
        number = text_at(self.found.main, ("preAuthRef",))
        authorized = (Reference(AUTHORIZATION_NUMBER, number),) if number is not None else ()
        references = (*(reference for each in insurances for reference in each.card.references), *authorized)
        return replace(
            person,
            dates=next(iter(by_card.values()), ()) if is_common else (),
            references=tuple(dict.fromkeys(references)),
            benefits=benefits,
            rejections=rejections,
            traces=tuple(self._traces()),
        )

    def _errors(self, level: Level, is_part: bool) -> tuple[tuple[Rejection, ...], list[str]]:
        """Rejections, and codes of other lists. Of an answer in part, only doubts about the person touch the rest."""
        rejections: list[Rejection] = []
        others: list[str] = []
        for where, each in objects_at(self.found.main, ("error",), "", self.notes):
            rejection = _rejection(at(each, ("code",)), level)
            if is_part and (
                rejection is None or REJECTIONS.get(rejection.code) is None or REJECTIONS[rejection.code].kind != "patient_data"
            ):
                self.notes.add("error_in_part", f"{where} {rejection.code}" if rejection is not None else where)
            elif rejection is not None:
                rejections.append(rejection)
            else:
                others += [coding.code for coding in codings(at(each, ("code",)))[:1]] or [""]
        if is_part:
            self.notes.add("answer_in_part", "outcome")
        return tuple(dict.fromkeys(rejections)), others

    def _number(self) -> str | None:
        """Our own number, where the answer names the question by it."""
        system = text_at(self.found.main, ("request", "identifier", "system"))
        return text_at(self.found.main, ("request", "identifier", "value")) if system in (None, systems.TRACE) else None

    def _traces(self) -> Iterator[Trace]:
        """Our number as an echo; the answer's own numbers and the id of the question at the payer."""
        own = self._number()
        if own is not None:
            yield Trace(True, own)
        reference = text_at(self.found.main, ("request", "reference"))
        if reference is not None:
            yield Trace(False, reference.rsplit("/", 1)[-1])
        for _, each in objects_at(self.found.main, ("identifier",), "", self.notes):
            value = text_at(each, ("value",))
            if value is not None:
                yield Trace(False, value, text_at(each, ("system",)))


def _rejection(concept: Any, level: Level) -> Rejection | None:
    """A rejection code of X12, from its own list or, where no list is named, one that is known; its level as the code has it."""
    found = codings(concept)
    code = next((c.code for c in found if c.is_x12(systems.REJECTION) or (c.system is None and c.code in REJECTIONS)), None)
    if code is None or not _AAA.fullmatch(code):
        return None
    follow_up = next((coding.code for coding in found if coding.is_x12(systems.FOLLOW_UP)), None)
    return Rejection(code, "payer" if code in _OF_PAYER else "provider" if code in _OF_PROVIDER else level, follow_up)


def _with_network(report: Report) -> Report:
    """What a rejection for being out of network states of the clinic."""
    is_out = any(rejection.code == OUT_OF_NETWORK for rejection in report.all_rejections())
    return replace(report, network="out") if is_out else report


def _dates_of(row: Benefit, by_card: Mapping[str, tuple[Span, ...]]) -> tuple[Span, ...]:
    """Those of the coverage under which the statement stands."""
    return by_card.get(row.origin.partition(".")[0], ())
