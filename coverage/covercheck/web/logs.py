"""Log lines as JSON to stderr: never a body, a query string, a path as asked, or a fact."""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import UTC, datetime
from time import time
from typing import Any, BinaryIO

import orjson
import structlog

from covercheck.web.keys import Log

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
PAUSE_SECONDS = 0.05
MAX_WAITING = 500


def make_log(level: str, stream: BinaryIO | None = None) -> Log:
    """A logger of its own, outside any global configuration."""
    log: Log = structlog.wrap_logger(
        structlog.BytesLogger(stream if stream is not None else sys.stderr.buffer),
        processors=[_line],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        cache_logger_on_first_use=True,
    )
    return log.bind()


def _line(_: Any, level: str, event: structlog.typing.EventDict) -> bytes:
    moment = datetime.fromtimestamp(event.pop("moment", None) or time(), UTC)
    return orjson.dumps({"time": moment, "level": level, **event}, default=str, option=orjson.OPT_UTC_Z)


def _request_line(note: tuple[float, str, str, str, int, int]) -> bytes:
    moment, request_id, method, route, status, spent = note
    return _line(
        None,
        "info",
        {
            "moment": moment,
            "request_id": request_id,
            "method": method,
            "route": route,
            "status": status,
            "ms": spent // 10_000 / 100,
            "event": "request",
        },
    )


class RequestLog:
    """Request lines, written in one go a few times a second: line by line they would cost a tenth of the service's throughput."""

    def __init__(self, level: str, stream: BinaryIO | None = None, pause: float = PAUSE_SECONDS) -> None:
        self._out = structlog.BytesLogger(stream if stream is not None else sys.stderr.buffer) if LEVELS[level] <= logging.INFO else None
        self._pause = pause
        self._waiting: list[tuple[float, str, str, str, int, int]] = []

    def note(self, request_id: str, method: str, route: str, status: int, nanoseconds: int) -> None:
        """A request was answered."""
        waiting = self._waiting
        waiting.append((time(), request_id, method, route, status, nanoseconds))
        if not self._pause or len(waiting) >= MAX_WAITING:
            self.flush()
        elif len(waiting) == 1:
            asyncio.get_running_loop().call_later(self._pause, self.flush)

    def flush(self) -> None:
        """Write what waits; a log that can't be written must not stop the service."""
        waiting, self._waiting = self._waiting, []
        try:
            if self._out is not None and waiting:
                self._out.msg(b"\n".join(map(_request_line, waiting)))
        except (OSError, ValueError):
            return


def protocol_logger(log: Log) -> logging.Logger:
    """For what aiohttp itself reports of broken connections: the kind of error alone, since its text quotes the client."""
    logger = logging.Logger("covercheck.protocol", logging.WARNING)
    logger.addHandler(_Quiet(log))
    return logger


class _Quiet(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Log the kind of error, nothing of its message."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else record.levelname
        self._log.warning("protocol", error=kind)
