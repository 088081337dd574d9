"""The billing codes of a part on a date: the payer's own, else the national ones, with ended codes and their successors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from covercheck.checks.answer import CodeAnswer, Note
from covercheck.engine import EvidenceLimits, Finding
from covercheck.engine.compile import Program, compile_tree
from covercheck.logic import FALSE, TRUE, Truth
from covercheck.rules.payer_file import BillingCode
from covercheck.rules.policy import Node
from covercheck.rules.rulebook import DefaultCode, Rulebook

CONFIRM = "This payer's text names no code for this part. Confirm the code with the payer."
SUCCESSOR = "Follows {old} by the national change of {day}. Confirm the code on the authorization."
ENDED = "Ended {day}."
NOT_YET = "Begins {day}."
MEDICARE = ("medicare_ffs", "medicare_advantage")


@dataclass(frozen=True, slots=True)
class CodeBook:
    """The code table of a rulebook with its conditions compiled."""

    book: Rulebook
    defaults: Mapping[tuple[str, str | None], Sequence[tuple[DefaultCode, Program | None]]]

    @classmethod
    def of(cls, book: Rulebook, limits: EvidenceLimits) -> CodeBook:
        """Compile the conditions of the default codes."""
        defaults: dict[tuple[str, str | None], list[tuple[DefaultCode, Program | None]]] = {}
        for default in book.default_codes:
            program = compile_tree(default.when, limits) if default.when is not None else None
            for line in default.lines or (None,):
                defaults.setdefault((default.part, line), []).append((default, program))
        return cls(book, defaults)

    def for_part(
        self, finding: Finding, asked: Sequence[str], line: str | None, facts: Mapping[str, Any], on: date
    ) -> tuple[CodeAnswer, ...]:
        """The part's codes in the order to bill them; codes that must not be billed last."""
        own = list(self._own(finding, facts, on))
        table = self.book.codes.codes
        own += self._missing(finding.part, own, self._national(finding.part, line, facts, on))
        for name in asked:
            if name not in {c.code for c in own} and finding.part in table[name].parts:
                own.append(self._as_asked(name, line))
        found: dict[str, CodeAnswer] = {}
        for code in (checked for written in own for checked in self._on_date(written, on)):
            known = found.get(code.code)
            if known is None or (known.use == "bill" and code.use == "do_not_bill" and known.basis == "national"):
                found[code.code] = code
        return tuple(sorted(found.values(), key=lambda code: code.use != "bill"))

    def uses(self, finding: Finding, line: str | None, facts: Mapping[str, Any], on: date) -> dict[str, str]:
        """Each code of the part with how to use it."""
        return {code.code: code.use for code in self.for_part(finding, (), line, facts, on)}

    def key(self, finding: Finding, line: str | None, facts: Mapping[str, Any], on: date) -> tuple[bytes, ...]:
        """What the codes of a part depend on beside the finding: the traces of their conditions."""
        programs = [program for s in finding.statements if s.speaker is not None for program in s.speaker.codes if program is not None]
        programs += [program for default, program in self._defaults_of(finding.part, line) if program is not None]
        return tuple(bytes(program.evaluate(facts, on)[2]) for program in programs)

    def traps(self, codes: Iterable[CodeAnswer], asked: Iterable[str], part: str, line: str | None) -> tuple[Note, ...]:
        """The known ways to bill these codes wrongly."""
        shown = {code.code for code in codes} | set(asked)
        return tuple(
            Note(trap.id, trap.says)
            for trap in self.book.codes.traps
            if (not trap.parts or part in trap.parts)
            and (not trap.lines or line is None or line in trap.lines)
            and (not trap.codes or shown & set(trap.codes))
            and (trap.codes or trap.parts)
        )

    def asked_alone(
        self, asked: Sequence[str], parts: Iterable[tuple[CodeAnswer, ...]], line: str | None, on: date
    ) -> tuple[CodeAnswer, ...]:
        """Each code of the question by itself, as its part answers it."""
        answered = {code.code: code for codes in parts for code in codes}
        alone = []
        for code in asked:
            alone += [answered[code]] if code in answered else [c for c in self._on_date(self._as_asked(code, line), on) if c.code == code]
        return tuple(alone)

    def _missing(self, part: str, own: Sequence[CodeAnswer], national: Iterable[CodeAnswer]) -> list[CodeAnswer]:
        """The national codes beside the payer's: all where it names none to bill; for ketamine those of a kind it leaves out, since a drug
        is billed with its administration."""
        kinds = {self._kind(code) for code in own if code.use == "bill"}
        named = {code.code for code in own}
        fitting = [code for code in national if code.code not in named]
        if not kinds:
            return fitting
        return [code for code in fitting if part.startswith("ketamine_") and self._kind(code) not in kinds]

    def _kind(self, code: CodeAnswer) -> str:
        known = self.book.codes.codes.get(code.code)
        return known.kind if known is not None else ""

    def _own(self, finding: Finding, facts: Mapping[str, Any], on: date) -> Iterator[CodeAnswer]:
        for statement in finding.statements:
            if statement.speaker is None:
                continue
            for use, program in zip(statement.speaker.coverage.codes, statement.speaker.codes, strict=True):
                if (use.starts is not None and on < use.starts) or (use.ends is not None and on > use.ends):
                    continue
                truth = program.evaluate(facts, on)[0] if program is not None else TRUE
                if truth is not FALSE:
                    yield self._code(use.code, use.use, use.note, "payer", truth, use.when)

    def _national(self, part: str, line: str | None, facts: Mapping[str, Any], on: date) -> Iterator[CodeAnswer]:
        for default, program in self._defaults_of(part, line):
            truth = program.evaluate(facts, on)[0] if program is not None else TRUE
            if truth is not FALSE:
                note = default.note or (CONFIRM if default.use == "bill" else None)
                yield self._code(default.code, default.use, note, "national", truth, default.when)

    def _defaults_of(self, part: str, line: str | None) -> Sequence[tuple[DefaultCode, Program | None]]:
        """The national codes of a part: those of its line where there are any, else those of every line."""
        return self.defaults.get((part, line)) or self.defaults.get((part, None), ())

    def _code(self, code: str, use: str, note: str | None, basis: str, truth: Truth, when: Node | None) -> CodeAnswer:
        known = self.book.codes.codes.get(code)
        says = known.says if known is not None else "a code this payer's text names"
        condition = _words(when) if when is not None and truth is not TRUE else None
        return CodeAnswer(
            code, "bill" if use == "bill" else "do_not_bill", says, note, "payer" if basis == "payer" else "national", None, condition
        )

    def _as_asked(self, code: str, line: str | None) -> CodeAnswer:
        known = self.book.codes.codes[code]
        wrong = known.kind == "wrong_code_trap" or known.status == "unconfirmed"
        if line in MEDICARE and known.medicare:
            return CodeAnswer(code, "do_not_bill", known.says, known.medicare, "national", None)
        return CodeAnswer(code, "do_not_bill" if wrong else "bill", known.says, known.notes, "national", known.successor if wrong else None)

    def _on_date(self, code: CodeAnswer, on: date) -> Iterator[CodeAnswer]:
        """The code as it stands on the date: ended or not yet begun codes give way to their neighbours."""
        known = self.book.codes.codes.get(code.code)
        if known is None:
            yield code
        elif known.until is not None and on > known.until:
            yield replace(code, use="do_not_bill", note=_join(ENDED.format(day=known.until), code.note), successor=known.successor)
            if known.successor is not None and code.use == "bill":
                yield from self._neighbour(known.successor, code, on)
        elif known.from_ is not None and on < known.from_:
            yield replace(code, use="do_not_bill", note=_join(NOT_YET.format(day=known.from_), code.note))
            if known.predecessor is not None and code.use == "bill":
                yield from self._neighbour(known.predecessor, code, on)
        else:
            yield code

    def _neighbour(self, name: str, instead: CodeAnswer, on: date) -> Iterator[CodeAnswer]:
        known = self.book.codes.codes.get(name)
        if known is not None and _valid(known, on):
            day = known.from_ or known.until or on
            note = SUCCESSOR.format(old=instead.code, day=day) if known.from_ is not None and known.predecessor == instead.code else CONFIRM
            yield CodeAnswer(name, "bill", known.says, note, "national", None, instead.when)


def _valid(code: BillingCode, on: date) -> bool:
    return (code.from_ is None or code.from_ <= on) and (code.until is None or on <= code.until)


def _join(*sentences: str | None) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _words(node: Node) -> str:
    """The condition of a code in words."""
    if getattr(node, "says", None):
        return str(node.says)
    children = getattr(node, "children", ())
    return (" and " if getattr(node, "kind", "all") == "all" else " or ").join(_words(child) for child in children)
