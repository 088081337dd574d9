"""Made-up JSON answers for tests: the flat shape around a few statements."""

from __future__ import annotations

from typing import Any

import orjson

from covercheck.eligibility.json_api.names import Vendor
from covercheck.eligibility.json_api.read_response import read_response
from covercheck.eligibility.json_api.vendors import STEDI
from covercheck.eligibility.not_read import NotRead
from covercheck.eligibility.report import Benefit, PersonReport, Report

ADA: dict[str, Any] = {"memberId": "DEMO1001", "firstName": "ADA", "lastName": "MARLOW", "dateOfBirth": "19850302", "gender": "F"}
ISA = "ISA*00*          *00*          *ZZ*HARBOR         *ZZ*CLINIC         *261123*1200*^*00501*000000007*0*T*:~"


def about_ada(*statements: Any, **more: Any) -> bytes:
    """An answer about one subscriber with these statements."""
    return orjson.dumps({"subscriber": ADA, "benefitsInformation": list(statements), **more})


def read(raw: bytes, vendor: Vendor = STEDI) -> Report:
    """The report of bytes that are an answer."""
    found = read_response(raw, vendor)
    assert isinstance(found, Report), found
    return found


def instead(raw: bytes, vendor: Vendor = STEDI) -> NotRead:
    """What bytes are that are no answer."""
    found = read_response(raw, vendor)
    assert isinstance(found, NotRead)
    return found


def ada(*statements: Any, **more: Any) -> PersonReport:
    """What is read of her."""
    (person,) = read(about_ada(*statements, **more)).persons
    return person


def benefit(**statement: Any) -> Benefit:
    """The only statement, read from these fields."""
    (found,) = ada(statement).benefits
    return found


def noted(raw: bytes, vendor: Vendor = STEDI) -> list[str]:
    """Keys of what was odd."""
    return [oddity.key for oddity in read(raw, vendor).oddities]
