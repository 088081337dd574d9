"""The FHIR adapter: one question as a CoverageEligibilityRequest, the response back. It is sent to the address as the file has it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

import orjson
from pydantic import SecretStr

from covercheck.eligibility import failures
from covercheck.eligibility.adapter import Heard
from covercheck.eligibility.fhir.read_response import read_response
from covercheck.eligibility.fhir.write_request import write_request
from covercheck.eligibility.http import Exchange, Reply
from covercheck.eligibility.inquiry import Inquiry
from covercheck.eligibility.not_read import NotRead
from covercheck.eligibility.outcome import Failure, Wire
from covercheck.eligibility.report import Report, Trace

CONTENT_TYPE: Final = "application/fhir+json"
ANSWERS: Final = frozenset({200, 201, 400, 422})
REFUSALS: Final = frozenset({400, 422})
BY_THREAD: Final = 100_000
UNREADABLE: Final = frozenset({"malformed", "wrong_shape", "html", "too_deep"})
BEARER: Final = "Bearer "


@dataclass(frozen=True, slots=True)
class FhirAdapter:
    """Asks one address, such as `https://…/CoverageEligibilityRequest` or one that ends in `$submit`. `secret` is a token."""

    exchange: Exchange
    secret: SecretStr | None = field(default=None, repr=False)
    name: str = "fhir"

    async def ask(self, inquiry: Inquiry) -> Heard | Failure:
        """One attempt. A refusal may come with HTTP 400 or 422, so that such bodies are read too."""
        written = write_request(inquiry)
        if isinstance(written, Failure):
            return written
        sent = orjson.dumps(written)
        headers = {"content-type": CONTENT_TYPE, "accept": CONTENT_TYPE, **self._authorization()}
        reply = await replace(self.exchange, answers=ANSWERS).post(sent, headers)
        if isinstance(reply, Failure):
            return reply
        if len(reply.body) > BY_THREAD:
            return await asyncio.to_thread(_read, reply, sent, inquiry)
        return _read(reply, sent, inquiry)

    def _authorization(self) -> dict[str, str]:
        """A secret that has the word before it already is sent as it is."""
        if self.secret is None:
            return {}
        value = self.secret.get_secret_value()
        return {"authorization": value if value.startswith(BEARER) else BEARER + value}


def _read(reply: Reply, sent: bytes, inquiry: Inquiry) -> Heard | Failure:
    found = read_response(reply.body)
    wire = Wire(sent.decode(), reply.body.decode("utf-8", "replace"))
    if not isinstance(found, NotRead):
        return Heard(compared(found, inquiry.trace), wire)
    if found.key not in UNREADABLE:
        return failures.not_an_answer(found.says, wire)
    return failures.refused(reply.status, wire) if reply.status in REFUSALS else failures.unreadable(found.says, wire)


def compared(report: Report, trace: str) -> Report:
    """The report with our trace as an echo wherever it came back, be it as the id of the question or of the answer itself."""
    persons = tuple(replace(person, traces=tuple(_traces(person.traces, trace))) for person in report.persons)
    return replace(report, persons=persons)


def _traces(traces: Iterable[Trace], trace: str) -> Iterable[Trace]:
    return (replace(each, echo=True) if each.number == trace else each for each in traces)
