"""The order of keys: that of the schema, or of the reference where it reads better; keys of one rank stay as their author put them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from covercheck.rules.schema import FILES, schema_of

Rank = Mapping[str, int]

# A rank is a group of keys, parted by blanks; ranks are parted by "|".
RANKS: Mapping[str, str] = MappingProxyType(
    {
        "CaseText": "name | on | part | line state plan diagnoses indication phase | facts | alone | expect",
        "CodeUseText": "code | use | when from until | note | cite",
        "Contact": "purpose | for | lines | states | phone fax hours url note | source",
        "CoverageText": "parts | indications | stance | says"
        " | prior_authorization benefit criteria continuation excluded_when approval codes note cite",
        "CriterionText": "id | fact | at_least at_most more_than less_than is any_of none_of unread says note cite | all any not",
        "ExpectText": "result | leaning | evidence | benefit because causes deciding_facts prior_authorization codes",
        "Fact": "type | unit known_by label clinical values group limits ask eligibility from_question | note | source",
        "MemberText": "id | says | first_name | last_name | date_of_birth | gender | group | network | begins | ends"
        " | statements wait_seconds fault reject",
        "StatementText": "is | service_types | plan level insurance_type period amount share visits authorization network"
        " | begins | ends | message | party",
        "Trap": "id | codes | says lines parts",
    }
)


@dataclass(frozen=True, slots=True)
class Shape:
    """One place of the schema: what order its keys have and what lies below them. An unknown place orders nothing."""

    definitions: Mapping[str, Any]
    forms: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    def ranks(self) -> Rank:
        """The rank of each key known here."""
        for name, form in self.forms:
            if "properties" in form:
                return _ranks(RANKS[name]) if name in RANKS else {key: rank for rank, key in enumerate(form["properties"])}
        return {}

    def below(self, key: str) -> Shape:
        """The place under a key."""
        for _, form in self.forms:
            if key in form.get("properties", {}):
                return self._at(form["properties"][key])
            for free in (*form.get("patternProperties", {}).values(), form.get("additionalProperties")):
                if isinstance(free, dict):
                    return self._at(free)
        return Shape(self.definitions)

    def item(self) -> Shape:
        """The place of a list's items."""
        for _, form in self.forms:
            if isinstance(form.get("items"), dict):
                return self._at(form["items"])
        return Shape(self.definitions)

    def _at(self, form: Mapping[str, Any]) -> Shape:
        return Shape(self.definitions, tuple(_forms(self.definitions, form)))


def shape_of(keys: frozenset[str]) -> Shape:
    """The place of a file's top from its own keys; a file of no known kind keeps its order."""
    return next((_top(kind) for kind in FILES if kind in keys), Shape({}))


@lru_cache(maxsize=len(FILES))
def _top(kind: str) -> Shape:
    schema = schema_of(kind)
    return Shape(schema.get("$defs", {}), ((FILES[kind][0].__name__, schema),))


@lru_cache(maxsize=len(RANKS))
def _ranks(written: str) -> Rank:
    return MappingProxyType({key: rank for rank, group in enumerate(written.split("|")) for key in group.split()})


def _forms(definitions: Mapping[str, Any], form: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The forms a value may take, references followed."""
    found: list[tuple[str, Mapping[str, Any]]] = [("", form)]
    if "$ref" in form:
        name = form["$ref"].rpartition("/")[2]
        found.append((name, definitions.get(name, {})))
    for other in form.get("anyOf", ()):
        found.extend(_forms(definitions, other))
    return found
