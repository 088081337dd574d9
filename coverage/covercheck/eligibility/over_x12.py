"""The X12 adapter: a 270 out, a 271 in, as raw body or in the CORE MIME envelope."""

from __future__ import annotations

import asyncio
import os
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from uuid import uuid4

from pydantic import SecretStr

from covercheck.eligibility import failures
from covercheck.eligibility.adapter import Heard
from covercheck.eligibility.http import Exchange, Reply
from covercheck.eligibility.inquiry import Inquiry
from covercheck.eligibility.outcome import Failure, Wire
from covercheck.eligibility.x12.envelope import NotAnAnswer
from covercheck.eligibility.x12.mime import CoreFault, core_request, read_core_response
from covercheck.eligibility.x12.read_271 import read_271
from covercheck.eligibility.x12.sender import Sender
from covercheck.eligibility.x12.write_270 import write_270
from covercheck.rules.eligibility_text import EligibilityText

RAW_TYPE: Final = "application/edi-x12"
UNNAMED: Final = "COVERCHECK"
BY_THREAD: Final = 100_000
UNREADABLE: Final = {"noise": "it is no X12", "empty": "it is empty", "cut_short": "it ends too soon"}


@dataclass(frozen=True, slots=True)
class X12Adapter:
    """Asks one address. `secret` is `user:password`, or a token for the raw body."""

    exchange: Exchange
    sender: Sender
    envelope: Literal["raw", "core_mime"] = "raw"
    secret: SecretStr | None = field(default=None, repr=False)
    name: str = "x12"

    @classmethod
    def of(cls, exchange: Exchange, text: EligibilityText, secret: SecretStr | None, *, test: bool) -> X12Adapter:
        """From a payer's or the service's settings."""
        sender = Sender(text.sender_id or UNNAMED, text.receiver_id or text.payer_id or UNNAMED, usage="T" if test else "P")
        return cls(exchange, sender, text.envelope, secret)

    async def ask(self, inquiry: Inquiry) -> Heard | Failure:
        """One attempt."""
        sent = write_270(inquiry, replace(self.sender, control=1 + int.from_bytes(os.urandom(4)) % 999_999_999))
        if isinstance(sent, Failure):
            return sent
        content_type, body = self._enveloped(sent, inquiry)
        reply = await self.exchange.post(body, {"content-type": content_type, **self._authorization()})
        if isinstance(reply, Failure):
            return reply if reply.wire is None else replace(reply, wire=Wire(sent))
        if len(reply.body) > BY_THREAD:
            return await asyncio.to_thread(self._read, reply, sent)
        return self._read(reply, sent)

    def _enveloped(self, sent: str, inquiry: Inquiry) -> tuple[str, bytes]:
        if self.envelope == "raw":
            return RAW_TYPE, sent.encode()
        user, password = self._user()
        ends = (self.sender.sender_id, self.sender.receiver_id)
        return core_request(sent, *ends, user, SecretStr(password), str(uuid4()), inquiry.made_at)

    def _authorization(self) -> dict[str, str]:
        """For the raw body alone: the envelope carries its own."""
        if self.secret is None or self.envelope != "raw":
            return {}
        value = self.secret.get_secret_value()
        if ":" in value:
            return {"authorization": "Basic " + b64encode(value.encode()).decode()}
        return {"authorization": f"Bearer {value}"}

    def _user(self) -> tuple[str, str]:
        user, _, password = (self.secret.get_secret_value() if self.secret is not None else "").partition(":")
        return user, password

    def _read(self, reply: Reply, sent: str) -> Heard | Failure:
        text: str | bytes = reply.body
        if self.envelope == "core_mime":
            unwrapped = read_core_response(reply.content_type, reply.body)
            if isinstance(unwrapped, CoreFault):
                return failures.not_an_answer(f"an envelope error, {unwrapped.code}", Wire(sent))
            text = unwrapped
        found = read_271(text)
        wire = Wire(sent, text if isinstance(text, str) else text.decode("utf-8", "replace"))
        if not isinstance(found, NotAnAnswer):
            return Heard(found, wire)
        if found.kind in UNREADABLE:
            return failures.unreadable(UNREADABLE[found.kind], wire)
        codes = f" ({', '.join(found.codes)})" if found.codes else ""
        return failures.not_an_answer(f"{found.kind.upper()}{codes}", wire)
