"""From the fields of the form to a question, and back, so that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from covercheck.checks.request import Fault
from covercheck.rules.facts import Fact, FactCatalogue, FactType, parse_text

PLAIN: Final = {
    "payer": "/payer",
    "line": "/plan/line",
    "state": "/plan/state",
    "plan_name": "/plan/name",
    "group": "/plan/group",
    "market": "/plan/market",
    "funding": "/plan/funding",
    "date_of_service": "/date_of_service",
    "therapy": "/therapy",
    "indication": "/indication",
    "phase": "/phase",
    "member_id": "/member/id",
    "member_first_name": "/member/first_name",
    "member_last_name": "/member/last_name",
    "member_date_of_birth": "/member/date_of_birth",
    "npi": "/provider/npi",
}
FIELDS: Final = {place: name for name, place in PLAIN.items()}
SELECTORS: Final = {"plan.line": "line", "plan.state": "state", "plan.name": "plan_name", "indication": "diagnoses"}
LONGEST: Final = 20_000


class Fields(dict[str, str]):
    """What is typed in a form; what is not, is empty."""

    def __missing__(self, _: str) -> str:
        return ""


def question_of(form: Mapping[str, str], parts: Iterable[str], catalogue: FactCatalogue) -> tuple[dict[str, Any], list[Fault]]:
    """The question as the API takes it; faults of facts that are not what their type wants. Empty fields are left out."""
    question: dict[str, Any] = {}
    for name, place in PLAIN.items():
        value = form.get(name, "")[:LONGEST]
        if value:
            _put(question, place, value)
    chosen = [part for part in parts if part]
    if chosen:
        question.pop("therapy", None)
        question["parts"] = chosen
    diagnoses = [code for code in form.get("diagnoses", "").replace(",", " ").split() if code]
    if diagnoses:
        question["diagnoses"] = diagnoses
    facts, faults = facts_of(form, catalogue)
    if facts:
        question["facts"] = facts
    return question, faults


def facts_of(form: Mapping[str, str], catalogue: FactCatalogue) -> tuple[dict[str, Any], list[Fault]]:
    """The facts of a form, `fact.<name>`; what is empty is unknown."""
    facts: dict[str, Any] = {}
    faults: list[Fault] = []
    for field, text in form.items():
        name = field.removeprefix("fact.")
        if name == field or not text or name not in catalogue:
            continue
        try:
            value = parse_text(catalogue[name], text)
        except ValueError as error:
            faults.append(Fault(f"/facts/{name}", "wrong_value", str(error)))
        else:
            facts[name] = _as_json(catalogue[name], value)
    return facts, faults


def form_of(question: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a question that was asked."""
    form = {name: value for name, place in PLAIN.items() if (value := _get(question, place))}
    form["diagnoses"] = " ".join(question.get("diagnoses") or ())
    form |= {f"fact.{name}": _text(value) for name, value in (question.get("facts") or {}).items() if value is not None}
    return form


def field_of(fault: Fault) -> str:
    """The field a fault belongs to; empty where it is none of the form's."""
    if fault.pointer.startswith("/facts/"):
        return f"fact.{fault.pointer.removeprefix('/facts/')}"
    if fault.pointer.startswith("/diagnoses"):
        return "diagnoses"
    return FIELDS.get(fault.pointer, "therapy" if fault.pointer in ("", "/parts", "/codes") else "")


def _put(question: dict[str, Any], place: str, value: str) -> None:
    *above, name = place.strip("/").split("/")
    inside = question
    for step in above:
        inside = inside.setdefault(step, {})
    inside[name] = value


def _get(question: Mapping[str, Any], place: str) -> str:
    found: Any = question
    for step in place.strip("/").split("/"):
        found = found.get(step) if isinstance(found, Mapping) else None
    return str(found) if found is not None else ""


def _as_json(fact: Fact, value: Any) -> Any:
    if fact.type is FactType.CODES:
        return sorted(value)
    return value.isoformat() if fact.type is FactType.DATE else value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
