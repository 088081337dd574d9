"""Statements of a JSON answer: each entry of its list, or of its plans' lists, with all that stands within."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from covercheck.eligibility.json_api.names import (
    BenefitNames,
    ContactNames,
    DateNames,
    NumberName,
    PartyNames,
    PlanNames,
    ResponseNames,
    Spelling,
)
from covercheck.eligibility.json_api.values import (
    Notes,
    at,
    checked_span,
    number_at,
    objects_at,
    read_span,
    share_at,
    text_at,
    texts_at,
)
from covercheck.eligibility.report import Benefit, Channel, Limit, Party, Reference, Span
from covercheck.eligibility.tables import AUTHORIZATIONS, NETWORKS, meaning_of

MOST_STATEMENTS: Final = 10_000
CONTACT: Final = "IC"
_Meaning = TypeVar("_Meaning")


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement as it stands: its place, the code and the plan of the lists it is in."""

    data: Any
    where: str
    code: str | None = None
    plan: str | None = None


def entries(data: Any, names: ResponseNames, notes: Notes) -> list[Entry] | None:
    """All statements in their order; None where there are more than any payer makes."""
    found: list[Entry] = []
    for entry in _flat(data, names) if names.plans is None else _grouped(data, names.plans, notes):
        if len(found) == MOST_STATEMENTS:
            return None
        found.append(entry)
    return found


def _flat(data: Any, names: ResponseNames) -> Iterator[Entry]:
    listed = at(data, names.benefits)
    for index, each in enumerate(listed if isinstance(listed, list) else ()):
        yield Entry(each, f"{'.'.join(names.benefits or ())}[{index}]")


def _grouped(data: Any, names: PlanNames, notes: Notes) -> Iterator[Entry]:
    for where, plan in objects_at(data, names.each, "", notes):
        kinds = at(plan, names.benefits)
        for kind, listed in kinds.items() if isinstance(kinds, Mapping) else ():
            place = ".".join((where, *names.benefits, kind))
            if kind in names.passed_over:
                notes.add("passed_over", place)
            elif not isinstance(listed, list):
                notes.add("not_a_list", place)
            else:
                for index, each in enumerate(listed):
                    yield Entry(each, f"{place}[{index}]", names.kinds.get(kind, kind) or None, text_at(plan, names.name))


def read_benefit(entry: Entry, names: ResponseNames, notes: Notes) -> Benefit | None:
    """The statement as it was made; an entry that is no object is none."""
    data, where, own = entry.data, entry.where, names.benefit
    if not isinstance(data, Mapping):
        notes.add("not_an_object", where)
        return None
    word = text_at(data, own.code)
    code = entry.code or (own.codes.code(word) if word is not None else "")
    if not code:
        notes.add("benefit_without_code", where)
    service_types, procedure = _about(data, own, where, notes)
    quantity = number_at(data, own.quantity, "quantity_not_a_number", where, notes)
    return Benefit(
        meaning=meaning_of(code),
        code=code,
        service_types=service_types,
        plan=text_at(data, own.plan) or entry.plan,
        coverage_level=_coded(text_at(data, own.coverage_level), own.coverage_levels),
        insurance_type=_coded(text_at(data, own.insurance_type), own.insurance_types),
        period=_coded(text_at(data, own.period), own.periods),
        amount=number_at(data, own.amount, "amount_not_a_number", where, notes),
        share=share_at(data, own.share, where, notes),
        quantity=quantity,
        quantity_of=text_at(data, own.quantity_of),
        authorization=_known(
            AUTHORIZATIONS, _coded(text_at(data, own.authorization), own.authorizations), "authorization_code", where, notes
        ),
        network=_known(NETWORKS, _coded(text_at(data, own.network), own.networks), "network_code", where, notes),
        procedure=procedure,
        places=_places(data, own, where, notes),
        dates=read_dates(at(data, own.dates), names.dates, f"{where}.{own.dates[-1]}", notes),
        limits=tuple(_limits(data, own, where, notes)),
        references=read_numbers(data, own.numbers),
        messages=texts_at(data, own.messages, own.message, where, notes),
        entities=tuple(_entities(data, names, where, notes)),
        origin=where,
    )


def read_dates(data: Any, names: DateNames, where: str, notes: Notes) -> tuple[Span, ...]:
    """Spans in the order they stand; a name that is not listed is its own qualifier."""
    spans: list[Span | None] = []
    for name, written in data.items() if isinstance(data, Mapping) else ():
        qualifier, place = names.qualifiers.get(name, name), f"{where}.{name}"
        if names.ends is None:
            text = text_at(written, ())
            spans.append(read_span(qualifier, text, place, notes) if text is not None else None)
        else:
            first, last = text_at(written, names.ends[0]), text_at(written, names.ends[1])
            spans.append(checked_span(qualifier, first, last, place, notes) if first or last else None)
    return tuple(span for span in spans if span is not None)


def read_numbers(data: Any, names: tuple[NumberName, ...]) -> tuple[Reference, ...]:
    """The numbers that are given, in the order of the table."""
    read = ((name.qualifier, text_at(data, name.value), text_at(data, name.says)) for name in names)
    return tuple(Reference(qualifier, value or "", says) for qualifier, value, says in read if value is not None or says is not None)


def read_party(data: Any, names: PartyNames, where: str, notes: Notes) -> Party:
    """An organization or person; a role that is not listed is kept as it was written."""
    kind = text_at(data, names.id_kind)
    own = text_at(data, names.id)
    if own is None:
        kind, own = next(((kind, own) for name, kind in names.ids.items() if (own := text_at(data, (name,))) is not None), (kind, None))
    said = ([part for path in parts if (part := text_at(data, path)) is not None] for parts in names.names)
    name = next((" ".join(parts) for parts in said if parts), None)
    channels = tuple(_channels(data, names.contacts, where, notes))
    return Party(names.roles.code(text_at(data, names.role) or ""), name, own, kind, channels)


def _channels(data: Any, names: ContactNames, where: str, notes: Notes) -> Iterator[Channel]:
    beside = text_at(data, names.name) if names.name_is_beside else None
    if beside is not None:
        yield Channel(CONTACT, beside)
    for place, contact in objects_at(data, names.each, where, notes):
        name = text_at(contact, names.name) if not names.name_is_beside else None
        if name is not None:
            yield Channel(CONTACT, name)
        number = text_at(contact, names.number) if names.mode is not None else None
        if number is not None:
            yield Channel(names.modes.code(text_at(contact, names.mode) or ""), number)
        for listed, by in names.lists.items():
            for value in texts_at(contact, (listed,), (), place, notes):
                yield Channel(by, value)


def _about(data: Any, names: BenefitNames, where: str, notes: Notes) -> tuple[tuple[str, ...], str | None]:
    """Service types and the procedure a statement is about."""
    if names.service is not None:
        system, code = text_at(data, names.service.system), text_at(data, names.service.code)
        if code is None:
            return (), None
        if system == names.service.service_types:
            return (code,), None
        return (), f"{names.service.qualifiers.code(system or '')}:{code}"
    types = texts_at(data, names.service_types, (), where, notes)
    own = names.procedure
    code = text_at(data, own.code) if own is not None else None
    if own is None or code is None:
        return types, None
    return types, ":".join((text_at(data, own.qualifier) or "", code, *texts_at(data, own.modifiers, (), where, notes)))


def _places(data: Any, names: BenefitNames, where: str, notes: Notes) -> tuple[str, ...]:
    """Places of service; the lone one is what older answers have instead of the list."""
    path = names.places if at(data, names.places) is not None else names.lone_place
    fitting = (each for _, each in objects_at(data, path, where, notes) if all(text_at(each, p) == v for p, v in names.place_constants))
    places = (text_at(each, names.place) for each in fitting)
    return tuple(place for place in places if place is not None)


def _entities(data: Any, names: ResponseNames, where: str, notes: Notes) -> Iterator[Party]:
    """Named parties; the lone one is what older answers have instead of the list."""
    own = names.benefit
    path = own.entities if at(data, own.entities) is not None else own.entity
    for place, each in objects_at(data, path, where, notes):
        if isinstance(each, Mapping):
            yield read_party(each, names.entity_party, place, notes)


def _limits(data: Any, names: BenefitNames, where: str, notes: Notes) -> Iterator[Limit]:
    own = names.limits
    for place, each in objects_at(data, own.each, where, notes):
        period, per = _coded(text_at(each, own.period), own.periods), _coded(text_at(each, own.per), own.pers)
        if any(at(each, path) is not None for path in own.patterns) or (period and per):
            notes.add("limit_pattern", place)
        has_pattern = at(each, own.patterns[0]) is not None if own.patterns else False
        limit = Limit(
            _coded(text_at(each, own.unit), own.units),
            number_at(each, own.quantity, "limit_not_a_number", place, notes),
            period or (per if not has_pattern else None),
            number_at(each, own.count, "limit_not_a_number", place, notes),
        )
        if limit != Limit(None, None):
            yield limit


def _coded(word: str | None, spelling: Spelling) -> str | None:
    return spelling.code(word) if word is not None else None


def _known(codes: Mapping[str, _Meaning], code: str | None, key: str, where: str, notes: Notes) -> _Meaning | None:
    if code is not None and code not in codes:
        notes.add(key, where)
    return codes.get(code) if code is not None else None
