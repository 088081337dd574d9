"""The question as it arrives: strict, and refused with every fault, each with a pointer and a remedy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from covercheck.rules.suggest import nearest

STAND_INS: dict[str, Any] = {"payer": "-", "date_of_service": "2000-01-01"}


def _iso_date(value: Any) -> Any:
    if (isinstance(value, str) and len(value) == 10) or isinstance(value, date):
        return value
    raise ValueError("must be a date written YYYY-MM-DD")


IsoDate = Annotated[date, Field(strict=False), BeforeValidator(_iso_date)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Code = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9.-]+$")]
Npi = Annotated[str, StringConstraints(pattern=r"^\d{10}$")]
TaxId = Annotated[str, StringConstraints(pattern=r"^\d{2}-?\d{7}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Plan(_Strict):
    """The patient's plan, as far as it is known."""

    line: Short | None = Field(default=None, description="line of business, such as `commercial`", examples=["commercial"])
    state: Short | None = Field(default=None, description="two letters", examples=["MA"])
    name: Short | None = None
    group: Short | None = None
    market: Literal["individual", "small_group", "large_group"] | None = None
    funding: Literal["insured", "self_funded"] | None = None


class Member(_Strict):
    """Whose coverage to ask the payer about. Left out, no adapter is asked and no person is known."""

    id: Short
    date_of_birth: IsoDate | None = None
    first_name: Short | None = None
    last_name: Short | None = None
    group: Short | None = None


class Provider(_Strict):
    """The clinic."""

    npi: Npi | None = None
    tax_id: TaxId | None = None


class CheckRequest(_Strict):
    """`POST /v1/checks`. One of `therapy`, `parts`, `codes` says what is asked."""

    payer: Short = Field(description="id, name, alias or EDI id", examples=["bcbs-massachusetts"])
    plan: Plan = Plan()
    date_of_service: IsoDate = Field(examples=["2026-12-01"])
    therapy: Short | None = Field(default=None, examples=["kap_iv"])
    parts: Annotated[list[Short], Field(max_length=20)] | None = None
    codes: Annotated[list[Code], Field(max_length=50)] | None = None
    diagnoses: Annotated[list[Code], Field(max_length=25)] = Field(default_factory=list, examples=[["F33.2"]])
    indication: Short | None = None
    phase: Literal["initial", "continuation"] = "initial"
    facts: Annotated[dict[Short, Any], Field(max_length=200)] = Field(
        default_factory=dict, description="see /v1/facts; null means unknown", examples=[{"age_years": 41, "failed_antidepressants": 4}]
    )
    member: Member | None = None
    provider: Provider | None = None
    restricted_parts: Annotated[list[Short], Field(max_length=20)] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a question: where (JSON pointer), a stable key, what, and the nearest valid names."""

    pointer: str
    key: str
    detail: str
    nearest: tuple[str, ...] = ()


class QuestionRefused(Exception):
    """The question can't be asked; carries every fault, and what of the question is of the right shape."""

    def __init__(self, faults: Iterable[Fault], sound: CheckRequest | None = None) -> None:
        self.faults = tuple(faults)
        self.sound = sound
        super().__init__("; ".join(f"{fault.pointer}: {fault.detail}" for fault in self.faults))


def parse_request(data: Any) -> CheckRequest:
    """The request as a model; `data` is JSON text as bytes or parsed JSON. Raises QuestionRefused."""
    try:
        if isinstance(data, bytes | bytearray | str):
            return CheckRequest.model_validate_json(data)
        return CheckRequest.model_validate(data)
    except ValidationError as error:
        raise QuestionRefused(_shape_faults(error), _sound(data, error)) from None


def _shape_faults(error: ValidationError) -> Iterator[Fault]:
    fields = [*CheckRequest.model_fields, *Plan.model_fields, *Member.model_fields, *Provider.model_fields]
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        loc = item["loc"]
        kind = item["type"]
        if kind == "json_invalid":
            yield Fault("", "malformed_json", "the body is not valid JSON")
        elif kind == "extra_forbidden":
            yield Fault(pointer(loc), "unknown_key", "no such key", tuple(nearest(str(loc[-1]), fields)))
        elif kind == "missing":
            yield Fault(pointer(loc), "missing", "is required")
        elif kind == "string_pattern_mismatch":
            yield Fault(pointer(loc), "wrong_form", "is not written as it must be; see /openapi.json")
        else:
            yield Fault(pointer(loc), "wrong_type", item["msg"])


def pointer(loc: Iterable[Any]) -> str:
    """A JSON pointer (RFC 6901) to a place in the question."""
    return "".join("/" + str(step)[:80].replace("~", "~0").replace("/", "~1") for step in loc)


def _sound(data: Any, error: ValidationError) -> CheckRequest | None:
    """The question without what is wrong with its shape, so that its names can be looked up all the same."""
    with suppress(ValueError, RecursionError, TypeError, KeyError, IndexError):
        rest = json.loads(data) if isinstance(data, bytes | bytearray | str) else json.loads(json.dumps(data, default=str))
        if not isinstance(rest, dict):
            return None
        for item in sorted(error.errors(include_url=False, include_context=False, include_input=False), key=lambda e: -len(e["loc"])):
            if item["type"] != "missing":
                _drop(rest, item["loc"])
        return CheckRequest.model_validate_json(json.dumps({**STAND_INS, **rest}))
    return None


def _drop(data: Any, loc: tuple[int | str, ...]) -> None:
    """Take one place out; an item of a list takes its whole list with it, so that the other pointers stay right."""
    path = [step for step in loc if step != "[key]"]
    while path and isinstance(path[-1], int):
        path.pop()
    for step in path[:-1]:
        data = data[step]
    data.pop(path[-1], None)
