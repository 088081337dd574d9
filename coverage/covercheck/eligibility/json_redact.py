"""JSON for showing, FHIR or a vendor's own: its structure and codes stay, whatever may tell who the patient is is masked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import orjson

from covercheck.eligibility.x12.redact import MASK, redact_x12

DEEPEST: Final = 60
LONGEST: Final = 120
ORGANIZATIONS: Final = frozenset({"payer", "provider"})
IN_ORGANIZATION: Final = frozenset({
    "name", "npi", "organization", "organizationName", "providerName", "providerOrgName", "identification", "payorIdentification",
    "communicationNumber", "federalTaxpayersIdNumber", "taxId", "tin",
})  # fmt: skip
KEPT: Final = frozenset({
    "code", "serviceTypeCodes", "serviceTypes", "coverageLevelCode", "coverageLevel", "insuranceTypeCode", "insuranceType",
    "timeQualifierCode", "timeQualifier", "benefitAmount", "benefitPercent", "benefitQuantity", "quantityQualifierCode",
    "quantityQualifier", "inPlanNetworkIndicatorCode", "inPlanNetworkIndicator", "authOrCertIndicator", "planCoverage", "status",
    "statusCode", "followupAction", "location", "field", "entityIdentifier", "entityType", "entityIdentification", "traceTypeCode",
    "traceType", "tradingPartnerServiceId", "tradingPartnerName", "quantity", "numOfPeriods", "timePeriodQualifierCode",
    "timePeriodQualifier", "unitForMeasurementQualifierCode", "unitForMeasurementQualifier", "industryCode", "codeListQualifierCode",
    "codeListQualifier", "communicationMode", "productOrServiceIdQualifierCode", "productOrServiceIdQualifier", "procedureCode",
    "procedureModifiers", "applicationMode", "dateOfService", "beginningDateOfService", "endDateOfService", "payerId", "payerName",
    "indicator", "priorAuthIndicator", "amount", "percent", "timePeriod", "qualifier", "type", "system", "relationToSubscriber",
    "individualRelationshipCode", "maintenanceTypeCode", "maintenanceReasonCode", "insuredIndicator", "headerLoopIdentifierCode",
    "trailerLoopIdentifierCode", "resourceType", "outcome", "purpose", "use", "inforce", "excluded", "authorizationRequired",
    "servicedDate", "created", "severity", "currency", "allowedUnsignedInt", "usedUnsignedInt", "version",
})  # fmt: skip
PLAN_DATES: Final = frozenset({
    "plan", "planBegin", "planEnd", "eligibility", "eligibilityBegin", "eligibilityEnd", "benefit", "benefitBegin", "benefitEnd", "service",
})  # fmt: skip
RANGE: Final = frozenset({"start", "end"})
KEPT_WITHIN: Final[Mapping[str, frozenset[str]]] = MappingProxyType({
    "benefitsDateInformation": PLAN_DATES, "planDateInformation": PLAN_DATES, "benefitPeriod": RANGE, "servicedPeriod": RANGE,
    **dict.fromkeys(("plan", "eligibility", "benefit"), RANGE), "service": RANGE | {"value", "definition"},
    "services": frozenset({"value"}), "quantity": frozenset({"value"}), "period": frozenset({"value"}), "frequency": frozenset({"value"}),
    "allowedMoney": frozenset({"value"}), "usedMoney": frozenset({"value"}), "coding": frozenset({"display"}),
    "extension": frozenset({"url"}),
    "plans": frozenset({"name"}), "benefitsInformation": frozenset({"name"}),
})  # fmt: skip
_KEY: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.:-]{0,79}")


def redact_json(raw: bytes) -> str:
    """The same structure, indented, with names, ids, dates of birth, addresses, references, traces and free text masked, X12 text within by
    its own rules. Bytes that are no JSON are not shown at all."""
    try:
        data = orjson.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return f"({len(raw)} bytes that are not JSON)"
    return orjson.dumps(_masked(data, "", "", False, 0), option=orjson.OPT_INDENT_2).decode()


def _masked(data: Any, key: str, parent: str, organization: bool, depth: int) -> Any:
    """A value by its key and the key of the object it stands in; elements of a list are under the list's key."""
    if data is None or isinstance(data, bool):
        return data
    if depth > DEEPEST:
        return MASK
    if isinstance(data, list):
        return [_masked(each, key, parent, organization, depth + 1) for each in data]
    if isinstance(data, dict):
        organization = key in ORGANIZATIONS or (organization and key != "aaaErrors") or data.get("resourceType") == "Organization"
        return {
            _shown(name, number): _masked(value, name, key, organization, depth + 1) for number, (name, value) in enumerate(data.items())
        }
    if isinstance(data, str) and data.lstrip().startswith("ISA"):
        return redact_x12(data)
    is_kept = key in KEPT or key in KEPT_WITHIN.get(parent, ()) or (organization and key in IN_ORGANIZATION)
    is_inner = key == "reference" and isinstance(data, str) and data.startswith("#")
    return data if (is_kept or is_inner) and len(str(data)) <= LONGEST else MASK


def _shown(name: str, number: int) -> str:
    """A key that is no name of a field may be anything."""
    return name if _KEY.fullmatch(name) else f"{MASK}{number}"
