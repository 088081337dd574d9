"""What is on file for each payer, line and part on a date: decided, old, unread, case by case, or no rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from covercheck.engine import Engine, Grade
from covercheck.engine.evidence import best_grade
from covercheck.engine.index import PolicyOfPart, Speaker
from covercheck.engine.statements import informs
from covercheck.rules.policy import LAW
from covercheck.rules.policy_file import Stance
from covercheck.rules.rulebook import Payer

CellState = Literal["decided", "old", "unread", "case_by_case", "no_rule"]
ORDER: tuple[CellState, ...] = ("decided", "old", "unread", "case_by_case", "no_rule")


@dataclass(frozen=True, slots=True)
class Cell:
    """The best that speaks of a part; `newest` is the newest date its sources show, `basis` whose text it is."""

    part: str
    state: CellState
    newest: date | None
    basis: Literal["payer", "law"] | None


@dataclass(frozen=True, slots=True)
class Row:
    """One payer's line of business."""

    payer: str
    name: str
    line: str
    cells: tuple[Cell, ...]

    @property
    def newest(self) -> date | None:
        """The newest date of any of the payer's own texts on this line; None where none shows a date."""
        return max((cell.newest for cell in self.cells if cell.newest is not None and cell.basis == "payer"), default=None)


@dataclass(frozen=True, slots=True)
class Matrix:
    """All rows, with the parts in the order of their cells."""

    on: date
    parts: tuple[str, ...]
    rows: tuple[Row, ...]


def matrix_of(engine: Engine, on: date, payers: Sequence[str] | None = None) -> Matrix:
    """The matrix on a date, for these payers or for all. The law speaks only where the payer is silent."""
    book = engine.book
    parts = tuple(book.therapies.parts)
    chosen = [payer for payer in book.payers.values() if payers is None or payer.id in payers]
    rows = tuple(
        Row(payer.id, payer.text.name, line, tuple(_cell(engine, payer, line, part, on) for part in parts))
        for payer in chosen
        for line in payer.text.lines
    )
    return Matrix(on, parts, rows)


def _cell(engine: Engine, payer: Payer, line: str, part: str, on: date) -> Cell:
    own = list(_speakers(engine, payer, payer.id, line, part, on))
    law = list(_speakers(engine, payer, LAW, line, part, on)) if not own else []
    speaking = own or law
    if not speaking:
        return Cell(part, "no_rule", None, None)
    states = {_state(engine, speaker, on) for speaker in speaking}
    state = next(state for state in ORDER if state in states)
    newest = max((s.as_of for speaker in speaking for s in speaker.coverage.sources if s.as_of is not None), default=None)
    return Cell(part, state, newest, "payer" if own else "law")


def _speakers(engine: Engine, payer: Payer, owner: str, line: str, part: str, on: date) -> Iterator[Speaker]:
    """Every entry on the part in force that day, whatever its indication, state of the payer or named plan."""
    for policy in engine.index.policies(owner, part):
        if policy.policy.advisory or line not in policy.lines or not _meets(policy, payer):
            continue
        edition = policy.edition_on(on)
        if edition is not None:
            yield from dict.fromkeys((*edition.by_indication.values(), *((edition.for_all,) if edition.for_all else ())))


def _meets(policy: PolicyOfPart, payer: Payer) -> bool:
    if not policy.policy.binds(payer.id):
        return False
    return policy.states is None or payer.text.states is None or not policy.states.isdisjoint(payer.text.states)


def _state(engine: Engine, speaker: Speaker, on: date) -> CellState:
    match speaker.coverage.stance:
        case Stance.UNREAD:
            return "unread"
        case Stance.CASE_BY_CASE:
            return "case_by_case"
        case Stance.COVERED_WHEN if not informs(speaker.initial):
            return "unread"
    return "old" if best_grade(speaker.coverage.sources, on, engine.limits) is Grade.WEAK else "decided"
