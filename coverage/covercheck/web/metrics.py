"""Figures for Prometheus: names of payers, parts, routes and outcomes, never anything of a patient."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from covercheck import __version__
from covercheck.eligibility.desk import Asked
from covercheck.web.keys import MEMORY, SETTINGS
from covercheck.web.live import serving
from covercheck.web.problems import NOT_FOUND, Refused

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The figures of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "covercheck_request_seconds", "Requests by route and status", ("method", "route", "status"), buckets=SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._parts = Counter("covercheck_parts", "Answered parts", ("payer", "part", "result"), registry=self.registry)
        self._asked = Counter("covercheck_payer_questions", "Questions to payers", ("payer", "adapter", "ended"), registry=self.registry)
        self._asking = Histogram(
            "covercheck_payer_seconds", "How long payers took", ("payer", "adapter"), buckets=SECONDS, registry=self.registry
        )
        self._calls = Counter("covercheck_calls_recorded", "Recorded calls and letters", registry=self.registry)
        self._book = Gauge("covercheck_rulebook", "The rulebook in force", ("digest", "version"), registry=self.registry)
        self._release = Gauge("covercheck_release", "The release in force here; 0: rules come from files", registry=self.registry)
        self._reloads = Counter("covercheck_rulebook_attempts", "Attempts at another rulebook", ("ended",), registry=self.registry)
        self._refused = Gauge("covercheck_rulebook_refused", "1 while newer rules are bad and older ones serve", registry=self.registry)
        self.waiting = Gauge("covercheck_records_waiting", "Writes that wait for their commit", registry=self.registry)
        self.breakers = Gauge("covercheck_payer_breaker", "0 closed, 1 half open, 2 open", ("payer",), registry=self.registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def answered(self, payer: str, parts: Iterable[tuple[str, str, str | None, str | None]]) -> None:
        """A check was answered."""
        for part, result, *_ in parts:
            self._parts.labels(payer, part, result).inc()

    def asked(self, asked: Asked, breaker: str) -> None:
        """A payer was asked."""
        self._asked.labels(asked.payer, asked.adapter, asked.ended).inc()
        self._asking.labels(asked.payer, asked.adapter).observe(asked.seconds)
        self.breakers.labels(asked.payer).set(("closed", "half_open", "open").index(breaker))

    def call_recorded(self) -> None:
        """A call was recorded."""
        self._calls.inc()

    def rulebook(self, digest: str, loaded: float) -> None:
        """The rulebook in force, by its digest; the value is the moment it was loaded, in seconds since 1970."""
        self._book.clear()
        self._book.labels(digest, __version__).set(loaded)

    def release(self, number: int, *, is_behind: bool) -> None:
        """The release that serves here; `is_behind`: a newer one in force could not be taken."""
        self._release.set(number)
        self._refused.set(is_behind)

    def reloaded(self, ended: str) -> None:
        """Another rulebook was tried."""
        self._reloads.labels(ended).inc()
        self._refused.set(ended == "refused")

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)


METRICS = web.AppKey("metrics", Metrics)


async def get_metrics(request: web.Request) -> web.Response:
    """The figures, unless the settings keep them away."""
    app = request.app
    if not app[SETTINGS].metrics:
        raise Refused(NOT_FOUND)
    app[METRICS].waiting.set(app[MEMORY].records.writer.waiting)
    headers = {**serving(request).headers.common, "Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
    return web.Response(body=app[METRICS].text(), headers=headers)
