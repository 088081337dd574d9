"""Log lines as JSON to stderr: never a body, a query string, a path as asked, or a fact."""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import UTC, datetime
from typing import Any, BinaryIO

import orjson
import structlog

from covercheck.web.keys import Log

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
PAUSE_SECONDS = 0.05
MAX_WAITING = 500


def make_log(level: str, lines: Lines) -> Log:
    """A logger of its own, outside any global configuration."""
    log: Log = structlog.wrap_logger(
        lines,
        processors=[_line],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        cache_logger_on_first_use=True,
    )
    return log.bind()


def _line(_: Any, level: str, event: structlog.typing.EventDict) -> bytes:
    return orjson.dumps(
        {"time": datetime.now(UTC), "level": level, **event}, default=str, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z
    )


class Lines:
    """Writes lines in one go a few times a second, since a write for each costs as much as the request; warnings and errors at once."""

    def __init__(self, stream: BinaryIO | None = None, pause: float = PAUSE_SECONDS) -> None:
        self._stream = stream if stream is not None else sys.stderr.buffer
        self._pause = pause
        self._waiting: list[bytes] = []

    def info(self, line: bytes) -> None:
        """Write soon, or at once where no pause is set or no loop runs."""
        self._waiting.append(line)
        if not self._pause or len(self._waiting) >= MAX_WAITING:
            self.flush()
        elif len(self._waiting) == 1:
            try:
                asyncio.get_running_loop().call_later(self._pause, self.flush)
            except RuntimeError:
                self.flush()

    def warning(self, line: bytes) -> None:
        """Write at once, after what waits."""
        self._waiting.append(line)
        self.flush()

    debug = info
    error = critical = warning

    def flush(self) -> None:
        """Write what waits; a log that can't be written must not stop the service."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            self._stream.write(b"".join(waiting))
            self._stream.flush()
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
