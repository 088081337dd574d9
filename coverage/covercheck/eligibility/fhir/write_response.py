"""A report as a CoverageEligibilityResponse, for payers that are made up. What `read_response` reads from it is the report again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final, TypeAlias

import orjson

from covercheck.eligibility.fhir import systems
from covercheck.eligibility.fhir.parties import GROUP_NUMBER, PLAN_DATES
from covercheck.eligibility.fhir.read_items import DOLLARS, PLAN_TYPE
from covercheck.eligibility.fhir.read_response import AUTHORIZATION_NUMBER
from covercheck.eligibility.fhir.shapes import (
    INSURER,
    PATIENT,
    PROVIDER,
    SELF,
    SUBSCRIBER,
    concept,
    coverage,
    coverage_class,
    identifier,
    kept,
    organization,
    patient,
    period,
    service,
    to,
    x12,
)
from covercheck.eligibility.fhir.systems import Coding
from covercheck.eligibility.inquiry import Inquiry
from covercheck.eligibility.report import Benefit, Party, PersonReport, Rejection, Report, Span
from covercheck.eligibility.tables import NETWORKS

Plan: TypeAlias = tuple[str | None, str | None, tuple[Span, ...]]
PERIOD_DATES: Final = frozenset({PLAN_DATES})
_ID_KINDS: Final = {"PI": systems.PAYER_NUMBER, "XX": systems.NPI_NUMBER, "FI": systems.TAX_NUMBER}
_ID_SYSTEMS: Final = {"XX": systems.NPI, "FI": systems.TAX_ID}
_IN_FORCE: Final = {"active": True, "inactive": False}


def write_response(report: Report, inquiry: Inquiry) -> bytes:
    """The resource. What FHIR has no field for is left out, and so is a statement that would say more without it: one that was rejected
    or has dates of another kind than the plan's. A statement on several service types is made for each of them."""
    return orjson.dumps(_Response(report, inquiry).written())


class _Response:
    """One answer while it is written."""

    def __init__(self, report: Report, inquiry: Inquiry) -> None:
        self.report, self.inquiry = report, inquiry
        self.contained: list[dict[str, Any]] = []

    def written(self) -> dict[str, Any]:
        report, inquiry = self.report, self.inquiry
        subject = report.persons[-1] if report.persons else None
        self._contain_parties()
        insurance = list(self._insurances(subject)) if subject is not None else []
        if subject is not None:
            self._contain_persons(subject)
        rejections = report.all_rejections()
        traces = [trace for trace in (subject.traces if subject is not None else ()) if not trace.echo]
        number = next((reference.value for reference in _references(subject) if reference.qualifier == AUTHORIZATION_NUMBER), None)
        own = next((trace.number for trace in (subject.traces if subject is not None else ()) if trace.echo), report.number)
        return {
            "resourceType": "CoverageEligibilityResponse",
            **kept(contained=self.contained, identifier=[kept(system=trace.origin, value=trace.number) for trace in traces]),
            "status": "active",
            "purpose": ["validation", "benefits"],
            "patient": to(PATIENT) if subject is not None else {"type": "Patient"},
            "servicedDate": inquiry.on.isoformat(),
            "created": inquiry.made_at.isoformat(timespec="seconds"),
            "requestor": to(PROVIDER),
            **kept(request=kept(type_="CoverageEligibilityRequest", identifier=_one(identifier(None, own, systems.TRACE)))),
            "outcome": "error" if rejections else "complete",
            "insurer": to(INSURER),
            **kept(insurance=insurance, preAuthRef=number, error=[{"code": _error(rejection)} for rejection in rejections]),
        }

    def _contain_parties(self) -> None:
        clinic = self.inquiry.clinic
        kind = "XX" if clinic.npi else "FI" if clinic.tax_id else None
        self._contain(INSURER, self.report.payer or Party("PR", None))
        self._contain(PROVIDER, self.report.receiver or Party("1P", clinic.name, clinic.npi or clinic.tax_id, kind))

    def _contain(self, name: str, party: Party) -> None:
        listed = identifier(_ID_KINDS.get(party.id_kind or "", party.id_kind), party.id, _ID_SYSTEMS.get(party.id_kind or ""))
        words = systems.swapped(systems.CHANNELS)
        telecom = [kept(system=words.get(channel.by, channel.by), value=channel.value) for channel in party.channels]
        role = [concept(*x12(systems.ROLE, party.role))] if party.role and name not in (INSURER, PROVIDER) else None
        self.contained.append(organization(name, listed, party.name, type_=role, telecom=telecom))

    def _contain_persons(self, subject: PersonReport) -> None:
        names = {PATIENT: subject, SUBSCRIBER: _holder(self.report, subject)}
        for name, person in names.items():
            if person is not None:
                given = (person.first_name, person.middle_name)
                self.contained.append(patient(name, person.id, person.last_name, given, None, person.gender, person.date_of_birth))

    def _insurances(self, subject: PersonReport) -> Iterator[dict[str, Any]]:
        """One for each plan and span of dates, with a Coverage of its own."""
        plans = _by_plan(row for row in subject.benefits if not row.rejections)
        holder = _holder(self.report, subject)
        is_own = subject.level == "subscriber"
        said = SELF if is_own else self.inquiry.relationship or "other"
        group = next((reference for reference in subject.references if reference.qualifier == GROUP_NUMBER), None)
        own = next((span for span in subject.dates if span.qualifier == PLAN_DATES), None)
        for number, ((plan, kind, dates), rows) in enumerate((plans or {(None, None, ()): []}).items(), 1):
            name = f"coverage{number}"
            called = coverage_class("group", group.value, group.says) if group is not None else []
            card = coverage(
                name,
                INSURER,
                type_=concept(*x12(systems.INSURANCE, kind)),
                subscriber=to(PATIENT) if is_own else to(SUBSCRIBER) if holder is not None else None,
                subscriberId=holder.id if holder is not None else subject.id if is_own else None,
                relationship=concept(Coding(systems.RELATIONSHIP, said)),
                period=period(own.begins, own.ends) if own is not None else None,
                class_=[*called, *coverage_class("plan", plan, plan)],
            )
            self.contained.append(card)
            span = period(dates[0].begins, dates[0].ends) if dates else None
            items = [item for row in rows for item in self._items(row)]
            yield kept(coverage=to(name), inforce=_in_force(rows), benefitPeriod=span, item=items)

    def _items(self, row: Benefit) -> Iterator[dict[str, Any]]:
        qualifier, _, rest = (row.procedure or "").partition(":")
        code, *modifiers = rest.split(":")
        parties = [{"url": systems.PARTY, "valueReference": to(self._beside(party))} for party in row.entities]
        limited = [limit.period for limit in row.limits]
        for service_type in row.service_types or (None,):
            yield kept(
                extension=parties,
                category=service(service_type) if service_type else None,
                productOrService=concept(Coding(_procedures(qualifier, code), code)) if code else None,
                modifier=[concept(Coding(None, modifier)) for modifier in modifiers] if code else None,
                description="\n".join(row.messages),
                network=_network(row),
                unit=concept(*_worded(systems.UNIT, systems.UNITS, row.coverage_level), *x12(systems.LEVEL, row.coverage_level)),
                term=_term(row.period or next(iter(limited), None)),
                benefit=list(_benefits(row)),
                authorizationRequired={"needed": True, "not_needed": False}.get(row.authorization or ""),
            )

    def _beside(self, party: Party) -> str:
        """The name of a party's resource, contained once."""
        name = f"party{len(self.contained)}"
        self._contain(name, party)
        return name


def _by_plan(rows: Iterable[Benefit]) -> dict[Plan, list[Benefit]]:
    """Statements by plan, kind of insurance and dates. Where a single plan is named, the others are its own too."""
    carried = [row for row in rows if len(row.dates) < 2 and all(span.qualifier in PERIOD_DATES for span in row.dates)]
    plans, kinds = {row.plan for row in carried} - {None}, {row.insurance_type for row in carried} - {None}
    plan, kind = (next(iter(found)) if len(found) == 1 else None for found in (plans, kinds))
    found: dict[Plan, list[Benefit]] = {}
    for row in carried:
        found.setdefault((row.plan or plan, row.insurance_type or kind, row.dates), []).append(row)
    return found


def _benefits(row: Benefit) -> Iterator[dict[str, Any]]:
    """The statement itself, in X12's code and in FHIR's where that has one; visits each in one of their own."""
    visits = [limit for limit in row.limits if limit.unit == systems.VISITS and _is_whole(limit.quantity)]
    for limit in visits:
        yield kept(type_=_type(row, systems.VISIT), allowedUnsignedInt=_whole(limit.quantity))
    if visits and row.amount is None and row.share is None and row.quantity is None:
        return
    if row.share is not None:
        percent = row.share * 100
        share = {"allowedUnsignedInt": int(percent)} if _is_whole(percent) else {"allowedString": f"{percent.normalize():f}%"}
        yield kept(type_=_type(row, systems.PERCENT), **share)
    if row.amount is not None or row.quantity is not None or row.share is None:
        is_counted = _is_whole(row.quantity) and row.amount is None
        written = kept(type_=_type(row, None, row.quantity_of if is_counted else None))
        if is_counted:
            written["allowedUnsignedInt"] = _whole(row.quantity)
        if row.amount is not None:
            written["allowedMoney"] = {"value": orjson.Fragment(f"{row.amount:f}"), "currency": DOLLARS}
        yield written


def _type(row: Benefit, word: str | None, counted: str | None = None) -> dict[str, Any]:
    own = {"B": "copay", "C": "deductible"}.get(row.code) if word is None and counted is None else word
    listed = (Coding(systems.TYPE, own),) if own else ()
    return concept(*listed, *x12(systems.BENEFIT, row.code), *x12(systems.QUANTITY, counted))


def _network(row: Benefit) -> dict[str, Any]:
    code = next((code for code, network in NETWORKS.items() if network == row.network), None)
    return concept(*_worded(systems.NETWORK, systems.SIGNS, code), *x12(systems.NETWORK_SIGN, code))


def _term(code: str | None) -> dict[str, Any]:
    word = systems.TERM_WORDS.get(code or "")
    return concept(*((Coding(systems.TERM, word),) if word else ()), *x12(systems.PERIOD, code))


def _worded(system: str, table: Any, code: str | None) -> Iterable[Coding]:
    word = systems.swapped(table).get(code or "")
    return (Coding(system, word),) if word else ()


def _in_force(rows: Iterable[Benefit]) -> bool | None:
    """What is stated of the plan as a whole; None where nothing or both is."""
    said = {_IN_FORCE[row.meaning] for row in rows if row.meaning in _IN_FORCE and PLAN_TYPE in row.service_types}
    return said.pop() if len(said) == 1 else None


def _procedures(qualifier: str, code: str) -> str | None:
    """The list of a procedure: CPT codes are five digits or end in a letter of their own."""
    if qualifier == "HC":
        return systems.CPT if code[:1].isdigit() else systems.HCPCS
    return systems.NDC if qualifier == "N4" else None


def _error(rejection: Rejection) -> dict[str, Any]:
    return concept(*x12(systems.REJECTION, rejection.code), *x12(systems.FOLLOW_UP, rejection.follow_up))


def _holder(report: Report, subject: PersonReport) -> PersonReport | None:
    """The subscriber beside a dependent."""
    others = (person for person in report.persons if person is not subject and person.level == "subscriber")
    return next(others, None) if subject.level == "dependent" else None


def _references(subject: PersonReport | None) -> Iterable[Any]:
    return subject.references if subject is not None else ()


def _one(listed: list[dict[str, Any]]) -> dict[str, Any] | None:
    return listed[0] if listed else None


def _is_whole(number: Decimal | None) -> bool:
    return number is not None and number >= 0 and number == number.to_integral_value()


def _whole(number: Decimal | None) -> int:
    return int(number or 0)
