"""One HTTP exchange with a payer or clearinghouse: bounded, and everything that goes wrong is a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from covercheck.eligibility import failures
from covercheck.eligibility.outcome import Failure, Wire

LONGEST_WAIT: Final = 86_400.0
CONNECT_SECONDS: Final = 10.0
SHOWN_CHARACTERS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer that may hold what was asked for."""

    status: int
    content_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Posts to one endpoint. `answers`: statuses whose body is read; `secret`: the setting to name when it is not accepted."""

    client: httpx.AsyncClient
    endpoint: str
    most_bytes: int
    secret: str
    answers: frozenset[int] = frozenset({200})

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Reply | Failure:
        """One attempt; redirects are not followed, and whoever calls sets the time limit."""
        timeout = httpx.Timeout(None, connect=CONNECT_SECONDS)
        wire = Wire(body.decode("utf-8", "replace")[:SHOWN_CHARACTERS])
        try:
            async with self.client.stream("POST", self.endpoint, content=body, headers=dict(headers), timeout=timeout) as response:
                refused = self._refused(response, wire)
                if refused is not None:
                    return refused
                received = bytearray()
                async for chunk in response.aiter_bytes():
                    received += chunk
                    if len(received) > self.most_bytes:
                        return failures.too_large(self.most_bytes)
                return Reply(response.status_code, response.headers.get("content-type", ""), bytes(received))
        except (httpx.TransportError, httpx.StreamError):
            return failures.connection(wire=wire)
        except httpx.DecodingError:
            return failures.unreadable("its compression is broken", wire)

    def _refused(self, response: httpx.Response, wire: Wire) -> Failure | None:
        status = response.status_code
        if status in self.answers:
            return None
        if status == 429:
            return failures.throttled(retry_after(response.headers.get("retry-after")), wire)
        if status == 503:
            return failures.unavailable(retry_after(response.headers.get("retry-after")), wire)
        if status in (401, 403):
            return failures.credentials(self.secret)
        return failures.refused(status, wire)


def retry_after(written: str | None) -> float | None:
    """Seconds to wait, from seconds or an HTTP date; None where it is missing or makes no sense."""
    if written is None:
        return None
    text = written.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), LONGEST_WAIT)
