"""A question is strict: everything wrong with it is told at once, with a pointer and the nearest valid name."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from covercheck.checks.find_payer import build_directory
from covercheck.checks.question import Question, QuestionReader
from covercheck.checks.request import Fault, QuestionRefused, parse_request
from covercheck.rules import load_files
from tests.books import CODES, FACTS, PAYER, book_of, files_of, policy

TODAY = date(2026, 11, 22)
GOOD: dict[str, Any] = {
    "payer": "acme",
    "plan": {"line": "commercial", "state": "MA"},
    "date_of_service": "2026-12-01",
    "therapy": "kap_iv",
    "diagnoses": ["F33.2"],
    "facts": {"age_years": 41},
}


@pytest.fixture(scope="module")
def reader() -> QuestionReader:
    book = book_of(policy())
    return QuestionReader(book, build_directory(book))


def read(reader: QuestionReader, **changes: Any) -> Question:
    return reader.read(parse_request(json.dumps({**GOOD, **changes}).encode()), TODAY)


def faults(reader: QuestionReader, **changes: Any) -> dict[str, Fault]:
    """The faults of a changed question by pointer."""
    with pytest.raises(QuestionRefused) as refused:
        read(reader, **changes)
    return {fault.pointer: fault for fault in refused.value.faults}


def test_a_good_question_names_its_parts(reader: QuestionReader) -> None:
    question = read(reader)
    assert question.parts == ("evaluation", "psychotherapy", "dosing_psychotherapy", "ketamine_iv", "monitoring")
    assert question.asked.payer == "acme"


@pytest.mark.parametrize("written", ["acme", "ACME", "Acme Health", "acme  health", "A.C.M.E. Health"])
def test_a_payer_is_found_however_it_is_spelled(reader: QuestionReader, written: str) -> None:
    assert read(reader, payer=written).asked.payer == "acme"


def test_a_payer_is_never_guessed_but_near_misses_are_offered(reader: QuestionReader) -> None:
    fault = faults(reader, payer="Acmee Helth")["/payer"]
    assert (fault.key, fault.nearest) == ("unknown_payer", ("acme",))


def test_every_fault_is_told_at_once(reader: QuestionReader) -> None:
    found = faults(
        reader,
        payer="nobody at all",
        plan={"line": "comercial", "state": "Massachusetts"},
        date_of_service="1999-12-31",
        therapy="kap_ivv",
        diagnoses=["depression"],
        indication="ptsdd",
        facts={"age_yeers": 41, "age_years": "41"},
        restricted_parts=["ketamin_iv"],
    )
    assert set(found) == {
        "/payer", "/plan/line", "/plan/state", "/date_of_service", "/therapy", "/diagnoses/0", "/indication", "/facts/age_yeers",
        "/facts/age_years", "/restricted_parts/0",
    }  # fmt: skip
    assert found["/facts/age_yeers"].nearest == ("age_years",)
    assert found["/plan/line"].nearest == ("commercial",)


@pytest.mark.parametrize(
    ("changes", "pointer", "key"),
    [
        ({"date_of_service": "2026-02-30"}, "/date_of_service", "wrong_type"),
        ({"date_of_service": "01.12.2026"}, "/date_of_service", "wrong_type"),
        ({"date_of_service": 1764547200}, "/date_of_service", "wrong_type"),
        ({"date_of_service": "2028-11-23"}, "/date_of_service", "date_out_of_range"),
        ({"payer": ""}, "/payer", "wrong_type"),
        ({"payer": "x\u0000y"}, "/payer", "wrong_form"),
        ({"payer": 7}, "/payer", "wrong_type"),
        ({"payr": "acme"}, "/payr", "unknown_key"),
        ({"plan": {"lin": "commercial"}}, "/plan/lin", "unknown_key"),
        ({"phase": "later"}, "/phase", "wrong_type"),
        ({"therapy": None}, "/therapy", "what_is_asked"),
        ({"parts": ["esketamine"]}, "/parts", "what_is_asked"),
        ({"therapy": None, "codes": ["J9999"]}, "/codes/0", "unknown_code"),
        ({"therapy": None, "codes": ["90837"] * 10_000}, "/codes", "wrong_type"),
        ({"facts": {"age_years": True}}, "/facts/age_years", "wrong_value"),
        ({"facts": {"age_years": 131}}, "/facts/age_years", "wrong_value"),
        ({"facts": {"age_years": -1}}, "/facts/age_years", "wrong_value"),
        ({"facts": {"age_years": 41.5}}, "/facts/age_years", "wrong_value"),
        ({"facts": {"psychosis_history": "no"}}, "/facts/psychosis_history", "wrong_value"),
        ({"facts": {"specialty": "nurse"}}, "/facts/specialty", "wrong_value"),
        ({"facts": []}, "/facts", "wrong_type"),
        ({"provider": {"npi": "123"}}, "/provider/npi", "wrong_form"),
        ({"member": {}}, "/member/id", "missing"),
    ],
)
def test_a_fault_has_a_pointer_and_a_key(reader: QuestionReader, changes: dict[str, Any], pointer: str, key: str) -> None:
    assert faults(reader, **changes)[pointer].key == key


def test_faults_of_shape_and_of_names_are_told_together(reader: QuestionReader) -> None:
    body = {**GOOD, "payer": "nobody at all", "phase": "later", "facts": {"age_yeers": 1, "age_years": "x"}, "diagnoses": ["F33.2", 7]}
    del body["date_of_service"]
    with pytest.raises(QuestionRefused) as refused:
        parse_request(json.dumps(body))
    told = {fault.pointer for fault in reader.every_fault(refused.value, TODAY).faults}
    assert told == {"/payer", "/phase", "/facts/age_yeers", "/facts/age_years", "/diagnoses/1", "/date_of_service"}


def test_a_null_fact_is_unknown(reader: QuestionReader) -> None:
    assert read(reader, facts={"age_years": None}).asked.facts == {}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"payer": NaN}', b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_question_is_refused(body: bytes) -> None:
    with pytest.raises(QuestionRefused) as refused:
        parse_request(body)
    assert refused.value.faults


def test_dates_may_lie_two_years_ahead_and_years_back(reader: QuestionReader) -> None:
    assert read(reader, date_of_service="2028-11-22").asked.on == date(2028, 11, 22)
    assert read(reader, date_of_service="2021-01-01").asked.on == date(2021, 1, 1)


def test_codes_name_the_parts(reader: QuestionReader) -> None:
    assert read(reader, therapy=None, codes=["j0013", "90837"]).parts == ("psychotherapy", "esketamine")


def reader_with_codes(*codes: tuple[str, dict[str, Any]]) -> QuestionReader:
    """A reader whose code table holds these as well, and 90837 as the code to show for talk therapy on the day of a dose."""
    table = {
        "codes": {**CODES["codes"], **dict(codes)},
        "defaults": [*CODES["defaults"], {"part": "dosing_psychotherapy", "codes": [{"code": "90837"}]}],
    }
    book = load_files(files_of(policy(), **{"codes.yaml": table}))
    return QuestionReader(book, build_directory(book))


OLD_AND_NEW = (
    ("S0013", {**CODES["codes"]["S0013"], "from": "2021-01-01", "predecessor": "J3490"}),
    ("KIT", {"system": "NDC", "kind": "esketamine_drug", "says": "kit", "parts": ["esketamine"], "from": "2019-03-05"}),
)


@pytest.mark.parametrize(
    ("on", "parts"),
    [
        ("2019-03-04", ("ketamine_iv",)),
        ("2019-03-05", ("esketamine", "ketamine_iv")),
        ("2020-12-31", ("esketamine", "ketamine_iv")),
        ("2021-01-01", ("ketamine_iv",)),
    ],
)
def test_a_code_stands_for_the_drug_it_billed_before_that_drug_had_its_own(on: str, parts: tuple[str, ...]) -> None:
    """A claim of 2020 with J3490 may be for Spravato: leaving it out answers another question."""
    reader = reader_with_codes(*OLD_AND_NEW)
    assert read(reader, therapy=None, codes=["J3490"], date_of_service=on).parts == parts


def test_a_code_that_names_the_drug_leaves_no_doubt_about_the_old_code_beside_it() -> None:
    reader = reader_with_codes(*OLD_AND_NEW)
    assert read(reader, therapy=None, codes=["J3490", "KIT"], date_of_service="2020-06-01").parts == ("esketamine",)


@pytest.mark.parametrize("drug", ["J3490", "J0013", "0820T"])
def test_therapy_codes_beside_a_dose_may_mean_therapy_on_its_day(drug: str) -> None:
    """One date holds both: an answer on ordinary therapy alone would be sure of the wrong thing."""
    watched = {"system": "CPT", "kind": "psychedelic_monitoring", "says": "staying with the patient", "parts": ["monitoring"]}
    reader = reader_with_codes(("0820T", watched))
    assert {"psychotherapy", "dosing_psychotherapy"} <= set(read(reader, therapy=None, codes=[drug, "90837"]).parts)


@pytest.mark.parametrize("restricted", ["psychotherapy", "dosing_psychotherapy"])
def test_a_wish_for_silence_on_a_therapy_code_holds_for_whatever_the_code_means(restricted: str) -> None:
    """The plan would hear the same code, of which the patient asked that it not be told."""
    question = read(reader_with_codes(), therapy=None, codes=["J3490", "90837"], restricted_parts=[restricted])
    assert question.told_parts == ("ketamine_iv",)


def test_a_wish_for_silence_on_one_named_part_leaves_the_other() -> None:
    question = read(reader_with_codes(), therapy="kap_iv", restricted_parts=["dosing_psychotherapy"])
    assert "psychotherapy" in question.told_parts


def test_a_therapy_code_by_itself_is_ordinary_therapy() -> None:
    assert read(reader_with_codes(), therapy=None, codes=["90837"]).parts == ("psychotherapy",)


def test_a_dose_without_a_therapy_code_brings_no_therapy() -> None:
    assert read(reader_with_codes(), therapy=None, codes=["J3490"]).parts == ("ketamine_iv",)


def test_a_diagnosis_may_leave_out_its_dot(reader: QuestionReader) -> None:
    assert read(reader, diagnoses=["f332"]).asked.diagnoses == ("F33.2",)


def test_a_plan_named_in_the_payers_place_is_the_plan_asked_about() -> None:
    """Cards name the plan, not the company; its own text must not be lost on the way."""
    files = files_of(policy(plans=["Acme Gold"]), **{"acme/payer.yaml": {**PAYER, "aliases": ["Acme", "Acme Gold"]}})
    book = load_files(files)
    reader = QuestionReader(book, build_directory(book))
    assert read(reader, payer="ACME gold").asked.plan_name == "Acme Gold"
    assert read(reader, payer="Acme").asked.plan_name is None
    assert read(reader, payer="Acme Gold", plan={"line": "commercial", "name": "Silver"}).asked.plan_name == "Silver"


def test_an_alias_that_names_an_option_is_the_plan_asked_about() -> None:
    """A card says FEP Blue Focus: asking which option it names would be blind to the question."""
    option = {
        "type": "choice",
        "known_by": "patient",
        "label": "which option the card names",
        "values": ["basic", "blue_focus"],
        "from_question": "plan.name",
        "ask": {"patient": "Which option?"},
    }
    changed = {
        "facts.yaml": {"facts": {**FACTS, "option": option}},
        "acme/payer.yaml": {**PAYER, "aliases": ["Acme Blue Focus", "Acme Blue"]},
    }
    book = load_files(files_of(policy(), **changed))
    reader = QuestionReader(book, build_directory(book))
    assert read(reader, payer="acme blue focus").asked.plan_name == "Acme Blue Focus"
    assert read(reader, payer="Acme Blue").asked.plan_name is None
