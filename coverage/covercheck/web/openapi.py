"""The OpenAPI 3.1 document: made from the operations and the very types that are read and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from covercheck import __version__
from covercheck.web.operation import Operation, Parameter
from covercheck.web.problems import BAD_TOKEN, INTERNAL, NO_TOKEN, NOT_ALLOWED, NOT_KEPT, PARAMETERS, TOO_MANY, Kind, Problem

REF = "#/components/schemas/{model}"
PROBLEM_JSON = "application/problem+json"
SAYS = """\
For one patient's plan and one course of ketamine therapy: which parts the insurer likely covers, on what published grounds, and, where
that is uncertain, whom to call and what to ask. An estimate from published rules, never a promise of payment and not advice.
Problems are `application/problem+json` with a pointer, a key and a remedy for each place to mend. Every response names the version and the
digest of the rulebook it was made with. Query parameters and keys that are not described here are refused."""
ACCESS_SAYS = (
    "A token made by `covercheck token create`. Where no token was ever made, the service answers this machine alone, and without one."
)
TAGS = {
    "Checks": "Questions and their answers.",
    "Payers": "Insurers, administrators and programmes, and what was read of them.",
    "Catalogues": "The names a question may use.",
    "Rules": "Which rules are in force, and how they change.",
    "Service": "Health and self-description.",
    "Pages": "For people.",
}
COMMON_HEADERS = {
    "X-Covercheck-Version": "version of the service",
    "X-Covercheck-Rulebook": "digest of the rule files",
    "X-Request-Id": "the client's own id of the request where one was sent, else a new one",
}


class _Written(GenerateJsonSchema):
    """Answers write every field, also those that have a default."""

    def field_is_required(self, field: Any, *args: Any, **options: Any) -> bool:
        """Every field of what is written is there; of what is read, those without a default."""
        return self.mode == "serialization" or super().field_is_required(field, *args, **options)


def openapi_document(operations: Iterable[Operation], examples: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    """The document; `examples` are real questions with their real answers, by operation id."""
    operations = tuple(operations)
    schemas, definitions = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas, examples.get(operation.id))
    return {
        "openapi": "3.1.0",
        "info": {"title": "covercheck", "version": __version__, "summary": "Is this therapy likely covered?", "description": SAYS,
                 "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": says} for name, says in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "headers": {name: {"description": says, "schema": {"type": "string"}} for name, says in COMMON_HEADERS.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": ACCESS_SAYS}},
        },
    }  # fmt: skip


def _schemas(operations: Iterable[Operation]) -> tuple[dict[tuple[str, str], Any], dict[str, Any]]:
    inputs: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [("problem", "serialization", TypeAdapter(Problem))]
    for operation in operations:
        if operation.takes is not None:
            inputs.append((operation.id, "validation", TypeAdapter(operation.takes)))
        if operation.answer is not None:
            inputs.append((operation.id, "serialization", TypeAdapter(operation.answer)))
    found: Mapping[tuple[Any, JsonSchemaMode], Any]
    found, rest = TypeAdapter.json_schemas(inputs, ref_template=REF, schema_generator=_Written)
    return {(key, mode): schema for (key, mode), schema in found.items()}, rest.get("$defs", {})


def _operation(operation: Operation, schemas: Mapping[tuple[str, str], Any], example: tuple[Any, Any] | None) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": operation.says,
        "tags": [operation.tag],
        "responses": _responses(operation, schemas, example),
    }
    if operation.action is not None:
        described["security"] = [{"token": []}, {}]
    if operation.parameters:
        described["parameters"] = [_parameter(parameter) for parameter in operation.parameters]
    if operation.takes is not None:
        content: dict[str, Any] = {"schema": schemas[operation.id, "validation"]}
        if example is not None:
            content["example"] = example[0]
        described["requestBody"] = {"required": True, "content": {"application/json": content}}
    return described


def _parameter(parameter: Parameter) -> dict[str, Any]:
    described = {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.where == "path",
        "description": parameter.says,
        "schema": dict(parameter.schema),
    }
    return described | ({"example": parameter.example} if parameter.example is not None else {})


def _responses(operation: Operation, schemas: Mapping[tuple[str, str], Any], example: tuple[Any, Any] | None) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": schemas[operation.id, "serialization"] if operation.answer is not None else {"type": "string"}}
    if example is not None:
        content["example"] = example[1]
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in COMMON_HEADERS}
    tagged = {"ETag": {"description": "strong; send it back as If-None-Match", "schema": {"type": "string"}}} if operation.cached else {}
    responses: dict[str, Any] = {
        "200": {"description": operation.summary, "headers": headers | tagged, "content": {operation.media: content}}
    }
    if operation.cached:
        responses["304"] = {"description": "Unchanged since the ETag that was sent", "headers": headers | tagged}
    by_status: dict[int, list[Kind]] = {}
    guarded = (NO_TOKEN, BAD_TOKEN, NOT_ALLOWED, TOO_MANY, NOT_KEPT) if operation.action is not None else ()
    for kind in (*operation.problems, *guarded, PARAMETERS, INTERNAL):
        by_status.setdefault(kind.status, []).append(kind)
    for status, kinds in sorted(by_status.items()):
        says = "; ".join(f"{kind.title} (`{kind.type}`)" for kind in kinds)
        responses[str(status)] = {
            "description": says, "headers": headers, "content": {PROBLEM_JSON: {"schema": schemas["problem", "serialization"]}}
        }  # fmt: skip
    return responses
