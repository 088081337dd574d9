"""What is no answer is told by what it is; an answer in a faulty envelope is read all the same, and the fault is noted."""

from __future__ import annotations

import pytest

from covercheck.eligibility.x12.envelope import MOST_CODES, NotAnAnswer
from tests.eligibility.x12_documents import ADA, CLINIC, GS, ISA, PAYER, about_ada, instead, interchange, noted, read, transaction

END = "GE*1*7~IEA*1*000000007~"
BODY = ("BHT*0022*11*TRACE1*20261123*1200", *PAYER, *CLINIC, *ADA, "EB*1**30")


def other(kind: str, *segments: str) -> str:
    """An interchange with a transaction of another kind."""
    return f"{ISA}{GS}" + "~".join((f"ST*{kind}*0001", *segments, f"SE*{len(segments) + 2}*0001", END))


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("", "empty"), (b"\r\n", "empty"), ("<html>Bad gateway</html>", "noise"), (b"\x89PNG\r\n\x1a\n", "noise"),
        ('{"aaa": "42"}', "noise"),
        (ISA, "no_transaction"),
        (ISA + GS + END, "no_transaction"), (ISA + "IEA*0*000000007~", "no_transaction"),
        (other("270", *BODY), "270"), (other("835", "BPR*I*10"), "835"), (other("27X"), "no_transaction"), (other(""), "no_transaction"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_told_by_what_it_is(raw: str | bytes, kind: str) -> None:
    assert instead(raw) == NotAnAnswer(kind)


def test_a_refused_envelope_is_told_with_its_code() -> None:
    text = ISA + "TA1*000000001*261123*1200*R*021~IEA*0*000000007~"
    assert instead(text) == NotAnAnswer("ta1", ("TA104 R", "TA105 021"))


def test_a_refused_question_is_told_with_all_its_codes() -> None:
    text = other(
        "999",
        "AK1*HS*1*005010X279A1",
        "AK2*270*0001*005010X279A1",
        "IK3*NM1*11*2100*8",
        "IK4*9*67*1*DEMO1001",
        "IK5*R*5*I6",
        "AK9*R*1*1*0*1",
    )
    assert instead(text) == NotAnAnswer(
        "999", ("IK301 NM1", "IK304 8", "IK403 1", "IK501 R", "IK502 5", "IK503 I6", "AK901 R", "AK905 1")
    )  # fmt: skip


def test_the_older_refusal_is_told_alike() -> None:
    text = other("997", "AK1*HS*1", "AK2*270*0001", "AK3*NM1*11**8", "AK4*9**7", "AK5*R*5", "AK9*R*1*1*0")
    assert instead(text) == NotAnAnswer("997", ("AK301 NM1", "AK304 8", "AK403 7", "AK501 R", "AK502 5", "AK901 R"))


@pytest.mark.parametrize("personal", ["ADA MARLOW", "DEMO1001", "1985-03-02", "A-B"])
def test_what_stands_in_a_codes_place_and_is_none_is_not_told(personal: str) -> None:
    assert instead(other("999", f"IK5*{personal}*5")).codes == ("IK502 5",)


def test_only_so_many_codes_are_told() -> None:
    assert len(instead(other("999", *["IK5*R*5"] * MOST_CODES)).codes) == MOST_CODES


@pytest.mark.parametrize("end", ["GE*1*7~", "IEA*1*000000007~", "SE*12*0001~", "ST*271*0002~"])
def test_an_answer_that_breaks_off_before_any_closing_segment_is_not_trusted(end: str) -> None:
    begun = ISA + GS + "~".join(("ST*271*0001*005010X279A1", *BODY, ""))
    assert instead(begun).kind == "cut_short"
    assert len(read(begun + end).persons[0].benefits) == 1


@pytest.mark.parametrize(
    ("right", "wrong", "keys"),
    [
        ("SE*12*0001", "SE*13*0001", {"se_count": "segment 14, SE"}),
        ("SE*12*0001", "SE**0001", {"se_count": "segment 14, SE"}),
        ("SE*12*0001", "SE*012*1", {}),
        ("SE*12*0001", "SE*12*0002", {"se_number": "segment 14, SE"}),
        ("GE*1*7", "GE*2*7", {"ge_count": "segment 15, GE"}),
        ("GE*1*7", "GE*1*8", {"ge_number": "segment 15, GE"}),
        ("IEA*1*000000007", "IEA*2*000000007", {"iea_count": "segment 16, IEA"}),
        ("IEA*1*000000007", "IEA*1*000000008", {"iea_number": "segment 16, IEA"}),
        ("IEA*1*000000007", "IEA*1*7", {}),
        ("IEA*1*000000007~", "", {"no_iea": "segment 15, GE"}),
        ("GE*1*7~", "", {"no_ge": "segment 15, IEA"}),
        ("SE*12*0001~", "", {"no_se": "segment 15, IEA"}),
        (END, "", {"no_ge": "segment 14, SE", "no_iea": "segment 14, SE"}),
        (END, "GE*1*7~" + END, {"ge_alone": "segment 16, GE"}),
        ("GS*HB", "GS*HS", {"group_code": "segment 2, GS"}),
        ("*0001*005010X279A1~BHT", "*0001~BHT", {"no_version": "segment 3, ST"}),
        (GS, "", {"ge_alone": "segment 14, GE", "iea_count": "segment 15, IEA"}),
    ],
)
def test_a_faulty_envelope_is_noted_and_the_content_kept(right: str, wrong: str, keys: dict[str, str]) -> None:
    text = interchange(transaction(*BODY))
    assert text.count(right) == 1
    spoilt = text.replace(right, wrong)
    assert [b.meaning for b in read(spoilt).persons[0].benefits] == ["active"]
    assert noted(spoilt) == keys


@pytest.mark.parametrize("version", ["005010X279", "005010X279A1"])
def test_either_name_of_the_version_will_do(version: str) -> None:
    assert noted(about_ada("EB*1**30").replace("005010X279A1", version)) == {}


def test_the_first_of_several_answers_is_read_and_the_rest_noted() -> None:
    second = [segment.replace("DEMO1001", "DEMO2002") for segment in BODY]
    text = interchange(transaction(*BODY), transaction(*second, number="0002"))
    report = read(text)
    assert [person.id for person in report.persons] == ["DEMO1001"]
    assert noted(text) == {"more_transactions": "segment 15, ST"}


def test_an_answer_behind_an_acknowledgement_is_the_answer() -> None:
    text = other("999", "AK9*A*1*1*1") + interchange(transaction(*BODY))
    assert [person.id for person in read(text).persons] == ["DEMO1001"]
    assert noted(text) == {"more_transactions": "segment 3, ST"}


def test_an_acknowledged_envelope_does_not_hide_the_answer() -> None:
    text = interchange(transaction(*BODY)).replace(GS, "TA1*000000001*261123*1200*A*000~" + GS)
    assert noted(text) == {}
    assert len(read(text).persons) == 1


def test_an_answer_whose_end_is_missing_ends_where_the_next_begins() -> None:
    text = interchange(transaction(*BODY).replace("SE*12*0001~", ""), transaction("BHT*0022*11", "HL*1**22*0", "EB*6**30", number="0002"))
    assert [b.meaning for person in read(text).persons for b in person.benefits] == ["active"]
    assert set(noted(text)) == {"no_se", "more_transactions"}
