"""A report as a vendor's JSON, for payers that are made up. What `read_response` reads from it is the report again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import orjson

from covercheck.eligibility.inquiry import Inquiry
from covercheck.eligibility.json_api.names import (
    BenefitNames,
    ContactNames,
    DateNames,
    NumberName,
    PartyNames,
    PersonNames,
    ResponseNames,
    Spelling,
    Vendor,
)
from covercheck.eligibility.json_api.put import day, element, put
from covercheck.eligibility.json_api.read_benefits import CONTACT
from covercheck.eligibility.report import Benefit, Channel, Level, Limit, Party, PersonReport, Reference, Rejection, Report, Span, Trace
from covercheck.eligibility.tables import AUTHORIZATIONS, NETWORKS

NEVER_ENDS, NEVER_BEGAN = "99991231", "00010101"
_AUTHORIZATIONS: Final[Mapping[str | None, str]] = MappingProxyType({needed: code for code, needed in AUTHORIZATIONS.items()})
_NETWORKS: Final[Mapping[str | None, str]] = MappingProxyType({network: code for code, network in NETWORKS.items()})
_LOOPS: Final[Mapping[Level, str]] = MappingProxyType({
    "payer": "Loop 2100A", "provider": "Loop 2100B", "subscriber": "Loop 2100C", "dependent": "Loop 2100D", "benefit": "Loop 2110C",
})  # fmt: skip


def write_response(report: Report, inquiry: Inquiry, vendor: Vendor) -> bytes:
    """The body. Where the report names no receiver it is the clinic that asked; what the vendor has no field for is left out."""
    return orjson.dumps(_body(report, inquiry, vendor.response))


def _body(report: Report, inquiry: Inquiry, names: ResponseNames) -> dict[str, Any]:
    body: dict[str, Any] = {}
    put(body, names.control, report.number)
    put(body, names.payer, _party(report.payer, names.payer_party))
    put(body, names.provider, _party(report.receiver or _clinic(inquiry), names.provider_party))
    patient = report.persons[-1] if report.persons else None
    dependents = []
    for person in report.persons:
        written = _person(person, names, person is patient)
        if person.level == "subscriber":
            put(body, names.subscriber, written)
        else:
            dependents.append(written)
    if dependents:
        put(body, names.dependents, dependents if names.dependents_in_list else dependents[-1])
    if patient is not None:
        put(body, names.traces.each, [_trace(trace, names) for trace in patient.traces])
        if names.plan_dates is not None:
            put(body, names.plan_dates, _dates(patient.dates, names.dates))
        own = {number.qualifier for number in (names.as_dependent if patient.level == "dependent" else names.person).numbers}
        _numbers(body, (r for r in patient.references if r.qualifier not in own), names.plan_numbers)
        _benefits(body, patient.benefits, names)
    _rejections(body, report, names)
    return body


def _clinic(inquiry: Inquiry) -> Party | None:
    clinic = inquiry.clinic
    kind = "XX" if clinic.npi else "FI" if clinic.tax_id else None
    return Party("1P", clinic.name, clinic.npi or clinic.tax_id, kind)


def _person(person: PersonReport, names: ResponseNames, is_patient: bool) -> dict[str, Any]:
    own: PersonNames = names.as_dependent if person.level == "dependent" else names.person
    written: dict[str, Any] = {}
    put(written, own.id, person.id)
    put(written, own.first_name, person.first_name)
    put(written, own.last_name, person.last_name)
    put(written, own.middle_name, person.middle_name)
    put(written, own.date_of_birth, day(person.date_of_birth, names.dates.ends is not None) if person.date_of_birth else None)
    put(written, own.gender, own.genders.word(person.gender) if person.gender else None)
    for path, value in own.changed if person.changed else ():
        put(written, path, value)
    _numbers(written, person.references, own.numbers)
    if own.dates is not None and (names.plan_dates is None or not is_patient):
        put(written, own.dates, _dates(person.dates, names.dates))
    return written


def _rejections(body: dict[str, Any], report: Report, names: ResponseNames) -> None:
    """Each where its level has a list; all of them at the top too, with their location."""
    every = report.all_rejections()
    put(body, names.errors.top, [_rejection(rejection, names) for rejection in every])
    if names.errors.within is None:
        return
    for level, path in (("payer", names.payer), ("provider", names.provider), ("subscriber", names.subscriber)):
        put(body, (*path, *names.errors.within), [_rejection(r, names) for r in every if r.level == level])
    own = [_rejection(r, names) for r in every if r.level == "dependent"]
    listed = body.get(names.dependents[0])
    if own and isinstance(listed, list):
        put(listed[-1], names.errors.within, own)


def _rejection(rejection: Rejection, names: ResponseNames) -> dict[str, Any]:
    written: dict[str, Any] = {}
    put(written, names.errors.code, rejection.code)
    put(written, names.errors.follow_up, names.errors.follow_ups.word(rejection.follow_up) if rejection.follow_up else None)
    put(written, names.errors.location, _LOOPS[rejection.level])
    return written


def _trace(trace: Trace, names: ResponseNames) -> dict[str, Any]:
    own, written = names.traces, dict[str, Any]()
    put(written, own.type, own.echo if trace.echo else own.other)
    put(written, own.number, trace.number)
    put(written, own.origin, trace.origin)
    return written


def _benefits(body: dict[str, Any], benefits: Iterable[Benefit], names: ResponseNames) -> None:
    """In one list, or by plan and kind, where a statement of several service types is made for each of them."""
    if names.plans is None:
        put(body, names.benefits, [_benefit(benefit, names) for benefit in benefits])
        return
    plans: dict[str | None, dict[str, Any]] = {}
    for benefit in benefits:
        kinds = {code: kind for kind, code in names.plans.kinds.items() if code}
        kind = kinds.get(benefit.code) or next(kind for kind, code in names.plans.kinds.items() if not code)
        if benefit.plan not in plans:
            plans[benefit.plan] = {}
            put(plans[benefit.plan], names.plans.name, benefit.plan)
        listed = plans[benefit.plan]
        for step in names.plans.benefits:
            listed = listed.setdefault(step, {})
        rows = listed.setdefault(kind, [])
        for service_type in benefit.service_types or (None,):
            one = replace(benefit, service_types=(service_type,) if service_type else (), plan=None)
            rows.append(_benefit(one, names))
    put(body, names.plans.each, list(plans.values()))


def _benefit(benefit: Benefit, names: ResponseNames) -> dict[str, Any]:
    own, row = names.benefit, dict[str, Any]()
    if names.plans is None or benefit.code not in names.plans.kinds.values():
        put(row, own.code, own.codes.word(benefit.code))
    _about(row, benefit, own)
    put(row, own.plan, benefit.plan)
    for path, spelling, code in (
        (own.coverage_level, own.coverage_levels, benefit.coverage_level),
        (own.insurance_type, own.insurance_types, benefit.insurance_type),
        (own.period, own.periods, benefit.period),
        (own.authorization, own.authorizations, _AUTHORIZATIONS.get(benefit.authorization)),
        (own.network, own.networks, _NETWORKS.get(benefit.network)),
    ):
        put(row, path, _word(spelling, code))
    put(row, own.amount, _number(benefit.amount))
    put(row, own.share, _number(benefit.share))
    put(row, own.quantity, _number(benefit.quantity))
    put(row, own.quantity_of, benefit.quantity_of)
    put(row, own.dates, _dates(benefit.dates, names.dates))
    put(row, own.limits.each, [_limit(limit, own) for limit in benefit.limits])
    _numbers(row, benefit.references, own.numbers)
    put(row, own.messages, [element(own.message, message) for message in benefit.messages])
    put(row, own.entities, [_party(party, names.entity_party) for party in benefit.entities])
    put(row, own.places, [element(own.place, place, own.place_constants) for place in benefit.places])
    return row


def _about(row: dict[str, Any], benefit: Benefit, names: BenefitNames) -> None:
    qualifier, _, rest = (benefit.procedure or "").partition(":")
    if names.service is not None:
        put(row, names.service.system, names.service.service_types if benefit.service_types else names.service.qualifiers.word(qualifier))
        put(row, names.service.code, benefit.service_types[0] if benefit.service_types else rest)
        return
    put(row, names.service_types, list(benefit.service_types))
    if names.procedure is not None:
        code, *modifiers = rest.split(":")
        put(row, names.procedure.qualifier, qualifier)
        put(row, names.procedure.code, code)
        put(row, names.procedure.modifiers, modifiers)


def _limit(limit: Limit, names: BenefitNames) -> dict[str, Any]:
    own, written = names.limits, dict[str, Any]()
    put(written, own.unit, _word(own.units, limit.unit))
    put(written, own.quantity, _number(limit.quantity))
    put(written, own.period, _word(own.periods, limit.period))
    put(written, own.count, _number(limit.count))
    return written


def _numbers(data: dict[str, Any], references: Iterable[Reference], names: tuple[NumberName, ...]) -> None:
    for reference in references:
        name = next((name for name in names if name.qualifier == reference.qualifier), None)
        if name is not None:
            put(data, name.value, reference.value)
            put(data, name.says, reference.says)


def _dates(spans: Iterable[Span], names: DateNames) -> dict[str, Any]:
    """One date for each name; a second span of the same qualifier has no place."""
    written: dict[str, Any] = {}
    for span in spans:
        name = next((name for name, qualifier in names.qualifiers.items() if qualifier == span.qualifier), span.qualifier)
        if names.ends is None:
            begins = _day_or(span.begins, NEVER_BEGAN if span.ends is not None else NEVER_ENDS)
            written.setdefault(name, begins if span.ends is None else f"{begins}-{day(span.ends)}")
        else:
            ranged: dict[str, Any] = {}
            put(ranged, names.ends[0], day(span.begins, iso=True) if span.begins else None)
            put(ranged, names.ends[1], day(span.ends, iso=True) if span.ends else None)
            written.setdefault(name, ranged)
    return written


def _day_or(on: date | None, otherwise: str) -> str:
    return day(on) if on is not None else otherwise


def _party(party: Party | None, names: PartyNames) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if party is None:
        return written
    put(written, names.role, names.roles.word(party.role))
    put(written, names.name, party.name)
    if names.id is not None:
        put(written, names.id, party.id)
        put(written, names.id_kind, party.id_kind)
    else:
        put(written, next(((name,) for name, kind in names.ids.items() if kind == party.id_kind), None), party.id)
    _contacts(written, party.channels, names.contacts)
    return written


def _contacts(data: dict[str, Any], channels: Iterable[Channel], names: ContactNames) -> None:
    name = next((channel.value for channel in channels if channel.by == CONTACT), None)
    rest = [channel for channel in channels if channel.by != CONTACT]
    if names.mode is not None:
        put(data, names.name if names.name_is_beside else None, name)
        put(data, names.each, [_pair(channel, names) for channel in rest])
        return
    contact: dict[str, Any] = {}
    put(contact, names.name, name)
    for listed, by in names.lists.items():
        put(contact, (listed,), [channel.value for channel in rest if channel.by == by])
    put(data, names.each, [contact] if contact else [])


def _pair(channel: Channel, names: ContactNames) -> dict[str, Any]:
    written: dict[str, Any] = {}
    put(written, names.mode, names.modes.word(channel.by))
    put(written, names.number, channel.value)
    return written


def _word(spelling: Spelling, code: str | None) -> str | None:
    return spelling.word(code) if code is not None else None


def _number(number: Decimal | None) -> str | None:
    return format(number, "f") if number is not None else None
