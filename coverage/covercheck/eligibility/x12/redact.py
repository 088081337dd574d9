"""X12 text for showing: its structure and codes stay, whatever may tell who the patient is is masked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from covercheck.eligibility.x12.segments import NoX12, Segment, Separators, decoded, read_segments

MASK: Final = "XXX"
ALL: Final = range(1, 15)
ORGANIZATIONS: Final = frozenset({
    "PR", "1P", "2B", "13", "1I", "40", "41", "73", "80", "FA", "GP", "I3", "OC", "P3", "P4", "PRP", "SEP", "TTP", "VER", "VN", "VY",
    "X3", "Y2",
})  # fmt: skip
COVERAGE_DATES: Final = frozenset({"291", "292", "307", "346", "347", "348", "349", "356", "357", "472"})
NAMED_AFTER: Final = frozenset({"PER", "PRV"})
KEPT: Final[Mapping[str, range | frozenset[int]]] = MappingProxyType({
    "ISA": frozenset({1, 3, *range(5, 13), 14, 15, 16}), "GS": frozenset({1, 2, 3, 4, 5, 7, 8}), "ST": frozenset({1, 3}),
    "SE": frozenset({1}), "GE": frozenset({1}), "IEA": frozenset({1}), "BHT": frozenset({1, 2, 4, 5, 6}), "TRN": frozenset({1, 3}),
    "HL": range(1, 5), "EB": range(1, 15), "EQ": range(1, 6), "AAA": range(1, 5), "LS": range(1, 2), "LE": range(1, 2),
    "HSD": range(1, 9), "III": range(1, 4), "REF": range(1, 2), "DMG": range(1, 2), "INS": range(1, 5), "DTP": range(1, 3),
    "NM1": frozenset({1, 2, 8}), "TA1": range(2, 6), "AK1": frozenset({1, 3}), "AK2": frozenset({1, 3}), "AK3": range(1, 5),
    "IK3": range(1, 5), "AK4": range(1, 4), "IK4": range(1, 4), "AK5": range(1, 7), "IK5": range(1, 7), "AK9": range(1, 10),
})  # fmt: skip
IDS: Final = frozenset({*KEPT, "N3", "N4", "MSG", "PER", "PRV", "HI", "MPI", "AMT", "CTX"})


def redact_x12(text: str) -> str:
    """The same segments with names, ids, birth dates, addresses, reference, trace and control numbers and free text masked. A segment that
    is not known is masked with its id; text that is no X12 is not shown at all."""
    found = read_segments(text)
    if isinstance(found, NoX12):
        return f"({len(decoded(text))} characters that are no X12)"
    separators, organization, shown = found.separators, False, []
    for segment in found.segments:
        if segment.id == "NM1":
            organization = segment.get(1) in ORGANIZATIONS
        elif segment.id not in NAMED_AFTER:
            organization = False
        shown.append(_masked(segment, organization, separators))
    return "".join(f"{segment}{separators.terminator}" for segment in shown)


def _masked(segment: Segment, organization: bool, separators: Separators) -> str:
    kept = ALL if organization and segment.id in ("NM1", *NAMED_AFTER) else KEPT.get(segment.id, frozenset())
    if segment.id == "DTP" and segment.get(1) in COVERAGE_DATES:
        kept = ALL
    written = [segment.id if segment.id in IDS else MASK]
    for index, element in enumerate(segment.elements[1:], start=1):
        written.append(element if index in kept or not element.strip() else _mask(segment, element))
    return separators.element.join(written)


def _mask(segment: Segment, element: str) -> str:
    """An ISA keeps its columns."""
    return "X" * len(element) if segment.id == "ISA" else MASK
