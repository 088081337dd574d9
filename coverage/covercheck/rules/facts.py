"""The fact catalogue: what may be known about patient, clinic and plan, and how each value is written."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from covercheck.rules.fields import Flag, Sentence, TextModel, Url, Word, Words, parse_date

LARGEST = 10**12
PLAN_NAME = "plan.name"
Value: TypeAlias = bool | int | float | date | str | frozenset[str]


class FactType(StrEnum):
    """How a fact's value is written and compared."""

    YES_NO = "yes_no"
    COUNT = "count"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"
    CODES = "codes"
    CHOICE = "choice"


class KnownBy(StrEnum):
    """Who can supply the fact."""

    CLINIC = "clinic"
    PATIENT = "patient"
    PAYER = "payer"


class Ask(TextModel):
    """The question for a fact in the words of the one who is asked."""

    clinic: Sentence | None = None
    patient: Sentence | None = None
    payer: Sentence | None = None


def _number(value: Any) -> Any:
    if isinstance(value, str):
        number = float(value)
        return int(number) if number.is_integer() else number
    return value


Number = Annotated[int | float, BeforeValidator(_number)]


class Limits(TextModel):
    """Plausible values; what lies outside is refused as a slip. `step: 1` means whole numbers."""

    at_least: Number | None = None
    at_most: Number | None = None
    step: Number | None = None


class Fact(TextModel):
    """One entry of `facts.yaml`."""

    type: FactType
    known_by: KnownBy
    label: Sentence
    clinical: Flag = True
    values: Words = ()
    unit: Word | None = None
    group: Word = "other"
    ask: Ask = Ask()
    eligibility: str | None = None
    from_question: str | None = None
    limits: Limits = Limits()
    note: Sentence | None = None
    source: Url | None = None

    @model_validator(mode="after")
    def _choice_has_values(self) -> Fact:
        if (self.type is FactType.CHOICE) != bool(self.values):
            raise ValueError("a choice needs `values`, and only a choice has them")
        return self

    @property
    def only_from_question(self) -> bool:
        """A field of the question alone gives it; the name of a plan gives a choice only where it carries one of its values."""
        return self.from_question not in (None, PLAN_NAME)

    @property
    def whole(self) -> bool:
        """Only whole numbers are possible."""
        return self.type is FactType.COUNT or self.limits.step == 1

    def question(self, audience: KnownBy) -> str:
        """The question in this audience's words, or one made from the label."""
        asked: str | None = getattr(self.ask, audience.value)
        return asked or self.ask.clinic or f"What is known of this: {self.label}?"


class FactFile(TextModel):
    """`facts.yaml` as a whole."""

    facts: dict[Word, Fact] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class FactCatalogue:
    """All facts by name."""

    facts: Mapping[str, Fact]

    def __contains__(self, name: object) -> bool:
        return name in self.facts

    def __getitem__(self, name: str) -> Fact:
        return self.facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts)


def parse_text(fact: Fact, text: str) -> Value:
    """A value as a rule file or a form writes it; raises ValueError with the remedy."""
    match fact.type:
        case FactType.YES_NO:
            return _parse_yes_no(text)
        case FactType.COUNT | FactType.NUMBER:
            try:
                number = float(text)
            except ValueError:
                raise ValueError(f"{text!r} is not a number") from None
            if not math.isfinite(number):
                raise ValueError(f"{text!r} is not a finite number")
            return check_value(fact, int(number) if number.is_integer() else number)
        case FactType.CODES:
            return check_value(fact, [part.strip() for part in text.split(",") if part.strip()])
        case _:
            return check_value(fact, text)


def check_value(fact: Fact, value: Any) -> Value:
    """A value as JSON carries it, typed; raises ValueError with the remedy."""
    return _CHECKS[fact.type](fact, value)


def _check_yes_no(_: Fact, value: Any) -> Value:
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")


def _check_date(_: Fact, value: Any) -> Value:
    if (isinstance(value, str) and len(value) == 10) or isinstance(value, date):
        return parse_date(value)
    raise ValueError("must be a date, YYYY-MM-DD")


def _check_choice(fact: Fact, value: Any) -> Value:
    if value in fact.values:
        return str(value)
    raise ValueError(f"must be one of {', '.join(fact.values)}")


def _check_codes(_: Fact, value: Any) -> Value:
    if isinstance(value, list | tuple):
        return frozenset(_check_code(item) for item in value)
    raise ValueError("must be a list of codes")


def _parse_yes_no(text: str) -> bool:
    match text.lower():
        case "true" | "yes":
            return True
        case "false" | "no":
            return False
    raise ValueError("write true or false")


def _check_number(fact: Fact, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LARGEST:
        raise ValueError("must be a number")
    if fact.whole and value != int(value):
        raise ValueError("must be a whole number")
    low = 0 if fact.limits.at_least is None and fact.type is FactType.COUNT else fact.limits.at_least
    high = fact.limits.at_most
    if (low is not None and value < low) or (high is not None and value > high):
        shown = f"from {low} to {high}" if low is not None and high is not None else f"{low} or more" if high is None else f"{high} or less"
        raise ValueError(f"must be {shown}")
    return int(value) if value == int(value) else value


def _range_words(low: int | float | None, high: int | float | None) -> str:
    if low is None:
        return f"{high} or less"
    return f"{low} or more" if high is None else f"from {low} to {high}"


def _check_code(value: Any) -> str:
    if isinstance(value, str) and 2 <= len(value) <= 15 and value.isascii() and all(c.isalnum() or c in ".-" for c in value):
        return value.upper()
    raise ValueError("must be a code such as F33.2")


def code_matches(pattern: str, code: str) -> bool:
    """`F33.2` matches itself; `F33.-` and `F33.4-` match every code that begins so. Dots and case don't matter."""
    plain = code.replace(".", "").upper()
    wanted = pattern.replace(".", "").upper()
    return plain.startswith(wanted[:-1]) if wanted.endswith("-") else plain == wanted


_CHECKS: Mapping[FactType, Callable[[Fact, Any], Value]] = {
    FactType.YES_NO: _check_yes_no,
    FactType.COUNT: _check_number,
    FactType.NUMBER: _check_number,
    FactType.DATE: _check_date,
    FactType.CHOICE: _check_choice,
    FactType.CODE: lambda _, value: _check_code(value),
    FactType.CODES: _check_codes,
}
