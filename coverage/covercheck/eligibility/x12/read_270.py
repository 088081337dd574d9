"""What a 270 asks: read by the mock clearinghouse, which answers for made-up members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from covercheck.eligibility.inquiry import Clinic, Inquiry, Person
from covercheck.eligibility.x12.segments import Interchange, NoX12, Segment, read_segments
from covercheck.eligibility.x12.values import read_date


def read_270(raw: bytes | str) -> Inquiry | None:
    """The first question of the text; None where it holds none."""
    interchange = read_segments(raw)
    if isinstance(interchange, NoX12):
        return None
    segments = interchange.segments
    if not any(segment.id == "ST" and segment.get(1) == "270" for segment in segments):
        return None
    payer, clinic = _named(segments, "PR"), _named(segments, "1P")
    subscriber, dependent = _person(segments, "IL"), _person(segments, "03")
    on = _service_day(segments)
    if payer is None or subscriber is None or on is None:
        return None
    return Inquiry(
        payer_id=payer.get(9) or "",
        payer_name=payer.get(3) or "",
        clinic=Clinic(clinic.get(9) if clinic is not None else None),
        subscriber=subscriber,
        on=on,
        service_types=_service_types(interchange),
        trace=_value(segments, "TRN", 2) or _value(segments, "BHT", 3) or "",
        made_at=datetime.now(UTC),
        dependent=dependent,
    )


def _named(segments: Sequence[Segment], role: str) -> Segment | None:
    return next((segment for segment in segments if segment.id == "NM1" and segment.get(1) == role), None)


def _person(segments: Sequence[Segment], role: str) -> Person | None:
    name = _named(segments, role)
    if name is None:
        return None
    rest = segments[name.number :]
    mine = rest[: next((index for index, segment in enumerate(rest) if segment.id in ("HL", "NM1")), len(rest))]
    birth = next((segment.get(2) for segment in mine if segment.id == "DMG"), None)
    group = next((segment.get(2) for segment in mine if segment.id == "REF" and segment.get(1) == "6P"), None)
    return Person(name.get(9), name.get(4), name.get(3), name.get(5), date_of_birth=read_date(birth), group=group)


def _service_day(segments: Sequence[Segment]) -> date | None:
    """The day asked about; today where none is."""
    written = next((segment.get(3) for segment in segments if segment.id == "DTP" and segment.get(1) == "291"), None)
    return datetime.now(UTC).date() if written is None else read_date(written.partition("-")[0])


def _service_types(interchange: Interchange) -> tuple[str, ...]:
    asked = (segment for segment in interchange.segments if segment.id == "EQ")
    return tuple(code for segment in asked for code in interchange.separators.repeated(segment.get(1)))


def _value(segments: Sequence[Segment], name: str, index: int) -> str | None:
    return next((segment.get(index) for segment in segments if segment.id == name), None)
