"""What is put into the envelope comes out of it, and an envelope with an error has no payload, whatever it carries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from covercheck.eligibility.x12.mime import (
    FAULT,
    REQUEST,
    RESPONSE,
    CoreFault,
    CoreRequest,
    core_request,
    core_response,
    read_core_request,
    read_core_response,
)
from tests.eligibility.x12_documents import about_ada

AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
TEXT = about_ada("EB*1**30")
payloads = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: bool(text.strip()))


def request(payload: str = TEXT, user: str = "clinic", password: str = "s3cret", at: datetime = AT) -> tuple[str, bytes]:
    return core_request(payload, "CLINIC", "HARBOR", user, SecretStr(password), "id-1", at)


def response(payload: str = TEXT, fault: CoreFault | None = None) -> tuple[str, bytes]:
    return core_response(payload, "HARBOR", "CLINIC", "id-1", AT, fault)


def by_hand(*fields: tuple[str, str], quote: str = '"') -> tuple[str, bytes]:
    """An envelope as others may write it."""
    parts = (f"--XyZ\r\nContent-Disposition: form-data; name={quote}{name}{quote}\r\n\r\n{value}\r\n" for name, value in fields)
    return "multipart/form-data; boundary=XyZ", ("".join(parts) + "--XyZ--\r\n").encode()


ANSWER = (("PayloadType", RESPONSE), ("Payload", TEXT), ("ErrorCode", "Success"), ("ErrorMessage", ""))


def test_a_question_goes_through_the_envelope_unchanged() -> None:
    found = read_core_request(*request())
    assert found == CoreRequest(TEXT, "id-1", "CLINIC", "HARBOR", "clinic", SecretStr("s3cret"))


@settings(deadline=None)
@given(payloads, payloads, payloads)
def test_any_text_goes_through_the_envelope_unchanged(payload: str, user: str, password: str) -> None:
    found = read_core_request(*request(payload, user, password))
    assert isinstance(found, CoreRequest)
    assert (found.payload, found.user, found.password.get_secret_value()) == (payload, user, password)
    assert read_core_response(*response(payload)) == payload


def test_every_field_the_rule_names_is_there() -> None:
    content_type, body = request()
    assert content_type.startswith("multipart/form-data; boundary=")
    for name, value in (
        ("PayloadType", REQUEST), ("ProcessingMode", "RealTime"), ("PayloadID", "id-1"), ("TimeStamp", "2026-11-23T12:30:00Z"),
        ("SenderID", "CLINIC"), ("ReceiverID", "HARBOR"), ("CORERuleVersion", "2.2.0"), ("UserName", "clinic"), ("Password", "s3cret"),
    ):  # fmt: skip
        assert f'name="{name}"\r\n\r\n{value}\r\n'.encode() in body


def test_the_moment_is_told_in_utc() -> None:
    _, body = request(at=AT.astimezone(timezone(timedelta(hours=-5))))
    assert b"2026-11-23T12:30:00Z" in body


def test_nothing_secret_or_personal_is_shown_by_repr() -> None:
    shown = repr(read_core_request(*request())) + repr(read_core_response(*response("", CoreFault("Sender", "ADA MARLOW IS UNKNOWN"))))
    assert not any(secret in shown for secret in ("s3cret", "MARLOW", "DEMO1001"))


@pytest.mark.parametrize("code", ["Unauthorized", "PayloadTypeRequired", "VersionMismatch", "Receiver"])
def test_an_error_comes_before_any_payload(code: str) -> None:
    fields = (*ANSWER[:2], ("ErrorCode", code), ("ErrorMessage", "No."))
    assert read_core_response(*by_hand(*fields)) == CoreFault(code, "No.")


def test_an_envelope_of_an_error_is_an_error_without_a_code_too() -> None:
    assert read_core_response(*by_hand(("PayloadType", FAULT), ("Payload", TEXT))) == CoreFault(FAULT)


def test_a_fault_that_was_written_is_read() -> None:
    assert read_core_response(*response("ignored", CoreFault("Sender", "No."))) == CoreFault("Sender", "No.")


@pytest.mark.parametrize("code", ["Success", "success", " Success ", ""])
def test_success_is_no_error_however_it_is_written(code: str) -> None:
    assert read_core_response(*by_hand(*ANSWER[:2], ("ErrorCode", code))) == TEXT


@pytest.mark.parametrize("payload", ["", "  ", "\r\n"])
def test_success_without_a_payload_is_a_fault(payload: str) -> None:
    assert read_core_response(*by_hand(("PayloadType", RESPONSE), ("Payload", payload))) == CoreFault("missing", "Payload")
    assert read_core_response(*by_hand(("PayloadType", RESPONSE))) == CoreFault("missing", "Payload")


@pytest.mark.parametrize("missing", ["PayloadID", "UserName", "Password", "SenderID", "ReceiverID", "Payload"])
def test_a_question_without_a_field_names_it(missing: str) -> None:
    names = ("PayloadID", "UserName", "Password", "SenderID", "ReceiverID", "Payload")
    fields = [("PayloadType", REQUEST), *((name, "x") for name in names if name != missing)]
    assert read_core_request(*by_hand(*fields)) == CoreFault("missing", missing)


def test_a_question_of_another_kind_is_refused() -> None:
    content_type, body = request()
    assert read_core_request(content_type, body.replace(REQUEST.encode(), b"X12_276_Request")) == CoreFault(
        "PayloadTypeIllegal", "PayloadType"
    )


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"), ("text/html", b"<html>"), ("", b""), ("multipart/form-data", b"--X\r\n"),
        ("multipart/mixed; boundary=X", b"--X\r\n\r\nx\r\n--X--"), ("multipart/form-data; boundary=X", b""),
        ("multipart/form-data; boundary=X", b"nothing of that"), ("multipart/form-data; boundary=X", b"--X--\r\n"),
        ("multipart/form-data; boundary=X", b"--X\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n--X--"),
        ("multipart/form-data; boundary=\xe9", b"--\xe9\r\n\r\nx"),
    ],
)  # fmt: skip
def test_what_is_no_envelope_is_told_as_a_value(content_type: str, body: bytes) -> None:
    assert read_core_response(content_type, body) == CoreFault("not_multipart")
    assert read_core_request(content_type, body) == CoreFault("not_multipart")


def test_names_may_stand_without_quotes_and_boundaries_with() -> None:
    content_type, body = by_hand(*ANSWER, quote="")
    assert read_core_response(content_type, body) == TEXT
    assert read_core_response('Multipart/Form-Data; charset=utf-8; boundary="XyZ"', body) == TEXT


def test_words_before_the_first_part_and_behind_the_last_are_no_part() -> None:
    content_type, body = by_hand(*ANSWER)
    assert read_core_response(content_type, b"Preamble\r\n" + body + b"\r\n--XyZ\r\nrest") == TEXT


def test_a_part_in_base64_is_decoded() -> None:
    content_type, body = by_hand(("PayloadType", RESPONSE), ("Payload", "SVNBKjAw"))
    encoded = body.replace(b'name="Payload"', b'name="Payload"\r\nContent-Transfer-Encoding: base64')
    assert read_core_response(content_type, encoded) == "ISA*00"


def test_a_document_of_two_megabytes_goes_through_the_envelope() -> None:
    text = TEXT.replace("EB*1**30~", "EB*1**30~" * 220_000)
    assert read_core_response(*response(text)) == text


@settings(deadline=None)
@given(st.text(max_size=60), st.binary(max_size=200))
def test_no_content_type_and_no_body_are_an_exception(content_type: str, body: bytes) -> None:
    for told in (content_type, "multipart/form-data; boundary=XyZ", f"multipart/form-data; boundary={content_type}"):
        for sent in (body, b"--XyZ\r\n" + body, b"--XyZ\r\nContent-Disposition: form-data; name=Payload\r\n" + body):
            assert isinstance(read_core_response(told, sent), str | CoreFault)
            assert isinstance(read_core_request(told, sent), CoreRequest | CoreFault)
