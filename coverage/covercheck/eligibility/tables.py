"""Code lists of the 271 and their meanings, kept in one place for every wire format. Codes that are not listed are kept as they came."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from covercheck.eligibility.report import Meaning, Needed, Network

MEANINGS: Final[Mapping[str, Meaning]] = MappingProxyType({
    "1": "active", "2": "active", "3": "active", "4": "active", "5": "active_pending",
    "6": "inactive", "7": "inactive_pending", "8": "inactive_pending",
    "A": "coinsurance", "B": "copay", "C": "deductible", "G": "out_of_pocket", "H": "unlimited",
    "E": "exclusion", "F": "limitation", "I": "not_covered", "D": "description", "P": "disclaimer",
    "U": "contact_other", "R": "other_payer", "MC": "managed_care", "L": "primary_care", "V": "cannot_process",
})  # fmt: skip
NETWORKS: Final[Mapping[str, Network]] = MappingProxyType({"Y": "in", "N": "out", "W": "both", "U": "unknown"})
AUTHORIZATIONS: Final[Mapping[str, Needed]] = MappingProxyType({"Y": "needed", "N": "not_needed", "U": "unknown"})
CHANNELS: Final[Mapping[str, str]] = MappingProxyType({
    "TE": "phone", "FX": "fax", "UR": "web", "EM": "email", "EX": "extension", "WP": "phone", "HP": "phone",
})  # fmt: skip
PERIODS: Final[Mapping[str, str]] = MappingProxyType({
    "6": "hour", "7": "day", "13": "24 hours", "21": "years", "22": "service year", "23": "calendar year", "24": "year to date",
    "25": "contract", "26": "episode", "27": "visit", "28": "outlier", "29": "remaining", "30": "exceeded", "31": "not exceeded",
    "32": "lifetime", "33": "lifetime remaining", "34": "month", "35": "week", "36": "admission",
    "DA": "day", "MO": "month", "VS": "visit", "WK": "week", "YR": "year",
})  # fmt: skip
REMAINING: Final = frozenset({"29", "33"})
QUANTITIES: Final[Mapping[str, str]] = MappingProxyType({
    "8H": "at least", "99": "used", "CA": "covered, actual", "CE": "covered, estimated", "D3": "coinsurance days", "DB": "blood units",
    "DY": "days", "HS": "hours", "LA": "lifetime reserve, actual", "LE": "lifetime reserve, estimated", "M2": "at most", "MN": "months",
    "P6": "services", "QA": "approved", "S7": "age, high", "S8": "age, low", "VS": "visits", "YY": "years", "FL": "units",
})  # fmt: skip
COVERAGE_LEVELS: Final[Mapping[str, str]] = MappingProxyType({
    "CHD": "children", "DEP": "dependents", "ECH": "employee and children", "EMP": "employee", "ESP": "employee and spouse",
    "FAM": "family", "IND": "individual", "SPC": "spouse and children", "SPO": "spouse",
})  # fmt: skip
SERVICE_TYPES: Final[Mapping[str, str]] = MappingProxyType({
    "1": "medical care", "9": "other medical", "22": "social work", "30": "the plan as a whole", "33": "chiropractic", "35": "dental",
    "47": "hospital", "48": "hospital stay", "49": "hospital room", "50": "hospital outpatient", "51": "emergency accident",
    "52": "emergency medical", "60": "general benefits", "67": "smoking cessation", "86": "emergency services", "88": "pharmacy",
    "89": "free-standing prescription drug", "90": "mail order drug", "91": "brand name drug", "92": "generic drug",
    "96": "professional visit", "98": "office visit", "99": "inpatient visit", "A0": "outpatient visit",
    "A4": "psychiatric", "A5": "psychiatric room and board", "A6": "psychotherapy", "A7": "psychiatric inpatient",
    "A8": "psychiatric outpatient", "AI": "substance use", "AJ": "alcohol use", "AK": "drug use", "AL": "vision",
    "B2": "brand name drug, formulary", "B3": "brand name drug, not on the formulary", "BB": "partial hospitalization, psychiatric",
    "BC": "day care, psychiatric", "BD": "cognitive therapy", "BW": "mail order drug, brand name", "BX": "mail order drug, generic",
    "CE": "mental health clinician, inpatient", "CF": "mental health clinician, outpatient", "CG": "mental health facility, inpatient",
    "CH": "mental health facility, outpatient", "CI": "substance use facility, inpatient", "CJ": "substance use facility, outpatient",
    "CQ": "case management", "GF": "generic drug, formulary", "GN": "generic drug, not on the formulary", "MH": "mental health",
    "RT": "residential psychiatric treatment", "UC": "urgent care",
})  # fmt: skip
INSURANCE_TYPES: Final[Mapping[str, str]] = MappingProxyType({
    "C1": "commercial", "CO": "COBRA", "CP": "Medicare, conditionally primary", "EP": "EPO", "GP": "group policy", "HM": "HMO",
    "HN": "Medicare risk HMO", "IN": "indemnity", "IP": "individual policy", "MA": "Medicare Part A", "MB": "Medicare Part B",
    "MC": "Medicaid", "MH": "Medigap Part A", "MI": "Medigap Part B", "MP": "Medicare primary", "OT": "other",
    "PP": "personal payment (cash)", "PR": "PPO", "PS": "point of service", "QM": "qualified Medicare beneficiary", "SP": "supplemental",
    "WC": "workers' compensation", "AP": "auto", "D": "disability", "LC": "long-term care", "LT": "litigation",
})  # fmt: skip
ROLES: Final[Mapping[str, str]] = MappingProxyType({
    "13": "contracted provider", "1I": "preferred provider organization", "1P": "provider", "2B": "third-party administrator",
    "36": "employer", "73": "other physician", "FA": "facility", "GP": "gateway provider", "GW": "group",
    "I3": "practice association", "IL": "insured", "LR": "legal representative", "OC": "origin carrier",
    "P3": "primary care provider", "P4": "prior carrier", "P5": "plan sponsor", "PR": "payer", "PRP": "primary payer",
    "SEP": "secondary payer", "TTP": "tertiary payer", "VER": "party that verifies", "VN": "vendor",
    "VY": "organization that changes the set-up", "X3": "utilization management", "Y2": "managed care organization",
})  # fmt: skip
OPEN_ENDS: Final = frozenset({"99991231", "30000101", "29991231", "20991231"})


def meaning_of(code: str) -> Meaning:
    """What a statement's code means; `other` for one that is not listed."""
    return MEANINGS.get(code, "other")
