"""A service with keepers of rules, for tests of publishing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from covercheck.records.roles import Role
from covercheck.settings import Settings
from covercheck.web.app import create_app
from covercheck.web.keys import MEMORY
from covercheck.web.publishing.following import FOLLOWER
from covercheck.web.serve import load_checker
from tests.web.serving import Clock, Log
from tests.web.test_reloading import QUESTION, rules

FILE = "acme/101.yaml"
Client: TypeAlias = TestClient[Any, Any]


@dataclass
class Desk:
    """A service with two keepers of rules, each with a token of their own."""

    client: Client
    tokens: dict[str, str]

    async def post(self, who: str, path: str, **body: Any) -> ClientResponse:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        return await self.client.post(f"/v1/rulebook/{path}", json=body, headers=headers)

    async def get(self, path: str, who: str = "ann") -> Any:
        response = await self.client.get(path, headers={"Authorization": f"Bearer {self.tokens[who]}"})
        assert response.status == 200, await response.text()
        return await response.json()

    async def write(self, at_least: str, who: str = "ann", **more: Any) -> dict[str, Any]:
        written = {FILE: rules(at_least)[FILE].decode()}
        response = await self.post(who, "drafts", note=f"adults of {at_least}", written=written, **more)
        assert response.status == 200, await response.text()
        told: dict[str, Any] = await response.json()
        return told

    async def approved(self, at_least: str) -> str:
        name = str((await self.write(at_least))["draft"]["id"])
        response = await self.post("bob", f"drafts/{name}/approve", reason="read against the bulletin")
        assert response.status == 200, await response.text()
        return name

    async def published(self, at_least: str, **body: Any) -> dict[str, Any]:
        response = await self.post("ann", f"drafts/{await self.approved(at_least)}/publish", **body)
        assert response.status == 200, await response.text()
        told: dict[str, Any] = await response.json()
        return told

    async def result(self, age: int = 20) -> str:
        headers = {"Authorization": f"Bearer {self.tokens['clinic']}"}
        response = await self.client.post("/v1/checks", json={**QUESTION, "facts": {"age_years": age}}, headers=headers)
        assert response.status == 200
        return str((await response.json())["parts"][0]["result"])

    async def replayed(self, draft: str) -> dict[str, Any]:
        """Wait for the replay of recorded checks."""
        for _ in range(400):
            impact: dict[str, Any] = (await self.get(f"/v1/rulebook/drafts/{draft}"))["impact"]
            if impact["state"] != "running":
                return impact
            await asyncio.sleep(0.05)
        raise TimeoutError

    async def follow(self) -> None:
        """What each instance does by itself every few seconds."""
        assert self.client.app is not None
        await self.client.app[FOLLOWER].follow()


@asynccontextmanager
async def desk(folder: Path, data_dir: Path, clock: Clock, log: Log, **settings: Any) -> AsyncIterator[Desk]:
    given: dict[str, Any] = {
        "rules": "releases",
        "rule_keepers": "harbor",
        "release_seconds": 3_600,
        "payers": folder,
        "data_dir": data_dir,
        **settings,
    }
    chosen = Settings(**given)
    async with TestClient(TestServer(create_app(load_checker(chosen, clock), chosen, clock, log.stream, pause=0))) as client:
        assert client.app is not None
        store = client.app[MEMORY].records.tokens
        people: dict[str, Role] = {"ann": "ops", "bob": "ops", "clinic": "billing", "eve": "auditor"}
        tokens = {name: store.create("harbor", role, name, clock())[1] for name, role in people.items()}
        yield Desk(client, tokens)
