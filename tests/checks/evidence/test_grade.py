"""How good an answer is: computed from what was written down, never typed in."""

from __future__ import annotations

from typing import Any

import pytest

from covercheck.checks.check import Checker
from covercheck.checks.evidence.grade import grade_of
from covercheck.checks.request import QuestionRefused
from tests.checks.evidence.calls import acme, answer_to, call, read

DOCUMENT = {"title": "Letter of coverage"}


@pytest.fixture(scope="module")
def checker() -> Checker:
    return acme()


def graded(checker: Checker, written: dict[str, Any]) -> str:
    found = read(checker, written)
    return grade_of(found, found.answers[0])


@pytest.mark.parametrize(
    ("changes", "grade"),
    [
        ({}, "B"),
        ({"kind": "letter"}, "A"),
        ({"kind": "portal"}, "A"),
        ({"kind": "authorization"}, "A"),
        ({"written": "promised"}, "B"),
        ({"person": None}, "C"),
        ({"reference": None}, "C"),
        ({"read_back": False}, "C"),
        ({"caller": "patient"}, "B"),
    ],
)
def test_a_call_is_as_good_as_its_record(checker: Checker, changes: dict[str, Any], grade: str) -> None:
    written = {key: value for key, value in call(answer_to("E1", "yes"), **changes).items() if value is not None}
    assert graded(checker, written) == grade


@pytest.mark.parametrize("missing", ["by_code", "by_clinic", "by_diagnosis", "by_benefit"])
def test_coverage_must_be_asked_by_code_clinic_diagnosis_and_benefit(checker: Checker, missing: str) -> None:
    assert graded(checker, call(answer_to("E1", "yes", **{missing: False}))) == "C"


def test_whether_the_plan_is_active_needs_no_code(checker: Checker) -> None:
    assert graded(checker, call({"question_id": "A1", "value": "yes"})) == "B"


def test_a_patients_answer_without_codes_counts_a_grade_less(checker: Checker) -> None:
    assert graded(checker, call({"question_id": "A1", "value": "yes"}, caller="patient")) == "C"


@pytest.mark.parametrize(("value", "grade"), [("refused", "D"), ("unknown", "D"), ("depends", "C")])
def test_no_clear_answer_is_never_a_good_one(checker: Checker, value: str, grade: str) -> None:
    assert graded(checker, call(answer_to("E1", value))) == grade
    assert graded(checker, call(answer_to("E1", value), kind="letter")) == grade


def test_a_document_in_hand_makes_a_call_a_written_answer(checker: Checker) -> None:
    assert graded(checker, call(answer_to("E1", "no", document=DOCUMENT), written="received")) == "A"
    assert graded(checker, call(answer_to("E1", "no", document=DOCUMENT))) == "B"
    assert graded(checker, call(answer_to("E1", "no"), written="received")) == "B"


@pytest.mark.parametrize(
    ("changes", "pointer", "key"),
    [
        ({"grade": "A"}, "/grade", "unknown_key"),
        ({"on": "2026-11-25"}, "/on", "date_out_of_range"),
        ({"on": "2024-11-20"}, "/on", "date_out_of_range"),
        ({"on": "24.11.2026"}, "/on", "wrong_type"),
        ({"plan_year_end": "2026-11-23"}, "/plan_year_end", "date_out_of_range"),
        ({"began": "24:00"}, "/began", "wrong_form"),
        ({"answers": []}, "/answers", "wrong_type"),
        ({"answers": [answer_to("Z9", "yes")]}, "/answers/0/question_id", "unknown_question"),
        ({"answers": [answer_to("R1:acme/none", "yes")]}, "/answers/0/question_id", "unknown_question"),
        ({"answers": [answer_to("R2:no_such_fact", "yes")]}, "/answers/0/question_id", "unknown_question"),
        ({"answers": [answer_to("E1", "maybe")]}, "/answers/0/value", "wrong_type"),
        ({"answers": [answer_to("E1", "yes", parts=["evaluation"])]}, "/answers/0/parts/0", "unknown_part"),
        ({"answers": [answer_to("E1", "yes"), answer_to("E1", "no", parts=["ketamine_iv"])]}, "/answers/1", "answered_twice"),
        ({"answers": [answer_to("R2:visits", "yes")]}, "/answers/0/fact_value", "wrong_type"),
        ({"answers": [answer_to("R2:visits", "yes", fact_value=-1)]}, "/answers/0/fact_value", "wrong_type"),
        (
            {"answers": [answer_to("G5", "yes", authorization={"from": "2026-12-02", "to": "2026-12-01"})]},
            "/answers/0/authorization/to",
            "date_out_of_range",
        ),
    ],
)
def test_what_is_wrong_with_a_record_is_told_with_its_place(checker: Checker, changes: dict[str, Any], pointer: str, key: str) -> None:
    with pytest.raises(QuestionRefused) as refused:
        read(checker, call(answer_to("E1", "yes"), **changes) | changes)
    assert [(fault.pointer, fault.key) for fault in refused.value.faults] == [(pointer, key)]


def test_a_call_two_years_back_less_a_day_is_still_taken(checker: Checker) -> None:
    assert read(checker, call(answer_to("E1", "yes"), on="2024-11-22")).on.year == 2024
