"""Words that vendors write for X12 codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from covercheck.eligibility.json_api.names import Spelling


def loud(words: Mapping[str, str]) -> Spelling:
    """The same words as names of constants: `Third-Party Administrator` is THIRD_PARTY_ADMINISTRATOR."""
    return Spelling(MappingProxyType({re.sub(r"[^A-Z0-9]+", "_", word.upper()).strip("_"): code for word, code in words.items()}))


FOLLOW_UPS: Final = Spelling(MappingProxyType({
    "Please Correct and Resubmit": "C", "Resubmission Not Allowed": "N", "Please Resubmit Original Transaction": "P",
    "Resubmission Allowed": "R", "Do Not Resubmit; Inquiry Initiated to a Third Party": "S",
    "Please Wait 30 Days and Resubmit": "W", "Please Wait 10 Days and Resubmit": "X",
    "Do Not Resubmit; We Will Hold Your Request and Respond Again Shortly": "Y",
}))  # fmt: skip
ROLES: Final[Mapping[str, str]] = MappingProxyType({
    "Contracted Service Provider": "13", "Preferred Provider Organization (PPO)": "1I", "Provider": "1P",
    "Third-Party Administrator": "2B", "Employer": "36", "Other Physician": "73", "Hospital": "80", "Facility": "FA",
    "Gateway Provider": "GP", "Group": "GW", "Independent Physicians Association (IPA)": "I3", "Insured or Subscriber": "IL",
    "Legal Representative": "LR", "Origin Carrier": "OC", "Primary Care Provider": "P3", "Prior Insurance Carrier": "P4",
    "Plan Sponsor": "P5", "Payer": "PR", "Primary Payer": "PRP", "Secondary Payer": "SEP", "Tertiary Payer": "TTP",
    "Party Performing Verification": "VER", "Vendor": "VN", "Organization Completing Configuration Change": "VY",
    "Utilization Management Organization": "X3", "Managed Care Organization": "Y2",
})  # fmt: skip
SHORTER_ROLES: Final[Mapping[str, str]] = MappingProxyType({
    "Preferred Provider Organization": "1I", "Independent Physicians Association": "I3", **ROLES,
})  # fmt: skip
MODES: Final = Spelling(MappingProxyType({
    "Telephone": "phone", "Facsimile": "fax", "Uniform Resource Locator (URL)": "web", "Electronic Mail": "email",
    "Telephone Extension": "extension", "Electronic Data Interchange Access Number": "ED",
}))  # fmt: skip
COVERAGE_LEVELS: Final[Mapping[str, str]] = MappingProxyType({
    "Children Only": "CHD", "Dependents Only": "DEP", "Employee and Children": "ECH", "Employee Only": "EMP",
    "Employee and Spouse": "ESP", "Family": "FAM", "Individual": "IND", "Spouse and Children": "SPC", "Spouse Only": "SPO",
})  # fmt: skip
PERIODS: Final[Mapping[str, str]] = MappingProxyType({
    "Hour": "6", "Day": "7", "24 Hours": "13", "Years": "21", "Service Year": "22", "Calendar Year": "23", "Year to Date": "24",
    "Contract": "25", "Episode": "26", "Visit": "27", "Outlier": "28", "Remaining": "29", "Exceeded": "30", "Not Exceeded": "31",
    "Lifetime": "32", "Lifetime Remaining": "33", "Month": "34", "Week": "35", "Admission": "36",
})  # fmt: skip
PER: Final[Mapping[str, str]] = MappingProxyType({"Days": "DA", "Months": "MO", "Visit": "VS", "Week": "WK", "Years": "YR"})
UNITS: Final[Mapping[str, str]] = MappingProxyType({"Days": "DY", "Units": "FL", "Hours": "HS", "Month": "MN", "Visits": "VS"})
STATUSES: Final[Mapping[str, str]] = MappingProxyType({
    "Active Coverage": "1", "Active Full Risk Capitation": "2", "Active Services Capitated": "3",
    "Active Services Capitated to Primary Care Provider": "4", "Active Pending Investigation": "5", "Inactive": "6",
    "Inactive Pending Eligibility Update": "7", "Inactive Pending Investigation": "8",
})  # fmt: skip
INSURANCE_TYPES: Final[Mapping[str, str]] = MappingProxyType({
    "Auto Insurance Policy": "AP", "Commercial": "C1", "Consolidated Omnibus Budget Reconciliation Act COBRA": "CO",
    "Medicare Conditionally Primary": "CP", "Disability": "D", "Exclusive Provider Organization": "EP", "Group Policy": "GP",
    "Health Maintenance Organization HMO": "HM", "Health Maintenance Organization HMO Medicare Risk": "HN", "Indemnity": "IN",
    "Individual Policy": "IP", "Long Term Care": "LC", "Litigation": "LT", "Medicare Part A": "MA", "Medicare Part B": "MB",
    "Medicaid": "MC", "Medigap Part A": "MH", "Medigap Part B": "MI", "Medicare Primary": "MP", "Other": "OT",
    "Personal Payment Cash No Insurance": "PP", "Preferred Provider Organization PPO": "PR", "Point of Service POS": "PS",
    "Qualified Medicare Beneficiary": "QM", "Supplemental Policy": "SP", "Workers Compensation": "WC",
})  # fmt: skip
GENDERS: Final[Mapping[str, str]] = MappingProxyType({"Female": "F", "Male": "M", "Unknown": "U"})
RELATIONSHIPS: Final[Mapping[str, str]] = MappingProxyType({"01": "spouse", "19": "child", "34": "other"})
SPELLED_RELATIONSHIPS: Final[Mapping[str, str]] = MappingProxyType({"Spouse": "spouse", "Child": "child", "Other Adult": "other"})
SPELLED_NETWORKS: Final[Mapping[str, str]] = MappingProxyType({"In Network": "Y", "Out of Network": "N", "In and Out of Network": "W"})
NEEDED: Final[Mapping[str, str]] = MappingProxyType({"Required": "Y", "Not Required": "N"})
SYSTEMS: Final[Mapping[str, str]] = MappingProxyType({"HCPCS": "HC", "CPT": "HC", "CDT": "AD", "NDC": "N4"})
