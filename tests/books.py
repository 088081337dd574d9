"""Small made-up rulebooks for tests."""

from __future__ import annotations

import json
from typing import Any

import yaml

from covercheck.engine import Engine
from covercheck.engine.asking import Asked, candidates_of, facts_of, part_question
from covercheck.engine.finding import Finding
from covercheck.rules import Rulebook, load_files

_FACTS: dict[str, Any] = {
    "age_years": {"type": "count", "known_by": "clinic", "label": "age in years", "limits": {"at_most": "130"}},
    "failed_antidepressants": {"type": "count", "known_by": "clinic", "label": "failed antidepressants"},
    "madrs": {"type": "number", "known_by": "clinic", "label": "MADRS score", "limits": {"at_least": "0", "at_most": "60"}},
    "hamd17": {"type": "number", "known_by": "clinic", "label": "HAM-D score"},
    "psychosis_history": {"type": "yes_no", "known_by": "clinic", "label": "psychosis now or in the past"},
    "pdmp_checked": {"type": "yes_no", "known_by": "clinic", "label": "monitoring programme checked"},
    "specialty": {"type": "choice", "known_by": "clinic", "label": "prescriber", "values": ["psychiatrist", "np", "other"]},
    "plan_has_rider": {"type": "yes_no", "known_by": "payer", "label": "the plan has the rider", "clinical": "false"},
    "visits": {"type": "count", "known_by": "clinic", "label": "visits this year"},
    "diagnosis_codes": {"type": "codes", "known_by": "clinic", "label": "diagnosis codes", "from_question": "diagnoses"},
    "plan_market": {
        "type": "choice",
        "known_by": "payer",
        "label": "market",
        "values": ["individual", "small_group", "large_group"],
        "from_question": "plan.market",
    },
    "prior_authorization_on_file": {"type": "yes_no", "known_by": "clinic", "label": "authorization on file"},
}
FACTS: dict[str, Any] = {name: {**fact, "ask": {fact["known_by"]: f"What of this: {fact['label']}?"}} for name, fact in _FACTS.items()}
PARTS = ("evaluation", "psychotherapy", "dosing_psychotherapy", "esketamine", "ketamine_iv", "monitoring")
THERAPIES: dict[str, Any] = {
    "therapies": {
        "spravato": {"label": "Spravato", "parts": ["evaluation", "esketamine", "monitoring"]},
        "kap_iv": {
            "label": "IV ketamine with psychotherapy",
            "parts": ["evaluation", "psychotherapy", "dosing_psychotherapy", "ketamine_iv", "monitoring"],
        },
    },
    "parts": {part: {"label": part, "patient_label": part.replace("_", " ")} for part in PARTS},
    "indications": {
        "treatment_resistant_depression": {"label": "TRD", "codes": ["F32.-", "F33.-"]},
        "mdd_acute_suicidality": {"label": "acute suicidality", "needs_code": ["R45.851"]},
        "ptsd": {"label": "PTSD", "codes": ["F43.1-"]},
        "substance_use_disorder": {"label": "substance use", "codes": ["F10.-"], "comorbid": "true"},
    },
    "lines": {"commercial": {"label": "commercial"}, "exchange": {"label": "exchange"}, "medicaid": {"label": "Medicaid"}},
}
CODES: dict[str, Any] = {
    "codes": {
        "J0013": {
            "system": "HCPCS",
            "kind": "esketamine_drug",
            "says": "esketamine, 1 mg",
            "parts": ["esketamine"],
            "from": "2026-01-01",
            "predecessor": "S0013",
        },
        "S0013": {
            "system": "HCPCS",
            "kind": "esketamine_drug",
            "says": "esketamine, old",
            "parts": ["esketamine"],
            "until": "2025-12-31",
            "successor": "J0013",
        },
        "90837": {"system": "CPT", "kind": "psychotherapy", "says": "talk therapy, an hour", "parts": ["psychotherapy"]},
        "J3490": {"system": "HCPCS", "kind": "ketamine_drug", "says": "drug without a code", "parts": ["ketamine_iv"]},
    },
    "defaults": [{"part": "esketamine", "codes": [{"code": "J0013"}]}],
}
PAYER: dict[str, Any] = {
    "payer": "acme",
    "name": "Acme Health",
    "aliases": ["Acme"],
    "lines": ["commercial", "exchange"],
    "states": ["MA", "RI"],
}
PRIMARY: dict[str, Any] = {
    "title": "Policy 101",
    "url": "https://acme.example/101",
    "quality": "primary",
    "as_of": "2026-06-01",
    "read_on": "2026-11-22",
}
OLD: dict[str, Any] = {**PRIMARY, "title": "Old page", "as_of": "2019-01-01"}
SECONDARY: dict[str, Any] = {**PRIMARY, "title": "Clinic page", "quality": "secondary"}
TRD = "treatment_resistant_depression"


def entry(**changes: Any) -> dict[str, Any]:
    """A coverage entry: esketamine for treatment-resistant depression, covered for adults."""
    base: dict[str, Any] = {
        "parts": ["esketamine"],
        "indications": [TRD],
        "stance": "covered_when",
        "criteria": {"id": "adult", "fact": "age_years", "at_least": "18", "says": "18 or older"},
        "continuation": "same_as_initial",
    }
    base.update(changes)
    if base["stance"] != "covered_when":
        base.pop("criteria", None)
        base.pop("continuation", None)
        base.setdefault("says", "what the text says")
    return base


def policy(name: str = "acme/101", *entries: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A policy of one edition."""
    edition = {"effective": "2025-01-01", "cite": "P", "coverage": list(entries) or [entry()]}
    return {
        "policy": name,
        "title": f"Policy {name}",
        "lines": ["commercial"],
        "states": "all",
        "sources": {"P": PRIMARY, "OLD": OLD, "CLINIC": SECONDARY},
        "editions": [edition],
        **changes,
    }


def files_of(*policies: dict[str, Any], **changes: Any) -> dict[str, bytes]:
    """The files of a rulebook with these policies."""
    content: dict[str, Any] = {"facts.yaml": {"facts": FACTS}, "therapies.yaml": THERAPIES, "codes.yaml": CODES, "acme/payer.yaml": PAYER}
    content |= {f"{p['policy']}.yaml": p for p in policies} | changes
    return {name: yaml.safe_dump(json.loads(json.dumps(data)), sort_keys=False).encode() for name, data in content.items()}


def book_of(*policies: dict[str, Any]) -> Rulebook:
    """A rulebook with these policies."""
    return load_files(files_of(*policies))


def ask(engine: Engine, asked: Asked, part: str = "esketamine") -> Finding:
    """The finding for one part."""
    candidates = candidates_of(engine.book.therapies, asked.diagnoses, asked.indication)
    return engine.decide(part_question(asked, part, candidates, facts_of(engine.book.facts, asked)))
