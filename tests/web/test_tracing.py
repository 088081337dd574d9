"""Traces go to the collector that is set, and hold routes, not ids."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from covercheck.settings import Settings
from covercheck.web.serve import run
from covercheck.web.tracing import NoTracing, Tracing
from tests.web.serving import QUESTION, Log, client_for

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
async def collector() -> AsyncIterator[tuple[str, list[Any]]]:
    """A collector on a free port: its address, and the spans it was sent."""
    spans: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        told = ExportTraceServiceRequest.FromString(await request.read())
        spans.extend(span for resource in told.resource_spans for scope in resource.scope_spans for span in scope.spans)
        return web.Response(content_type="application/x-protobuf")

    app = web.Application()
    app.router.add_post("/v1/traces", take)
    async with TestServer(app) as server:
        yield f"http://127.0.0.1:{server.port}", spans


async def test_a_request_is_one_span_named_by_its_route_within_the_callers_trace(collector: tuple[str, list[Any]], log: Log) -> None:
    endpoint, spans = collector
    async with client_for(log, otel_endpoint=endpoint) as client:
        await client.post("/v1/checks", json=QUESTION, headers={"traceparent": PARENT})
        await client.get("/v1/checks/chk_00000000000000000000000000")
    asked, read = spans
    assert (asked.name, read.name) == ("POST /v1/checks", "GET /v1/checks/{id}")
    assert asked.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"
    assert asked.parent_span_id.hex() == "b7ad6b7169203331"
    assert {pair.key: pair.value.int_value or pair.value.string_value for pair in read.attributes} == {
        "http.request.method": "GET",
        "http.route": "/v1/checks/{id}",
        "http.response.status_code": 404,
    }
    assert "chk_" not in str(spans)


async def test_a_collector_that_is_away_hinders_nothing(log: Log) -> None:
    async with client_for(log, otel_endpoint="http://127.0.0.1:9") as client:
        assert (await client.post("/v1/checks", json=QUESTION)).status == 200


def test_without_an_endpoint_there_is_no_tracing() -> None:
    assert Tracing(Settings()).trace is None


def test_an_endpoint_without_the_extra_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(NoTracing):
        Tracing(Settings(otel_endpoint="http://127.0.0.1:4318"))
    monkeypatch.setenv("COVERCHECK_OTEL_ENDPOINT", "http://127.0.0.1:4318")
    with pytest.raises(SystemExit):
        run(Settings())
    assert "pip install 'covercheck[otel]'" in capsys.readouterr().err
