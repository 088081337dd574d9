"""Whatever comes over the line is read or refused as a value, without an exception and without a long wait."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covercheck.eligibility.report import Report
from covercheck.eligibility.x12.envelope import NotAnAnswer
from covercheck.eligibility.x12.read_270 import read_270
from covercheck.eligibility.x12.read_271 import read_271
from covercheck.eligibility.x12.redact import redact_x12
from tests.eligibility.x12_documents import GS, ISA, about_ada, read

TEXT = about_ada(
    "INS*Y*18*001*25", "REF*6P*GROUP1*GREEN INC", "DTP*346*D8*20260101", "EB*1*IND*30^MH*PR*HARBOR PPO*23*25.50*0.2*VS*20*Y*W*HC:90837:95",
    "HSD*VS*35***21*1", "REF*G1*AUTH77", "DTP*291*RD8*20260101-99991231", "AAA*N**70*C", "MSG*CALL FIRST", "III*ZZ*02", "LS*2120",
    "NM1*VN*2*MINDCARE*****PI*MC9", "PER*IC*DESK*TE*8005550100", "LE*2120", "EB*C*FAM*30***29*186.89",
    "HL*4*3*23*0", "TRN*2*TRACE1*9COVERCHCK", "NM1*03*1*MARLOW*BEN", "DMG*D8*20150601*M", "AAA*N**67*C", "EB*6**30",
)  # fmt: skip
SEGMENTS = TEXT.split("~")[:-1]
KINDS = {"empty", "noise", "no_transaction", "cut_short", "ta1"}
SOME = 300

noise = st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass"))
segment_ids = st.sampled_from([
    "ISA", "GS", "ST", "SE", "GE", "IEA", "BHT", "HL", "TRN", "NM1", "REF", "DMG", "INS", "DTP", "AAA", "EB", "HSD", "MSG", "III",
    "LS", "LE", "PER", "N3", "TA1", "IK5", "AK9", "EQ", "MPI", "PRV", "ZZ",
])  # fmt: skip
values = st.sampled_from([
    "", "1", "2", "20", "21", "22", "23", "271", "270", "999", "IL", "03", "PR", "1P", "D8", "RD8", "20260101", "20260101-", "-", "ZZ",
    "0.2", "1e9", "NaN", "-1", "^", ":", "30^MH", "HC:90837", "\ufeff", "\x00", "9" * 40, "٣", "²",
])  # fmt: skip
rows = st.builds(lambda name, elements: "*".join((name, *elements)), segment_ids, st.lists(values, max_size=14))


def is_sound(raw: bytes | str) -> bool:
    """It was read, or told by what it is, and so by the other readers of the same text."""
    found = read_271(raw)
    read_270(raw)
    redact_x12(raw if isinstance(raw, str) else raw.decode("latin-1"))
    if isinstance(found, Report):
        return all(b.share is None or 0 <= b.share <= 1 for person in found.persons for b in person.benefits)
    return found.kind in KINDS or found.kind.isdigit()


@settings(max_examples=SOME, deadline=None)
@given(noise | noise.map(lambda raw: ISA.encode() + raw) | noise.map(lambda raw: (ISA + GS + "ST*271*0001~").encode() + raw))
def test_noise_is_never_an_exception(raw: bytes) -> None:
    assert is_sound(raw)


@settings(max_examples=SOME, deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_a_document_cut_anywhere_is_never_an_exception(begin: int, end: int) -> None:
    assert is_sound(TEXT[begin:end])


@settings(deadline=None)
@given(st.integers(0, TEXT.index("~SE*") + 2))
def test_a_document_cut_before_its_end_is_not_taken_for_a_whole_one(end: int) -> None:
    assert isinstance(read_271(TEXT[:end]), NotAnAnswer)


@settings(max_examples=SOME, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, 3), noise), min_size=1, max_size=8))
def test_a_document_spoilt_in_places_is_never_an_exception(faults: list[tuple[int, int, bytes]]) -> None:
    raw = TEXT.encode()
    for at, removed, put in faults:
        raw = raw[:at] + put + raw[at + removed :]
    assert is_sound(raw)


@settings(max_examples=SOME, deadline=None)
@given(st.lists(rows | st.sampled_from(SEGMENTS), max_size=40))
def test_segments_in_any_order_are_never_an_exception(some: list[str]) -> None:
    assert is_sound(ISA + GS + "~".join(("ST*271*0001*005010X279A1", *some, "SE*1*0001", "")))


@settings(max_examples=SOME, deadline=None)
@given(st.permutations(SEGMENTS[1:]))
def test_a_document_shuffled_is_never_an_exception(shuffled: list[str]) -> None:
    assert is_sound("~".join((SEGMENTS[0], *shuffled, "")))


@settings(max_examples=SOME, deadline=None)
@given(st.text(min_size=4, max_size=4))
def test_any_four_signs_as_separators_are_never_an_exception(signs: str) -> None:
    assert is_sound(TEXT.translate(dict(zip(map(ord, "*^:~"), signs, strict=True))))


@pytest.mark.parametrize("signs", list(permutations("*^:~")), ids="".join)
def test_separators_may_change_places(signs: tuple[str, ...]) -> None:
    swapped = TEXT.translate(dict(zip(map(ord, "*^:~"), signs, strict=True)))
    assert read(swapped) == read(TEXT)


@settings(max_examples=SOME, deadline=None)
@given(st.integers(0, 3), st.sampled_from("*^:~"))
def test_one_sign_for_two_separators_is_never_an_exception(which: int, sign: str) -> None:
    assert is_sound(TEXT.replace("*^:~"[which], sign))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["LS*2120", "LE*2120", "NM1*VN*2*MINDCARE", "PER*IC**TE*8005550100", "REF*6P*X", "DTP*291*D8*20260101"])))
def test_loops_in_any_disorder_end_with_the_next_statement(some: list[str]) -> None:
    first, second = read(about_ada("EB*U**MH", *some, "EB*1**30")).persons[0].benefits
    assert len(first.entities) == sum(row.startswith("NM1") for row in some)
    assert second == replace(second, entities=(), references=(), dates=())


OPENED = ISA + GS + "ST*271*1~HL*1**22~"


@pytest.mark.parametrize(
    "raw",
    [
        "ISA*" * 250_000, "ISA" * 300_000, "\n" * 1_000_000, ISA + "~" * 1_000_000, ISA + "*" * 1_000_000, ISA + "IK5*R*5~" * 50_000,
        ISA + GS + "ST*271*1~" * 50_000, OPENED + "LS~" * 100_000, OPENED + "EB*1~LS~" + "LS~NM1*IL~" * 50_000 + "SE*1*1~",
        OPENED + "HL*1**22~" * 50_000 + "SE*1*1~", OPENED + "EB*1**" + "^30" * 200_000 + "~SE*1*1~",
        OPENED + "NM1*IL~" * 80_000 + "SE*1*1~",
    ],
    ids=range(12),
)  # fmt: skip
def test_a_megabyte_of_anything_takes_seconds_at_most(raw: str) -> None:
    begun = time.process_time()
    assert is_sound(raw)
    assert time.process_time() - begun < 10
