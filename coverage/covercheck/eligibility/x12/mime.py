"""The CORE envelope (rule version 2.2.0, real time) as multipart/form-data: what goes around a 270 and comes around a 271."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Final

import httpx
from pydantic import SecretStr

REQUEST, RESPONSE, FAULT = "X12_270_Request_005010X279A1", "X12_271_Response_005010X279A1", "CoreEnvelopeError"
RULE: Final = "2.2.0"
SUCCESS: Final = "Success"
MOST_PARTS: Final = 40
ASKED: Final = ("PayloadID", "UserName", "Password", "SenderID", "ReceiverID", "Payload")


@dataclass(frozen=True, slots=True)
class CoreFault:
    """The envelope holds no payload: the other side's ErrorCode, or `not_multipart` or `missing` of our own."""

    code: str
    says: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CoreRequest:
    """A question's envelope as the other side sees it."""

    payload: str = field(repr=False)
    payload_id: str
    sender_id: str
    receiver_id: str
    user: str
    password: SecretStr


def core_request(
    payload: str, sender_id: str, receiver_id: str, user: str, password: SecretStr, payload_id: str, at: datetime
) -> tuple[str, bytes]:
    """Content type and body of a question; `at` is told in UTC."""
    named = {"UserName": user, "Password": password.get_secret_value()}
    return _encoded(_fields(REQUEST, payload, sender_id, receiver_id, payload_id, at) | named)


def core_response(
    payload: str, sender_id: str, receiver_id: str, payload_id: str, at: datetime, fault: CoreFault | None = None
) -> tuple[str, bytes]:
    """Content type and body of an answer, or of a fault, which has no payload."""
    fields = _fields(RESPONSE, payload, sender_id, receiver_id, payload_id, at)
    told = {"ErrorCode": SUCCESS, "ErrorMessage": "None"}
    if fault is not None:
        fields |= {"PayloadType": FAULT, "Payload": ""}
        told = {"ErrorCode": fault.code, "ErrorMessage": fault.says or ""}
    return _encoded(fields | told)


def read_core_response(content_type: str, body: bytes) -> str | CoreFault:
    """The payload. Whether there is an error is looked at first, whatever the payload holds."""
    fields = _decoded(content_type, body)
    if isinstance(fields, CoreFault):
        return fields
    code = fields.get("ErrorCode", "").strip()
    if code and code.casefold() != SUCCESS.casefold():
        return CoreFault(code, fields.get("ErrorMessage"))
    if fields.get("PayloadType", "").strip() == FAULT:
        return CoreFault(FAULT, fields.get("ErrorMessage"))
    payload = fields.get("Payload", "")
    return payload if payload.strip() else CoreFault("missing", "Payload")


def read_core_request(content_type: str, body: bytes) -> CoreRequest | CoreFault:
    """A question with everything it needs; a field that is missing is named."""
    fields = _decoded(content_type, body)
    if isinstance(fields, CoreFault):
        return fields
    for name in ASKED:
        if not fields.get(name, "").strip():
            return CoreFault("missing", name)
    if fields.get("PayloadType", "").strip() != REQUEST:
        return CoreFault("PayloadTypeIllegal", "PayloadType")
    return CoreRequest(
        fields["Payload"], fields["PayloadID"], fields["SenderID"], fields["ReceiverID"], fields["UserName"], SecretStr(fields["Password"])
    )


def _fields(kind: str, payload: str, sender_id: str, receiver_id: str, payload_id: str, at: datetime) -> dict[str, str]:
    moment = at.astimezone(UTC) if at.tzinfo is not None else at
    return {
        "PayloadType": kind, "ProcessingMode": "RealTime", "PayloadID": payload_id, "TimeStamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "SenderID": sender_id, "ReceiverID": receiver_id, "CORERuleVersion": RULE, "Payload": payload,
    }  # fmt: skip


def _encoded(fields: Mapping[str, str]) -> tuple[str, bytes]:
    """The HTTP client's own encoder; nothing is sent."""
    parts = {name: (None, value.encode()) for name, value in fields.items()}
    request = httpx.Request("POST", "https://localhost/", files=parts)
    return request.headers["content-type"], request.read()


def _decoded(content_type: str, body: bytes) -> dict[str, str] | CoreFault:
    """The parts by name, byte for byte. They are split by the boundary here: nothing may nest, so nothing can nest too deeply."""
    header = Message()
    header["Content-Type"] = " ".join(content_type.split())
    boundary = header.get_boundary()
    if header.get_content_type() != "multipart/form-data" or not boundary or not boundary.isascii():
        return CoreFault("not_multipart")
    fields: dict[str, str] = {}
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode(), MOST_PARTS)
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            break
        head, _, content = piece.lstrip(b" \t").removeprefix(b"\r\n").partition(b"\r\n\r\n")
        part = BytesHeaderParser().parsebytes(head)
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            part.set_payload(content.decode("ascii", "surrogateescape"))
            fields.setdefault(name, bytes(part.get_payload(decode=True)).decode("utf-8", "replace"))
    return fields or CoreFault("not_multipart")
