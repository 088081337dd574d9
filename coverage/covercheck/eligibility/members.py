"""Made-up members as payers would answer for them: the mock adapter and the mock clearinghouse both speak from here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from covercheck.eligibility.inquiry import Inquiry, Person
from covercheck.eligibility.report import Benefit, Channel, Limit, Party, PersonReport, Reference, Rejection, Report, Span, Trace
from covercheck.eligibility.tables import MEANINGS
from covercheck.rules.eligibility_text import Fault, MemberText, PartyText, StatementText

PLAN = "291"
CODES = {meaning: code for code, meaning in reversed(list(MEANINGS.items()))}
ORIGIN = "made-up member"


def find_member(members: Iterable[MemberText], asked: Person) -> MemberText | None:
    """The member with this id; None where nobody has it."""
    wanted = (asked.id or "").strip().upper()
    return next((member for member in members if member.id == wanted), None)


def mismatch(member: MemberText, asked: Person) -> str | None:
    """The rejection code of the first thing asked that is not the member's; what was left out is no mismatch."""
    if asked.date_of_birth is not None and asked.date_of_birth != member.date_of_birth:
        return "71"
    for given, own in ((asked.last_name, member.last_name), (asked.first_name, member.first_name)):
        if given is not None and given.strip().casefold() != own.casefold():
            return "73"
    if asked.group is not None and member.group is not None and asked.group.strip() != member.group:
        return "78"
    return None


def report_of(member: MemberText, inquiry: Inquiry, reject: str | None = None) -> Report:
    """What the payer answers for this member, rejection included; `reject` refuses every member alike."""
    code = reject or member.reject or mismatch(member, inquiry.patient)
    payer = Party("PR", inquiry.payer_name, inquiry.payer_id, "PI")
    if code in ("42", "80", "79", "04"):
        return Report(payer, (), (Rejection(code, "payer", "R", True),), number=inquiry.trace)
    trace = (Trace(True, inquiry.trace),)
    if code is not None:
        asked = inquiry.patient
        person = PersonReport(
            "subscriber", asked.id, asked.first_name, asked.last_name, None, asked.date_of_birth,
            rejections=(Rejection(code, "subscriber", "C", True),), traces=trace,
        )  # fmt: skip
        return Report(payer, (person,), number=inquiry.trace)
    person = PersonReport(
        "subscriber", member.id, member.first_name, member.last_name, None, member.date_of_birth, member.gender,
        dates=_spans(member.begins, member.ends),
        references=(Reference("6P", member.group),) if member.group else (),
        benefits=tuple(_benefit(statement) for statement in member.statements),
        traces=trace,
    )  # fmt: skip
    return Report(payer, (person,), network=member.network, number=inquiry.trace)


def _benefit(said: StatementText) -> Benefit:
    return Benefit(
        meaning=said.is_,
        code=CODES[said.is_],
        service_types=said.service_types,
        plan=said.plan,
        coverage_level=said.level,
        insurance_type=said.insurance_type,
        period=said.period if said.visits is None else None,
        amount=said.amount,
        share=said.share,
        authorization=said.authorization,
        network=said.network,
        dates=_spans(said.begins, said.ends),
        limits=(Limit("VS", Decimal(said.visits), said.period),) if said.visits is not None else (),
        messages=(said.message,) if said.message else (),
        entities=(_party(said.party),) if said.party else (),
        origin=ORIGIN,
    )


def _party(text: PartyText) -> Party:
    return Party(text.role, text.name, channels=(Channel("phone", text.phone),) if text.phone else ())


def _spans(begins: date | None, ends: date | None) -> tuple[Span, ...]:
    return (Span(PLAN, begins, ends),) if begins is not None or ends is not None else ()


def with_fault(report: Report, fault: Fault | None) -> Report:
    """The same answer, given for somebody else or to another question; unchanged where the fault is of another kind."""
    match fault:
        case "another_person":
            return replace(report, persons=tuple(_somebody_else(person) for person in report.persons))
        case "wrong_trace":
            others = tuple(replace(person, traces=(Trace(True, "0000000000"),)) for person in report.persons)
            return replace(report, persons=others, number="0000000000")
    return report


def _somebody_else(person: PersonReport) -> PersonReport:
    return replace(person, id="ZZ999999", first_name="Somebody", last_name="Else", date_of_birth=date(1901, 1, 1))
