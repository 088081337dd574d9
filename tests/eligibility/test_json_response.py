"""What a JSON answer states is read field by field, and what it does not state is absent, never false or zero."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest

from covercheck.eligibility.json_api.read_benefits import MOST_STATEMENTS
from covercheck.eligibility.report import Benefit, Channel, Limit, Party, Reference, Rejection, Span, Trace
from tests.eligibility.json_documents import ADA, ISA, about_ada, ada, benefit, instead, noted, read


def test_every_field_of_a_statement_is_read() -> None:
    found = benefit(
        code="B",
        name="Co-Payment",
        serviceTypeCodes=["MH", "A6"],
        planCoverage="HARBOR PPO",
        coverageLevelCode="IND",
        insuranceTypeCode="PR",
        timeQualifierCode="27",
        benefitAmount="25.50",
        benefitPercent="0.2",
        benefitQuantity="20",
        quantityQualifierCode="VS",
        authOrCertIndicator="Y",
        inPlanNetworkIndicatorCode="N",
        compositeMedicalProcedureIdentifier={
            "productOrServiceIdQualifierCode": "HC",
            "procedureCode": "90837",
            "procedureModifiers": ["95"],
        },
    )
    assert found == Benefit(
        "copay", "B", ("MH", "A6"), "HARBOR PPO", "IND", "PR", "27", Decimal("25.50"), Decimal("0.2"), Decimal(20), "VS",
        "needed", "out", "HC:90837:95", origin="benefitsInformation[0]",
    )  # fmt: skip


def test_what_a_statement_leaves_out_is_absent() -> None:
    assert benefit(code="1") == Benefit("active", "1", origin="benefitsInformation[0]")


@pytest.mark.parametrize("nothing", [None, "", "   ", [], {}])
def test_nothing_in_a_field_is_the_same_as_no_field(nothing: Any) -> None:
    fields = (
        "benefitAmount",
        "planCoverage",
        "serviceTypeCodes",
        "authOrCertIndicator",
        "additionalInformation",
        "benefitsDateInformation",
    )
    raw = about_ada({"code": "1", **dict.fromkeys(fields, nothing)})
    (person,) = read(raw).persons
    kept = person.benefits[0]
    assert (kept.plan, kept.service_types, kept.authorization, kept.messages, kept.dates) == (None, (), None, (), ())
    assert kept.amount is None, "an amount that is not stated is not zero"


def test_all_that_stands_within_a_statement_is_its_own() -> None:
    found = benefit(
        code="U",
        benefitsServiceDelivery=[{"quantityQualifierCode": "VS", "quantity": "35", "timePeriodQualifierCode": "21", "numOfPeriods": "1"}],
        benefitsAdditionalInformation={"priorAuthorizationNumber": "AUTH77", "groupNumber": "G1", "groupDescription": "HARBOR STAFF"},
        benefitsDateInformation={"benefit": "20260101", "plan": "20260101-20261231"},
        additionalInformation=[{"description": "CALL FIRST"}, {"description": "SECOND LINE"}, {}],
        eligibilityAdditionalInformationList=[
            {"codeListQualifierCode": "ZZ", "industryCode": "02"},
            {"codeListQualifierCode": "GR", "industryCode": "11"},
        ],
        benefitsRelatedEntities=[
            {
                "entityIdentifier": "Vendor",
                "entityName": "MINDCARE",
                "entityIdentification": "PI",
                "entityIdentificationValue": "MC9",
                "contactInformation": {
                    "name": "SERVICE DESK",
                    "contacts": [{"communicationMode": "Telephone", "communicationNumber": "8005550100"}],
                },
            },
            {"entityIdentifier": "Guardian", "entityFirstname": "MARCUS", "entityName": "JONES"},
        ],
    )
    assert found.meaning == "contact_other"
    assert found.limits == (Limit("VS", Decimal(35), "21", Decimal(1)),)
    assert found.references == (Reference("6P", "G1", "HARBOR STAFF"), Reference("G1", "AUTH77"))
    assert found.dates == (Span("292", date(2026, 1, 1)), Span("291", date(2026, 1, 1), date(2026, 12, 31)))
    assert found.messages == ("CALL FIRST", "SECOND LINE")
    assert found.places == ("02",), "a nature of injury is no place of service"
    assert found.entities == (
        Party("VN", "MINDCARE", "MC9", "PI", (Channel("IC", "SERVICE DESK"), Channel("phone", "8005550100"))),
        Party("Guardian", "MARCUS JONES"),
    )


def test_older_answers_hold_one_entity_and_one_place_instead_of_lists() -> None:
    found = benefit(
        code="1",
        benefitsRelatedEntity={"entityIdentifier": "Payer", "entityName": "HARBOR"},
        eligibilityAdditionalInformation={"codeListQualifierCode": "ZZ", "industryCode": "11"},
    )
    assert (found.entities, found.places) == ((Party("PR", "HARBOR"),), ("11",))


@pytest.mark.parametrize(
    ("code", "meaning"), [("1", "active"), ("6", "inactive"), ("I", "not_covered"), ("CB", "other"), ("ZZ", "other"), ("?", "other")]
)
def test_codes_are_kept_whether_known_or_not(code: str, meaning: str) -> None:
    found = benefit(code=code, coverageLevelCode="QQQ", serviceTypeCodes=["V3", "EA1"], insuranceTypeCode="77", timeQualifierCode="99")
    assert (found.meaning, found.code) == (meaning, code)
    assert (found.coverage_level, found.service_types, found.insurance_type, found.period) == ("QQQ", ("V3", "EA1"), "77", "99")


@pytest.mark.parametrize(("written", "network"), [("Y", "in"), ("N", "out"), ("W", "both"), ("U", "unknown")])
def test_not_applicable_means_in_and_out_of_network_alike(written: str, network: str) -> None:
    assert benefit(code="1", inPlanNetworkIndicatorCode=written).network == network


@pytest.mark.parametrize(("field", "key"), [("inPlanNetworkIndicatorCode", "network_code"), ("authOrCertIndicator", "authorization_code")])
def test_an_indicator_that_is_not_listed_is_noted_and_taken_for_nothing(field: str, key: str) -> None:
    raw = about_ada({"code": "1", field: "X"})
    (person,) = read(raw).persons
    assert (person.benefits[0].network, person.benefits[0].authorization) == (None, None)
    assert noted(raw) == [key]


@pytest.mark.parametrize(
    ("share", "read_as", "odd"),
    [
        ("0", Decimal(0), []), (".1", Decimal("0.1"), []), ("1", Decimal(1), []), ("1.0001", None, ["share_above_one"]),
        ("20", None, ["share_above_one"]), ("-0.1", None, ["share_below_zero"]), ("20%", None, ["share_not_a_number"]),
        (0.2, Decimal("0.2"), []), (1, Decimal(1), []), (20, None, ["share_above_one"]), (True, None, ["share_not_a_number"]),
        ([], None, ["share_not_a_number"]),
    ],
)  # fmt: skip
def test_a_share_is_a_fraction_and_anything_above_one_is_not_guessed_at(share: Any, read_as: Decimal | None, odd: list[str]) -> None:
    raw = about_ada({"code": "A", "benefitPercent": share})
    (person,) = read(raw).persons
    assert person.benefits[0].share == read_as
    assert noted(raw) == odd


@pytest.mark.parametrize(
    ("amount", "read_as"),
    [("1500.00", "1500.00"), ("0", "0"), (1500, "1500"), (0.1, "0.1"), ("1,500", None), ("1e3", None), ("NaN", None), ("9" * 25, None)],
)
def test_an_amount_is_read_to_the_digit_or_not_at_all(amount: Any, read_as: str | None) -> None:
    found = benefit(code="C", benefitAmount=amount).amount
    assert (str(found) if found is not None else None) == read_as


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("20260101", Span("291", date(2026, 1, 1))),
        ("2026-01-01", Span("291", date(2026, 1, 1))),
        ("2026-01-01T00:00:00Z", Span("291", date(2026, 1, 1))),
        ("20260101-20261231", Span("291", date(2026, 1, 1), date(2026, 12, 31))),
        ("2026-01-01/2026-12-31", Span("291", date(2026, 1, 1), date(2026, 12, 31))),
        ("20260101-99991231", Span("291", date(2026, 1, 1))),
        ("00010101-20261231", Span("291", None, date(2026, 12, 31))),
    ],
)
def test_dates_come_as_one_day_or_as_a_range(written: str, span: Span) -> None:
    assert benefit(code="1", benefitsDateInformation={"plan": written}).dates == (span,)


@pytest.mark.parametrize("written", ["20260230", "soon", "2026", "20260101-soon", "-", "1" * 200])
def test_a_date_that_is_none_is_noted_and_absent(written: str) -> None:
    raw = about_ada({"code": "1", "benefitsDateInformation": {"plan": written}})
    (person,) = read(raw).persons
    assert person.benefits[0].dates == ()
    assert noted(raw) == ["date_unreadable"]


def test_a_date_with_a_name_of_its_own_is_kept_under_that_name() -> None:
    assert benefit(code="1", benefitsDateInformation={"moonrise": "20260101", "planEnd": "20261231"}).dates == (
        Span("moonrise", date(2026, 1, 1)),
        Span("347", date(2026, 12, 31)),
    )


def test_a_person_is_read_with_plan_dates_numbers_and_traces() -> None:
    person = ada(
        {"code": "1"},
        planDateInformation={"planBegin": "20260101"},
        planInformation={"groupNumber": "G1", "planNumber": "P7"},
        subscriberTraceNumbers=[
            {"traceTypeCode": "2", "referenceIdentification": "123456789", "originatingCompanyIdentifier": "9COVERCHCK"},
            {"traceTypeCode": "1", "referenceIdentification": "THEIRS"},
            {"traceTypeCode": "1"},
        ],
    )
    assert (person.id, person.first_name, person.last_name, person.gender) == ("DEMO1001", "ADA", "MARLOW", "F")
    assert person.date_of_birth == date(1985, 3, 2)
    assert person.dates == (Span("346", date(2026, 1, 1)),)
    assert person.references == (Reference("6P", "G1"), Reference("18", "P7"))
    assert person.traces == (Trace(True, "123456789", "9COVERCHCK"), Trace(False, "THEIRS"))


def test_a_number_given_twice_is_told_once() -> None:
    raw = orjson.dumps({"subscriber": {**ADA, "groupNumber": "G1"}, "planInformation": {"groupNumber": "G1"}})
    (person,) = read(raw).persons
    assert person.references == (Reference("6P", "G1"),)


def test_a_trace_that_is_the_vendors_own_number_is_no_echo_of_ours() -> None:
    person = ada(
        meta={"outboundTraceId": "01HARBOR"}, subscriberTraceNumbers=[{"traceTypeCode": "2", "referenceIdentification": "01HARBOR"}]
    )
    assert person.traces == (Trace(False, "01HARBOR"),)


def test_statements_are_the_dependents_where_one_is_answered_for() -> None:
    ben = {"firstName": "BEN", "lastName": "MARLOW", "maintenanceTypeCode": "001", "maintenanceReasonCode": "25"}
    subscriber, dependent = read(about_ada({"code": "1"}, dependents=[ben])).persons
    assert (subscriber.level, subscriber.benefits, subscriber.changed) == ("subscriber", (), False)
    assert (dependent.level, dependent.first_name, len(dependent.benefits), dependent.changed) == ("dependent", "BEN", 1, True)


def test_payer_and_clinic_are_named_with_their_ids() -> None:
    report = read(
        about_ada(
            payer={"name": "HARBOR HEALTH", "lastName": "HARBOR HEALTH", "payorIdentification": "HARB1", "entityIdentifier": "Payer"},
            provider={"providerName": "GREEN CLINIC", "npi": "1234567893"},
            controlNumber="214976898",
        )
    )
    assert report.payer == Party("PR", "HARBOR HEALTH", "HARB1", "PI")
    assert report.receiver == Party("1P", "GREEN CLINIC", "1234567893", "XX")
    assert report.number == "214976898"


@pytest.mark.parametrize(
    ("where", "level"), [("payer", "payer"), ("provider", "provider"), ("subscriber", "subscriber"), ("dependents", "dependent")]
)
def test_a_rejection_has_the_level_it_stood_at_and_is_told_once(where: str, level: str) -> None:
    """The same refusal stands in the organization or person and again at the top."""
    error = {"code": "72", "followupAction": "Please Correct and Resubmit", "field": "AAA"}
    holder: Any = {"name": "X", "lastName": "X", "aaaErrors": [error]}
    report = read(orjson.dumps({where: [holder] if where == "dependents" else holder, "errors": [error]}))
    assert report.all_rejections() == (Rejection("72", level, "C"),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "level"),
    [
        ({"code": "42", "location": "Loop 2100A"}, "payer"),
        ({"code": "72", "location": "Loop 2100C"}, "subscriber"),
        ({"code": "43", "location": "Loop 2100B"}, "provider"),
        ({"code": "58", "location": "Loop 2100D"}, "dependent"),
        ({"code": "70", "location": "Loop 2110C"}, "benefit"),
        ({"code": "80"}, "payer"),
        ({"code": "51"}, "provider"),
        ({"code": "75"}, "subscriber"),
        ({"code": "e8"}, "subscriber"),
    ],
)
def test_a_rejection_at_the_top_alone_gets_the_level_its_location_or_code_tells(error: dict[str, str], level: str) -> None:
    """Such a body may come with HTTP 200 as well as with 400."""
    report = read(orjson.dumps({"errors": [error]}))
    assert report.rejections == (Rejection(error["code"].upper(), level),)  # type: ignore[arg-type]


def test_a_rejection_of_a_single_benefit_does_not_refuse_the_others() -> None:
    report = read(about_ada({"code": "1"}, errors=[{"code": "70", "location": "Loop 2110C"}]))
    assert report.all_rejections() == ()
    assert [(oddity.key, oddity.where) for oddity in report.oddities] == [("benefit_rejected", "errors[0], AAA 70")]


@pytest.mark.parametrize(
    ("said", "code"), [("Resubmission Not Allowed", "N"), ("R", "R"), ("Wait for rain", "Wait for rain"), (None, None)]
)
def test_a_follow_up_is_read_as_its_code(said: str | None, code: str | None) -> None:
    report = read(orjson.dumps({"errors": [{"code": "42", "followupAction": said}]}))
    assert report.rejections[0].follow_up == code


def test_out_of_network_as_a_refusal_is_what_the_payer_states_of_the_clinic() -> None:
    assert read(orjson.dumps({"subscriber": {**ADA, "aaaErrors": [{"code": "35"}]}})).network == "out"
    assert read(about_ada({"code": "1", "inPlanNetworkIndicatorCode": "N"})).network is None, (
        "a row's network is the benefit's, not the clinic's"
    )


def test_a_refusal_without_a_code_still_refuses() -> None:
    raw = orjson.dumps({"subscriber": {**ADA, "aaaErrors": [{"description": "no"}]}})
    assert read(raw).all_rejections() == (Rejection("", "subscriber"),)
    assert noted(raw) == ["rejection_without_code"]


def test_warnings_and_other_errors_beside_statements_are_noted() -> None:
    report = read(about_ada({"code": "1"}, warnings=[{"code": "SLOW_PAYER", "description": "of Ada Marlow"}], errors=[{"code": "PARTIAL"}]))
    assert [(oddity.key, oddity.where) for oddity in report.oddities] == [
        ("error", "errors[0] PARTIAL"),
        ("warning", "warnings[0] SLOW_PAYER"),
    ]


@pytest.mark.parametrize(
    ("raw", "key", "code"),
    [
        (b"", "malformed", None),
        (b"  \r\n", "malformed", None),
        (b'{"subscriber": {"firstName": "Ada"', "malformed", None),
        (b'{"benefitAmount": NaN}', "malformed", None),
        (bytes(range(256)), "malformed", None),
        (b"\n<!doctype html><title>Sign in</title>", "html", None),
        (b"\xef\xbb\xbf<html>", "html", None),
        (b"[]", "wrong_shape", None),
        (b'"Ada"', "wrong_shape", None),
        (b"{}", "wrong_shape", None),
        (b'{"benefitsInformation": {"code": "1"}}', "wrong_shape", None),
        (b'{"code": "TOO_MANY_REQUESTS", "message": "Ada Marlow asked too often"}', "error_body", "TOO_MANY_REQUESTS"),
        (b'{"message": "Forbidden"}', "error_body", None),
        (b'{"code": "a code of Ada Marlow", "message": "x"}', "error_body", None),
        (b'{"errors": [{"code": "INVALID_NPI", "description": "x"}]}', "error_body", "INVALID_NPI"),
        (b'{"errors": [{"description": "x"}]}', "error_body", None),
        (b"[" * 2_000 + b"]" * 2_000, "too_deep", None),
        (b'{"a":' * 2_000 + b"1" + b"}" * 2_000, "too_deep", None),
    ],
)
def test_what_is_no_answer_is_told_by_its_kind_and_without_its_words(raw: bytes, key: str, code: str | None) -> None:
    found = instead(raw)
    assert (found.key, found.code) == (key, code)
    assert "Ada" not in repr(found)


def test_an_acknowledgement_in_place_of_an_answer_is_none() -> None:
    x12 = f"{ISA}GS*FA*A*B*20261123*1200*7*X*005010X231A1~ST*999*0001*005010X231A1~AK1*HS*7~AK9*R*1*1*0~SE*4*0001~GE*1*7~IEA*1*000000007~"
    found = instead(orjson.dumps({"x12": x12, "subscriber": ADA}))
    assert (found.key, found.code) == ("not_an_answer", "999")
    assert "AK901 R" in found.says
    assert noted(about_ada({"code": "1"}, x12=x12)) == ["x12_is_another"]


def test_x12_beside_an_answer_that_is_none_is_noted() -> None:
    assert noted(about_ada({"code": "1"}, x12="not X12 at all")) == ["x12_unreadable"]


def test_an_answer_that_names_a_person_and_states_nothing_is_read_as_that() -> None:
    person = ada()
    assert (person.id, person.benefits, person.rejections) == ("DEMO1001", (), ())


def test_statements_about_nobody_are_noted() -> None:
    raw = orjson.dumps({"benefitsInformation": [{"code": "1"}]})
    (person,) = read(raw).persons
    assert (person.id, len(person.benefits)) == (None, 1)
    assert noted(raw) == ["benefits_without_person"]


def test_of_two_fields_of_one_name_the_last_holds() -> None:
    raw = b'{"subscriber": {"lastName": "MARLOW"}, "benefitsInformation": [{"code": "1", "code": "6"}]}'
    (person,) = read(raw).persons
    assert [row.code for row in person.benefits] == ["6"]


@pytest.mark.parametrize(("count", "is_read"), [(MOST_STATEMENTS - 1, True), (MOST_STATEMENTS, True), (MOST_STATEMENTS + 1, False)])
def test_more_statements_than_any_payer_makes_are_no_answer(count: int, is_read: bool) -> None:
    """Cutting them off would turn what was not read into what was not stated."""
    raw = about_ada(*[{"code": "1"}] * count)
    if is_read:
        (person,) = read(raw).persons
        assert len(person.benefits) == count
    else:
        assert instead(raw).key == "wrong_shape"


def test_a_million_items_anywhere_are_survived() -> None:
    many = b"[" + b'"30",' * 1_000_000 + b'"30"]'
    begin = b'{"subscriber": {"lastName": "MARLOW"}, "benefitsInformation": [{"code": "1", "serviceTypeCodes": '
    assert noted(begin + many + b"}]}") == ["list_cut"]
    assert instead(b'{"benefitsInformation": ' + many + b"}").key == "wrong_shape"
    assert "list_cut" in noted(about_ada({"code": "1"})[:-1] + b', "errors": ' + many + b"}")


@pytest.mark.parametrize("wrong", [1, "x", True, 1.5, [[]], ["x"], {"a": 1}])
@pytest.mark.parametrize(
    "field",
    [
        "benefitsInformation", "dependents", "payer", "provider", "warnings", "meta", "x12", "planDateInformation",
        "planInformation", "subscriberTraceNumbers", "controlNumber",
    ],
)  # fmt: skip
def test_a_field_of_another_type_than_it_should_be_spoils_nothing_else(field: str, wrong: Any) -> None:
    raw = orjson.dumps({"subscriber": ADA, field: wrong})
    person, *_ = read(raw).persons
    assert person.last_name == "MARLOW"


@pytest.mark.parametrize("wrong", [1, "x", True, [[]], {"a": 1}, {"name": 7}])
def test_wrong_types_within_a_statement_spoil_nothing_else(wrong: Any) -> None:
    names = (
        "benefitsServiceDelivery", "benefitsAdditionalInformation", "benefitsDateInformation", "additionalInformation",
        "benefitsRelatedEntities", "eligibilityAdditionalInformationList", "compositeMedicalProcedureIdentifier", "planCoverage",
    )  # fmt: skip
    assert benefit(code="1", serviceTypeCodes=["30"], **dict.fromkeys(names, wrong)).service_types == ("30",)
    (person,) = read(about_ada(wrong, {"code": "1"})).persons
    assert "1" in {row.code for row in person.benefits}
