"""An operation of the API, described once: the router and the OpenAPI document are both made from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

from covercheck.records.roles import Action
from covercheck.web.problems import Kind

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query, the path or the head."""

    name: str
    where: Literal["query", "path", "header"]
    says: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    example: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on an address. `answer`: the type written as JSON, or None where `media` says what it is.

    `action`: what a token's role must allow; None: open to everybody.
    """

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    id: str
    summary: str
    says: str
    tag: str
    answer: Any = None
    media: str = "application/json"
    parameters: tuple[Parameter, ...] = ()
    takes: Any = None
    problems: tuple[Kind, ...] = ()
    cached: bool = False
    action: Action | None = None

    @property
    def query(self) -> frozenset[str]:
        """The query parameters it knows; every other one is refused."""
        return frozenset(parameter.name for parameter in self.parameters if parameter.where == "query")
