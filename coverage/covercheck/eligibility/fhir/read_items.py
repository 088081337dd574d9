"""Statements of an answer: what each insurance, item and benefit says, in X12's codes. What it leaves out stays out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from covercheck.eligibility.fhir import systems
from covercheck.eligibility.fhir.parties import Card, read_party, read_period
from covercheck.eligibility.fhir.resources import Resources, code_of, codings, is_qualified
from covercheck.eligibility.json_api.values import Notes, at, number_at, objects_at, share_at, text_at
from covercheck.eligibility.report import Benefit, Limit, Network, Party, Span
from covercheck.eligibility.tables import COVERAGE_LEVELS, MEANINGS, NETWORKS, PERIODS, meaning_of

PLAN_TYPE: Final = "30"
ACTIVE, INACTIVE, NOT_COVERED, DESCRIPTION, OTHER_PAYER = "1", "6", "I", "D", "R"
DOLLARS: Final = "USD"
MOST_LINES: Final = 50
MOST_STATEMENTS: Final = 10_000
_FLAGS: Final = frozenset({"active", "not_covered", "exclusion", "inactive"})
_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%", re.ASCII)


@dataclass(frozen=True, slots=True)
class Insurance:
    """One `insurance` of the answer, with the Coverage it refers to."""

    data: Mapping[str, Any] = field(repr=False)
    card: Card
    found: Resources
    where: str
    notes: Notes = field(repr=False)

    def benefits(self) -> Iterator[Benefit]:
        """What is stated of the plan as a whole, then item by item."""
        if is_qualified(self.data):
            self.notes.add("modifier_unknown", self.where)
            return
        other = self._other_payer()
        if other is not None:
            yield Benefit("other_payer", OTHER_PAYER, (PLAN_TYPE,), entities=(other,), origin=self.where)
            return
        dates = read_period(at(self.data, ("benefitPeriod",)), f"{self.where}.benefitPeriod", self.notes)
        rows = list(islice((row for item in self._items(dates) for row in item), MOST_STATEMENTS + 1))
        in_force = self._in_force(dates)
        if in_force is not None and not any(row.meaning == in_force.meaning and PLAN_TYPE in row.service_types for row in rows):
            opposite = "inactive" if in_force.meaning == "active" else "active"
            if any(row.meaning == opposite and PLAN_TYPE in row.service_types for row in rows):
                self.notes.add("inforce_contradicts", self.where)
            yield in_force
        yield from rows

    def _in_force(self, dates: tuple[Span, ...]) -> Benefit | None:
        """Active or inactive as a whole; None where that is not stated."""
        said = at(self.data, ("inforce",))
        if not isinstance(said, bool):
            return None
        code = ACTIVE if said else INACTIVE
        card = self.card
        return Benefit(
            meaning_of(code), code, (PLAN_TYPE,), card.plan, insurance_type=card.insurance_type, dates=dates, origin=f"{self.where}.inforce"
        )

    def _other_payer(self) -> Party | None:
        """The payor of this coverage where it is known to be another than the insurer who answers."""
        payors = [each for _, each in objects_at(self.card.coverage, ("payor",), self.where, Notes())]
        insurer = read_party(self.found, at(self.found.main, ("insurer",)), "PR")
        named = [party for each in payors if (party := read_party(self.found, each, "PR")) is not None]
        if insurer is None or not named or len(named) < len(payors):
            return None
        differ = all(party.id != insurer.id if party.id and insurer.id else _differ(party.name, insurer.name) for party in named)
        return named[0] if differ else None

    def _items(self, dates: tuple[Span, ...]) -> Iterator[tuple[Benefit, ...]]:
        for where, data in objects_at(self.data, ("item",), self.where, self.notes):
            if not isinstance(data, Mapping):
                self.notes.add("not_an_object", where)
            elif is_qualified(data):
                self.notes.add("modifier_unknown", where)
            else:
                rows = _Item(data, self, where).rows(at(self.data, ("inforce",)) is True)
                yield tuple(replace(row, dates=dates) for row in rows)


@dataclass(frozen=True, slots=True)
class _Item:
    """One class of services or one service."""

    data: Mapping[str, Any] = field(repr=False)
    insurance: Insurance
    where: str

    def rows(self, in_force: bool) -> list[Benefit]:
        """Its statements. Being a benefit of the plan counts as active only where the plan is said to be in force."""
        common = self._common()
        rows = [
            row
            for where, each in objects_at(self.data, ("benefit",), self.where, self._notes)
            for row in self._benefit(each, common, where)
        ]
        excluded = at(self.data, ("excluded",))
        code = NOT_COVERED if excluded is True else ACTIVE if excluded is False and in_force else None
        if code is not None and not any(row.meaning in _FLAGS for row in rows):
            rows.insert(0, replace(common, code=code, meaning=meaning_of(code), period=None))
        if not rows and (common.messages or common.authorization or common.entities):
            rows.append(replace(common, period=None))
        return rows

    @property
    def _notes(self) -> Notes:
        return self.insurance.notes

    def _common(self) -> Benefit:
        """What holds for every statement of the item."""
        data, card = self.data, self.insurance.card
        required = at(data, ("authorizationRequired",))
        service_types, procedure = self._about()
        lines = [text_at(data, ("name",)) or "", *(text_at(data, ("description",)) or "").splitlines()[:MOST_LINES]]
        return Benefit(
            meaning_of(DESCRIPTION),
            DESCRIPTION,
            service_types,
            card.plan,
            coverage_level=code_of(at(data, ("unit",)), systems.LEVEL, systems.UNITS, COVERAGE_LEVELS),
            insurance_type=card.insurance_type,
            period=code_of(at(data, ("term",)), systems.PERIOD, systems.TERMS, PERIODS),
            authorization=None if not isinstance(required, bool) else "needed" if required else "not_needed",
            network=self._network(),
            procedure=procedure,
            messages=tuple(line.strip() for line in lines if line.strip()),
            entities=tuple(self._parties()),
            origin=self.where,
        )

    def _about(self) -> tuple[tuple[str, ...], str | None]:
        """Service types and procedure. A category of some other list is kept as it was written, so that it never stands for the plan."""
        category, product = codings(at(self.data, ("category",))), codings(at(self.data, ("productOrService",)))
        own = [coding.code for coding in category if coding.system == systems.CATEGORY or coding.is_x12(systems.SERVICE_TYPE)]
        own += [coding.code for coding in product if coding.is_x12(systems.SERVICE_TYPE)]
        if not own:
            own = [coding.code for coding in category if coding.system is None][:1]
        if not own and (category or text_at(self.data, ("category", "text")) is not None):
            own = [f"{category[0].system}|{category[0].code}" if category else text_at(self.data, ("category", "text")) or ""]
            self._notes.add("category_unlisted", self.where)
        billed = next((coding for coding in product if not coding.is_x12(systems.SERVICE_TYPE)), None)
        if billed is None:
            return tuple(dict.fromkeys(own)), None
        listed = objects_at(self.data, ("modifier",), self.where, self._notes)
        modifiers = [coding.code for _, each in listed for coding in codings(each)[:1]]
        qualifier = systems.PROCEDURES.get((billed.system or "").casefold(), systems.PROCEDURES.get(billed.system or "", "ZZ"))
        return tuple(dict.fromkeys(own)), ":".join((qualifier, billed.code, *modifiers))

    def _network(self) -> Network | None:
        written = at(self.data, ("network",))
        sign = code_of(written, systems.NETWORK_SIGN, systems.SIGNS, NETWORKS)
        if written is not None and sign not in NETWORKS:
            self._notes.add("network_code", self.where)
        return NETWORKS.get(sign) if sign is not None else None

    def _parties(self) -> Iterator[Party]:
        for _, each in objects_at(self.data, ("extension",), self.where, Notes()):
            if text_at(each, ("url",)) == systems.PARTY:
                party = read_party(self.insurance.found, at(each, ("valueReference",)), "")
                if party is not None:
                    yield party

    def _benefit(self, data: Any, common: Benefit, where: str) -> Iterator[Benefit]:
        """One statement for what is allowed, and one for what is used of it."""
        if not isinstance(data, Mapping) or is_qualified(data):
            self._notes.add("modifier_unknown" if isinstance(data, Mapping) else "not_an_object", where)
            return
        kind = {coding.code for coding in codings(at(data, ("type",)))}
        code = code_of(at(data, ("type",)), systems.BENEFIT, systems.BENEFITS, MEANINGS)
        if code is None:
            self._notes.add("benefit_without_code", where)
            code = ""
        of = next((c.code for c in codings(at(data, ("type",))) if c.is_x12(systems.QUANTITY)), None)
        row = replace(common, code=code, meaning=meaning_of(code), origin=where)
        used = _used(data, row, kind, where, self._notes)
        yield _allowed(data, row, kind, of, where, self._notes)
        if used is not None:
            yield used


def _allowed(data: Mapping[str, Any], row: Benefit, kind: set[str], of: str | None, where: str, notes: Notes) -> Benefit:
    """The statement with what is allowed: money, a percentage, visits, another number or words."""
    words = text_at(data, ("allowedString",))
    number = number_at(data, ("allowedUnsignedInt",), "quantity_not_a_number", where, notes)
    row = replace(row, amount=_money(data, "allowedMoney", where, notes))
    if words is not None and systems.PERCENT in kind and (found := _PERCENT.fullmatch(words)) is not None:
        number, words = Decimal(found[1]), None
    if words is not None:
        row = replace(row, messages=(*row.messages, words))
    if number is None:
        return row
    if number < 0:
        notes.add("quantity_below_zero", where)
        return row
    if systems.PERCENT in kind:
        return replace(row, share=share_at({"share": _plain(number / 100)}, ("share",), where, notes))
    if of is not None:
        return replace(row, quantity=number, quantity_of=of)
    if systems.VISIT in kind:
        return replace(row, period=None, limits=(Limit(systems.VISITS, number, row.period),))
    return replace(row, quantity=number)


def _used(data: Mapping[str, Any], row: Benefit, kind: set[str], where: str, notes: Notes) -> Benefit | None:
    """What is used so far. Money used has a code of its own for a year alone; else it is told in words."""
    money = _money(data, "usedMoney", where, notes)
    number = number_at(data, ("usedUnsignedInt",), "quantity_not_a_number", where, notes)
    words = text_at(data, ("usedString",))
    if number is not None and number >= 0 and systems.VISIT in kind:
        return replace(row, quantity=number, quantity_of=systems.USED)
    if money is not None and row.period in systems.YEARS:
        return replace(row, amount=money, period=systems.YEAR_TO_DATE)
    said = f"{money} {DOLLARS}" if money is not None else str(number) if number is not None else words
    if said is None:
        return None
    told = (*row.messages, f"Used so far: {said}")
    return replace(row, code=DESCRIPTION, meaning=meaning_of(DESCRIPTION), messages=told)


def _money(data: Mapping[str, Any], name: str, where: str, notes: Notes) -> Decimal | None:
    """Dollars, and what has no currency. Any other currency is noted and left out."""
    if text_at(data, (name, "currency")) not in (None, DOLLARS):
        notes.add("currency", f"{where}.{name}")
        return None
    return number_at(data, (name, "value"), "amount_not_a_number", f"{where}.{name}", notes)


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one.casefold().split() != other.casefold().split())


def _plain(number: Decimal) -> str:
    return format(number, "f")
