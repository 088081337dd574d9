"""One EB segment and everything that hangs under it: 2110, 2115 and 2120."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeVar

from covercheck.eligibility.report import Benefit, Level, Limit, Reference, Rejection, Span
from covercheck.eligibility.tables import AUTHORIZATIONS, NETWORKS, meaning_of
from covercheck.eligibility.x12.parties import PartyDraft
from covercheck.eligibility.x12.segments import Segment, Separators
from covercheck.eligibility.x12.values import Notes, read_number, read_share, read_span

PLACE: Final = "ZZ"
_Code = TypeVar("_Code")


@dataclass(slots=True)
class BenefitDraft:
    """A statement while its segments are read. `depth`: how many LS are open."""

    head: Segment
    separators: Separators
    notes: Notes
    depth: int = 0
    places: list[str] = field(default_factory=list)
    dates: list[Span] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    parties: list[PartyDraft] = field(default_factory=list)
    party: PartyDraft | None = None

    def take(self, segment: Segment) -> None:
        """One segment behind the EB; ids that have no place here are passed over."""
        handler = _HANDLERS.get(segment.id)
        if handler is not None:
            handler(self, segment)

    def finish(self) -> Benefit:
        """The statement as it was made."""
        if self.depth > 0:
            self.notes.add("ls_not_closed", self.head)
        eb, notes = self.head, self.notes
        code = eb.get(1)
        if code is None:
            notes.add("benefit_without_code", eb)
        procedure = eb.get(13)
        return Benefit(
            meaning=meaning_of(code or ""),
            code=code or "",
            service_types=self.separators.repeated(eb.get(3)),
            plan=eb.get(5),
            coverage_level=eb.get(2),
            insurance_type=eb.get(4),
            period=eb.get(6),
            amount=read_number(eb, 7, "amount_not_a_number", notes),
            share=read_share(eb, 8, notes),
            quantity=read_number(eb, 10, "quantity_not_a_number", notes),
            quantity_of=eb.get(9),
            authorization=self._known(AUTHORIZATIONS, 11, "authorization_code"),
            network=self._known(NETWORKS, 12, "network_code"),
            procedure=":".join(self.separators.components(procedure)) if procedure is not None else None,
            places=tuple(self.places),
            dates=tuple(self.dates),
            limits=tuple(self.limits),
            references=tuple(self.references),
            messages=tuple(self.messages),
            entities=tuple(party.party() for party in self.parties),
            rejections=tuple(self.rejections),
            origin=eb.where,
        )

    def _known(self, codes: Mapping[str, _Code], index: int, key: str) -> _Code | None:
        code = self.head.get(index)
        if code is None:
            return None
        if code not in codes:
            self.notes.add(key, self.head)
        return codes.get(code)

    def _opens(self, segment: Segment) -> None:
        if self.depth > 0:
            self.notes.add("ls_nested", segment)
        self.depth += 1
        self.party = None

    def _closes(self, segment: Segment) -> None:
        if self.depth == 0:
            self.notes.add("le_alone", segment)
        self.depth = max(0, self.depth - 1)
        self.party = None

    def _names(self, segment: Segment) -> None:
        if self.depth == 0:
            self.notes.add("name_without_ls", segment)
        self.party = PartyDraft(segment)
        self.parties.append(self.party)

    def _reaches(self, segment: Segment) -> None:
        if self.party is None:
            self.notes.add("contact_without_name", segment)
        else:
            self.party.take_channels(segment)

    def _refers(self, segment: Segment) -> None:
        if self._is_of_party(segment):
            return
        reference = read_reference(segment)
        if reference is not None:
            self.references.append(reference)

    def _dates(self, segment: Segment) -> None:
        span = None if self._is_of_party(segment) else read_span(segment, self.notes)
        if span is not None:
            self.dates.append(span)

    def _is_of_party(self, segment: Segment) -> bool:
        """A number or date behind a name within LS is that party's own, not the benefit's; there is no place for it."""
        if self.depth > 0 and self.party is None:
            self.notes.add("ls_without_name", segment)
        elif self.depth > 0:
            self.notes.add("detail_of_party", segment)
        return self.depth > 0 and self.party is not None

    def _limits(self, segment: Segment) -> None:
        """HSD: the period is of HSD05, else of HSD03; a pattern of frequency has no place and is noted."""
        if segment.get(4) or segment.get(7) or segment.get(8) or (segment.get(3) and segment.get(5)):
            self.notes.add("limit_pattern", segment)
        period = segment.get(5) or (segment.get(3) if segment.get(4) is None else None)
        limit = Limit(
            segment.get(1),
            read_number(segment, 2, "limit_not_a_number", self.notes),
            period,
            read_number(segment, 6, "limit_not_a_number", self.notes),
        )
        if limit != Limit(None, None):
            self.limits.append(limit)

    def _rejects(self, segment: Segment) -> None:
        self.rejections.append(read_rejection(segment, "benefit", self.notes))

    def _says(self, segment: Segment) -> None:
        text = segment.get(1)
        if text is not None:
            self.messages.append(text)

    def _places(self, segment: Segment) -> None:
        """III: a place of service, or a text of its own."""
        place, text = segment.get(2), segment.get(4)
        if segment.get(1) == PLACE and place is not None:
            self.places.append(place)
        if text is not None:
            self.messages.append(text)


_HANDLERS: Final[Mapping[str, Callable[[BenefitDraft, Segment], None]]] = MappingProxyType({
    "HSD": BenefitDraft._limits, "REF": BenefitDraft._refers, "DTP": BenefitDraft._dates, "AAA": BenefitDraft._rejects,
    "MSG": BenefitDraft._says, "III": BenefitDraft._places, "LS": BenefitDraft._opens, "LE": BenefitDraft._closes,
    "NM1": BenefitDraft._names, "PER": BenefitDraft._reaches,
})  # fmt: skip


def read_reference(segment: Segment) -> Reference | None:
    """A REF that holds anything behind its qualifier."""
    value, says = segment.get(2), segment.get(3)
    return Reference(segment.get(1) or "", value or "", says) if value is not None or says is not None else None


def read_rejection(segment: Segment, level: Level, notes: Notes) -> Rejection:
    """An AAA with the level it stood at. One without a code still refuses."""
    code = segment.get(3)
    if code is None:
        notes.add("rejection_without_code", segment)
    valid = {"Y": True, "N": False}.get(segment.get(1) or "")
    return Rejection(code or "", level, segment.get(4), valid)
