"""The words and shapes of the pages. Results differ by word and shape, never by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

RESULTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "likely_covered": ("●", "Likely covered"),
        "likely_not_covered": ("■", "Likely not covered"),
        "depends": ("◐", "Depends"),
        "uncertain": ("☎", "Cannot tell: call"),
        "not_asked": ("–", "Not asked"),
        "mixed": ("◇", "Parts differ"),
    }
)
STATES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "met": ("✓", "met"),
        "unmet": ("✗", "not met"),
        "unknown": ("?", "not known"),
        "unread": ("…", "not read"),
        "excluded": ("✗", "excluded"),
        "not_excluded": ("✓", "not excluded"),
        "holds": ("●", "applies"),
        "holds_not": ("○", "does not apply"),
    }
)
GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "all": "All of these",
        "any": "At least one of these",
        "none": "None of these",
        "not_all": "Not all of these together",
        "not": "Not this",
    }
)
STANCES: Final[Mapping[str, str]] = MappingProxyType(
    {"met": "covers it", "unmet": "does not cover it", "unknown": "decides case by case", "unread": "was not read on it"}
)
GROUNDS: Final[Mapping[str, str]] = MappingProxyType(
    {"question": "the question", "rules": "the rules", "learned": "what payer and calls said", "program": "the program"}
)
AUTHORIZATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"needed": "needed", "not_needed": "not needed", "on_file": "on file", "unknown": "not known"}
)
STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "none": "Nothing more to do",
        "gather_facts": "Find the missing facts",
        "call_insurer": "Call the insurer",
        "start_authorization": "Start the authorization",
        "discuss_self_pay": "Talk about paying oneself",
        "find_new_plan": "Find the plan in force",
    }
)
LEANINGS: Final[Mapping[str, str]] = MappingProxyType({"covered": "leans towards covered", "not_covered": "leans towards not covered"})
EVIDENCE: Final[Mapping[str, str]] = MappingProxyType({"strong": "strong evidence", "fair": "fair evidence", "weak": "weak evidence"})
ASSUMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "coverage_active": "the plan is active on that day",
        "provider_in_network": "the clinic is in network",
        "out_of_network_benefit": "the plan pays out of network",
        "no_plan_exclusion": "the plan itself excludes nothing more",
        "exclusion_not_of_this_part": "the exclusion in the plan does not reach this part",
        "plan_insured": "the plan is insured, not self-funded",
        "plan_not_grandfathered": "the plan is not grandfathered",
    }
)
KNOWN_BY: Final[Mapping[str, str]] = MappingProxyType(
    {"clinic": "The clinic knows", "patient": "The patient knows", "payer": "Only the payer knows: ask in the call"}
)
VALUES: Final = (("yes", "Yes"), ("no", "No"), ("depends", "It depends"), ("refused", "Refused"), ("unknown", "Not known"))


def assumed(name: str) -> str:
    """What was taken for granted."""
    return ASSUMES.get(name) or name.removeprefix("indication:").replace("_", " ")
