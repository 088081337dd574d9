"""A report as the text of a 271, for payers that are made up. What `read_271` reads from it is the report again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeAlias

from covercheck.eligibility.inquiry import Inquiry
from covercheck.eligibility.report import Benefit, Channel, Limit, Party, PersonReport, Reference, Rejection, Report, Span
from covercheck.eligibility.tables import AUTHORIZATIONS, CHANNELS, NETWORKS
from covercheck.eligibility.x12.parties import CONTACT
from covercheck.eligibility.x12.segments import Separators
from covercheck.eligibility.x12.sender import Sender, day, hour, interchange
from covercheck.eligibility.x12.write_270 import RELATIONSHIPS

Row: TypeAlias = Sequence[str]
REPEAT, PART = "\ue000", "\ue001"
CHOICES: Final = MappingProxyType({"element": "*|\x1d", "repetition": "^}\x1c", "component": ":>\x1f", "terminator": "~!\x1e"})
NEVER_ENDS, NEVER_BEGAN = "99991231", "00010101"
PER_LENGTH: Final = 9
_CHANNELS: Final[Mapping[str, str]] = MappingProxyType({by: code for code, by in reversed(list(CHANNELS.items()))})
_AUTHORIZATIONS: Final[Mapping[str | None, str]] = MappingProxyType({needed: code for code, needed in AUTHORIZATIONS.items()})
_NETWORKS: Final[Mapping[str | None, str]] = MappingProxyType({network: code for code, network in NETWORKS.items()})


def write_271(report: Report, inquiry: Inquiry, sender: Sender) -> str:
    """One interchange with one 271. Where the report names no receiver it is the clinic that asked; what the report says of the clinic's
    network has no place in a 271. Separators are ones that the content does not use."""
    body = [tuple(_clean(element) for element in row) for row in _body(report, inquiry)]
    used = {letter for row in body for element in row for letter in element}
    used |= set(sender.sender_id + sender.receiver_id + sender.sender_qualifier + sender.receiver_qualifier)
    marks = {role: next((mark for mark in choices if mark not in used), choices[-1]) for role, choices in CHOICES.items()}
    separators = Separators(**marks)
    special = str.maketrans({REPEAT: marks["repetition"], PART: marks["component"]})
    written = ([element.translate(special) for element in row] for row in body)
    return interchange("271", written, sender, inquiry.made_at, separators)


def _clean(element: str) -> str:
    """Control characters are kept free for separators; this module's own marks stay."""
    if element.isprintable():
        return element.strip()
    return "".join(letter if letter.isprintable() or letter in (REPEAT, PART) else " " for letter in element).strip()


def _body(report: Report, inquiry: Inquiry) -> Iterator[Row]:
    of_payer = [rejection for rejection in report.rejections if rejection.level == "payer"]
    of_provider = [rejection for rejection in report.rejections if rejection.level != "payer"]
    receiver = report.receiver or _clinic(inquiry)
    goes_on = bool(report.persons or of_provider or report.receiver)
    yield "BHT", "0022", "11", report.number or "", day(inquiry.made_at), hour(inquiry.made_at)
    yield "HL", "1", "", "20", "1" if goes_on else "0"
    yield from _party(report.payer)
    yield from map(_rejection, of_payer)
    if goes_on:
        yield "HL", "2", "1", "21", "1" if report.persons else "0"
        yield from _party(receiver)
        yield from map(_rejection, of_provider)
    subscriber = 2
    for number, person in enumerate(report.persons, start=3):
        if person.level == "subscriber":
            subscriber = number
        followers = report.persons[number - 2 : number - 1]
        is_parent = person.level == "subscriber" and any(follower.level == "dependent" for follower in followers)
        level, parent = ("22", 2) if person.level == "subscriber" else ("23", subscriber)
        yield "HL", str(number), str(parent), level, "1" if is_parent else "0"
        yield from _person(person, inquiry)


def _clinic(inquiry: Inquiry) -> Party | None:
    clinic = inquiry.clinic
    if clinic.npi is None and clinic.tax_id is None and clinic.name is None:
        return None
    kind = "XX" if clinic.npi else "FI" if clinic.tax_id else None
    return Party("1P", clinic.name, clinic.npi or clinic.tax_id, kind)


def _person(person: PersonReport, inquiry: Inquiry) -> Iterator[Row]:
    for trace in person.traces:
        yield "TRN", "2" if trace.echo else "1", trace.number, trace.origin or ""
    names = (person.last_name or "", person.first_name or "", person.middle_name or "")
    yield "NM1", "IL" if person.level == "subscriber" else "03", "1", *names, "", "", *(("MI", person.id) if person.id else ())
    yield from map(_reference, person.references)
    yield from map(_rejection, person.rejections)
    if person.date_of_birth is not None or person.gender is not None:
        born = person.date_of_birth
        yield "DMG", "D8" if born else "", day(born) if born else "", person.gender or ""
    if person.changed:
        relationship = RELATIONSHIPS[inquiry.relationship] if inquiry.relationship is not None else "21"
        yield "INS", *(("Y", "18") if person.level == "subscriber" else ("N", relationship)), "001", "25"
    yield from map(_span, person.dates)
    for benefit in person.benefits:
        yield from _benefit(benefit)


def _benefit(benefit: Benefit) -> Iterator[Row]:
    yield (
        "EB", benefit.code, benefit.coverage_level or "", REPEAT.join(benefit.service_types), benefit.insurance_type or "",
        benefit.plan or "", benefit.period or "", _number(benefit.amount), _number(benefit.share), benefit.quantity_of or "",
        _number(benefit.quantity), _AUTHORIZATIONS.get(benefit.authorization, ""), _NETWORKS.get(benefit.network, ""),
        (benefit.procedure or "").replace(":", PART),
    )  # fmt: skip
    yield from map(_limit, benefit.limits)
    yield from map(_reference, benefit.references)
    yield from map(_span, benefit.dates)
    yield from map(_rejection, benefit.rejections)
    for message in benefit.messages:
        yield "MSG", message
    for place in benefit.places:
        yield "III", "ZZ", place
    if benefit.entities:
        yield "LS", "2120"
        for party in benefit.entities:
            yield from _party(party)
        yield "LE", "2120"


def _party(party: Party | None) -> Iterator[Row]:
    if party is not None:
        yield "NM1", party.role, "2", party.name or "", "", "", "", "", party.id_kind or "", party.id or ""
        yield from _channels(party.channels)


def _channels(channels: Iterable[Channel]) -> Iterator[Row]:
    """PER segments of a contact's name and up to three numbers."""
    row: list[str] = []
    for channel in channels:
        if channel.by == CONTACT or len(row) in (0, PER_LENGTH):
            if row:
                yield row
            row = ["PER", CONTACT, ""]
        if channel.by == CONTACT:
            row[2] = channel.value
        else:
            row += [_CHANNELS.get(channel.by, channel.by), channel.value]
    if row:
        yield row


def _rejection(rejection: Rejection) -> Row:
    valid = {True: "Y", False: "N", None: ""}[rejection.valid_request]
    return "AAA", valid, "", rejection.code, rejection.follow_up or ""


def _reference(reference: Reference) -> Row:
    return "REF", reference.qualifier, reference.value, reference.says or ""


def _limit(limit: Limit) -> Row:
    return "HSD", limit.unit or "", _number(limit.quantity), "", "", limit.period or "", _number(limit.count)


def _span(span: Span) -> Row:
    if span.ends is None:
        return "DTP", span.qualifier, "D8", _day_or(span.begins, NEVER_ENDS)
    return "DTP", span.qualifier, "RD8", f"{_day_or(span.begins, NEVER_BEGAN)}-{day(span.ends)}"


def _day_or(on: date | None, otherwise: str) -> str:
    return day(on) if on is not None else otherwise


def _number(number: Decimal | None) -> str:
    return format(number, "f") if number is not None else ""
