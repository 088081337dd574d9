"""A question whose names are looked up in one rulebook; every fault is told at once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeAlias

from covercheck.checks.evidence.items import Evidence
from covercheck.checks.find_payer import PayerDirectory
from covercheck.checks.learned import Learned
from covercheck.checks.request import CheckRequest, Fault, QuestionRefused, pointer
from covercheck.engine.asking import Asked
from covercheck.engine.memo import Memo
from covercheck.rules.facts import Value, check_value
from covercheck.rules.rulebook import Rulebook
from covercheck.rules.suggest import nearest

EARLIEST = date(2000, 1, 1)
LATEST_DAYS = 731
KNOWN = 5_000
WAYS = ("therapy", "parts", "codes")
DOSE_TALK = "dosing_psychotherapy"
TALK = frozenset({"psychotherapy", DOSE_TALK})  # one code stands for both, so a wish for silence on one holds for the other
STATES = frozenset({
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME",
    "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI",
    "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "PR", "VI", "GU", "AS", "MP"
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """A question whose every name is known to the rulebook. `same`: equal for questions that differ in facts or member only.

    `learned`: what the payer's systems said of the member, where they were asked; `evidence`: what was told in valid calls and letters.
    """

    request: CheckRequest
    asked: Asked
    parts: tuple[str, ...]
    codes: tuple[str, ...]
    restricted: frozenset[str]
    same: Hashable = ()
    learned: Learned | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def told_parts(self) -> tuple[str, ...]:
        """The parts the payer may hear of."""
        return tuple(part for part in self.parts if part not in self.restricted)

    def with_learned(self, learned: Learned) -> Question:
        """The question with what the payer stated: facts left open are filled in, contradicted ones are open again."""
        given = {name: value for name, value in self.asked.facts.items() if name not in learned.contradicted}
        return replace(self, asked=replace(self.asked, facts={**learned.facts, **given}), learned=learned)


Known: TypeAlias = tuple[Asked, tuple[str, ...], tuple[str, ...], frozenset[str]]


def same_but_facts(request: CheckRequest) -> Hashable:
    """Everything a question says beside its facts and its member."""
    plan, provider = request.plan, request.provider
    return (
        request.payer,
        (plan.line, plan.state, plan.name, plan.group, plan.market, plan.funding),
        request.date_of_service,
        request.therapy,
        tuple(request.parts or ()),
        tuple(request.codes or ()),
        tuple(request.diagnoses),
        request.indication,
        request.phase,
        tuple(request.restricted_parts),
        (provider.npi, provider.tax_id) if provider is not None else None,
    )


def _in_range(on: date, today: date) -> bool:
    return EARLIEST <= on <= today + timedelta(days=LATEST_DAYS)


def _member_faults(request: CheckRequest, today: date) -> Iterator[Fault]:
    if request.member is not None and request.member.date_of_birth is not None and request.member.date_of_birth > today:
        yield Fault("/member/date_of_birth", "date_out_of_range", "lies in the future")


class QuestionReader:
    """Resolves the names of a request against one rulebook."""

    def __init__(self, book: Rulebook, directory: PayerDirectory) -> None:
        self.book = book
        self.directory = directory
        self.known: Memo[Hashable, Known] = Memo(KNOWN)

    def read(self, request: CheckRequest, today: date) -> Question:
        """The question, or every fault at once."""
        same = same_but_facts(request)
        known = self.known.kept.get(same)
        facts = self.facts_if_known(request, same, today)
        if known is None or facts is None:
            return self._read(request, same, today)
        asked, parts, codes, restricted = known
        return Question(request, replace(asked, facts=facts), parts, codes, restricted, same)

    def facts_if_known(self, request: CheckRequest, same: Hashable, today: date) -> dict[str, Value] | None:
        """The typed facts of a question without a fault whose other names were looked up before; None for any other."""
        if same not in self.known.kept or not _in_range(request.date_of_service, today) or any(_member_faults(request, today)):
            return None
        faults: list[Fault] = []
        facts = self._facts(request.facts, faults)
        return None if faults else facts

    def every_fault(self, refused: QuestionRefused, today: date) -> QuestionRefused:
        """The refusal of a question's shape with the faults of its names beside."""
        if refused.sound is None:
            return refused
        told = {fault.pointer for fault in refused.faults}
        try:
            self.read(refused.sound, today)
        except QuestionRefused as more:
            unclear = {f"/{way}" for way in WAYS} & told
            new = [
                fault
                for fault in more.faults
                if not any(fault.pointer.startswith(known) for known in told) and not (unclear and fault.key == "what_is_asked")
            ]
            return QuestionRefused((*refused.faults, *new))
        return refused

    def _read(self, request: CheckRequest, same: Hashable, today: date) -> Question:
        faults: list[Fault] = []
        payer = self.directory.find(request.payer)
        if payer is None:
            faults.append(
                Fault("/payer", "unknown_payer", "no payer has this id, name, alias or EDI id", self.directory.near(request.payer))
            )
        faults += self._date_faults(request.date_of_service, today)
        faults += _member_faults(request, today)
        line = self._name(request.plan.line, "/plan/line", "line", self.book.therapies.lines, faults)
        state = self._state(request.plan.state, faults)
        indication = self._name(request.indication, "/indication", "indication", self.book.therapies.indications, faults)
        diagnoses = tuple(self._diagnosis(code, f"/diagnoses/{i}", faults) for i, code in enumerate(request.diagnoses))
        facts = self._facts(request.facts, faults)
        parts, codes = self._parts(request, faults)
        restricted = frozenset(
            name
            for i, part in enumerate(request.restricted_parts)
            if (name := self._name(part, f"/restricted_parts/{i}", "part", self.book.therapies.parts, faults))
        )
        if faults:
            raise QuestionRefused(faults)
        if codes and DOSE_TALK in parts and restricted & TALK:
            restricted |= TALK
        asked = Asked(
            payer=payer or "",
            on=request.date_of_service,
            line=line,
            state=state,
            plan_name=request.plan.name or self.directory.plan_of(payer or "", request.payer),
            market=request.plan.market,
            funding=request.plan.funding,
            diagnoses=diagnoses,
            indication=indication,
            phase=request.phase,
            facts=facts,
            parts=parts,
        )
        self.known.get(same, lambda: (replace(asked, facts={}), parts, codes, restricted))
        return Question(request, asked, parts, codes, restricted, same)

    def _date_faults(self, on: date, today: date) -> Iterator[Fault]:
        if not _in_range(on, today):
            latest = today + timedelta(days=LATEST_DAYS)
            yield Fault("/date_of_service", "date_out_of_range", f"must lie between {EARLIEST} and {latest}, two years ahead")

    def _name(self, name: str | None, at: str, what: str, names: Iterable[str], faults: list[Fault]) -> str | None:
        if name is None or name in names:
            return name
        known = list(names)
        near = tuple(nearest(name, known)) or (tuple(known) if len(known) <= 12 else ())
        faults.append(Fault(at, f"unknown_{what}", f"no {what} has this name", near))
        return None

    def _state(self, state: str | None, faults: list[Fault]) -> str | None:
        if state is None:
            return None
        if state.upper() in STATES:
            return state.upper()
        faults.append(Fault("/plan/state", "unknown_state", "write the state as two letters, such as MA"))
        return None

    def _diagnosis(self, code: str, at: str, faults: list[Fault]) -> str:
        plain = code.upper().replace(".", "")
        if not (3 <= len(plain) <= 7 and plain[0].isalpha() and plain[1].isdigit() and plain.isalnum()):
            faults.append(Fault(at, "not_a_diagnosis", "write an ICD-10-CM code such as F33.2"))
        return plain if len(plain) == 3 else f"{plain[:3]}.{plain[3:]}"

    def _facts(self, given: dict[str, Any], faults: list[Fault]) -> dict[str, Value]:
        facts: dict[str, Value] = {}
        catalogue = self.book.facts.facts
        for name, value in given.items():
            fact = catalogue.get(name)
            if fact is None:
                near = tuple(nearest(name, catalogue))
                faults.append(Fault(pointer(["facts", name]), "unknown_fact", "no fact has this name; see /v1/facts", near))
            elif value is not None:
                try:
                    facts[name] = check_value(fact, value)
                except ValueError as error:
                    faults.append(Fault(pointer(["facts", name]), "wrong_value", str(error)))
        return facts

    def _parts(self, request: CheckRequest, faults: list[Fault]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        ways = [way for way in WAYS if getattr(request, way)]
        if len(ways) != 1:
            detail = "say what is asked by exactly one of `therapy`, `parts`, `codes`"
            faults.append(Fault("/therapy" if not ways else f"/{ways[1]}", "what_is_asked", detail, tuple(self.book.therapies.therapies)))
            return (), ()
        if request.therapy:
            therapy = self._name(request.therapy, "/therapy", "therapy", self.book.therapies.therapies, faults)
            return (self.book.therapies.therapies[therapy].parts if therapy else ()), ()
        if request.parts:
            named = [self._name(part, f"/parts/{i}", "part", self.book.therapies.parts, faults) for i, part in enumerate(request.parts)]
            return tuple(dict.fromkeys(part for part in named if part)), ()
        return self._parts_of_codes(request.codes or [], request.date_of_service, faults)

    def _parts_of_codes(self, written: list[str], on: date, faults: list[Fault]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The parts the codes speak of; a ketamine code fits several routes, and an administration code beside it names the route."""
        table = self.book.codes.codes
        codes = tuple(dict.fromkeys(code.upper() for code in written))
        fitting: list[set[str]] = []
        drugs: list[set[str]] = []
        for index, code in enumerate(codes):
            known = table.get(code)
            at = f"/codes/{index}"
            if known is None:
                faults.append(Fault(at, "unknown_code", "not a code of these therapies", tuple(nearest(code, table))))
            elif known.system == "ICD10":
                faults.append(Fault(at, "diagnosis_among_codes", "a diagnosis belongs in `diagnoses`"))
            elif known.parts:
                parts = set(known.parts) | self._parts_before(code, on)
                (drugs if known.kind == "ketamine_drug" else fitting).append(parts)
        named: set[str] = set().union(*fitting)
        chosen = named.union(*(parts & named or parts for parts in drugs))
        chosen |= self._talk_on_the_dose_day(codes, chosen)
        if not chosen and not faults:
            faults.append(
                Fault(
                    "/codes",
                    "codes_name_no_part",
                    "none of these codes stands for a part of the therapy",
                    tuple(self.book.therapies.therapies),
                )
            )
        return tuple(part for part in self.book.therapies.parts if part in chosen), codes

    def _parts_before(self, code: str, on: date) -> set[str]:
        """Parts a code stood for before a code of their own began, from the day the drug had any: J3490 for Spravato until 2021."""
        table = self.book.codes.codes.values()
        later = [entry for entry in table if entry.predecessor == code and entry.from_ is not None and on < entry.from_]
        sold = {entry.kind for entry in table if (entry.from_ is None or entry.from_ <= on) and (entry.until is None or on <= entry.until)}
        return {part for entry in later if entry.kind in sold for part in entry.parts}

    def _talk_on_the_dose_day(self, codes: Iterable[str], chosen: set[str]) -> set[str]:
        """Talk therapy on the day of a dose has no code of its own: codes of one date that hold both a dose and therapy may mean it."""
        table = self.book.codes.codes
        dosed = any(part == "esketamine" or part.startswith("ketamine_") for part in chosen)
        if not dosed and not any(code in table and table[code].kind == "psychedelic_monitoring" for code in codes):
            return set()
        return {default.part for default in self.book.default_codes if default.part == DOSE_TALK and default.code in codes}
