"""A real server on a free port, with a small made-up rulebook."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import pytest
from aiohttp.test_utils import TestClient

from tests.web.serving import Log, client_for

Client: TypeAlias = TestClient[Any, Any]
Serve: TypeAlias = Callable[..., Awaitable[Client]]


@pytest.fixture
def log() -> Log:
    """Everything the service logs."""
    return Log()


@pytest.fixture
async def serve(log: Log) -> AsyncIterator[Serve]:
    """Start services; they end with the test."""
    clients: list[Client] = []

    async def start(**settings: Any) -> Client:
        client = client_for(log, **settings)
        clients.append(client)
        await client.start_server()
        return client

    yield start
    for client in clients:
        await client.close()


@pytest.fixture
async def client(serve: Serve) -> Client:
    """A service with default settings."""
    return await serve()
