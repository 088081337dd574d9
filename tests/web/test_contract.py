"""Generated requests, good and bad, against a running service: what comes back is as the OpenAPI document says."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from covercheck.records.roles import ROLES
from covercheck.web.keys import MEMORY
from covercheck.web.operation import Operation
from covercheck.web.publishing.routes import PUBLISH_OPERATIONS
from covercheck.web.routes import OPERATIONS
from tests.web.serving import START, Log, app_for

EXAMPLES = 100
FEW = 10
BY_ROLE = int(os.environ.get("COVERCHECK_TEST_EXAMPLES", "3"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    unsupported_method,
]


def _sendings() -> Iterator[Any]:
    """Each operation as described, and otherwise where there is anything to send otherwise."""
    for operation in OPERATIONS:
        yield pytest.param(operation, GenerationMode.POSITIVE, id=f"{operation.id}, as described")
        if operation.takes or operation.query:
            yield pytest.param(operation, GenerationMode.NEGATIVE, id=f"{operation.id}, otherwise")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service in a thread of its own."""
    with in_thread(app_for(Log(), data_dir=tmp_path_factory.mktemp("data"))) as address:
        yield address


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """A service with a token of each role, none, and one that lets nobody in."""
    app = app_for(Log(), data_dir=tmp_path_factory.mktemp("guarded"), rule_keepers="harbor", token_per_minute=1_000_000)
    with in_thread(app) as address:
        tokens = app[MEMORY].records.tokens
        heads: dict[str, str] = {role: f"Bearer {tokens.create('harbor', role, 'test', START)[1]}" for role in ROLES}
        yield address, {**heads, "nobody": "", "stranger": "Bearer cck_AAAAAAAA_" + "A" * 43}


@contextmanager
def in_thread(app: web.Application) -> Iterator[str]:
    """The application on a free port, in an event loop beside the tests."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(app, access_log=None)

    async def begin() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port: int = runner.addresses[0][1]
        return port

    port = loop.run_until_complete(begin())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
@pytest.mark.parametrize("role", [*ROLES, "nobody", "stranger"])
def test_every_role_is_answered_as_described(guarded: tuple[str, dict[str, str]], operation: Operation, role: str) -> None:
    address, heads = guarded
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    head = {"Authorization": heads[role]} if heads[role] else {}

    @settings(max_examples=BY_ROLE, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=schema[operation.path][operation.method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def run(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS, headers=head)

    run()


@pytest.mark.parametrize(("operation", "mode"), list(_sendings()))
def test_generated_requests_are_answered_as_described(service: str, operation: Operation, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"{service}/openapi.json")
    described = schema[operation.path][operation.method]

    @settings(max_examples=EXAMPLES if operation.takes else FEW, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=described.as_strategy(generation_mode=mode))
    def run(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS)

    run()


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service whose rules come from releases, with one published."""
    given: dict[str, Any] = {"rules": "releases", "release_seconds": 3_600, "token_per_minute": 1_000_000}
    with in_thread(app_for(Log(), data_dir=tmp_path_factory.mktemp("released"), **given)) as address:
        yield address


@pytest.mark.parametrize("operation", PUBLISH_OPERATIONS, ids=lambda operation: operation.id)
def test_publishing_is_answered_as_described_where_rules_come_from_releases(released: str, operation: Operation) -> None:
    schema = schemathesis.openapi.from_url(f"{released}/openapi.json")

    @settings(max_examples=EXAMPLES if operation.takes else FEW, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=schema[operation.path][operation.method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def run(case: schemathesis.Case[Any]) -> None:
        if "number" in case.path_parameters:
            case.path_parameters["number"] = 1
        case.call_and_validate(checks=CHECKS)

    run()
