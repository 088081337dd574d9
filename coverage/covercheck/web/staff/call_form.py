"""The call form's fields as the record the API takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from covercheck.checks.evidence.topics import is_known, topic_of
from covercheck.rules.facts import parse_text
from covercheck.rules.rulebook import Rulebook

PLAIN: Final = ("kind", "on", "began", "ended", "company", "person", "reference", "number_dialed", "written", "plan_year_end")
MARKS: Final = ("by_code", "by_clinic", "by_diagnosis", "by_benefit")
ANSWER: Final = "answer."


def call_of(form: Mapping[str, str], book: Rulebook) -> dict[str, Any]:
    """The record as the API takes it; questions without an answer are left out."""
    call: dict[str, Any] = {name: form[name] for name in PLAIN if form.get(name)}
    call["caller"] = form.get("caller") or "clinic"
    call["read_back"] = "read_back" in form
    marks = {name: name in form for name in MARKS}
    call["answers"] = [
        _answer(form, field.removeprefix(ANSWER), value, marks, book) for field, value in form.items() if field.startswith(ANSWER) and value
    ]
    return call


def _answer(form: Mapping[str, str], question: str, value: str, marks: Mapping[str, bool], book: Rulebook) -> dict[str, Any]:
    told: dict[str, Any] = {"question_id": question, "value": value, **marks}
    for name in ("words", "company", "benefit"):
        if form.get(f"{name}.{question}"):
            told[name] = form[f"{name}.{question}"]
    if form.get(f"document.{question}"):
        told["document"] = {"title": form[f"document.{question}"]}
    granted = {name: form[f"{name}.{question}"] for name in ("number", "from", "to") if form.get(f"{name}.{question}")}
    if granted:
        told["authorization"] = granted
    fact, text = topic_of(question).fact if is_known(question, book) else None, form.get(f"value.{question}")
    if fact is not None and text and fact in book.facts:
        try:
            told["fact_value"] = parse_text(book.facts[fact], text)
        except ValueError:
            told["fact_value"] = text
    return told
