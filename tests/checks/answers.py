"""Small made-up answers for tests: parts built by hand, a question read from a tiny rulebook."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import orjson

from covercheck.checks.answer import AuthorizationAnswer, CallPrompt, Cite, CodeAnswer, DecidingFact, PartAnswer, PatientView, Reason
from covercheck.checks.call import call_prompt
from covercheck.checks.find_payer import build_directory
from covercheck.checks.patient import patient_view
from covercheck.checks.question import Question, QuestionReader
from covercheck.checks.request import parse_request
from covercheck.rules import Rulebook, load_files
from tests.books import CODES, FACTS, PAYER, THERAPIES, entry, files_of, policy

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday, noon in New York
TODAY = date(2026, 11, 22)
PARTS = (
    "evaluation", "psychotherapy", "dosing_psychotherapy", "esketamine",
    "ketamine_iv", "ketamine_im", "ketamine_oral", "ketamine_nasal", "monitoring",
)  # fmt: skip
LINES = (
    "commercial", "exchange", "medicare_ffs", "medicare_advantage", "medicaid", "chip", "tricare", "va", "fep", "employer_benefit",
)  # fmt: skip
LABELS = {
    "evaluation": "Check-up visit with the doctor",
    "psychotherapy": "Talk therapy visits",
    "dosing_psychotherapy": "Talk therapy on the day you get the drug",
    "esketamine": "Spravato nose spray",
    "ketamine_iv": "Ketamine by vein",
    "ketamine_im": "Ketamine as a shot",
    "ketamine_oral": "Ketamine by mouth",
    "ketamine_nasal": "Ketamine nose spray made by a pharmacy",
    "monitoring": "Time you are watched after the drug",
}
BILLED = {
    "evaluation": "99215",
    "psychotherapy": "90837",
    "dosing_psychotherapy": "90837",
    "esketamine": "J0013",
    "ketamine_iv": "J3490",
    "ketamine_im": "J3490",
    "ketamine_oral": "J8499",
    "ketamine_nasal": "J7999",
    "monitoring": "99415",
}
SOURCE = {"title": "Contact page", "url": "https://acme.example/contact", "as_of": "2026-03-01", "read_on": "2026-11-22"}
CONTACTS: list[dict[str, Any]] = [
    {"purpose": "provider services", "phone": "1-800-555-0100", "hours": "Mon-Fri 8-20 ET", "source": SOURCE},
    {"purpose": "behavioral services", "for": ["psychotherapy"], "phone": "1-800-555-0101", "source": SOURCE},
    {"purpose": "Spravato desk", "for": ["esketamine"], "phone": "1-800-555-0102", "source": SOURCE},
    {"purpose": "Medicaid desk", "lines": ["medicaid"], "phone": "1-800-555-0103", "source": SOURCE},
    {"purpose": "Rhode Island desk", "states": ["RI"], "phone": "1-800-555-0104", "source": SOURCE},
]
MORE_FACTS: dict[str, Any] = {
    "provider_in_network": {"type": "yes_no", "known_by": "payer", "label": "in network", "ask": {"payer": "Is the clinic in network?"}},
    "plan_has_kap_rider": {"type": "yes_no", "known_by": "payer", "label": "a rider for ketamine therapy"},
    "plan_funding": {"type": "choice", "known_by": "payer", "label": "who bears the risk", "values": ["insured", "self_funded"]},
    "plan_excludes_service": {
        "type": "yes_no",
        "known_by": "payer",
        "label": "the plan document excludes it",
        "ask": {"payer": "Does the plan document exclude this service?", "patient": "Is it approved? You will pay."},
    },
    "provider_credential": {
        "type": "choice",
        "known_by": "clinic",
        "label": "license",
        "values": ["clinical_social_worker", "mental_health_counselor"],
    },
    "patient_established": {"type": "yes_no", "known_by": "clinic", "label": "established patient"},
}
MORE_CODES: dict[str, Any] = {
    "G2082": {"system": "HCPCS", "kind": "esketamine_visit", "says": "Spravato, 56 mg", "parts": ["esketamine", "monitoring"]},
    "G2083": {"system": "HCPCS", "kind": "esketamine_visit", "says": "Spravato, more than 56 mg", "parts": ["esketamine", "monitoring"]},
    "99415": {"system": "CPT", "kind": "prolonged", "says": "staff time", "parts": ["monitoring"]},
    "0820T": {"system": "CPT", "kind": "psychedelic_monitoring", "says": "watching by the hour", "parts": ["monitoring"]},
}
NAMED = Cite("Policy 101", "https://acme.example/101", "2026-06-01", "2026-11-22", "primary", "acme/101", "2025-01-01")


def book(administrator: str = "unknown") -> Rulebook:
    """A rulebook of one payer with contacts, and two policies: 101 on Spravato, 202 on ketamine by vein and psychotherapy."""
    therapies = {
        **THERAPIES,
        "parts": {part: {"label": part, "patient_label": LABELS[part]} for part in PARTS},
        "lines": {line: {"label": line} for line in LINES},
    }
    payer = {
        **PAYER, "lines": list(LINES), "states": "all", "contacts": CONTACTS, "behavioral_health": {"administrator": administrator},
    }  # fmt: skip
    changes = {
        "therapies.yaml": therapies,
        "acme/payer.yaml": payer,
        "facts.yaml": {"facts": {**FACTS, **MORE_FACTS}},
        "codes.yaml": {**CODES, "codes": {**CODES["codes"], **MORE_CODES}},
    }
    ketamine = entry(parts=["ketamine_iv", "dosing_psychotherapy"])
    return load_files(files_of(policy(), policy("acme/202", ketamine), **changes))


BOOK = book()


def question(rules: Rulebook = BOOK, **changes: Any) -> Question:
    """A question on a commercial plan in Massachusetts; `parts` names the parts asked."""
    base: dict[str, Any] = {
        "payer": "acme",
        "plan": {"line": "commercial", "state": "MA"},
        "date_of_service": "2026-12-01",
        "parts": list(PARTS),
        "diagnoses": ["F33.2"],
    }
    base |= changes
    return QuestionReader(rules, build_directory(rules)).read(parse_request(json.dumps(base).encode()), TODAY)


def cite(**changes: Any) -> Cite:
    """The policy 101, current and read by ourselves, unless changed."""
    return Cite(
        title=changes.get("title", NAMED.title),
        url=NAMED.url,
        as_of=changes.get("as_of", NAMED.as_of),
        read_on=NAMED.read_on,
        quality=changes.get("quality", NAMED.quality),
        policy=changes.get("policy", NAMED.policy),
        edition=changes.get("edition", NAMED.edition),
    )


def reason(criterion: str = "rest", state: Any = "unread", says: str = "the page goes on", **changes: Any) -> Reason:
    """A criterion of a policy, unread unless said otherwise."""
    source = cite(**changes)
    return Reason(f"{source.policy}#{criterion}", state, says, source)


def fact(name: str, known_by: Any = "payer", ask: str = "What is it?") -> DecidingFact:
    """A deciding fact."""
    return DecidingFact(name, known_by, name.replace("_", " "), ask, (), True, True)


def code(name: str, use: Any = "bill", basis: Any = "national") -> CodeAnswer:
    """A billing code of a part."""
    return CodeAnswer(name, use, "a code", None, basis)


def authorized(state: Any = "unknown", *depends_on: str) -> AuthorizationAnswer:
    """An answer on authorization."""
    return AuthorizationAnswer(state, "", depends_on)


def part(name: str, result: Any = "uncertain", **changes: Any) -> PartAnswer:
    """A part's answer; an uncertain part has no text on file unless changed."""
    made: dict[str, Any] = {
        "part": name,
        "label": name,
        "result": result,
        "leaning": None,
        "evidence": None,
        "causes": ("no_rule",) if result == "uncertain" else (),
        "says": "",
        "prior_authorization": None if result in ("likely_not_covered", "not_asked") else authorized(),
        "benefit": "medical",
        "codes": () if result == "not_asked" else (code(BILLED[name]),),
        "traps": (),
        "reasons": (),
        "set_aside": (),
        "deciding_facts": (),
        "label_says": None,
        "assumes": ("coverage_active", "provider_in_network"),
        "next_step": "call_insurer" if result == "uncertain" else "none",
        "valid_until": "2026-12-31",
    }
    return PartAnswer(**{**made, **changes})


def call_for(*parts: PartAnswer, rules: Rulebook = BOOK, now: datetime = NOON, **changes: Any) -> CallPrompt:
    """The call prompt of these parts."""
    changes.setdefault("parts", [part.part for part in parts])
    made = call_prompt(rules, question(rules, **changes), parts, now)
    assert made is not None
    return made


def view_for(*parts: PartAnswer, **changes: Any) -> PatientView:
    """The patient's view of these parts."""
    changes.setdefault("parts", [part.part for part in parts])
    asked = question(**changes)
    return patient_view(BOOK, asked, parts, call_prompt(BOOK, asked, parts, NOON))


def ids(call: CallPrompt) -> list[str]:
    """The ids of the call's questions in order."""
    return [question.id for question in call.questions]


def all_text(call: CallPrompt) -> str:
    """Everything a call prompt says, as JSON."""
    return orjson.dumps(call).decode()
