"""Finding one's way in FHIR: resources of an answer, references between them, codes of a concept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from covercheck.eligibility.fhir.systems import Coding
from covercheck.eligibility.json_api.values import Notes, at, objects_at, text_at
from covercheck.eligibility.not_read import NotRead

MUST_BE_KNOWN: Final = ("modifierExtension", "implicitRules")


@dataclass(frozen=True, slots=True)
class Resources:
    """The resource asked for, and whatever came beside or within it."""

    main: Mapping[str, Any] = field(repr=False)
    others: Mapping[str, Mapping[str, Any]] = field(repr=False)

    def of(self, reference: Any, *kinds: str) -> Mapping[str, Any] | None:
        """What a reference leads to, if it is here and of one of these kinds."""
        written = text_at(reference, ("reference",)) or ""
        found = self.others.get(written) or self.others.get("/".join(written.rsplit("/", 2)[-2:]))
        return found if found is not None and found.get("resourceType") in kinds else None


def find_resource(data: Mapping[str, Any], kind: str) -> Resources | NotRead | None:
    """The only resource of this kind, alone or in a Bundle or Parameters; None where there is none, NotRead where there are several."""
    listed = [(text_at(entry, ("fullUrl",)), each) for entry, each in _listed(data)]
    found = [each for _, each in listed if each.get("resourceType") == kind]
    if not found:
        return None
    if len(found) > 1:
        return NotRead("not_an_answer", "several answers at once")
    others: dict[str, Mapping[str, Any]] = {}
    for url, each in listed:
        others[f"{text_at(each, ('resourceType',))}/{text_at(each, ('id',))}"] = each
        if url is not None:
            others[url] = each
    for _, each in objects_at(found[0], ("contained",), "", Notes()):
        if isinstance(each, Mapping) and (name := text_at(each, ("id",))) is not None:
            others[f"#{name}"] = each
    return Resources(found[0], others)


def _listed(data: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    lists = {"Bundle": "entry", "Parameters": "parameter"}
    kind = data.get("resourceType")
    name = lists.get(kind) if isinstance(kind, str) else None
    if name is None:
        yield {}, data
        return
    for _, entry in objects_at(data, (name,), "", Notes()):
        resource = at(entry, ("resource",))
        if isinstance(resource, Mapping):
            yield entry, resource


def is_qualified(data: Any) -> bool:
    """It holds what changes its meaning and must be understood before it is used, which can't be."""
    return any(at(data, (name,)) for name in MUST_BE_KNOWN)


def codings(concept: Any) -> list[Coding]:
    """The codes of a concept in their order; those without a code are passed over."""
    listed = (each for _, each in objects_at(concept, ("coding",), "", Notes()))
    found = ((text_at(each, ("system",)), text_at(each, ("code",))) for each in listed)
    return [Coding(system, code) for system, code in found if code is not None]


def code_of(concept: Any, element: str, table: Mapping[str, str], reserved: Collection[str] = ()) -> str | None:
    """A concept's code in the X12 list of a data element: given as such, else by the table, else as it was written. What is from some
    other list and only looks like one of X12's `reserved` codes is not taken for it."""
    found = codings(concept)
    own = next((coding.code for coding in found if coding.is_x12(element)), None)
    listed = next((table[coding.code] for coding in found if coding.code in table), None)
    written = (*(coding.code for coding in found), text_at(concept, ("text",)))
    return own or listed or next((code for code in written if code is not None and code not in reserved), None)


def first(data: Any, name: str) -> Mapping[str, Any] | None:
    """The first object of a list."""
    return next((each for _, each in objects_at(data, (name,), "", Notes()) if isinstance(each, Mapping)), None)
