"""JSON Schema (2020-12) of the rule files, from their models, in the text forms that a rule file may use."""

from __future__ import annotations

import copy
import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from covercheck.rules.eligibility_text import MembersFile
from covercheck.rules.facts import FactFile
from covercheck.rules.payer_file import CodeFile, PayerText, TherapyFile
from covercheck.rules.policy_file import TESTS, PolicyText
from covercheck.rules.schema_examples import EXAMPLES
from covercheck.rules.schema_words import WORDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DATE = {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}
YEAR = {"type": "integer", "minimum": 1990, "maximum": 9999}
FILES: dict[str, tuple[type[BaseModel], str]] = {
    "policy": (PolicyText, "A payer's policy: payers/<payer>/<policy>.yaml"),
    "payer": (PayerText, "A payer: payers/<payer>/payer.yaml"),
    "facts": (FactFile, "The fact catalogue: payers/facts.yaml"),
    "therapies": (TherapyFile, "Therapies, parts, indications and lines: payers/therapies.yaml"),
    "codes": (CodeFile, "Billing codes: payers/codes.yaml"),
    "members": (MembersFile, "Made-up members for the mock eligibility adapter: payers/<payer>/members.yaml"),
}
KINDS = tuple(FILES)
_SHAPES = ("fact", "unread", "all", "any", "not")


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of one kind of rule file, for editors and validators; raises KeyError for a kind that is not known."""
    model, title = FILES[kind]
    schema = model.model_json_schema(by_alias=True, mode="validation", schema_generator=_TextForms)
    definitions: dict[str, Any] = schema.get("$defs", {})
    definitions.pop("ContinuationText", None)
    for name, definition in {**definitions, model.__name__: schema}.items():
        _describe(name, definition)
        _add_rules(name, definition)
    return {"$schema": DIALECT, **schema, "title": title, "examples": [copy.deepcopy(EXAMPLES[kind])]}


class _TextForms(GenerateJsonSchema):
    """Every scalar of a rule file is read as text, so a number or a word such as `true` may stand wherever its text fits."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        json = super().str_schema(schema)
        pattern = json.get("pattern")
        kinds = [kind for kind, text in (("number", "90837"), ("boolean", "true")) if pattern is None or re.search(pattern, text)]
        return {**json, "type": ["string", *kinds]} if kinds else json

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        return {"anyOf": [super().int_schema(schema), {"type": "string", "pattern": r"^-?\d+$"}]}

    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        return {"anyOf": [super().float_schema(schema), {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}]}

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        inner = super().function_before_schema(schema)
        also = _WRITTEN.get(getattr(schema["function"]["function"], "__name__", ""))
        match also:
            case None:
                return inner
            case {"instead": form}:
                return dict(form)
            case {"items": True}:
                return {"anyOf": [*inner.get("anyOf", [inner]), inner["items"]]} if "items" in inner else inner
        return {"anyOf": [*inner.get("anyOf", [inner]), also]}


_WRITTEN: dict[str, dict[str, Any]] = {
    "parse_date": {"instead": {"anyOf": [DATE, YEAR]}},
    "_unknown_date": {"const": "unknown"},
    "_one_or_many": {"items": True},
    "_yes_or_no": {"type": "string", "pattern": "^([Tt]rue|[Ff]alse|[Yy]es|[Nn]o|TRUE|FALSE|YES|NO)$"},
    "_all_as_none": {"const": "all"},
    "_authorization": {"enum": ["required", "not_required", "unknown"]},
}


def _describe(model: str, definition: dict[str, Any]) -> None:
    """Say in words what each key holds; the models' own titles only repeat the keys."""
    definition.pop("title", None)
    for name, form in definition.get("properties", {}).items():
        form.pop("title", None)
        words = WORDS.get(f"{model}.{name}") or WORDS.get(name)
        if words:
            form["description"] = words


def _add_rules(model: str, definition: dict[str, Any]) -> None:
    """What the models check between keys, as far as editors can show it."""
    match model:
        case "CriterionText":
            definition["oneOf"] = [{"required": [shape]} for shape in _SHAPES]
            tests = [{"required": [test]} for test in TESTS]
            definition["if"] = {"required": ["fact"]}
            definition["then"] = {"required": ["id"], "oneOf": tests}
            definition["else"] = {"not": {"anyOf": tests}}
        case "CoverageText":
            decided = {"properties": {"stance": {"const": "covered_when"}}, "required": ["stance"]}
            spoken = {"properties": {"stance": {"enum": ["not_covered", "case_by_case"]}}, "required": ["stance"]}
            needed = {"required": ["criteria", "continuation"]}
            forms = [{"const": "same_as_initial"}, {"$ref": "#/$defs/CriterionText"}, {"type": "null"}]
            definition["properties"]["continuation"].pop("default", None)
            definition["properties"]["continuation"]["anyOf"] = forms
            definition["properties"]["prior_authorization"]["default"] = "unknown"
            definition["allOf"] = [
                {"if": decided, "then": needed, "else": {"properties": {"criteria": {"type": "null"}}}},
                {"if": spoken, "then": {"required": ["says"]}},
            ]
        case "AuthorizationText":
            definition["required"] = ["required_when"]
            definition["properties"].pop("state")
        case "Fact":
            choice = {"properties": {"type": {"const": "choice"}}, "required": ["type"]}
            definition.update({"if": choice, "then": {"required": ["values"]}})
