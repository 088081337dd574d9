"""What the application carries. Every handler takes what it needs by these keys; nothing lives in modules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

import structlog
from aiohttp import web

from covercheck.checks.memory.memory import Memory
from covercheck.settings import Settings
from covercheck.web.drain import Running

Clock: TypeAlias = Callable[[], datetime]
Log: TypeAlias = structlog.typing.FilteringBoundLogger

SETTINGS = web.AppKey("settings", Settings)
CLOCK: web.AppKey[Clock] = web.AppKey("clock")
LOG: web.AppKey[Log] = web.AppKey("log")
MEMORY = web.AppKey("memory", Memory)
RUNNING = web.AppKey("running", Running)
