"""X12 text to numbered segments, whatever its separators and decoration. Nothing here knows what a segment means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Literal

ISA_ELEMENTS: Final = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
REPETITION, COMPONENT, TERMINATOR = 82, 104, 105
CANDIDATES: Final = 5
LONGEST_ISA: Final = 400
LONGEST_END: Final = 10
BLANK: Final = " \t\r\n"
_ISA: Final = re.compile(r"ISA[^A-Za-z0-9 \r\n]")
_NEXT: Final = re.compile(r"(?:GS|TA1|IEA|ST)(?![A-Za-z0-9 ])")
_DECORATION: Final = " \t\r\n\x00\x1a\ufeff"


@dataclass(frozen=True, slots=True)
class Separators:
    """The characters of one interchange; `repetition` and `component` are None where it has none."""

    element: str = "*"
    repetition: str | None = "^"
    component: str | None = ":"
    terminator: str = "~"

    def repeated(self, value: str | None) -> tuple[str, ...]:
        """The repeats of an element, empty ones left out."""
        return self._split(value, self.repetition)

    def components(self, value: str | None) -> tuple[str, ...]:
        """The components of a composite; empty ones in its middle keep their place."""
        if value is None:
            return ()
        return tuple(value.split(self.component)) if self.component is not None else (value,)

    @staticmethod
    def _split(value: str | None, by: str | None) -> tuple[str, ...]:
        if value is None:
            return ()
        if by is None or by not in value:
            return (value,)
        return tuple(part for part in map(str.strip, value.split(by)) if part)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment with its place, counted from 1 at the ISA. `elements[0]` is its id. Its content is never shown by `repr`."""

    number: int
    id: str
    elements: tuple[str, ...] = field(repr=False)

    def get(self, index: int) -> str | None:
        """An element by its X12 number, trimmed; None where it is empty or missing."""
        elements = self.elements
        return (elements[index].strip() or None) if index < len(elements) else None

    @property
    def where(self) -> str:
        """The place in words."""
        return f"segment {self.number}, {self.id}"


@dataclass(frozen=True, slots=True)
class Interchange:
    """The segments of a text, several interchanges in a row included."""

    separators: Separators
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class NoX12:
    """There is nothing to read: `empty`, or `noise` that has no readable ISA."""

    kind: Literal["empty", "noise"]


def decoded(raw: bytes | str) -> str:
    """Text from bytes without ever failing: UTF-8, else Latin-1."""
    if isinstance(raw, str):
        return raw
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def read_segments(raw: bytes | str) -> Interchange | NoX12:
    """Separators from the ISA, then every segment. Line ends and spaces around segments, and line ends inside them, are decoration."""
    text = decoded(raw)
    if not text.strip(_DECORATION):
        return NoX12("empty")
    for match in islice(_ISA.finditer(text), CANDIDATES):
        body = text[match.start() :] if match.start() else text
        separators = _fixed(body) or _fixed(_unwrapped(body[:LONGEST_ISA])) or _loose(body)
        if separators is not None:
            return Interchange(separators, tuple(_split(body, separators)))
    return NoX12("noise")


def _split(body: str, separators: Separators) -> list[Segment]:
    element = separators.element
    found: list[Segment] = []
    if not {separators.terminator, element} & {"\r", "\n"}:
        body = _unwrapped(body)
    for piece in body.split(separators.terminator):
        trimmed = piece.strip(_DECORATION)
        if trimmed:
            elements = tuple(trimmed.split(element))
            found.append(Segment(len(found) + 1, elements[0].strip(), elements))
    return found


def _unwrapped(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")


def _fixed(body: str) -> Separators | None:
    """The ISA as the standard has it: every element at its column."""
    if len(body) <= COMPONENT:
        return None
    element = body[3]
    if any(body[column] != element for column in ISA_ELEMENTS):
        return None
    behind = body[TERMINATOR : TERMINATOR + LONGEST_END]
    terminator = behind[:1] or "~"
    after_line = behind.lstrip(BLANK)[:1]
    if terminator in BLANK and after_line and not after_line.isalnum():
        terminator = after_line
    return _sound(element, body[REPETITION], body[COMPONENT], terminator)


def _loose(body: str) -> Separators | None:
    """An ISA with elements cut or padded wrongly: its separators by counting elements, its end by what follows."""
    element = body[3]
    parts = body[:LONGEST_ISA].split(element, 16)
    if len(parts) < 17:
        return None
    match = _NEXT.search(parts[16])
    between = parts[16][: match.start()] if match is not None and match.start() <= LONGEST_END else parts[16][:2]
    marks = between.strip(BLANK)
    if not marks:
        return _sound(element, parts[11], "", between[:1]) if between else None
    if len(marks) > 1:
        return _sound(element, parts[11], marks[0], marks[1:].strip()[:1])
    newline = between.rstrip(" \t")[-1:]
    if newline in ("\r", "\n"):
        return _sound(element, parts[11], marks, between[between.index(marks) + 1 :].strip(" \t")[:1])
    return _sound(element, parts[11], "", marks)


def _sound(element: str, repetition: str, component: str, terminator: str) -> Separators | None:
    """What can't be a separator is none; without a terminator of its own nothing can be read."""
    if not terminator or terminator == element or terminator.isalnum() or terminator == " ":
        return None
    others = {element, terminator}
    parts = None if not component or component.isalnum() or component in BLANK or component in others else component
    others |= {component}
    unfit = len(repetition) != 1 or repetition.isalnum() or repetition in BLANK or repetition in others
    return Separators(element, None if unfit else repetition, parts, terminator)
