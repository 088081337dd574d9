"""A subscriber or dependent of an answer: 2000C to 2100D, before and between the statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from covercheck.eligibility.report import Benefit, PersonReport, Reference, Rejection, Span, Trace
from covercheck.eligibility.x12.benefits import BenefitDraft, read_reference, read_rejection
from covercheck.eligibility.x12.segments import Segment, Separators
from covercheck.eligibility.x12.values import Notes, read_date, read_span

PersonLevel: TypeAlias = Literal["subscriber", "dependent"]
ECHO: Final = "2"
CHANGE, OF_IDENTITY = "001", "25"


@dataclass(slots=True)
class PersonDraft:
    """A person while their segments are read; `benefit` is the statement that is open."""

    level: PersonLevel
    separators: Separators
    notes: Notes
    name: Segment | None = None
    date_of_birth: date | None = None
    gender: str | None = None
    changed: bool = False
    traces: list[Trace] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    dates: list[Span] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    benefits: list[Benefit] = field(default_factory=list)
    benefit: BenefitDraft | None = None

    def take(self, segment: Segment) -> None:
        """One segment of this person; behind an EB all belongs to the statement until the next EB."""
        if segment.id == "EB":
            self._close()
            self.benefit = BenefitDraft(segment, self.separators, self.notes)
        elif self.benefit is not None:
            self.benefit.take(segment)
        else:
            handler = _HANDLERS.get(segment.id)
            if handler is not None:
                handler(self, segment)

    def finish(self) -> PersonReport:
        """Everything said of this person."""
        self._close()
        name = self.name
        return PersonReport(
            self.level,
            id=name.get(9) if name else None,
            first_name=name.get(4) if name else None,
            last_name=name.get(3) if name else None,
            middle_name=name.get(5) if name else None,
            date_of_birth=self.date_of_birth,
            gender=self.gender,
            changed=self.changed,
            dates=tuple(self.dates),
            references=tuple(self.references),
            benefits=tuple(self.benefits),
            rejections=tuple(self.rejections),
            traces=tuple(self.traces),
        )

    def _close(self) -> None:
        if self.benefit is not None:
            self.benefits.append(self.benefit.finish())
            self.benefit = None

    def _traces(self, segment: Segment) -> None:
        number = segment.get(2)
        if number is not None:
            self.traces.append(Trace(segment.get(1) == ECHO, number, segment.get(3)))

    def _names(self, segment: Segment) -> None:
        if self.name is not None:
            self.notes.add("second_name", segment)
        else:
            self.name = segment

    def _is_born(self, segment: Segment) -> None:
        self.date_of_birth = read_date(segment.get(2))
        if self.date_of_birth is None and segment.get(2) is not None:
            self.notes.add("birth_date_unreadable", segment)
        self.gender = segment.get(3)

    def _changes(self, segment: Segment) -> None:
        self.changed = self.changed or (segment.get(3) == CHANGE and segment.get(4) == OF_IDENTITY)

    def _refers(self, segment: Segment) -> None:
        reference = read_reference(segment)
        if reference is not None:
            self.references.append(reference)

    def _dates(self, segment: Segment) -> None:
        span = read_span(segment, self.notes)
        if span is not None:
            self.dates.append(span)

    def _rejects(self, segment: Segment) -> None:
        self.rejections.append(read_rejection(segment, self.level, self.notes))

    def _says(self, segment: Segment) -> None:
        self.notes.add("message_without_benefit", segment)


_HANDLERS: Final[Mapping[str, Callable[[PersonDraft, Segment], None]]] = MappingProxyType({
    "TRN": PersonDraft._traces, "NM1": PersonDraft._names, "DMG": PersonDraft._is_born, "INS": PersonDraft._changes,
    "REF": PersonDraft._refers, "DTP": PersonDraft._dates, "AAA": PersonDraft._rejects, "MSG": PersonDraft._says,
})  # fmt: skip
