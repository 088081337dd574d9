"""What the application carries. Every handler takes what it needs by these keys; nothing lives in modules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

import structlog
from aiohttp import web

from covercheck.checks.ask_payer import AskPayer
from covercheck.checks.check import Checker
from covercheck.checks.memory.memory import Memory
from covercheck.settings import Settings
from covercheck.web.drain import Running
from covercheck.web.replies import Headers, Shelf

Clock: TypeAlias = Callable[[], datetime]
Log: TypeAlias = structlog.typing.FilteringBoundLogger

CHECKER = web.AppKey("checker", Checker)
SETTINGS = web.AppKey("settings", Settings)
ASK_PAYER = web.AppKey("ask_payer", AskPayer)
CLOCK: web.AppKey[Clock] = web.AppKey("clock")
LOG: web.AppKey[Log] = web.AppKey("log")
HEADERS = web.AppKey("headers", Headers)
SHELF = web.AppKey("shelf", Shelf)
MEMORY = web.AppKey("memory", Memory)
RUNNING = web.AppKey("running", Running)
DESCRIBE: web.AppKey[Callable[[], dict[str, Any]]] = web.AppKey("describe")
