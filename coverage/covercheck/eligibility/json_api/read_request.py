"""What a JSON question asks: read by the mock clearinghouse, which answers for made-up members."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast

from covercheck.eligibility.inquiry import Clinic, Gender, Inquiry, Person, Relationship
from covercheck.eligibility.json_api.names import PersonNames, RequestNames, Vendor
from covercheck.eligibility.json_api.read_response import read_object
from covercheck.eligibility.json_api.values import Notes, at, objects_at, read_day, text_at, texts_at
from covercheck.eligibility.not_read import NotRead

_GENDERS: Final = frozenset({"F", "M", "U"})
_RELATIONSHIPS: Final = frozenset({"spouse", "child", "other"})


def read_request(raw: bytes, vendor: Vendor) -> Inquiry | None:
    """The question of a body; None where it holds none."""
    data, names = read_object(raw), vendor.request
    if isinstance(data, NotRead):
        return None
    subscriber = at(data, names.subscriber)
    written = text_at(data, names.on) or text_at(data, names.begins)
    on = read_day(written) if written is not None else datetime.now(UTC).date()
    payer_id = text_at(data, names.payer_id)
    if not isinstance(subscriber, Mapping) or on is None or payer_id is None:
        return None
    dependent = next((each for _, each in objects_at(data, names.dependent, "", Notes()) if isinstance(each, Mapping)), None)
    return Inquiry(
        payer_id=payer_id,
        payer_name=text_at(data, names.payer_name) or "",
        clinic=Clinic(text_at(data, names.npi), text_at(data, names.tax_id), text_at(data, names.clinic_name)),
        subscriber=_person(subscriber, names.as_subscriber),
        on=on,
        service_types=_service_types(data, names),
        trace=text_at(data, names.control) or "",
        made_at=datetime.now(UTC),
        dependent=_person(dependent, names.as_dependent) if dependent is not None else None,
        relationship=_relationship(dependent, names.as_dependent),
        until=read_day(text_at(data, names.ends)),
    )


def _person(data: Any, names: PersonNames) -> Person:
    gender = names.genders.code(text_at(data, names.gender) or "")
    return Person(
        text_at(data, names.id),
        text_at(data, names.first_name),
        text_at(data, names.last_name),
        text_at(data, names.middle_name),
        text_at(data, names.suffix),
        read_day(text_at(data, names.date_of_birth)),
        cast(Gender, gender) if gender in _GENDERS else None,
        text_at(data, names.group),
    )


def _relationship(data: Any, names: PersonNames) -> Relationship | None:
    said = names.relationships.code(text_at(data, names.relationship) or "")
    return cast(Relationship, said) if said in _RELATIONSHIPS else None


def _service_types(data: Any, names: RequestNames) -> tuple[str, ...]:
    """The service types asked about; procedures, of other lists, are passed over."""
    if not names.service_constants:
        return texts_at(data, names.service_types, names.service_type, "", Notes())
    listed = (each for _, each in objects_at(data, names.service_types, "", Notes()))
    fitting = (each for each in listed if all(text_at(each, path) == value for path, value in names.service_constants))
    return tuple(code for each in fitting if (code := text_at(each, names.service_type)) is not None)
