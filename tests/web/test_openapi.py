"""The OpenAPI document and the page made from it: valid, whole, and true to what is really sent."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import jsonschema
import pytest
from openapi_pydantic import OpenAPI

from covercheck.web.problems import KINDS
from covercheck.web.routes import OPERATIONS
from covercheck.web.staff.routes import PAGES
from tests.web.conftest import Client
from tests.web.serving import QUESTION, changed
from tests.web.test_reads import READS


async def document(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = await (await client.get("/openapi.json")).json()
    return found


def check(spec: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    """The value fits the schema of the document."""
    jsonschema.Draft202012Validator({**schema, "components": spec["components"]}).validate(value)


def content(spec: dict[str, Any], path: str, status: str, method: str = "get") -> dict[str, Any]:
    """The schema of a response."""
    media = spec["paths"][path][method]["responses"][status]["content"]
    schema: dict[str, Any] = next(iter(media.values()))["schema"]
    return schema


async def test_it_is_a_valid_openapi_3_1_document(client: Client) -> None:
    parsed = OpenAPI.model_validate(await document(client))
    assert parsed.openapi.startswith("3.1")
    assert parsed.paths is not None
    assert len(parsed.paths) == len({operation.path for operation in OPERATIONS})


async def test_every_schema_is_a_valid_json_schema_and_every_reference_leads_somewhere(client: Client) -> None:
    spec = await document(client)
    for schema in spec["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    names = set(re.findall(r"'#/components/schemas/([^']+)'", str(spec)))
    assert names <= set(spec["components"]["schemas"])


async def test_every_route_of_the_service_is_described(client: Client) -> None:
    spec = await document(client)
    app = client.app
    assert app is not None
    routes = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource and route.method != "HEAD"}
    pages = {(method, path) for method, path, _, _ in PAGES}
    assert routes == {(method.upper(), path) for path, methods in spec["paths"].items() for method in methods} | pages


@pytest.mark.parametrize("path", ["/v1/payers", "/v1/payers?q=acm", "/v1/payers/acme", "/v1/therapies", "/v1/facts", "/healthz", "/readyz"])
async def test_reads_are_as_described(client: Client, path: str) -> None:
    spec = await document(client)
    template = path.partition("?")[0].replace("acme", "{id}")
    check(spec, content(spec, template, "200"), await (await client.get(path)).json())


@pytest.mark.parametrize(
    "body",
    [
        QUESTION,
        changed(facts={}),
        changed(therapy="kap_iv", diagnoses=[]),
        changed(therapy=None, codes=["J0013", "S0013"]),
        changed(restricted_parts=["esketamine"]),
        changed(plan={}, phase="continuation"),
    ],
)
async def test_answers_are_as_described_and_hold_nothing_else(client: Client, body: dict[str, Any]) -> None:
    spec = await document(client)
    for schema in spec["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    response = await client.post("/v1/checks", json=body)
    assert response.status == 200
    check(spec, content(spec, "/v1/checks", "200", "post"), await response.json())


async def test_problems_are_as_described(client: Client) -> None:
    spec = await document(client)
    response = await client.post("/v1/checks", json=changed(payer="acne", extra=1))
    check(spec, content(spec, "/v1/checks", "422", "post"), await response.json(content_type=None))


async def test_questions_that_are_answered_fit_the_described_body(client: Client) -> None:
    spec = await document(client)
    schema = spec["paths"]["/v1/checks"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    check(spec, schema, QUESTION)
    with pytest.raises(jsonschema.ValidationError):
        check(spec, schema, changed(extra=1))


async def test_every_kind_of_problem_is_described_and_has_a_page(client: Client) -> None:
    text = str(await document(client))
    for kind in KINDS.values():
        page = await client.get(kind.type)
        assert page.status == 200
        assert kind.title.replace("'", "&#39;") in await page.text()
    assert [kind.name for kind in KINDS.values() if kind.type not in text] == ["method-not-allowed", "http-error"]


class Page(HTMLParser):
    """What a page links to, its ids, and tags left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.append(tag)
        if tag not in ("meta", "br", "link"):
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src", "action"):
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        """Tags close in order."""
        assert self.open.pop() == tag


@pytest.mark.parametrize("path", ["/docs", "/problems/too-large"])
async def test_pages_are_whole_and_take_nothing_from_elsewhere(client: Client, path: str) -> None:
    text = await (await client.get(path)).text()
    page = Page(text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert not {"script", "img", "iframe", "link", "form"} & set(page.tags)
    assert text.startswith('<!doctype html>\n<html lang="en">')
    assert page.tags.count("h1") == page.tags.count("main") == 1
    assert all(link.startswith(("/", "#")) for link in page.links)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    for link in page.links:
        if link.startswith("/"):
            assert (await client.get(link)).status == 200


async def test_the_docs_show_every_address_and_every_shape(client: Client) -> None:
    text = await (await client.get("/docs")).text()
    spec = await document(client)
    assert all(path in text for path in spec["paths"])
    assert all(f'id="schema-{name}"' in text for name in spec["components"]["schemas"])
    assert "a restart forgets them" in text


def test_all_reads_are_documents() -> None:
    assert {operation.path for operation in OPERATIONS if operation.cached} == {
        path.replace("acme", "{id}").replace("too-large", "{name}") for path in READS
    }
