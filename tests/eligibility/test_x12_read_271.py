"""What a 271 states is read element by element, stays on the level it stood at, and what it does not state is absent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from covercheck.eligibility.report import Benefit, Channel, Limit, Oddity, Party, Reference, Rejection, Report, Span, Trace
from covercheck.eligibility.x12.read_271 import read_271
from tests.eligibility.x12_documents import ADA, CLINIC, PAYER, about_ada, ada, answer, benefit, noted, oddities, read

CHILD = ("HL*4*3*23*0", "TRN*2*TRACE1*9COVERCHCK", "NM1*03*1*MARLOW*BEN", "DMG*D8*20150601*M")


def test_every_element_of_a_statement_is_read() -> None:
    found = benefit("EB*B*IND*MH^A6*PR*HARBOR PPO*27*25.50*0.2*VS*20*Y*N*HC:90837:95")
    assert found == Benefit(
        "copay", "B", ("MH", "A6"), "HARBOR PPO", "IND", "PR", "27", Decimal("25.50"), Decimal("0.2"), Decimal(20), "VS",
        "needed", "out", "HC:90837:95", origin="segment 13, EB",
    )  # fmt: skip


def test_what_a_statement_leaves_out_is_absent() -> None:
    assert benefit("EB*1") == Benefit("active", "1", origin="segment 13, EB")


def test_all_that_hangs_under_a_statement_is_its_own() -> None:
    found = benefit(
        "EB*U**MH",
        "HSD*VS*35***21*1",
        "REF*G1*AUTH77*BY FAX",
        "DTP*292*D8*20260101",
        "AAA*Y**70*C",
        "MSG*CALL FIRST",
        "MSG*SECOND LINE",
        "III*ZZ*02",
        "III*ZZ*10**TELEHEALTH ONLY",
        "LS*2120",
        "NM1*VN*2*MINDCARE*****PI*MC9",
        "N3*1 MAIN ST",
        "PER*IC*SERVICE DESK*TE*8005550100*EX*12*UR*https://mindcare.example",
        "NM1*X3*2*REVIEWERS",
        "LE*2120",
    )
    assert found.meaning == "contact_other"
    assert found.limits == (Limit("VS", Decimal(35), "21", Decimal(1)),)
    assert found.references == (Reference("G1", "AUTH77", "BY FAX"),)
    assert found.dates == (Span("292", date(2026, 1, 1)),)
    assert found.rejections == (Rejection("70", "benefit", "C", True),)
    assert found.messages == ("CALL FIRST", "SECOND LINE", "TELEHEALTH ONLY")
    assert found.places == ("02", "10")
    assert found.entities == (
        Party("VN", "MINDCARE", "MC9", "PI", (
            Channel("IC", "SERVICE DESK"), Channel("phone", "8005550100"), Channel("extension", "12"), Channel("web", "https://mindcare.example"),
        )),
        Party("X3", "REVIEWERS"),
    )  # fmt: skip


def test_a_person_named_beside_a_statement_is_named_in_full() -> None:
    (party,) = benefit("EB*L", "LS*2120", "NM1*P3*1*JONES*MARCUS*T**MD*XX*1234567893", "LE*2120").entities
    assert party == Party("P3", "MARCUS T JONES MD", "1234567893", "XX")


@pytest.mark.parametrize(
    ("code", "meaning"),
    [("1", "active"), ("6", "inactive"), ("I", "not_covered"), ("CB", "other"), ("ZZ", "other"), ("?", "other")],
)
def test_codes_are_kept_whether_known_or_not(code: str, meaning: str) -> None:
    found = benefit(f"EB*{code}*QQQ*V3^EA1*77*A PLAN*99")
    assert (found.meaning, found.code) == (meaning, code)
    assert (found.coverage_level, found.service_types, found.insurance_type, found.period) == ("QQQ", ("V3", "EA1"), "77", "99")


@pytest.mark.parametrize(
    ("share", "read_as", "odd"),
    [
        ("0", Decimal(0), None), (".1", Decimal("0.1"), None), ("1.0", Decimal(1), None), ("1.0001", None, "share_above_one"),
        ("20", None, "share_above_one"), ("-0.1", None, "share_below_zero"), ("20%", None, "share_not_a_number"), ("", None, None),
    ],
)  # fmt: skip
def test_a_share_outside_of_zero_to_one_is_absent_and_noted(share: str, read_as: Decimal | None, odd: str | None) -> None:
    row = f"EB*A**MH*****{share}"
    assert benefit(row).share == read_as
    assert oddities(row) == ({odd: "segment 13, EB"} if odd else {})


@pytest.mark.parametrize("amount", ["abc", "1,500.00", "$20", "1e3", "NaN", "Infinity", "--5", "1" * 25])
def test_an_amount_that_is_no_number_is_absent_and_noted(amount: str) -> None:
    row = f"EB*C*IND*30***23*{amount}**VS*{amount}"
    assert (benefit(row).amount, benefit(row).quantity) == (None, None)
    assert oddities(row) == {"amount_not_a_number": "segment 13, EB", "quantity_not_a_number": "segment 13, EB"}


@pytest.mark.parametrize(("amount", "value"), [("0", "0"), ("5.00", "5"), (".50", "0.5"), ("2100", "2100"), ("-10", "-10")])
def test_an_amount_of_nothing_is_an_amount(amount: str, value: str) -> None:
    assert benefit(f"EB*B**30****{amount}").amount == Decimal(value)


@pytest.mark.parametrize(("code", "network"), [("Y", "in"), ("N", "out"), ("W", "both"), ("U", "unknown"), ("", None), ("1", None)])
def test_a_blank_or_unknown_network_is_neither_in_nor_out(code: str, network: str | None) -> None:
    row = f"EB*1**30*********{code}"
    assert benefit(row).network == network
    assert ("network_code" in oddities(row)) == (code == "1")


@pytest.mark.parametrize(("code", "needed"), [("Y", "needed"), ("N", "not_needed"), ("U", "unknown"), ("", None), ("X", None)])
def test_a_blank_or_unknown_authorization_is_not_a_no(code: str, needed: str | None) -> None:
    row = f"EB*1**30********{code}"
    assert benefit(row).authorization == needed
    assert ("authorization_code" in oddities(row)) == (code == "X")


@pytest.mark.parametrize(
    ("dtp", "span"),
    [
        ("DTP*291*D8*20260101", Span("291", date(2026, 1, 1))),
        ("DTP*291*RD8*20260101-20261231", Span("291", date(2026, 1, 1), date(2026, 12, 31))),
        ("DTP*291*RD8*20260101-99991231", Span("291", date(2026, 1, 1))),
        ("DTP*347*D8*30000101", Span("347", None)),
        ("DTP*291*RD8*00010101-20261231", Span("291", None, date(2026, 12, 31))),
        ("DTP*291*RD8*20260101", Span("291", date(2026, 1, 1))),
        ("DTP*291*D8*20260101-20260131", Span("291", date(2026, 1, 1), date(2026, 1, 31))),
        ("DTP*472*DT*202601011230", Span("472", date(2026, 1, 1))),
    ],
)
def test_dates_are_read_by_what_they_are(dtp: str, span: Span) -> None:
    assert ada(dtp).dates == (span,)
    assert benefit("EB*1", dtp).dates == (span,)
    assert oddities(dtp) == {}


@pytest.mark.parametrize("text", ["20260230", "soon", "2026010", "20260101-", "-", "99999999-00000000"])
def test_a_date_that_is_none_is_noted(text: str) -> None:
    assert oddities(f"DTP*291*D8*{text}") == {"date_unreadable": "segment 13, DTP"}


def test_a_range_keeps_the_day_that_can_be_read() -> None:
    assert ada("DTP*291*RD8*20260101-2026").dates == (Span("291", date(2026, 1, 1)),)


def test_a_range_that_runs_backwards_is_kept_and_noted() -> None:
    assert ada("DTP*291*RD8*20261231-20260101").dates == (Span("291", date(2026, 12, 31), date(2026, 1, 1)),)
    assert oddities("DTP*291*RD8*20261231-20260101") == {"dates_reversed": "segment 13, DTP"}


def test_a_date_without_qualifier_or_day_is_no_date() -> None:
    assert ada("DTP**D8*20260101", "DTP*291").dates == ()
    assert set(oddities("DTP*291*D8")) == {"date_missing"}


def test_dates_and_numbers_before_the_first_statement_are_the_persons() -> None:
    found = ada("REF*6P*GROUP1*GREEN INC", "REF*18*", "DTP*346*D8*20260101", "EB*1**30", "DTP*347*D8*20261231")
    assert found.references == (Reference("6P", "GROUP1", "GREEN INC"),)
    assert found.dates == (Span("346", date(2026, 1, 1)),)
    assert found.benefits[0].dates == (Span("347", date(2026, 12, 31)),)


def test_the_person_is_read_with_everything_said_of_them() -> None:
    found = ada("INS*Y*18*001*25")
    assert (found.level, found.id, found.first_name, found.last_name) == ("subscriber", "DEMO1001", "ADA", "MARLOW")
    assert (found.date_of_birth, found.gender, found.changed) == (date(1985, 3, 2), "F", True)
    assert found.traces == (Trace(True, "TRACE1", "9COVERCHCK"),)


@pytest.mark.parametrize("ins", ["INS*Y*18", "INS*Y*18*021*25", "INS*Y*18*001*28", "INS*N*19"])
def test_only_a_change_of_identity_counts_as_a_change(ins: str) -> None:
    assert not ada(ins).changed


def test_all_traces_are_kept_and_the_echo_is_told_apart() -> None:
    text = about_ada().replace("TRN*2*TRACE1*9COVERCHCK", "TRN*1*OWN*9HOUSE0001~TRN*2*TRACE1*9COVERCHCK~TRN*1*PAYER*9HARBOR001")
    (person,) = read(text).persons
    assert [(trace.echo, trace.number) for trace in person.traces] == [(False, "OWN"), (True, "TRACE1"), (False, "PAYER")]


def test_the_answers_number_is_that_of_its_header() -> None:
    assert read(about_ada()).number == "TRACE1"


def test_payer_and_receiver_are_read_with_their_channels() -> None:
    report = read(answer(PAYER[0], PAYER[1], "PER*IC**TE*8005550123*FX*8005550124*EM*help@harbor.example", *CLINIC, *ADA))
    assert report.payer == Party(
        "PR", "HARBOR HEALTH", "HARB1", "PI",
        (Channel("phone", "8005550123"), Channel("fax", "8005550124"), Channel("email", "help@harbor.example")),
    )  # fmt: skip
    assert report.receiver == Party("1P", "GREEN CLINIC", "1234567893", "XX")


def test_statements_of_a_subscriber_are_never_the_dependents() -> None:
    subscriber, dependent = read(about_ada("EB*1**30", "MSG*HERS", *CHILD, "DTP*346*D8*20260101", "EB*6**30", "MSG*HIS")).persons
    assert (subscriber.level, dependent.level) == ("subscriber", "dependent")
    assert [(b.meaning, b.messages) for b in subscriber.benefits] == [("active", ("HERS",))]
    assert [(b.meaning, b.messages) for b in dependent.benefits] == [("inactive", ("HIS",))]
    assert subscriber.dates == ()
    assert (dependent.id, dependent.last_name, dependent.first_name) == (None, "MARLOW", "BEN")


def test_two_subscribers_are_two_persons() -> None:
    other = ("HL*4*2*22*0", "NM1*IL*1*OTHER*OLA****MI*DEMO2002", "EB*6**30")
    first, second = read(about_ada("EB*1**30", *other)).persons
    assert (first.id, first.benefits[0].meaning) == ("DEMO1001", "active")
    assert (second.id, second.benefits[0].meaning) == ("DEMO2002", "inactive")


def test_refusals_are_read_at_every_level() -> None:
    report = read(
        answer(
            "HL*1**20*1", "AAA*N**79*C", PAYER[1], "AAA*Y**42*R", *CLINIC, "AAA*N**51*C", *ADA, "AAA*N**72*C", "AAA*N**73", *CHILD,
            "AAA***67*N",
        )
    )  # fmt: skip
    assert report.rejections == (
        Rejection("79", "payer", "C", False), Rejection("42", "payer", "R", True), Rejection("51", "provider", "C", False),
    )  # fmt: skip
    assert [person.rejections for person in report.persons] == [
        (Rejection("72", "subscriber", "C", False), Rejection("73", "subscriber", None, False)),
        (Rejection("67", "dependent", "N", None),),
    ]
    assert len(report.all_rejections()) == 6


def test_a_refusal_without_a_code_still_refuses() -> None:
    assert ada("AAA*N").rejections == (Rejection("", "subscriber", None, False),)
    assert set(oddities("AAA*N")) == {"rejection_without_code"}


def test_a_refusal_for_being_out_of_network_is_what_the_payer_says_of_the_clinic() -> None:
    assert read(about_ada("AAA*N**35*C")).network == "out"
    assert read(about_ada("EB*1**30*********N")).network is None


def test_a_refusal_below_a_statement_refuses_that_statement_alone() -> None:
    found = ada("EB*V**MH", "AAA*Y**70*C", "EB*1**30")
    assert found.rejections == ()
    assert [len(b.rejections) for b in found.benefits] == [1, 0]


@pytest.mark.parametrize(
    ("rows", "keys"),
    [
        (("LS*2120", "LS*2120", "NM1*VN*2*MINDCARE", "PER*IC**TE*8005550100", "LE*2120", "LE*2120"), {"ls_nested"}),
        (("LS*2120", "NM1*VN*2*MINDCARE", "PER*IC**TE*8005550100"), {"ls_not_closed"}),
        (("NM1*VN*2*MINDCARE", "PER*IC**TE*8005550100", "LE*2120"), {"name_without_ls", "le_alone"}),
        (("LS", "NM1*VN*2*MINDCARE", "PER*IC**TE*8005550100", "LE"), set()),
    ],
)
def test_names_are_found_in_loops_opened_and_closed_wrongly(rows: tuple[str, ...], keys: set[str]) -> None:
    found = ada("EB*U**MH", *rows, "EB*1**30", "DTP*291*D8*20260101")
    assert found.benefits[0].entities == (Party("VN", "MINDCARE", channels=(Channel("phone", "8005550100"),)),)
    assert found.benefits[1].dates == (Span("291", date(2026, 1, 1)),)
    assert set(oddities("EB*U**MH", *rows, "EB*1**30")) == keys


def test_a_number_in_a_loop_that_names_nobody_is_the_statements() -> None:
    rows = ("EB*1**30", "LS*2120", "REF*6P*PLAN123", "LE*2120", "DTP*291*D8*20260412")
    assert benefit(*rows).references == (Reference("6P", "PLAN123"),)
    assert benefit(*rows).dates == (Span("291", date(2026, 4, 12)),)
    assert oddities(*rows) == {"ls_without_name": "segment 15, REF"}


def test_a_number_of_another_payer_is_not_the_members() -> None:
    rows = ("EB*R**30", "LS*2120", "NM1*PRP*2*FIRST PAYER", "REF*6P*THEIRS", "DTP*291*D8*20200101", "LE*2120")
    assert (benefit(*rows).references, benefit(*rows).dates) == ((), ())
    assert set(oddities(*rows)) == {"detail_of_party"}


def test_a_loop_closed_once_too_often_does_not_open_the_next_one_less() -> None:
    rows = ("EB*R**30", "LE*2120", "LS*2120", "NM1*PRP*2*FIRST PAYER", "REF*6P*THEIRS", "LE*2120")
    assert benefit(*rows).references == ()
    assert set(oddities(*rows)) == {"le_alone", "detail_of_party"}


def test_a_way_to_reach_nobody_is_noted() -> None:
    assert oddities("EB*U**MH", "LS*2120", "PER*IC**TE*8005550100", "LE*2120") == {"contact_without_name": "segment 15, PER"}


@pytest.mark.parametrize(
    ("hsd", "limit", "odd"),
    [
        ("HSD*VS*35***21*1", Limit("VS", Decimal(35), "21", Decimal(1)), False),
        ("HSD*VS*35***29", Limit("VS", Decimal(35), "29"), False),
        ("HSD*DY*30*YR", Limit("DY", Decimal(30), "YR"), False),
        ("HSD*VS*12*WK*3*34*1", Limit("VS", Decimal(12), "34", Decimal(1)), True),
        ("HSD*VS*12*WK*3", Limit("VS", Decimal(12)), True),
        ("HSD*****23*1", Limit(None, None, "23", Decimal(1)), False),
    ],
)
def test_a_limit_is_read_and_a_frequency_is_noted(hsd: str, limit: Limit, odd: bool) -> None:
    assert benefit("EB*F**MH", hsd).limits == (limit,)
    assert ("limit_pattern" in oddities("EB*F**MH", hsd)) == odd


def test_an_empty_limit_is_none() -> None:
    assert benefit("EB*F**MH", "HSD").limits == ()


def test_a_place_code_of_another_list_is_no_place() -> None:
    assert benefit("EB*1**30", "III*GR*25", "III*NI*16*44*FRACTURE").places == ()
    assert benefit("EB*1**30", "III*NI*16*44*FRACTURE").messages == ("FRACTURE",)


def test_segments_between_persons_levels_that_nobody_knows_are_passed_over() -> None:
    unknown = ("HL*3*2*PT*0", "NM1*QC*1*SOMEBODY*ELSE", "EB*6**30")
    text = answer(*PAYER, *CLINIC, *unknown, ADA[0].replace("3*2", "4*2"), *ADA[1:], "EB*1**30")
    (person,) = read(text).persons
    assert [b.meaning for b in person.benefits] == ["active"]
    assert noted(text) == {"unknown_level": "segment 9, HL", "outside_of_levels": "segment 11, EB"}


def test_a_level_with_an_unknown_code_is_told_by_its_name() -> None:
    text = about_ada("EB*1**30").replace("HL*3*2*22*0", "HL*3*2*19*0")
    assert read(text).persons[0].id == "DEMO1001"
    assert {"unknown_level", "name_without_level"} <= set(noted(text))


def test_an_answer_without_levels_is_told_by_its_names() -> None:
    report = read(answer(PAYER[1], "NM1*IL*1*MARLOW*ADA****MI*DEMO1001", "EB*1**30"))
    assert report.payer is not None
    assert report.payer.id == "HARB1"


@pytest.mark.parametrize("level", ["payer", "provider"])
def test_a_statement_about_nobody_is_noted_and_not_given_to_anybody(level: str) -> None:
    text = answer(*PAYER, *(CLINIC if level == "provider" else ()), "EB*1**30", *ADA)
    assert [person.benefits for person in read(text).persons] == [()]
    assert "outside_of_levels" in noted(text)


def test_a_second_name_does_not_replace_the_first() -> None:
    assert ada("NM1*74*1*OTHER*NAME").last_name == "MARLOW"
    assert set(oddities("NM1*74*1*OTHER*NAME", "MSG*WORDS")) == {"second_name", "message_without_benefit"}


def test_a_birth_date_that_is_none_is_absent_and_noted() -> None:
    text = about_ada().replace("19850302", "1985")
    assert read(text).persons[0].date_of_birth is None
    assert noted(text) == {"birth_date_unreadable": "segment 12, DMG"}


def test_a_statement_without_its_code_is_kept_and_noted() -> None:
    found = benefit("EB**IND*30")
    assert (found.meaning, found.code) == ("other", "")
    assert set(oddities("EB**IND*30")) == {"benefit_without_code"}


def test_version_4010_is_read_by_the_same_rules() -> None:
    text = about_ada("EB*1*FAM*30*PS*CHOICE", "EB*C*FAM*30***29*186.89", "MSG*MED DENT")
    old = text.replace("*^*00501*", "*U*00401*").replace("*005010X279A1~BHT", "~BHT")
    old = old.replace("005010X279A1", "004010X092A1").replace(":~", "^~")
    found = read(old).persons[0].benefits
    assert [(b.meaning, b.service_types, b.amount) for b in found] == [
        ("active", ("30",), None), ("deductible", ("30",), Decimal("186.89")),
    ]  # fmt: skip
    assert read(old).oddities == ()


def test_a_caret_is_kept_where_the_interchange_does_not_repeat() -> None:
    text = about_ada("EB*1**30^MH").replace("*^*00501*", "*U*00501*")
    assert read(text).persons[0].benefits[0].service_types == ("30^MH",)


def test_five_thousand_statements_are_five_thousand() -> None:
    report = read(about_ada(*(f"EB*B**{number % 99}****{number}" for number in range(5_000))))
    assert [b.amount for b in report.persons[0].benefits] == [Decimal(number) for number in range(5_000)]


def test_nothing_personal_is_shown_by_repr() -> None:
    shown = repr(read(about_ada("REF*6P*GROUP77", "EB*1**30")))
    assert not any(secret in shown for secret in ("MARLOW", "ADA", "DEMO1001", "1985", "GROUP77"))


def test_the_report_holds_no_oddities_where_all_is_well() -> None:
    report = read_271(about_ada("EB*1**30"))
    assert isinstance(report, Report)
    assert report.oddities == ()


def test_where_something_odd_stands_is_told_by_segment() -> None:
    assert read(about_ada("EB*A**MH*****20")).oddities == (Oddity("share_above_one", "segment 13, EB"),)
