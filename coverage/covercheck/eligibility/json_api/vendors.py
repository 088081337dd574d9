"""The vendors that are known, each with all its field names. Another vendor is another table here, and no other code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from covercheck.eligibility.json_api import spellings as words
from covercheck.eligibility.json_api.names import (
    BenefitNames,
    ContactNames,
    DateNames,
    ErrorNames,
    LimitNames,
    NumberName,
    PartyNames,
    PersonNames,
    PlanNames,
    ProcedureNames,
    RequestNames,
    ResponseNames,
    ServiceNames,
    Spelling,
    TraceNames,
    Vendor,
)


def _within(numbers: tuple[NumberName, ...], name: str) -> tuple[NumberName, ...]:
    """The same names, one object further in."""
    return tuple(NumberName(n.qualifier, (name, *n.value), (name, *n.says) if n.says is not None else None) for n in numbers)


_FLAT_DATES: Final = DateNames(MappingProxyType({
    "plan": "291", "planBegin": "346", "planEnd": "347", "eligibility": "307", "eligibilityBegin": "356", "eligibilityEnd": "357",
    "benefit": "292", "benefitBegin": "348", "benefitEnd": "349", "service": "472", "coordinationOfBenefits": "290",
    "periodStart": "193", "periodEnd": "194", "latestVisitOrConsultation": "304", "dateOfLastUpdate": "636",
    "primaryCareProvider": "295", "cobraBegin": "340", "cobraEnd": "341", "premiumPaidToDateBegin": "342",
    "premiumPaidtoDateBegin": "342", "premiumPaidToDateEnd": "343", "status": "771", "discharge": "096", "admission": "435",
    "enrollment": "382", "added": "318", "issue": "102", "effectiveDateOfChange": "152", "dateOfDeath": "442",
    "certification": "458", "policyEffective": "539", "policyExpiration": "540", "completion": "198",
}))  # fmt: skip
_FLAT_CONTACTS: Final = ContactNames(
    each=("contactInformation", "contacts"), name=("contactInformation", "name"), name_is_beside=True,
    mode=("communicationMode",), number=("communicationNumber",), modes=words.MODES,
)  # fmt: skip
_FLAT_PERSON: Final = PersonNames(
    id=("memberId",), first_name=("firstName",), last_name=("lastName",), middle_name=("middleName",), suffix=("suffix",),
    date_of_birth=("dateOfBirth",), gender=("gender",), group=("groupNumber",),
    relationship=("individualRelationshipCode",), relationships=Spelling(words.RELATIONSHIPS),
    numbers=(
        NumberName("6P", ("groupNumber",), ("groupDescription",)), NumberName("18", ("planNumber",), ("planDescription",)),
        NumberName("N6", ("planNetworkIdNumber",), ("planNetworkDescription",)),
    ),
    changed=((("maintenanceTypeCode",), "001"), (("maintenanceReasonCode",), "25")),
)  # fmt: skip
_FLAT_NUMBERS: Final = (
    NumberName("6P", ("groupNumber",), ("groupDescription",)), NumberName("18", ("planNumber",), ("planDescription",)),
    NumberName("N6", ("planNetworkIdNumber",), ("planNetworkDescription",)), NumberName("1L", ("policyNumber",)),
    NumberName("1W", ("memberId",)), NumberName("49", ("familyUnitNumber",)), NumberName("9F", ("referralNumber",)),
    NumberName("G1", ("priorAuthorizationNumber",)), NumberName("ALS", ("alternativeListId",)), NumberName("CLI", ("coverageListId",)),
    NumberName("F6", ("hicNumber",)), NumberName("FO", ("drugFormularyNumber",)), NumberName("IG", ("insurancePolicyNumber",)),
    NumberName("M7", ("medicalAssistanceCategory",)), NumberName("NQ", ("medicaidRecepientIdNumber",)),
)  # fmt: skip
_FLAT_BENEFIT: Final = BenefitNames(
    code=("code",), codes=Spelling(), service_types=("serviceTypeCodes",), plan=("planCoverage",),
    coverage_level=("coverageLevelCode",), coverage_levels=Spelling(), insurance_type=("insuranceTypeCode",), insurance_types=Spelling(),
    period=("timeQualifierCode",), periods=Spelling(), amount=("benefitAmount",), share=("benefitPercent",),
    quantity=("benefitQuantity",), quantity_of=("quantityQualifierCode",),
    authorization=("authOrCertIndicator",), authorizations=Spelling(),
    network=("inPlanNetworkIndicatorCode",), networks=Spelling(),
    procedure=ProcedureNames(
        ("compositeMedicalProcedureIdentifier", "productOrServiceIdQualifierCode"),
        ("compositeMedicalProcedureIdentifier", "procedureCode"), ("compositeMedicalProcedureIdentifier", "procedureModifiers"),
    ),
    dates=("benefitsDateInformation",),
    limits=LimitNames(
        each=("benefitsServiceDelivery",), unit=("quantityQualifierCode",), quantity=("quantity",),
        period=("timePeriodQualifierCode",), count=("numOfPeriods",), per=("unitForMeasurementQualifierCode",),
        patterns=(
            ("sampleSelectionModulus",), ("deliveryOrCalendarPatternQualifierCode",), ("deliveryPatternTimeQualifierCode",),
        ),
    ),
    numbers=_within(_FLAT_NUMBERS, "benefitsAdditionalInformation"),
    messages=("additionalInformation",), message=("description",),
    entities=("benefitsRelatedEntities",), entity=("benefitsRelatedEntity",),
    places=("eligibilityAdditionalInformationList",), lone_place=("eligibilityAdditionalInformation",),
    place=("industryCode",), place_constants=((("codeListQualifierCode",), "ZZ"),),
)  # fmt: skip
_PARTY_IDS: Final[Mapping[str, str]] = MappingProxyType({
    "payorIdentification": "PI", "npi": "XX", "federalTaxpayersIdNumber": "FI", "employersId": "24", "etin": "46", "naic": "NI",
    "centersForMedicareAndMedicaidPlanId": "XV", "servicesPlanID": "XV", "serviceProviderNumber": "SV", "pharmacyProcessorNumber": "PP",
})  # fmt: skip

STEDI: Final = Vendor(
    name="stedi",
    authorization="Key {}",
    request=RequestNames(
        control=("controlNumber",), payer_id=("tradingPartnerServiceId",), payer_name=("tradingPartnerName",),
        npi=("provider", "npi"), tax_id=("provider", "taxId"), clinic_name=("provider", "organizationName"),
        subscriber=("subscriber",), dependent=("dependents",), dependents_in_list=True,
        as_subscriber=_FLAT_PERSON, as_dependent=_FLAT_PERSON,
        service_types=("encounter", "serviceTypeCodes"), on=("encounter", "dateOfService"),
        begins=("encounter", "beginningDateOfService"), ends=("encounter", "endDateOfService"),
    ),
    response=ResponseNames(
        control=("controlNumber",), payer=("payer",), provider=("provider",), subscriber=("subscriber",), dependents=("dependents",),
        dependents_in_list=True, person=_FLAT_PERSON, as_dependent=_FLAT_PERSON,
        payer_party=PartyNames(
            ("entityIdentifier",), Spelling(words.ROLES), ("name",),
            ((("name",),), (("firstName",), ("middleName",), ("lastName",), ("suffix",))),
            _FLAT_CONTACTS, ids=_PARTY_IDS,
        ),
        provider_party=PartyNames(
            ("entityIdentifier",), Spelling(words.ROLES), ("providerName",),
            ((("providerOrgName",),), (("providerFirstName",), ("middleName",), ("providerName",), ("suffix",))),
            _FLAT_CONTACTS, ids=_PARTY_IDS,
        ),
        entity_party=PartyNames(
            ("entityIdentifier",), Spelling(words.ROLES), ("entityName",),
            ((("entityFirstname",), ("entityMiddlename",), ("entityName",), ("entitySuffix",)),),
            _FLAT_CONTACTS, id=("entityIdentificationValue",), id_kind=("entityIdentification",),
        ),
        benefits=("benefitsInformation",), benefit=_FLAT_BENEFIT, dates=_FLAT_DATES,
        plan_dates=("planDateInformation",),
        plan_numbers=_within((
            *_FLAT_PERSON.numbers[:2], NumberName("N6", ("planNetworkIdNumber",), ("planNetworkIdDescription",)),
            *(number for number in _FLAT_NUMBERS if number.qualifier not in ("6P", "18", "N6", "NQ", "1W")),
            NumberName("NQ", ("medicaidRecipientIdNumber",)),
        ), "planInformation"),
        errors=ErrorNames(
            top=("errors",), within=("aaaErrors",), code=("code",), follow_up=("followupAction",), follow_ups=words.FOLLOW_UPS,
            location=("location",), body_code=("code",), body_says=("message",),
        ),
        traces=TraceNames(
            ("subscriberTraceNumbers",), ("traceTypeCode",), ("referenceIdentification",), ("originatingCompanyIdentifier",),
            echo="2", other="1", own=(("meta", "traceId"), ("meta", "outboundTraceId")),
        ),
        x12=("x12",), warnings=("warnings",),
    ),
)  # fmt: skip

_PLANS_PERSON: Final = PersonNames(
    id=("memberId",), first_name=("name", "person", "firstName"), last_name=("name", "person", "lastName"),
    middle_name=("name", "person", "middleName"), suffix=("name", "person", "suffix"), date_of_birth=("dateOfBirth",),
    gender=("gender",), genders=words.loud(words.GENDERS), group=("additionalInformation", "groupNumber"),
    relationship=("relationToSubscriber",), relationships=words.loud(words.SPELLED_RELATIONSHIPS),
    numbers=(
        NumberName("6P", ("additionalInformation", "group", "number"), ("additionalInformation", "group", "name")),
        NumberName("18", ("additionalInformation", "plan", "number"), ("additionalInformation", "plan", "name")),
        NumberName("N6", ("additionalInformation", "planNetwork", "number"), ("additionalInformation", "planNetwork", "name")),
    ),
    changed=((("maintenance", "indicator"), "PAYER_INDICATED"),), dates=("dates",),
)  # fmt: skip
_PLANS_DEPENDENT: Final = replace(_PLANS_PERSON, id=("additionalInformation", "memberId"))
_PLANS_PARTY: Final = PartyNames(
    ("type",), words.loud(words.SHORTER_ROLES), ("name", "organization"),
    (
        (("name", "organization"),),
        (("name", "person", "firstName"), ("name", "person", "middleName"), ("name", "person", "lastName"), ("name", "person", "suffix")),
    ),
    ContactNames(each=("contacts",), name=("name",), lists=MappingProxyType({
        "phoneNumbers": "phone", "faxNumbers": "fax", "urls": "web", "emails": "email", "ediNumbers": "ED",
    })),
    ids=MappingProxyType({
        "identification": "PI", "payerId": "PI", "npi": "XX", "tin": "FI", "ein": "24", "etin": "46", "naicId": "NI", "memberId": "MI",
        "serviceProviderNumber": "SV", "pharmacyProcessorNumber": "PP", "facilityId": "FA",
    }),
)  # fmt: skip
_LIMIT: Final = ("delivery",)
_PLANS_BENEFIT: Final = BenefitNames(
    code=("status",), codes=words.loud(words.STATUSES), plan=("planCoverageDescription",),
    coverage_level=("coverageLevel",), coverage_levels=words.loud(words.COVERAGE_LEVELS),
    insurance_type=("insuranceType",), insurance_types=words.loud(words.INSURANCE_TYPES),
    period=("timePeriod",), periods=words.loud(words.PERIODS), amount=("amount",), share=("percent",),
    authorization=("priorAuthIndicator",), authorizations=words.loud(words.NEEDED),
    network=("network", "indicator"), networks=words.loud(words.SPELLED_NETWORKS),
    service=ServiceNames(("service", "system"), ("service", "value"), "STC", Spelling(words.SYSTEMS)),
    dates=("dates",),
    limits=LimitNames(
        each=("serviceLimits",), unit=(*_LIMIT, "quantity", "qualifier"), units=words.loud(words.UNITS),
        quantity=(*_LIMIT, "quantity", "value"), period=(*_LIMIT, "period", "qualifier"), periods=words.loud(words.PERIODS),
        count=(*_LIMIT, "period", "value"), per=(*_LIMIT, "frequency", "qualifier"), pers=words.loud(words.PER),
        patterns=((*_LIMIT, "frequency", "value"), (*_LIMIT, "delivery"), ("ageMaximum",), ("ageMinimum",)),
    ),
    numbers=_within((
        NumberName("6P", ("group", "number"), ("group", "name")), NumberName("18", ("plan", "number"), ("plan", "name")),
        NumberName("9F", ("referralNumber",)), NumberName("G1", ("priorAuthNumber",)), NumberName("FO", ("drugFormularyNumber",)),
        NumberName("1L", ("groupOrPolicyNumber",)), NumberName("IG", ("insurancePolicyNumber",)), NumberName("1W", ("memberId",)),
    ), "additionalInformation"),
    messages=("messages",), entities=("relatedEntities",), places=("placesOfService",), place=("code",),
)  # fmt: skip

STEDI_PLANS: Final = Vendor(
    name="stedi_plans",
    authorization="Key {}",
    request=RequestNames(
        payer_id=("payerId",), payer_name=("payerName",), npi=("provider", "npi"), tax_id=("provider", "tin"),
        clinic_name=("provider", "name", "organization"), subscriber=("subscriber",), dependent=("dependent",),
        as_subscriber=_PLANS_PERSON, as_dependent=_PLANS_DEPENDENT,
        service_types=("encounter", "services"), service_type=("value",), service_constants=((("system",), "STC"),),
        begins=("encounter", "dates", "service", "start"), ends=("encounter", "dates", "service", "end"), iso_dates=True,
    ),
    response=ResponseNames(
        payer=("payer",), provider=("provider",), subscriber=("subscriber",), dependents=("dependent",),
        person=_PLANS_PERSON, as_dependent=_PLANS_DEPENDENT,
        payer_party=_PLANS_PARTY, provider_party=_PLANS_PARTY, entity_party=_PLANS_PARTY,
        plans=PlanNames(
            ("plans",), ("name",), ("benefits",), passed_over=frozenset({"invalidEntries"}),
            kinds=MappingProxyType({
                "statuses": "", "coInsurance": "A", "coPayment": "B", "deductible": "C", "outOfPocket": "G", "limitations": "F",
                "nonCovered": "I", "contactFollowingEntityForInformation": "U", "otherOrAdditionalPayer": "R", "cannotProcess": "V",
                "benefitDescription": "D", "exclusions": "E",
            }),
        ),
        benefit=_PLANS_BENEFIT,
        dates=DateNames(
            MappingProxyType({
                "plan": "291", "eligibility": "307", "benefit": "292", "service": "472", "coordinationOfBenefits": "290",
                "latestVisit": "304", "dateOfLastUpdate": "636", "primaryCareProvider": "295", "status": "771", "discharge": "096",
                "admission": "435", "enrollment": "382", "added": "318", "issue": "102", "effectiveDateOfChange": "152",
                "dateOfDeath": "442", "certification": "458", "completion": "198",
            }),
            ends=(("start",), ("end",)),
        ),
        errors=ErrorNames(
            top=("errors",), within=None, code=("code",), follow_up=("followupAction",), follow_ups=words.FOLLOW_UPS,
            location=("location",), body_code=("code",), body_says=("message",),
        ),
        traces=TraceNames(
            ("meta", "subscriberTraceNumbers"), ("type",), ("referenceIdentification",), ("originatingCompanyIdentifier",),
            echo="REFERENCED_TRANSACTION", other="CURRENT_TRANSACTION", own=(("meta", "traceId"), ("meta", "outboundTraceId")),
        ),
        x12=("x12",), warnings=("warnings",),
    ),
)  # fmt: skip
VENDORS: Final[Mapping[str, Vendor]] = MappingProxyType({vendor.name: vendor for vendor in (STEDI, STEDI_PLANS)})
