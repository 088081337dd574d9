"""One small made-up file of each kind, for the schema that editors show; together they are a rulebook that loads and proves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_CASE = {"on": "2026-12-01", "part": "esketamine", "diagnoses": ["F33.2"]}

_POLICY: dict[str, Any] = {
    "policy": "harbor-health/policy-77",
    "title": "Esketamine",
    "lines": ["commercial"],
    "states": ["ME"],
    "sources": {
        "P77": {
            "title": "Policy 77, Esketamine",
            "url": "https://harbor.example/policies/77",
            "quality": "primary",
            "as_of": "2026-03-01",
            "read_on": "2026-11-22",
        }
    },
    "editions": [
        {
            "effective": "2026-03-01",
            "cite": "P77",
            "coverage": [
                {
                    "parts": ["esketamine"],
                    "indications": ["treatment_resistant_depression"],
                    "stance": "covered_when",
                    "prior_authorization": "required",
                    "benefit": "medical",
                    "criteria": {"id": "adult", "fact": "age_years", "at_least": 18, "says": "18 or older"},
                    "continuation": "same_as_initial",
                    "codes": [{"code": "J0013", "use": "bill", "note": "per milligram"}],
                }
            ],
            "other_indications": "silent",
        }
    ],
    "cases": [
        {"name": "just old enough", **_CASE, "facts": {"age_years": 18}, "expect": {"result": "likely_covered", "because": ["adult"]}},
        {"name": "older than that", **_CASE, "facts": {"age_years": 19}, "expect": {"result": "likely_covered"}},
        {"name": "too young", **_CASE, "facts": {"age_years": 17}, "expect": {"result": "likely_not_covered", "because": ["adult"]}},
    ],
}
_PAYER: dict[str, Any] = {
    "payer": "harbor-health",
    "name": "Harbor Health",
    "aliases": ["Harbor Health Plan"],
    "edi_ids": ["77001"],
    "lines": ["commercial"],
    "states": ["ME"],
    "contacts": [
        {
            "purpose": "provider services",
            "phone": "1-800-555-0177",
            "source": {"title": "Harbor Health provider page", "url": "https://harbor.example/providers", "read_on": "2026-11-22"},
        }
    ],
}
_FACTS: dict[str, Any] = {
    "facts": {
        "age_years": {
            "type": "count",
            "known_by": "clinic",
            "label": "age on the date of service",
            "clinical": "true",
            "group": "patient",
            "limits": {"at_least": 0, "at_most": 130, "step": 1},
            "ask": {"clinic": "How old will the patient be on the date of service?"},
        }
    }
}
_THERAPIES: dict[str, Any] = {
    "therapies": {"spravato": {"label": "Spravato", "says": "Esketamine nasal spray under supervision.", "parts": ["esketamine"]}},
    "parts": {
        "esketamine": {
            "label": "Spravato (esketamine)",
            "patient_label": "Spravato nose spray",
            "says": "The drug esketamine.",
            "service_types": ["88"],
        }
    },
    "indications": {"treatment_resistant_depression": {"label": "treatment-resistant depression", "codes": ["F32.-", "F33.-"]}},
    "lines": {"commercial": {"label": "commercial", "aliases": ["employer plan"]}},
}
_CODES: dict[str, Any] = {
    "codes": {
        "J0013": {
            "system": "HCPCS",
            "kind": "esketamine_drug",
            "says": "Spravato (esketamine) nasal spray, the drug alone, counted per 1 mg",
            "parts": ["esketamine"],
            "from": "2026-01-01",
            "unit": "1 mg",
            "quality": "read",
            "source": "https://harbor.example/codes",
        }
    },
    "traps": [{"id": "milligrams", "codes": ["J0013"], "says": "One unit is one milligram, not one device."}],
    "defaults": [{"part": "esketamine", "codes": [{"code": "J0013"}]}],
}
_MEMBERS: dict[str, Any] = {
    "members": [
        {
            "id": "HARBOR0001",
            "says": "active, with a deductible",
            "first_name": "Ada",
            "last_name": "Marlow",
            "date_of_birth": "1985-03-02",
            "statements": [
                {"is": "active", "service_types": ["30"], "plan": "HARBOR CHOICE"},
                {"is": "deductible", "service_types": ["30"], "level": "IND", "period": "23", "amount": 500},
            ],
        }
    ]
}

EXAMPLES: Mapping[str, dict[str, Any]] = MappingProxyType(
    {"policy": _POLICY, "payer": _PAYER, "facts": _FACTS, "therapies": _THERAPIES, "codes": _CODES, "members": _MEMBERS}
)
