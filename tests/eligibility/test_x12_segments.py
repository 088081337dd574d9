"""Separators come from the ISA and from nowhere else; decoration around and inside segments changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covercheck.eligibility.x12.segments import Interchange, NoX12, Separators, read_segments
from tests.eligibility.x12_documents import GS, ISA, about_ada

TEXT = about_ada("EB*1**30^MH", "MSG*ASK BEFORE TREATMENT")


def segments(text: bytes | str) -> Interchange:
    found = read_segments(text)
    assert isinstance(found, Interchange)
    return found


def content(text: bytes | str) -> list[tuple[str, ...]]:
    """The elements of every segment but the ISA."""
    return [segment.elements for segment in segments(text).segments[1:]]


def with_separators(element: str, repetition: str, component: str, terminator: str) -> str:
    return TEXT.translate(str.maketrans("*^:~", element + repetition + component + terminator))


def test_segments_are_counted_from_one_at_the_isa() -> None:
    found = segments(TEXT).segments
    assert [(segment.number, segment.id) for segment in found[:3]] == [(1, "ISA"), (2, "GS"), (3, "ST")]
    assert found[1].where == "segment 2, GS"


@pytest.mark.parametrize(
    ("element", "repetition", "component", "terminator"),
    [("|", "}", "^", "~"), ("*", "^", ">", "!"), ("\x1d", "\x1f", "\x1c", "\x1e"), ("*", "^", ":", "\r"), ("*", "^", ":", "\n")],
)
def test_any_separators_the_isa_declares_are_used(element: str, repetition: str, component: str, terminator: str) -> None:
    text = with_separators(element, repetition, component, terminator)
    assert segments(text).separators == Separators(element, repetition, component, terminator)
    assert len(content(text)) == len(content(TEXT))
    eb = next(segment for segment in segments(text).segments if segment.id == "EB")
    assert segments(text).separators.repeated(eb.get(3)) == ("30", "MH")


@pytest.mark.parametrize("mark", ["U", "0", " ", "*", ":", "~"])
def test_a_repetition_mark_that_is_none_switches_repetition_off(mark: str) -> None:
    isa = ISA.replace("*^*", f"*{mark}*")
    assert segments(isa + GS).separators.repetition is None
    assert Separators("*", None, ":", "~").repeated("30^MH") == ("30^MH",)


@pytest.mark.parametrize(
    "decorated",
    [
        "\ufeff" + TEXT,
        "\r\n\r\n  " + TEXT,
        TEXT.replace("~", "~\n"),
        TEXT.replace("~", "~\r\n"),
        TEXT.replace("~", "~\n    "),
        TEXT.replace("~", "\n~"),
        TEXT + "\x1a",
        TEXT + "\x00\n\n",
        "\n".join(TEXT[at : at + 80] for at in range(0, len(TEXT), 80)),
        "Content follows: " + TEXT,
    ],
    ids=["bom", "lines before", "lf", "crlf", "indented", "lf before", "ctrl-z", "nul", "wrapped at 80", "words before"],
)
def test_decoration_changes_nothing(decorated: str) -> None:
    assert content(decorated) == content(TEXT)
    assert content(decorated.encode()) == content(TEXT)


@pytest.mark.parametrize(
    "isa",
    [
        ISA.replace("HARBOR         ", "HARBOR"),
        ISA.replace("CLINIC         ", "CLINIC" + " " * 20),
        ISA.replace("*000000007*", "*7*"),
        ISA.replace("          ", ""),
        ISA.replace("HARBOR         ", "HARBOR").replace(":~", ":\n~"),
        ISA.replace("HARBOR         ", "HARBOR").replace(":~", ": ~\r\n"),
    ],
)
def test_an_isa_off_its_columns_is_read_by_counting_elements(isa: str) -> None:
    text = isa + TEXT[len(ISA) :]
    assert segments(text).separators == Separators()
    assert content(text) == content(TEXT)


def test_an_isa_off_its_columns_may_end_with_its_line() -> None:
    text = TEXT.replace("HARBOR         ", "HARBOR").replace("~", "\n")
    assert segments(text).separators == Separators("*", "^", ":", "\n")
    assert content(text) == content(TEXT)


def test_an_isa_without_a_component_separator_has_none() -> None:
    text = ISA.replace("HARBOR         ", "HARBOR").replace(":~", "~") + TEXT[len(ISA) :]
    assert segments(text).separators == Separators("*", "^", None, "~")
    assert content(text) == content(TEXT)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("", "empty"), (b"", "empty"), ("\ufeff \r\n", "empty"), (b"\x00\x00", "empty"),
        ("<html>VISA*MASTERCARD</html>", "noise"), ("ISA", "noise"), ("ISA*00*short", "noise"), ('{"x12": null}', "noise"),
        ("ISA" + "~" * 200, "noise"), ("GS*HB*A*B~", "noise"),
    ],
)  # fmt: skip
def test_what_has_no_isa_is_told_as_a_value(raw: bytes | str, kind: str) -> None:
    found = read_segments(raw)
    assert isinstance(found, NoX12)
    assert found.kind == kind


def test_bytes_that_are_not_utf_8_are_taken_for_latin_1() -> None:
    raw = about_ada("EB*1**30**PLAN NÚMERO").encode("latin-1")
    assert ("EB", "1", "", "30", "", "PLAN NÚMERO") in content(raw)


def test_what_a_segment_holds_is_not_shown_by_repr() -> None:
    assert "MARLOW" not in repr(segments(TEXT))


@settings(deadline=None)
@given(st.binary(max_size=400) | st.binary(max_size=300).map(lambda noise: ISA.encode() + noise))
def test_no_bytes_make_the_reader_raise(raw: bytes) -> None:
    read_segments(raw)


@settings(deadline=None)
@given(st.lists(st.sampled_from("ISA*^:~0 \r\n|GSTE"), max_size=300).map("".join))
def test_nothing_that_looks_like_an_isa_makes_the_reader_raise(text: str) -> None:
    found = read_segments(text)
    assert isinstance(found, NoX12) or all(segment.elements for segment in found.segments)
