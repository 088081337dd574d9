"""The wire formats of the mock clearinghouse: how a question is read and an answer written in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, TypeAlias
from uuid import uuid4

from covercheck.eligibility.fhir.read_request import read_request as read_fhir
from covercheck.eligibility.fhir.write_response import write_response as write_fhir
from covercheck.eligibility.inquiry import Inquiry
from covercheck.eligibility.json_api.read_request import read_request as read_json
from covercheck.eligibility.json_api.vendors import STEDI
from covercheck.eligibility.json_api.write_response import write_response as write_json
from covercheck.eligibility.over_x12 import RAW_TYPE
from covercheck.eligibility.report import Report
from covercheck.eligibility.x12.mime import CoreRequest, core_response, read_core_request
from covercheck.eligibility.x12.read_270 import read_270
from covercheck.eligibility.x12.sender import Sender
from covercheck.eligibility.x12.write_271 import write_271

Written: TypeAlias = tuple[str, bytes]
PAYER, CLINIC = "MOCKPAYER", "COVERCHECK"


@dataclass(frozen=True, slots=True)
class Format:
    """`read` takes content type and body; `write` gives them."""

    says: str
    read: Callable[[str, bytes], Inquiry | None]
    write: Callable[[Report, Inquiry], Written]


def _read_x12(_: str, body: bytes) -> Inquiry | None:
    return read_270(body)


def _text(report: Report, inquiry: Inquiry) -> str:
    return write_271(report, inquiry, Sender(PAYER, CLINIC, usage="T"))


def _write_x12(report: Report, inquiry: Inquiry) -> Written:
    return RAW_TYPE, _text(report, inquiry).encode()


def _read_core(content_type: str, body: bytes) -> Inquiry | None:
    request = read_core_request(content_type, body)
    return read_270(request.payload) if isinstance(request, CoreRequest) else None


def _write_core(report: Report, inquiry: Inquiry) -> Written:
    return core_response(_text(report, inquiry), PAYER, CLINIC, str(uuid4()), datetime.now(UTC))


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "/x12": Format("X12 270 in, 271 out, as raw body", _read_x12, _write_x12),
        "/x12/core": Format("the same in the CORE MIME envelope", _read_core, _write_core),
        "/json": Format(
            "the flat JSON of several clearinghouses",
            lambda _, body: read_json(body, STEDI),
            lambda report, inquiry: ("application/json", write_json(report, inquiry, STEDI)),
        ),
        "/fhir": Format(
            "FHIR R4 CoverageEligibilityRequest in, CoverageEligibilityResponse out",
            lambda _, body: read_fhir(body),
            lambda report, inquiry: ("application/fhir+json", write_fhir(report, inquiry)),
        ),
    }
)
