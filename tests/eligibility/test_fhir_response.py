"""Who a FHIR answer is about and from, whether it is an answer at all, and what a refusal is told as."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest

from covercheck.eligibility.adapter import Heard
from covercheck.eligibility.fhir.read_items import MOST_STATEMENTS
from covercheck.eligibility.outcome import Failure
from covercheck.eligibility.report import Channel, Party, Reference, Rejection, Span, Trace
from covercheck.eligibility.standing import plan_standing
from covercheck.eligibility.verify import verified
from tests.eligibility.asking import INQUIRY, ON
from tests.eligibility.fhir_documents import (
    ADA,
    CARD,
    HL7,
    INSURER,
    X12,
    answered,
    category,
    coded,
    instead,
    insured,
    noted,
    patient,
    read,
)


def test_the_person_is_read_from_the_patient() -> None:
    person = patient(answered(insured()))
    assert (person.level, person.id, person.first_name, person.middle_name, person.last_name) == (
        "subscriber",
        "DEMO1001",
        "Ada",
        "May",
        "Marlow",
    )
    assert (person.date_of_birth, person.gender) == (date(1985, 3, 2), "F")
    assert "Marlow" not in repr(person)


@pytest.mark.parametrize(
    ("identifiers", "number"),
    [
        ([{"value": "DEMO1001"}], "DEMO1001"),
        ([{"value": "1"}, {"value": "2"}], None),
        ([{"type": coded("MR"), "value": "HOSPITAL7"}], None),
        ([{"type": coded("SS"), "value": "000"}, {"type": coded("MB"), "value": "DEMO1001"}], "DEMO1001"),
        ([], None),
    ],
)
def test_a_number_that_is_not_the_members_is_not_taken_for_it(identifiers: Any, number: str | None) -> None:
    person = patient(answered(insured(), contained=({**ADA, "identifier": identifiers}, CARD, INSURER)))
    assert person.id == number


def test_the_number_of_the_coverage_counts_where_the_patient_has_none() -> None:
    bare = {**ADA, "identifier": None}
    assert patient(answered(insured(), contained=(bare, {**CARD, "subscriberId": "DEMO1001"}))).id == "DEMO1001"
    child = {**CARD, "subscriberId": "DEMO1001", "relationship": coded("child")}
    person = patient(answered(insured(), contained=(bare, child)))
    assert (person.level, person.id) == ("dependent", None), "the number is the subscriber's, not the child's"


def test_a_subscriber_beside_the_patient_is_another_person() -> None:
    holder = {**ADA, "id": "p2", "name": [{"family": "Marlow", "given": ["Bea"]}]}
    card = {**CARD, "subscriber": {"reference": "#p2"}, "relationship": coded("child")}
    first, second = read(answered(insured(inforce=True), contained=(ADA, holder, card))).persons
    assert (first.level, first.first_name, first.benefits) == ("subscriber", "Bea", ())
    assert (second.level, second.first_name, len(second.benefits)) == ("dependent", "Ada", 1)


def test_the_name_in_use_is_taken_and_an_old_one_never() -> None:
    names = [{"use": "old", "family": "Before"}, {"use": "usual", "family": "Usual"}, {"use": "official", "family": "Marlow"}]
    assert patient(answered(insured(), contained=({**ADA, "name": names}, CARD))).last_name == "Marlow"
    assert patient(answered(insured(), contained=({**ADA, "name": names[:1]}, CARD))).last_name is None


def test_a_patient_who_is_not_here_is_noted_and_never_taken_for_the_one_asked_about() -> None:
    raw = answered(insured(inforce=True), contained=(), patient={"reference": "Patient/77"})
    assert noted(raw) == ["patient_not_named"]
    failure = verified(Heard(read(raw)), INQUIRY)
    assert isinstance(failure, Failure)
    assert failure.key == "another_person"


def test_a_patient_named_by_number_alone_is_enough() -> None:
    named = {"identifier": {"type": coded("MB"), "value": "DEMO1001"}}
    assert patient(answered(insured(), contained=(), patient=named)).id == "DEMO1001"


@pytest.mark.parametrize("born", ["1985", "1985-03", "soon", "1985-02-30"])
def test_half_a_birth_date_is_none(born: str) -> None:
    raw = answered(insured(), contained=({**ADA, "birthDate": born}, CARD))
    assert patient(raw).date_of_birth is None
    assert noted(raw) == ["date_unreadable"]


def test_plan_group_and_kind_of_insurance_come_from_the_coverage() -> None:
    card = {
        **CARD,
        "type": coded("PR", f"{X12}1336"),
        "period": {"start": "2024-01-01", "end": "9999-12-31"},
        "class": [
            {"type": coded("group"), "value": "G4410", "name": "Harbor Staff"},
            {"type": coded("plan"), "value": "P7", "name": "Harbor PPO"},
        ],
    }
    person = patient(answered(insured(inforce=True), contained=(ADA, card)))
    assert person.references == (Reference("6P", "G4410", "Harbor Staff"), Reference("18", "P7"))
    assert person.dates == (Span("291", date(2024, 1, 1)),)
    assert (person.benefits[0].plan, person.benefits[0].insurance_type) == ("Harbor PPO", "PR")


def test_of_two_coverages_each_keeps_its_own_plan_and_dates() -> None:
    old = {**CARD, "id": "c0", "period": {"end": "2025-12-31"}, "class": [{"type": coded("plan"), "value": "OLD"}]}
    new = {**CARD, "period": {"start": "2026-01-01"}, "class": [{"type": coded("plan"), "value": "NEW"}]}
    raw = answered({"coverage": {"reference": "#c0"}, "inforce": False}, insured(inforce=True), contained=(ADA, old, new))
    person = patient(raw)
    assert [(row.plan, row.meaning, row.dates[0].ends) for row in person.benefits] == [
        ("OLD", "inactive", date(2025, 12, 31)),
        ("NEW", "active", None),
    ]
    assert person.dates == ()
    assert plan_standing(person, ON) == "active"


def test_a_coverage_of_another_payer_says_nothing_of_this_one() -> None:
    other = {"resourceType": "Organization", "id": "o2", "name": "Tidewater Employer Plan"}
    card = {**CARD, "payor": [{"reference": "#o2"}]}
    person = patient(answered(insured(inforce=True), contained=(ADA, card, INSURER, other)))
    assert [(row.meaning, row.entities) for row in person.benefits] == [("other_payer", (Party("PR", "Tidewater Employer Plan"),))]
    assert plan_standing(person, ON) == "not_stated"


def test_payer_clinic_and_traces_are_told() -> None:
    clinic = {"identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}, "display": "Green Clinic"}
    reach = {**INSURER, "telecom": [{"system": "phone", "value": "8005550100"}, {"system": "url", "value": "https://harbor.example"}, {}]}
    raw = answered(
        insured(), contained=(ADA, CARD, reach), requestor=clinic, identifier=[{"system": "http://harbor.example", "value": "R7"}],
        preAuthRef="AUTH77", disposition="Policy is in force.",
    )  # fmt: skip
    report = read(raw)
    channels = (Channel("phone", "8005550100"), Channel("web", "https://harbor.example"))
    assert report.payer == Party("PR", "Harbor Health", "HARB1", "PI", channels)
    assert report.receiver == Party("1P", "Green Clinic", "1234567893", "XX")
    assert report.number == "TRACE1"
    assert report.persons[0].traces == (Trace(True, "TRACE1"), Trace(False, "R7", "http://harbor.example"))
    assert report.persons[0].references == (Reference("G1", "AUTH77"),)
    assert report.persons[0].benefits == (), "words on the whole say nothing where no statement is made"


def test_a_number_of_the_payers_own_for_the_question_is_no_echo_of_ours() -> None:
    report = read(answered(insured(), request={"reference": "https://harbor.example/fhir/CoverageEligibilityRequest/900"}))
    assert report.number is None
    assert report.persons[0].traces == (Trace(False, "900"),)
    theirs = read(answered(insured(), request={"identifier": {"system": "http://harbor.example", "value": "X"}}))
    assert (theirs.number, theirs.persons[0].traces) == (None, ())


@pytest.mark.parametrize(
    ("code", "level"),
    [("72", "subscriber"), ("75", "subscriber"), ("42", "payer"), ("79", "payer"), ("43", "provider"), ("51", "provider")],
)
def test_a_rejection_in_x12s_codes_stands_where_its_code_has_its_place(code: str, level: str) -> None:
    error = {"code": {"coding": [{"system": f"{X12}901", "code": code}, {"system": f"{X12}889", "code": "C"}]}}
    report = read(answered(outcome="error", error=[error]))
    assert report.all_rejections() == (Rejection(code, level, "C"),)  # type: ignore[arg-type]
    outcome = verified(Heard(report), INQUIRY)
    assert isinstance(outcome, Failure)
    assert outcome.rejections[0].code == code


def test_being_out_of_network_is_told_of_the_clinic() -> None:
    assert read(answered(outcome="error", error=[{"code": coded("35")}])).network == "out"
    assert read(answered(insured())).network is None


@pytest.mark.parametrize(
    ("more", "key", "code"),
    [
        ({"outcome": "queued"}, "pending", None),
        ({"outcome": "queued", "insurance": [insured(inforce=True)]}, "pending", None),
        ({"outcome": "error"}, "error_body", None),
        ({"outcome": "error", "error": [{"code": coded("a001", f"{HL7}adjudication-error")}]}, "error_body", "a001"),
        ({"outcome": "complete", "error": [{"code": coded("a002")}]}, "error_body", "a002"),
        ({"outcome": "error", "error": [{"code": coded("Ada Marlow!")}]}, "error_body", None),
        ({"outcome": "error", "error": [{"code": coded("72", "http://payer.example/errors")}]}, "error_body", "72"),
        ({"status": "entered-in-error"}, "not_an_answer", "entered-in-error"),
        ({"status": "cancelled"}, "not_an_answer", "cancelled"),
        ({"status": "draft"}, "not_an_answer", "draft"),
        ({"modifierExtension": [{"url": "http://payer.example/not", "valueBoolean": True}]}, "not_an_answer", None),
        ({"implicitRules": "http://payer.example/rules"}, "not_an_answer", None),
        ({"patient": None}, "wrong_shape", None),
    ],
)
def test_what_is_not_yet_or_no_longer_an_answer_is_none(more: dict[str, Any], key: str, code: str | None) -> None:
    found = instead(answered(**more))
    assert (found.key, found.code) == (key, code)
    assert "Marlow" not in repr(found)


def test_an_answer_in_part_keeps_what_it_states_unless_the_person_is_in_doubt() -> None:
    part: dict[str, Any] = {"outcome": "partial", "error": [{"code": coded("55")}]}
    assert noted(answered(insured(inforce=True), **part)) == ["error_in_part", "answer_in_part"]
    assert read(answered(insured(inforce=True), **part)).all_rejections() == ()
    doubted = read(answered(insured(inforce=True), outcome="partial", error=[{"code": coded("71")}]))
    assert [rejection.code for rejection in doubted.all_rejections()] == ["71"]
    nothing = read(answered(insured(), **part))
    assert [rejection.code for rejection in nothing.all_rejections()] == ["55"], "where nothing is stated there is nothing to keep"


@pytest.mark.parametrize("outcome", [None, "done", 7])
def test_an_outcome_that_is_not_stated_is_noted(outcome: Any) -> None:
    assert noted(answered(insured(inforce=True), outcome=outcome)) == ["outcome_not_stated"]


def outcome_of(*issues: Any) -> bytes:
    """An OperationOutcome."""
    return orjson.dumps({"resourceType": "OperationOutcome", "issue": list(issues)})


@pytest.mark.parametrize(
    ("issues", "code"),
    [
        ([{"severity": "error", "code": "not-found", "diagnostics": "Patient Ada Marlow not found"}], "not-found"),
        ([{"severity": "warning", "code": "informational"}, {"severity": "fatal", "code": "exception"}], "exception"),
        ([{"severity": "error", "code": "Ada Marlow"}], None),
        ([], None),
        (["text", None, 7], None),
    ],
)
def test_an_operation_outcome_is_a_refusal_told_by_its_code_alone(issues: list[Any], code: str | None) -> None:
    found = instead(outcome_of(*issues))
    assert (found.key, found.code) == ("error_body", code)
    assert "Marlow" not in repr(found)


def test_an_operation_outcome_may_carry_x12s_rejection() -> None:
    report = read(outcome_of({"severity": "error", "code": "invalid", "details": coded("72", f"{X12}901")}))
    assert report.all_rejections() == (Rejection("72", "subscriber"),)


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b"", "malformed"), (b"\xff\xfe", "malformed"), (b'{"resourceType"', "malformed"), (b"<html>Sign in</html>", "html"),
        (b'<CoverageEligibilityResponse xmlns="http://hl7.org/fhir"/>', "malformed"), (b"[]", "wrong_shape"), (b"{}", "wrong_shape"),
        (b'{"resourceType": "Patient", "name": [{"family": "Marlow"}]}', "wrong_shape"), (b'{"resourceType": 7}', "wrong_shape"),
        (b'{"resourceType": "CoverageEligibilityRequest"}', "not_an_answer"), (b'{"resourceType": ["Bundle"]}', "wrong_shape"),
        (b'{"resourceType": "Bundle"}', "wrong_shape"), (b'{"resourceType": "Bundle", "entry": {"resource": 1}}', "wrong_shape"),
        (b"[" * 100_000, "too_deep"), (b'{"a":' * 2_000 + b"1" + b"}" * 2_000, "too_deep"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_told_by_its_kind(raw: bytes, key: str) -> None:
    found = instead(raw)
    assert found.key == key
    assert "Marlow" not in found.says


def bundled(*answers: bytes, **beside: Any) -> bytes:
    """Answers in a Bundle, with other resources by their address."""
    entries: list[Any] = [{"resource": orjson.loads(each)} for each in answers]
    return orjson.dumps({"resourceType": "Bundle", "entry": entries + [{"fullUrl": url, "resource": each} for url, each in beside.items()]})


def test_an_answer_in_a_bundle_finds_its_patient_beside_it() -> None:
    answer = answered({"coverage": {"reference": "Coverage/c1"}, "inforce": True}, contained=(), patient={"reference": "urn:uuid:p1"})
    (person,) = read(bundled(answer, **{"urn:uuid:p1": ADA, "https://harbor.example/Coverage/c1": CARD})).persons
    assert (person.id, len(person.benefits)) == ("DEMO1001", 1)


def test_several_answers_at_once_are_none() -> None:
    assert instead(bundled(answered(insured()), answered(insured()))).key == "not_an_answer"


def test_an_answer_in_parameters_is_read() -> None:
    raw = orjson.dumps({"resourceType": "Parameters", "parameter": [{"name": "return", "resource": orjson.loads(answered(insured()))}]})
    assert patient(raw).id == "DEMO1001"


@pytest.mark.parametrize(("number", "is_read"), [(MOST_STATEMENTS - 1, True), (MOST_STATEMENTS, True), (MOST_STATEMENTS + 1, False)])
def test_there_is_a_limit_to_how_much_is_read(number: int, is_read: bool) -> None:
    full, rest = divmod(number, 1_000)
    each = {"category": category("MH")}
    items = [{**each, "benefit": [{"type": coded("copay")}] * size} for size in (*[1_000] * full, rest) if size]
    raw = answered(insured(*items))
    if is_read:
        assert len(patient(raw).benefits) == number
    else:
        assert instead(raw).key == "wrong_shape"
