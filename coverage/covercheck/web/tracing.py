"""Traces for OpenTelemetry, where an endpoint is set: one span for each request, named by its route, never with an id or a person in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from aiohttp import web

from covercheck import __version__
from covercheck.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

SERVER_FAULT: Final = 500
Finish: TypeAlias = Callable[[int], None]
Trace: TypeAlias = Callable[[web.Request, str, str], AbstractContextManager[Finish]]


class NoTracing(Exception):
    """An endpoint is set, and what sends traces is not installed."""

    def __str__(self) -> str:
        return "COVERCHECK_OTEL_ENDPOINT is set, but OpenTelemetry is not installed: pip install 'covercheck[otel]'"


class Tracing:
    """Spans of one application. Where no endpoint is set, nothing of OpenTelemetry is imported."""

    def __init__(self, settings: Settings) -> None:
        self._provider = _provider(settings.otel_endpoint) if settings.otel_endpoint is not None else None
        self.trace: Trace | None = _tracer(self._provider) if self._provider is not None else None

    def close(self) -> None:
        """Send what is left; it may take seconds."""
        if self._provider is not None:
            self._provider.shutdown()


TRACING = web.AppKey("tracing", Tracing)


async def tracing(app: web.Application) -> AsyncIterator[None]:
    """Send the last spans when the application ends."""
    yield
    await asyncio.to_thread(app[TRACING].close)


def _provider(endpoint: str) -> TracerProvider:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise NoTracing from None

    provider = TracerProvider(resource=Resource.create({"service.name": "covercheck", "service.version": __version__}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint.rstrip("/") + "/v1/traces")))
    return provider


def _tracer(provider: TracerProvider) -> Trace:
    from opentelemetry.trace import SpanKind, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    tracer, propagator = provider.get_tracer("covercheck", __version__), TraceContextTextMapPropagator()

    @contextmanager
    def trace(request: web.Request, method: str, route: str) -> Iterator[Finish]:
        told: dict[str, Any] = {"http.request.method": method, "http.route": route}
        sent = {name: request.headers[name] for name in ("traceparent", "tracestate") if name in request.headers}
        with tracer.start_as_current_span(
            f"{method} {route}", context=propagator.extract(sent), kind=SpanKind.SERVER, attributes=told, record_exception=False
        ) as span:

            def finish(status: int) -> None:
                span.set_attribute("http.response.status_code", status)
                if status >= SERVER_FAULT:
                    span.set_status(StatusCode.ERROR)

            yield finish

    return trace
