"""Field types shared by the models of rule files: every value arrives as text."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

EARLIEST: Final = date(1990, 1, 1)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class TextModel(BaseModel):
    """Base of everything read from a rule file: frozen, and no key is overlooked."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def parse_date(value: Any) -> date:
    """`2025`, `2025-03` or `2025-03-09`; a year or month alone means its first day."""
    if isinstance(value, date):
        return value
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("not a date: write YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        parsed = date(year, month, day)
    except ValueError as error:
        raise ValueError(f"no such day: {error}") from None
    if parsed < EARLIEST:
        raise ValueError(f"earlier than {EARLIEST}: check the year")
    return parsed


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _yes_or_no(value: Any) -> Any:
    words = {"true": True, "yes": True, "false": False, "no": False}
    if isinstance(value, str):
        if value.lower() not in words:
            raise ValueError("write true or false")
        return words[value.lower()]
    return value


def _unknown_date(value: Any) -> Any:
    return None if value == "unknown" else value


def _all_as_none(value: Any) -> Any:
    return None if value == "all" else value


Day = Annotated[date, BeforeValidator(parse_date)]
DayOrUnknown = Annotated[Day | None, BeforeValidator(_unknown_date)]
Flag = Annotated[bool, BeforeValidator(_yes_or_no)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=80)]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
PolicyId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9._-]*$", max_length=160)]
Url = Annotated[str, StringConstraints(pattern=r"^(https?://|mailto:)\S+$", max_length=1_000)]
Cites = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]
Words = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]
StatesOrAll = Annotated[tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")], ...] | None, BeforeValidator(_all_as_none)]
