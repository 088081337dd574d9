"""What is shown of an exchange has its structure and codes, and nothing that tells who the patient is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covercheck.eligibility.inquiry import Inquiry
from covercheck.eligibility.x12.redact import MASK, redact_x12
from covercheck.eligibility.x12.segments import Interchange, Separators, read_segments
from covercheck.eligibility.x12.write_270 import write_270
from tests.eligibility.x12_documents import GS, ISA, about_ada, read
from tests.eligibility.x12_members import SENDER, inquiries

SECRET = "QQSECRETQQ"


def segments(text: str) -> list[list[str]]:
    found = read_segments(text)
    assert isinstance(found, Interchange)
    return [list(segment.elements) for segment in found.segments]


def shown(segment: str) -> str:
    """How a segment of hers is shown."""
    return redact_x12(about_ada(segment)).split("~")[12]


@pytest.mark.parametrize(
    ("row", "masked"),
    [
        ("NM1*IL*1*MARLOW*ADA*B**JR*MI*DEMO1001", "NM1*IL*1*XXX*XXX*XXX**XXX*MI*XXX"), ("NM1*03*1*MARLOW*BEN", "NM1*03*1*XXX*XXX"),
        ("NM1*QQ*1*MARLOW", "NM1*QQ*1*XXX"), ("NM1*36*2*ADAS SHOP", "NM1*36*2*XXX"), ("NM1*VN*2*MINDCARE*****PI*MC9", None),
        ("DMG*D8*19850302*F", "DMG*D8*XXX*XXX"), ("N3*1 MAIN ST*APT 2", "N3*XXX*XXX"), ("N4*BOSTON*MA*02101", "N4*XXX*XXX*XXX"),
        ("REF*SY*123456789*NOTE", "REF*SY*XXX*XXX"), ("TRN*2*TRACE1*9COVERCHCK", "TRN*2*XXX*9COVERCHCK"), ("MSG*ASK ADA", "MSG*XXX"),
        ("DTP*291*RD8*20260101-20261231", None), ("DTP*346*D8*20260101", None), ("DTP*442*D8*20260101", "DTP*442*D8*XXX"),
        ("DTP*096*D8*20260101", "DTP*096*D8*XXX"), ("EB*C*IND*30*PR*PLAN*23*25*0.2*VS*3*Y*W*HC:90837", None), ("AAA*N**72*C", None),
        ("HSD*VS*35***21*1", None), ("III*ZZ*02", None), ("III*NI*16*44*BROKEN LEG", "III*NI*16*44*XXX"), ("INS*Y*18*001*25", None),
        ("EQ*30^MH", None), ("LS*2120", None), ("HI*BK:F332", "HI*XXX"), ("MPI*C*AE*A*SERGEANT", "MPI*XXX*XXX*XXX*XXX"),
        ("ZZZ*ADA", "XXX*XXX"), ("MARLOW*ADA", "XXX*XXX"), ("ADA", "XXX"), ("AK9*R*1*1*0", None), ("IK4*9*67*1*DEMO1001", "IK4*9*67*1*XXX"),
    ],
)  # fmt: skip
def test_codes_are_shown_and_what_is_personal_is_masked(row: str, masked: str | None) -> None:
    assert shown(row) == (masked or row)


def test_the_number_of_an_organization_is_shown_and_that_of_a_person_is_not() -> None:
    text = redact_x12(
        about_ada("EB*U", "LS*2120", "NM1*VN*2*MINDCARE", "PER*IC*DESK*TE*8005550100", "NM1*IL*1*MARLOW", "PER*IC*ADA*TE*6175550100")
    )
    assert "PER*IC*DESK*TE*8005550100~" in text
    assert "PER*XXX*XXX*XXX*XXX~" in text


def test_the_envelope_keeps_its_columns_and_loses_its_numbers() -> None:
    text = redact_x12(ISA.replace("00*          *ZZ", "01*PASSWORD01*ZZ") + GS + "IEA*1*000000007~")
    assert text[:105] == ISA[:105].replace("000000007", "XXXXXXXXX").replace("00*          *ZZ", "01*XXXXXXXXXX*ZZ")
    assert "*7*X*" not in text
    assert "IEA*1*XXX~" in text


@pytest.mark.parametrize(("text", "length"), [("ADA MARLOW", 10), ("", 0), ("ISA*short ADA", 13)])
def test_what_is_no_x12_is_not_shown_at_all(text: str, length: int) -> None:
    assert redact_x12(text) == f"({length} characters that are no X12)"


def test_a_masked_answer_still_says_what_is_covered() -> None:
    rows = ("EB*1**30", "EB*B**MH****25", "AAA*N**70")
    clear, masked = read(about_ada(*rows)).persons[0], read(redact_x12(about_ada(*rows))).persons[0]
    assert masked.benefits == clear.benefits
    assert (masked.id, masked.date_of_birth) == (MASK, None)


@pytest.mark.parametrize("signs", ["|}>!", "\x1d\x1f\x1c\x1e"])
def test_masking_goes_by_the_separators_of_the_text(signs: str) -> None:
    text = redact_x12(about_ada("EB*1**30^MH").translate(str.maketrans("*^:~", signs)))
    found = read_segments(text)
    assert isinstance(found, Interchange)
    assert found.separators == Separators(*signs)
    assert not any(secret in text for secret in ("MARLOW", "DEMO1001", "19850302", "TRACE1"))


@settings(max_examples=100, deadline=None)
@given(inquiries())
def test_a_question_is_shown_with_all_its_segments_and_nobody_in_it(inquiry: Inquiry) -> None:
    text = write_270(inquiry, SENDER)
    assert isinstance(text, str)
    masked = redact_x12(text)
    assert [(row[0], len(row)) for row in segments(masked)] == [(row[0], len(row)) for row in segments(text)]
    assert redact_x12(masked) == masked
    for before, after in zip(segments(text), segments(masked), strict=True):
        if before[0] in ("NM1", "REF", "DMG", "TRN") and before[1] in ("IL", "03", "6P", "D8", "1"):
            assert {before[index] for index in {"NM1": (3, 4), "TRN": (2,)}.get(before[0], (2,)) if before[index]} & set(after) <= {MASK}


@settings(deadline=None)
@given(
    st.sampled_from(["NM1*IL*1", "NM1*03*1", "N3", "N4", "REF*6P", "REF*SY", "MSG", "PER", "DMG*D8", "HI", "XYZ"]),
    st.integers(0, 2),
)
def test_a_secret_is_masked_wherever_it_stands_in_a_personal_segment(begin: str, empty: int) -> None:
    assert SECRET not in redact_x12(about_ada(begin + "*" * empty + f"*{SECRET}"))
