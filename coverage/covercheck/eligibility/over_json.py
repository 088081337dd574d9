"""The JSON adapter: one question as a vendor's JSON, its answer back, with field names from the vendor's table."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

import orjson
from pydantic import SecretStr

from covercheck.eligibility import failures
from covercheck.eligibility.adapter import Heard
from covercheck.eligibility.http import Exchange, Reply
from covercheck.eligibility.inquiry import Inquiry
from covercheck.eligibility.json_api.names import Vendor
from covercheck.eligibility.json_api.read_response import read_response
from covercheck.eligibility.json_api.vendors import VENDORS
from covercheck.eligibility.json_api.write_request import control_of, write_request
from covercheck.eligibility.not_read import NotRead
from covercheck.eligibility.outcome import Failure, Wire
from covercheck.eligibility.report import Report, Trace
from covercheck.rules.eligibility_text import EligibilityText

CONTENT_TYPE: Final = "application/json"
ANSWERS: Final = frozenset({200, 400})
BY_THREAD: Final = 100_000
UNREADABLE: Final = frozenset({"malformed", "wrong_shape", "html", "too_deep"})


@dataclass(frozen=True, slots=True)
class JsonAdapter:
    """Asks one address. `vendor` is None where nothing is known of the one that is set; `secret` is the vendor's key or token."""

    exchange: Exchange
    vendor: Vendor | None
    secret: SecretStr | None = field(default=None, repr=False)
    name: str = "json"

    @classmethod
    def of(cls, exchange: Exchange, text: EligibilityText, secret: SecretStr | None) -> JsonAdapter:
        """From a payer's or the service's settings. A refusal may come with HTTP 400, so that such bodies are read too."""
        return cls(replace(exchange, answers=ANSWERS), VENDORS.get(text.vendor), secret)

    async def ask(self, inquiry: Inquiry) -> Heard | Failure:
        """One attempt."""
        if self.vendor is None:
            return unknown_vendor(VENDORS)
        written = write_request(inquiry, self.vendor)
        if isinstance(written, Failure):
            return written
        sent = orjson.dumps(written)
        headers = {"content-type": CONTENT_TYPE, "accept": CONTENT_TYPE, **self._authorization(self.vendor)}
        reply = await self.exchange.post(sent, headers)
        if isinstance(reply, Failure):
            return reply
        if len(reply.body) > BY_THREAD:
            return await asyncio.to_thread(self._read, self.vendor, reply, sent, inquiry)
        return self._read(self.vendor, reply, sent, inquiry)

    def _authorization(self, vendor: Vendor) -> dict[str, str]:
        """A secret that has the vendor's word before it already is sent as it is."""
        if self.secret is None:
            return {}
        value = self.secret.get_secret_value()
        word = vendor.authorization.partition("{}")[0]
        return {"authorization": value if word and value.startswith(word) else vendor.authorization.format(value)}

    def _read(self, vendor: Vendor, reply: Reply, sent: bytes, inquiry: Inquiry) -> Heard | Failure:
        found = read_response(reply.body, vendor)
        wire = Wire(sent.decode(), reply.body.decode("utf-8", "replace"))
        if isinstance(found, NotRead):
            if reply.status != 200 and found.key in UNREADABLE:
                return failures.refused(reply.status, wire)
            return failures.unreadable(found.says, wire) if found.key in UNREADABLE else failures.not_an_answer(found.says, wire)
        return Heard(compared(found, vendor, inquiry.trace), wire)


def compared(report: Report, vendor: Vendor, trace: str) -> Report:
    """The report with our trace where its control number came back. A vendor that takes no control number, or asks the payer under a number
    with letters of its own, echoes nothing that can be compared; nor does an answer's number alone, which some vendors make anew."""
    control = control_of(trace) if vendor.request.control is not None else None
    persons = tuple(replace(person, traces=tuple(_traces(person.traces, control, trace))) for person in report.persons)
    return replace(report, persons=persons, number=trace if control is not None and report.number == control else None)


def unknown_vendor(known: Iterable[str]) -> Failure:
    """The payer's file names a vendor without a table."""
    says = "Nothing is known of the field names of the vendor that is set for this payer."
    return Failure("no_adapter", says, f"Set `vendor` to one of {', '.join(sorted(known))}, or ask by phone or portal.")


def _traces(traces: Iterable[Trace], control: str | None, trace: str) -> Iterable[Trace]:
    for each in traces:
        if not each.echo:
            yield each
        elif control is not None and each.number == control:
            yield replace(each, number=trace)
        else:
            yield replace(each, echo=control is not None and each.number.isascii() and each.number.isdigit())
