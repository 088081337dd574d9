"""The dialogue of `check` in a terminal: what is missing first, then only the facts that can still change a decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rich.text import Text

from covercheck.checks.answer import Answer, DecidingFact
from covercheck.checks.check import Checker
from covercheck.checks.request import Fault, QuestionRefused
from covercheck.cli.draft import Draft, fault_words, json_value, look_over
from covercheck.cli.screen import Screen, clean
from covercheck.rules.facts import Fact, FactType
from covercheck.rules.suggest import nearest

GROUPS = {
    "clinic": "From your records",
    "patient": "From the patient or the card",
    "payer": "Only the payer knows these; answer them if you have asked already",
}
PLAN_KEYS = {"plan.line": "plan/line", "plan.state": "plan/state", "plan.name": "plan/name"}
MAX_FACTS = 60
ASKED_AGAIN = ("payer", "therapy", "date_of_service", "diagnoses")


class NoMoreAnswers(Exception):
    """The input ended."""


@dataclass(slots=True)
class Dialogue:
    """One conversation that fills in a draft."""

    screen: Screen
    checker: Checker
    draft: Draft
    today: date
    asked: set[str] = field(default_factory=set)
    heading: str | None = None

    def basics(self) -> None:
        """Payer, therapy, date and diagnosis, as far as they are missing or wrong; wrong names are shown and asked again."""
        data = self.draft.data
        _, _, faults = look_over(self.draft, self.checker, self.today)
        if any(fault.pointer.split("/")[1:2] not in [[name] for name in ASKED_AGAIN] for fault in faults):
            raise QuestionRefused(faults)
        self._until_right("payer", "/payer", self._payer, data.get("payer") is None)
        self._until_right("therapy", "/therapy", self._therapy, not any(data.get(way) for way in ("therapy", "parts", "codes")))
        self._until_right("date_of_service", "/date_of_service", self._date, data.get("date_of_service") is None)
        self._until_right("diagnoses", "/diagnoses", self._diagnoses, not data.get("diagnoses") and not data.get("indication"))

    def facts(self, check: Callable[[], Answer]) -> Answer:
        """Ask one deciding fact after the other, and look again after each what is still open."""
        answer = check()
        while len(self.asked) < MAX_FACTS:
            wanted = next(self._open(answer), None)
            if wanted is None:
                break
            self.asked.add(wanted.fact)
            try:
                told = self._fact(wanted)
            except NoMoreAnswers:
                break
            if told:
                answer = check()
        return answer

    def _until_right(self, key: str, at: str, ask: Callable[[], None], missing: bool) -> None:
        """Ask while it is missing or refused; an empty answer to what may be left out ends it."""
        if missing:
            ask()
        while True:
            _, _, faults = look_over(self.draft, self.checker, self.today)
            mine = [fault for fault in faults if fault.pointer == at or fault.pointer.startswith(at + "/")]
            if not mine:
                return
            self._tell(mine)
            self.draft.data.pop(key, None)
            ask()

    def _payer(self) -> None:
        while True:
            written = self._read("Payer (name, id or EDI id)", needed=True)
            found = self.checker.directory.find(written) or self._near_payer(written)
            if found is not None:
                return self.draft.put("payer", found)

    def _near_payer(self, written: str) -> str | None:
        near = self.checker.directory.near(written)
        if not near:
            self._say(f"  No payer has a name like {clean(written, 80)!r}. `covercheck payers` lists all.", "yellow")
            return None
        names = {payer: self.checker.book.payers[payer].text.name for payer in near}
        return self._choose("  No payer has just this name. Did you mean one of these? Empty: another name.", names)

    def _therapy(self) -> None:
        therapies = {name: entry.label for name, entry in self.checker.book.therapies.therapies.items()}
        while (chosen := self._choose("Therapy", therapies)) is None:
            pass
        self.draft.put("therapy", chosen)

    def _date(self) -> None:
        written = self._read(f"Date of service, YYYY-MM-DD (empty: today, {self.today})")
        self.draft.put("date_of_service", written or self.today.isoformat())

    def _diagnoses(self) -> None:
        written = self._read("Diagnosis codes, ICD-10-CM, such as F33.2 (empty: unknown)")
        self.draft.put("diagnoses", [code.strip() for code in written.replace(";", ",").split(",") if code.strip()])

    def _open(self, answer: Answer) -> Iterator[DecidingFact]:
        """Deciding facts that were not asked yet: first those the clinic knows, the patient's, the payer's."""
        found = {fact.fact: fact for part in answer.parts for fact in part.deciding_facts if fact.fact not in self.asked}
        for group in GROUPS:
            yield from (fact for fact in found.values() if fact.known_by == group)

    def _fact(self, wanted: DecidingFact) -> bool:
        """Ask for one; true when something was told."""
        if self.heading != wanted.known_by:
            self.heading = wanted.known_by
            self._say(f"\n{GROUPS[wanted.known_by]} (empty: unknown)", "bold")
        while True:
            told = self._ask_one(wanted)
            if told is None:
                return False
            path, value = told
            _, _, before = look_over(self.draft, self.checker, self.today)
            trial = Draft(
                {**self.draft.data, "plan": dict(self.draft.data.get("plan") or {}), "facts": dict(self.draft.data.get("facts") or {})}
            )
            trial.add_facts({wanted.fact: value}) if path is None else trial.put(path, value)
            _, _, after = look_over(trial, self.checker, self.today)
            if len(after) <= len(before):
                self.draft.data = trial.data
                return True
            self._tell([fault for fault in after if fault not in before])

    def _ask_one(self, wanted: DecidingFact) -> tuple[str | None, Any] | None:
        """The path in the question (None: a fact) and the value; None when it stays unknown."""
        if wanted.fact == "plan.line":
            lines = {name: line.label for name, line in self.checker.book.therapies.lines.items()}
            chosen = self._choose(wanted.ask, lines)
            return ("plan/line", chosen) if chosen else None
        if wanted.fact in PLAN_KEYS or wanted.fact == "indication":
            written = self._read(wanted.ask)
            if not written:
                return None
            return (
                (PLAN_KEYS[wanted.fact], written)
                if wanted.fact in PLAN_KEYS
                else ("diagnoses", [code.strip() for code in written.split(",")])
            )
        return self._ask_fact(wanted, self.checker.book.facts[wanted.fact])

    def _ask_fact(self, wanted: DecidingFact, fact: Fact) -> tuple[None, Any] | None:
        if fact.type is FactType.CHOICE:
            chosen = self._choose(wanted.ask, {value: "" for value in fact.values})
            return None if chosen is None else (None, chosen)
        while True:
            written = self._read(f"{wanted.ask} [{_form(fact)}]")
            short = {"y": "yes", "n": "no"} if fact.type is FactType.YES_NO else {}
            try:
                value = json_value(fact, short.get(written.lower(), written))
            except ValueError as error:
                self._say(f"  {error}", "yellow")
                continue
            return None if value is None else (None, value)

    def _choose(self, ask: str, names: Mapping[str, str]) -> str | None:
        """A number or a name from a list; None for an empty answer."""
        known = list(names)
        self._say(ask)
        for number, name in enumerate(known, 1):
            label = f" ({names[name]})" if names[name] and names[name] != name else ""
            self._say(f"  {number:>2} {name}{label}")
        while True:
            written = self._read("Number or name")
            if not written:
                return None
            if written.isascii() and written.isdigit() and 1 <= int(written[:6]) <= len(known):
                return known[int(written[:6]) - 1]
            found = _named(written, names)
            if found is not None:
                return found
            near = nearest(written, [*known, *names.values()])
            self._say(f"  Not in the list.{f' Nearest: {near[0]}' if near else ''}", "yellow")

    def _read(self, prompt: str, needed: bool = False) -> str:
        """One line; control characters are dropped."""
        while True:
            self.screen.err.print(Text(f"{prompt}: ", style="bold"), end="", soft_wrap=True)
            try:
                written = input()
            except EOFError:
                self.screen.err.print()
                raise NoMoreAnswers from None
            line = "".join(character for character in written if character.isprintable()).strip()[:300]
            if line or not needed:
                return line

    def _tell(self, faults: Sequence[Fault]) -> None:
        for fault in faults:
            _, what = fault_words(fault, from_file=False)
            near = f" Nearest: {', '.join(fault.nearest)}." if fault.nearest else ""
            self._say(f"  {what}.{near}", "yellow")

    def _say(self, text: str, style: str = "") -> None:
        self.screen.err.print(Text(text, style=style))


def _named(written: str, names: Mapping[str, str]) -> str | None:
    """The name that is written, in any case, with spaces for underscores, or by its label."""
    folded = written.casefold().replace(" ", "_").replace("-", "_")
    return next(
        (name for name, label in names.items() if folded == name.casefold().replace("-", "_") or written.casefold() == label.casefold()),
        None,
    )


def _form(fact: Fact) -> str:
    """How a value of this fact is written."""
    match fact.type:
        case FactType.YES_NO:
            return "yes/no"
        case FactType.COUNT:
            return "number"
        case FactType.NUMBER:
            return fact.unit or "number"
        case FactType.DATE:
            return "YYYY-MM-DD"
        case FactType.CODES:
            return "codes, separated by commas"
        case _:
            return "code"
