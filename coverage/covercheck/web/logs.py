"""Log lines as JSON to stderr: never a body, a query string, a path as asked, or a fact."""

from __future__ import annotations

import logging
import sys
from typing import Any, BinaryIO

import orjson
import structlog

from covercheck.web.keys import Log

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def make_log(level: str, stream: BinaryIO | None = None) -> Log:
    """A logger of its own, outside any global configuration."""
    log: Log = structlog.wrap_logger(
        structlog.BytesLogger(stream if stream is not None else sys.stderr.buffer),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at_time"),
            structlog.processors.JSONRenderer(serializer=_bytes),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        cache_logger_on_first_use=True,
    )
    return log.bind()


def _bytes(event: Any, **_: Any) -> bytes:
    return orjson.dumps(event, default=str)


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
