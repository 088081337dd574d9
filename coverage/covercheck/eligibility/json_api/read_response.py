"""A JSON answer of any known vendor to a report, or what the reply is instead. An HTTP 200 alone proves no answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson

from covercheck.eligibility.json_api.names import PartyNames, Path, PersonNames, Vendor
from covercheck.eligibility.json_api.read_benefits import entries, read_benefit, read_dates, read_numbers, read_party
from covercheck.eligibility.json_api.values import Notes, at, objects_at, read_day, text_at
from covercheck.eligibility.not_read import NotRead
from covercheck.eligibility.report import Benefit, Level, Party, PersonReport, Rejection, Report, Trace
from covercheck.eligibility.x12.envelope import NotAnAnswer, find_answer
from covercheck.eligibility.x12.segments import NoX12, read_segments

OUT_OF_NETWORK: Final = "35"
_AAA: Final = re.compile(r"[A-Z0-9]{2}")
_ERROR: Final = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_LOOP: Final = re.compile(r"(2000|2100|2110)([A-D])")
_LEVELS: Final[Mapping[str, Level]] = {"A": "payer", "B": "provider", "C": "subscriber", "D": "dependent"}
_OF_PROVIDER: Final = frozenset({"41", "43", "44", "45", "46", "47", "48", "50", "51", "97"})
_OF_PAYER: Final = frozenset({"04", "42", "79", "80", "T4"})


def read_response(raw: bytes, vendor: Vendor) -> Report | NotRead:
    """The answer as a report, or what came instead. Never raises, whatever the bytes."""
    data = read_object(raw)
    return data if isinstance(data, NotRead) else _Answer(data, vendor).read()


def read_object(raw: bytes) -> dict[str, Any] | NotRead:
    """The JSON object of a body."""
    begin = raw[:1_000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not begin:
        return NotRead("malformed", "it is empty")
    if begin.startswith(b"<"):
        return NotRead("html", "it is a web page")
    try:
        data = orjson.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        too_deep = "depth" in error.msg or "ecursion" in error.msg
        return NotRead("too_deep", "it is nested too deeply") if too_deep else NotRead("malformed", "it is no JSON")
    return data if isinstance(data, dict) else NotRead("wrong_shape", "it is JSON, but no object")


@dataclass(slots=True)
class _Answer:
    """One answer while it is read."""

    data: dict[str, Any]
    vendor: Vendor
    notes: Notes = field(default_factory=Notes)
    others: list[str] = field(default_factory=list)

    def read(self) -> Report | NotRead:
        names = self.vendor.response
        listed = entries(self.data, names, self.notes)
        if listed is None:
            return NotRead("wrong_shape", "it holds more statements than any payer makes")
        read = (read_benefit(entry, names, self.notes) for entry in listed)
        benefits = tuple(benefit for benefit in read if benefit is not None)
        persons = self._persons(benefits)
        of_payer = (*self._rejections(names.payer, "payer"), *self._rejections(names.provider, "provider"))
        known = {rejection.code for rejection in of_payer} | {r.code for person in persons for r in person.rejections}
        report = self._with_top(Report(None, persons, of_payer), known)
        instead = self._instead(report)
        if instead is not None:
            return instead
        self._warn()
        refusals = report.all_rejections()
        return replace(
            report,
            payer=self._party(names.payer, names.payer_party, "PR"),
            receiver=self._party(names.provider, names.provider_party, "1P"),
            network="out" if any(rejection.code == OUT_OF_NETWORK for rejection in refusals) else None,
            number=text_at(self.data, names.control),
            oddities=tuple(self.notes.found),
        )

    def _persons(self, benefits: tuple[Benefit, ...]) -> tuple[PersonReport, ...]:
        """Subscriber and dependents; statements, dates and traces are the patient's, who is the last of them."""
        names = self.vendor.response
        found: list[PersonReport] = []
        subscriber = at(self.data, names.subscriber)
        if isinstance(subscriber, Mapping) and subscriber:
            found.append(self._person(PersonReport("subscriber"), subscriber, names.person, ".".join(names.subscriber)))
        for where, dependent in objects_at(self.data, names.dependents, "", self.notes):
            if isinstance(dependent, Mapping) and dependent:
                found.append(self._person(PersonReport("dependent"), dependent, names.as_dependent, where))
        if not found and not benefits:
            return ()
        if not found:
            self.notes.add("benefits_without_person", "")
        patient = found.pop() if found else PersonReport("subscriber")
        place = ".".join(names.plan_dates or ())
        dates = (*patient.dates, *read_dates(at(self.data, names.plan_dates), names.dates, place, self.notes))
        references = (*patient.references, *read_numbers(self.data, names.plan_numbers))
        patient = replace(
            patient, benefits=benefits, traces=tuple(self._traces()), dates=dates, references=tuple(dict.fromkeys(references))
        )
        return (*found, patient)

    def _person(self, person: PersonReport, data: Mapping[str, Any], names: PersonNames, where: str) -> PersonReport:
        written = text_at(data, names.date_of_birth)
        born = read_day(written)
        if written is not None and born is None:
            self.notes.add("birth_date_unreadable", where)
        gender = text_at(data, names.gender)
        return replace(
            person,
            id=text_at(data, names.id),
            first_name=text_at(data, names.first_name),
            last_name=text_at(data, names.last_name),
            middle_name=text_at(data, names.middle_name),
            date_of_birth=born,
            gender=names.genders.code(gender) if gender is not None else None,
            changed=bool(names.changed) and all(text_at(data, path) == value for path, value in names.changed),
            dates=read_dates(at(data, names.dates), self.vendor.response.dates, f"{where}.dates", self.notes),
            references=read_numbers(data, names.numbers),
            rejections=tuple(self._listed(data, where, person.level)),
        )

    def _traces(self) -> Iterator[Trace]:
        """A number that is the vendor's own was made by it, whatever type the payer returned it as."""
        names = self.vendor.response.traces
        own = {text_at(self.data, path) for path in names.own}
        for _, each in objects_at(self.data, names.each, "", self.notes):
            number = text_at(each, names.number)
            if number is not None:
                yield Trace(text_at(each, names.type) == names.echo and number not in own, number, text_at(each, names.origin))

    def _party(self, path: Path, names: PartyNames, role: str) -> Party | None:
        data = at(self.data, path)
        if not isinstance(data, Mapping) or not data:
            return None
        party = read_party(data, names, ".".join(path), self.notes)
        return replace(party, role=party.role or role) if party.name or party.id or party.channels else None

    def _rejections(self, path: Path, level: Level) -> tuple[Rejection, ...]:
        return tuple(self._listed(at(self.data, path), ".".join(path), level))

    def _listed(self, data: Any, where: str, level: Level) -> Iterator[Rejection]:
        """Rejections within an organization or a person. One without a code still refuses."""
        names = self.vendor.response.errors
        if names.within is None:
            return
        for place, each in objects_at(data, names.within, where, self.notes):
            code = text_at(each, names.code)
            if code is None:
                self.notes.add("rejection_without_code", place)
            yield Rejection((code or "").upper(), level, self._follow_up(each))

    def _follow_up(self, data: Any) -> str | None:
        names = self.vendor.response.errors
        said = text_at(data, names.follow_up)
        return names.follow_ups.code(said) if said is not None else None

    def _with_top(self, report: Report, known: set[str]) -> Report:
        """Adds the rejections at the top that stand at no level yet, each to the level its location or its code tells."""
        names, found = self.vendor.response.errors, []
        for place, each in objects_at(self.data, names.top, "", self.notes):
            code = (text_at(each, names.code) or "").upper()
            if not _AAA.fullmatch(code):
                self.others.append(code)
                self.notes.add("error", f"{place} {code}" if _ERROR.fullmatch(code) else place)
            elif code not in known:
                level = _level(text_at(each, names.location), code, report)
                if level == "benefit" and any(person.benefits for person in report.persons):
                    self.notes.add("benefit_rejected", f"{place}, AAA {code}")
                else:
                    found.append(Rejection(code, level, self._follow_up(each)))
        persons = tuple(
            replace(person, rejections=(*person.rejections, *(rejection for rejection in found if rejection.level == person.level)))
            for person in report.persons
        )
        levels = {person.level for person in persons}
        top = (rejection for rejection in found if rejection.level not in levels)
        return replace(report, persons=persons, rejections=(*report.rejections, *top))

    def _instead(self, report: Report) -> NotRead | None:
        """What the reply is where it states nothing and refuses nothing of the question."""
        other = self._other_transaction()
        if report.all_rejections() or any(person.benefits for person in report.persons):
            if other is not None:
                self.notes.add("x12_is_another", other.kind)
            return None
        if other is not None:
            codes = f" ({', '.join(other.codes)})" if other.codes else ""
            return NotRead("not_an_answer", f"a {other.kind.upper()} in place of an answer{codes}", other.kind)
        names = self.vendor.response.errors
        code = next((code for code in self.others if code), None) or text_at(self.data, names.body_code)
        if self.others or code is not None or (not report.persons and text_at(self.data, names.body_says) is not None):
            shown = code if code is not None and _ERROR.fullmatch(code) else None
            return NotRead("error_body", f"an error, {shown}" if shown else "an error", shown)
        return None if report.persons else NotRead("wrong_shape", "it is JSON, but neither an answer nor an error")

    def _other_transaction(self) -> NotAnAnswer | None:
        """What the X12 text beside the answer is where it is no 271, such as a 999."""
        written = at(self.data, self.vendor.response.x12)
        if not isinstance(written, str) or not written.strip():
            return None
        segments = read_segments(written)
        if isinstance(segments, NoX12):
            self.notes.add("x12_unreadable", self.vendor.response.x12[-1])
            return None
        found = find_answer(segments)
        return found if isinstance(found, NotAnAnswer) else None

    def _warn(self) -> None:
        for place, each in objects_at(self.data, self.vendor.response.warnings, "", self.notes):
            code = text_at(each, self.vendor.response.errors.code) or ""
            self.notes.add("warning", f"{place} {code}" if _ERROR.fullmatch(code) else place)


def _level(location: str | None, code: str, report: Report) -> Level:
    """Where a rejection stood: as its X12 loop says, else where this code has its place, else the patient."""
    loop = _LOOP.search(location or "")
    if loop is not None:
        return "benefit" if loop[1] == "2110" else _LEVELS[loop[2]]
    if code in _OF_PAYER:
        return "payer"
    if code in _OF_PROVIDER:
        return "provider"
    return "dependent" if any(person.level == "dependent" for person in report.persons) else "subscriber"
