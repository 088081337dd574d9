"""What a 270 asks: read by the mock clearinghouse, which answers for made-up members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Final

from covercheck.eligibility.inquiry import Clinic, Gender, Inquiry, Person, Relationship
from covercheck.eligibility.x12.segments import NoX12, Segment, Separators, read_segments
from covercheck.eligibility.x12.values import read_date
from covercheck.eligibility.x12.write_270 import RELATIONSHIPS

_RELATED: Final[Mapping[str, Relationship]] = MappingProxyType({code: related for related, code in RELATIONSHIPS.items()})
_GENDERS: Final[Mapping[str, Gender]] = MappingProxyType({"F": "F", "M": "M", "U": "U"})


def read_270(raw: bytes | str) -> Inquiry | None:
    """The first patient's question in the text; None where it holds none. A day or moment that is not told is today or now, in UTC."""
    interchange = read_segments(raw)
    if isinstance(interchange, NoX12):
        return None
    return _Question(_first_question(interchange.segments), interchange.separators).read()


@dataclass(frozen=True, slots=True)
class _Question:
    """The segments of one transaction up to its second subscriber."""

    segments: Sequence[Segment]
    separators: Separators

    def read(self) -> Inquiry | None:
        payer, subscriber, days = self.first("NM1", "PR"), self.person("IL"), self.days()
        if payer is None or subscriber is None or days is None:
            return None
        related = self.first("INS", "N")
        return Inquiry(
            payer_id=payer.get(9) or "",
            payer_name=payer.get(3) or "",
            clinic=self.clinic(),
            subscriber=subscriber,
            on=days[0],
            until=days[1],
            service_types=tuple(dict.fromkeys(code for eq in self.all("EQ") for code in self.separators.repeated(eq.get(1)))),
            places=tuple(place for iii in self.all("III") if iii.get(1) == "ZZ" and (place := iii.get(2)) is not None),
            trace=self.value("TRN", 2) or self.value("BHT", 3) or "",
            made_at=self.made_at(),
            dependent=self.person("03"),
            relationship=_RELATED.get(related.get(2) or "") if related is not None else None,
        )

    def all(self, name: str) -> list[Segment]:
        return [segment for segment in self.segments if segment.id == name]

    def first(self, name: str, qualifier: str) -> Segment | None:
        return next((segment for segment in self.all(name) if segment.get(1) == qualifier), None)

    def value(self, name: str, index: int) -> str | None:
        return next((segment.get(index) for segment in self.all(name)), None)

    def clinic(self) -> Clinic:
        """By the kind of id that was sent."""
        name = self.first("NM1", "1P")
        if name is None:
            return Clinic()
        kind, number = name.get(8), name.get(9)
        return Clinic(number if kind == "XX" else None, number if kind == "FI" else None, name.get(3))

    def person(self, role: str) -> Person | None:
        """Who is named, with what stands before the next name or level."""
        name = self.first("NM1", role)
        if name is None:
            return None
        rest = [segment for segment in self.segments if segment.number > name.number]
        end = next((index for index, segment in enumerate(rest) if segment.id in ("HL", "NM1")), len(rest))
        mine = _Question(rest[:end], self.separators)
        group = mine.first("REF", "6P")
        return Person(
            name.get(9), name.get(4), name.get(3), name.get(5), name.get(7), read_date(mine.value("DMG", 2)),
            _GENDERS.get(mine.value("DMG", 3) or ""), group.get(2) if group is not None else None,
        )  # fmt: skip

    def days(self) -> tuple[date, date | None] | None:
        """First and last day asked about; None where one is told that is no day."""
        told = self.first("DTP", "291")
        if told is None:
            return datetime.now(UTC).date(), None
        first, _, last = (told.get(3) or "").partition("-")
        begins, ends = read_date(first), read_date(last)
        return None if begins is None or (last and ends is None) else (begins, ends)

    def made_at(self) -> datetime:
        """The header's day and minute."""
        on, at = read_date(self.value("BHT", 4)), self.value("BHT", 5) or "0000"
        if on is None:
            return datetime.now(UTC)
        hour, minute = (int(part) if part.isascii() and part.isdigit() else 0 for part in (at[:2], at[2:4]))
        return datetime.combine(on, time(hour % 24, minute % 60), UTC)


def _first_question(segments: Sequence[Segment]) -> Sequence[Segment]:
    """What stands behind the first ST of a 270, up to its end or to a second subscriber; nothing where there is none."""
    begin = next((index for index, segment in enumerate(segments) if segment.id == "ST" and segment.get(1) == "270"), len(segments))
    found: list[Segment] = []
    for segment in segments[begin + 1 :]:
        second = segment.id == "HL" and segment.get(3) == "22" and any(s.id == "HL" and s.get(3) == "22" for s in found)
        if second or segment.id in ("ST", "SE", "GE", "IEA"):
            break
        found.append(segment)
    return found
