"""Code systems of FHIR R4 eligibility and what their codes are in X12's lists, in which reports are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

HL7: Final = "http://terminology.hl7.org/CodeSystem/"
CATEGORY, TYPE, NETWORK = f"{HL7}ex-benefitcategory", f"{HL7}benefit-type", f"{HL7}benefit-network"
UNIT, TERM = f"{HL7}benefit-unit", f"{HL7}benefit-term"
COVERAGE_CLASS, RELATIONSHIP, IDENTIFIER_TYPE = f"{HL7}coverage-class", f"{HL7}subscriber-relationship", f"{HL7}v2-0203"
NPI, TAX_ID = "http://hl7.org/fhir/sid/us-npi", "urn:oid:2.16.840.1.113883.4.4"
CPT, HCPCS, NDC = "http://www.ama-assn.org/go/cpt", "urn:oid:2.16.840.1.113883.6.285", "http://hl7.org/fhir/sid/ndc"
TRACE, PARTY = "urn:x-covercheck:trace", "urn:x-covercheck:party"
MEMBER_NUMBER, PAYER_NUMBER, NPI_NUMBER, TAX_NUMBER = "MB", "NIIP", "NPI", "TAX"

X12: Final = "https://codesystem.x12.org/005010/"
BENEFIT, SERVICE_TYPE, PERIOD, LEVEL, NETWORK_SIGN, INSURANCE = "1390", "1365", "615", "1207", "1073", "1336"
QUANTITY, ROLE, REJECTION, FOLLOW_UP, ID_KIND = "673", "98", "901", "889", "66"

CATEGORIES: Final = frozenset({
    "1", "2", "3", "4", "5", "14", "23", "24", "25", "26", "27", "28", "30", "35", "36", "37", "49", "55", "56", "61", "62", "63", "69",
    "76", "F1", "F3", "F4", "F6",
})  # fmt: skip
BENEFITS: Final[Mapping[str, str]] = MappingProxyType({
    "copay": "B", "copay-percent": "A", "deductible": "C", "benefit": "F", "visit": "F", "room": "F",
})  # fmt: skip
PERCENT, VISIT = "copay-percent", "visit"
VISITS, USED = "VS", "99"
TERMS: Final[Mapping[str, str]] = MappingProxyType({"annual": "22", "day": "7", "lifetime": "32"})
TERM_WORDS: Final[Mapping[str, str]] = MappingProxyType({"21": "annual", "22": "annual", "23": "annual", "7": "day", "32": "lifetime"})
YEARS: Final = frozenset({"21", "22", "23"})
YEAR_TO_DATE: Final = "24"
UNITS: Final[Mapping[str, str]] = MappingProxyType({"individual": "IND", "family": "FAM"})
SIGNS: Final[Mapping[str, str]] = MappingProxyType({"in": "Y", "out": "N"})
GENDERS: Final[Mapping[str, str]] = MappingProxyType({"male": "M", "female": "F", "unknown": "U"})
CHANNELS: Final[Mapping[str, str]] = MappingProxyType({"phone": "phone", "fax": "fax", "email": "email", "url": "web"})
PROCEDURES: Final[Mapping[str, str]] = MappingProxyType({
    CPT: "HC", HCPCS: "HC", "https://www.cms.gov/medicare/coding/hcpcsreleasecodesets": "HC",
    "http://www.cms.gov/medicare/coding/hcpcsreleasecodesets": "HC", NDC: "N4", f"{X12}235": "ZZ",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coding:
    """One code and the list it is from; `system` is None where that is not said."""

    system: str | None
    code: str

    def is_x12(self, element: str) -> bool:
        """It is from the X12 list of this data element, of whichever release."""
        system = (self.system or "").casefold()
        return "x12" in system and system.replace(":", "/").rsplit("/", 1)[-1] == element


def swapped(table: Mapping[str, str]) -> Mapping[str, str]:
    """From values back to keys, the first key where several mean the same."""
    return MappingProxyType({value: key for key, value in reversed(list(table.items()))})
