"""The JSON adapter at its edges: what goes over the line, and what each reply becomes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
import respx
from pydantic import SecretStr

from covercheck.eligibility.adapter import Heard
from covercheck.eligibility.http import Exchange
from covercheck.eligibility.inquiry import Clinic
from covercheck.eligibility.json_api.read_request import read_request
from covercheck.eligibility.json_api.vendors import STEDI, STEDI_PLANS
from covercheck.eligibility.json_api.write_request import control_of
from covercheck.eligibility.json_api.write_response import write_response
from covercheck.eligibility.outcome import Failure
from covercheck.eligibility.over_json import BY_THREAD, JsonAdapter
from covercheck.eligibility.report import Rejection, Report, Trace
from covercheck.eligibility.verify import verified
from covercheck.rules.eligibility_text import EligibilityText
from tests.eligibility.asking import ada, inquiry, report, row

ENDPOINT = "https://clearinghouse.example/eligibility"
INQUIRY = inquiry(clinic=Clinic("1234567893", name="Green Clinic"))
CONTROL = control_of(INQUIRY.trace)
LIMIT = 2_000_000


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


def adapter(client: httpx.AsyncClient, vendor: str = "stedi", secret: str | None = "s3cret") -> JsonAdapter:
    """As a payer's file would have it."""
    text = EligibilityText(adapter="json", endpoint=ENDPOINT, vendor=vendor)
    return JsonAdapter.of(Exchange(client, ENDPOINT, LIMIT, "COVERCHECK_SECRET_X"), text, SecretStr(secret) if secret else None)


def answer(made: Report, **more: Any) -> bytes:
    """A clearinghouse's body."""
    return orjson.dumps({**orjson.loads(write_response(made, INQUIRY, STEDI)), **more})


def about_ada(*traces: Trace, **more: Any) -> Report:
    """A good answer with these traces."""
    return report(ada(row("active", "30"), traces=traces or (Trace(True, CONTROL),), **more))


async def ended(client: httpx.AsyncClient, reply: httpx.Response, vendor: str = "stedi") -> Heard | Failure:
    """What one attempt becomes where the clearinghouse replies so."""
    with respx.mock:
        respx.post(ENDPOINT).mock(return_value=reply)
        return await adapter(client, vendor).ask(INQUIRY)


@respx.mock
async def test_the_question_goes_out_as_the_vendor_reads_it(client: httpx.AsyncClient) -> None:
    route = respx.post(ENDPOINT).mock(return_value=httpx.Response(200, content=answer(about_ada())))
    heard = await adapter(client).ask(INQUIRY)
    assert isinstance(heard, Heard)
    request = route.calls.last.request
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == "Key s3cret"
    found = read_request(request.content, STEDI)
    assert found is not None
    assert (found.subscriber, found.trace, found.service_types) == (INQUIRY.subscriber, CONTROL, ("30", "MH"))
    assert heard.wire is not None
    assert heard.wire.sent == request.content.decode()
    assert "DEMO1001" not in repr(heard)


@pytest.mark.parametrize(("secret", "header"), [("s3cret", "Key s3cret"), ("Key s3cret", "Key s3cret"), (None, None)])
async def test_the_secret_is_sent_in_the_vendors_words_once(client: httpx.AsyncClient, secret: str | None, header: str | None) -> None:
    with respx.mock:
        route = respx.post(ENDPOINT).mock(return_value=httpx.Response(200, content=answer(about_ada())))
        await adapter(client, secret=secret).ask(INQUIRY)
        assert route.calls.last.request.headers.get("authorization") == header
    assert "s3cret" not in repr(adapter(client))


async def test_an_answer_to_this_question_is_verified(client: httpx.AsyncClient) -> None:
    heard = await ended(client, httpx.Response(200, content=answer(about_ada(), controlNumber=CONTROL)))
    assert isinstance(heard, Heard)
    assert heard.report.number == INQUIRY.trace
    found = verified(heard, INQUIRY)
    assert not isinstance(found, Failure)
    assert found[1].traces == (Trace(True, INQUIRY.trace),)


async def test_the_echo_of_another_control_number_is_another_questions_answer(client: httpx.AsyncClient) -> None:
    heard = await ended(client, httpx.Response(200, content=answer(about_ada(Trace(True, "000000001")))))
    assert isinstance(heard, Heard)
    refused = verified(heard, INQUIRY)
    assert isinstance(refused, Failure)
    assert refused.key == "another_trace"


@pytest.mark.parametrize("trace", [Trace(True, "01HARBORTRACE"), Trace(False, "000000001")])
async def test_a_trace_the_clearinghouse_made_itself_is_compared_with_nothing(client: httpx.AsyncClient, trace: Trace) -> None:
    """It asks the payer under a number of its own; refusing that would refuse every answer."""
    heard = await ended(client, httpx.Response(200, content=answer(about_ada(trace), controlNumber="214976898")))
    assert isinstance(heard, Heard)
    assert not isinstance(verified(heard, INQUIRY), Failure)


async def test_a_vendor_that_takes_no_control_number_echoes_none(client: httpx.AsyncClient) -> None:
    body = write_response(about_ada(Trace(True, "000000001")), INQUIRY, STEDI_PLANS)
    heard = await ended(client, httpx.Response(200, content=body), "stedi_plans")
    assert isinstance(heard, Heard)
    assert not isinstance(verified(heard, INQUIRY), Failure)


@pytest.mark.parametrize("status", [200, 400])
async def test_a_refusal_is_heard_whatever_the_status(client: httpx.AsyncClient, status: int) -> None:
    body = answer(report(ada(traces=(Trace(True, CONTROL),), rejections=(Rejection("72", "subscriber", "C"),))))
    heard = await ended(client, httpx.Response(status, content=body))
    assert isinstance(heard, Heard)
    failure = verified(heard, INQUIRY)
    assert isinstance(failure, Failure)
    assert (failure.key, [r.code for r in failure.rejections]) == ("rejected_patient_data", ["72"])


@pytest.mark.parametrize(
    ("reply", "key", "retry"),
    [
        (httpx.Response(200, content=b""), "unreadable", False),
        (httpx.Response(200, text="<!doctype html><p>Sign in"), "unreadable", False),
        (httpx.Response(200, content=b'{"subscriber": {"first'), "unreadable", False),
        (httpx.Response(200, json=[1]), "unreadable", False),
        (httpx.Response(200, json={"code": "OOPS", "message": "Ada Marlow"}), "not_an_answer", False),
        (httpx.Response(400, json={"errors": [{"code": "INVALID_NPI", "description": "x"}]}), "not_an_answer", False),
        (httpx.Response(400, text="no question in this format"), "refused", False),
        (httpx.Response(401, json={"message": "no"}), "credentials", False),
        (httpx.Response(403), "credentials", False),
        (httpx.Response(404), "refused", False),
        (httpx.Response(429, json={"code": "TOO_MANY_REQUESTS", "message": "CUSTOMER_LIMIT"}), "throttled", True),
        (httpx.Response(500), "refused", False),
        (httpx.Response(503), "unavailable", True),
        (httpx.Response(504), "refused", False),
        (httpx.Response(302, headers={"location": "https://elsewhere.example"}), "refused", False),
        (httpx.Response(200, content=b" " * (LIMIT + 1)), "too_large", False),
    ],
)
async def test_every_other_reply_is_a_failure_with_words_and_a_remedy(
    client: httpx.AsyncClient, reply: httpx.Response, key: str, retry: bool
) -> None:
    failure = await ended(client, reply)
    assert isinstance(failure, Failure)
    assert (failure.key, failure.retry) == (key, retry)
    assert failure.says
    assert failure.remedy
    assert "Marlow" not in failure.says + failure.remedy + repr(failure)


async def test_what_could_not_be_read_is_kept_for_showing(client: httpx.AsyncClient) -> None:
    failure = await ended(client, httpx.Response(200, content=b"\xff<garbled>"))
    assert isinstance(failure, Failure)
    assert failure.wire is not None
    assert "DEMO1001" in failure.wire.sent
    assert failure.wire.received == "\ufffd<garbled>"


@respx.mock
async def test_a_broken_line_may_be_tried_again(client: httpx.AsyncClient) -> None:
    respx.post(ENDPOINT).mock(side_effect=httpx.ReadError("gone"))
    failure = await adapter(client).ask(INQUIRY)
    assert isinstance(failure, Failure)
    assert (failure.key, failure.retry) == ("connection", True)


@respx.mock
async def test_a_question_that_can_not_be_written_is_not_sent(client: httpx.AsyncClient) -> None:
    failure = await adapter(client).ask(inquiry())
    assert isinstance(failure, Failure)
    assert failure.key == "member_incomplete"
    assert respx.calls.call_count == 0


@respx.mock
async def test_a_vendor_nothing_is_known_of_is_named_as_such_and_not_asked(client: httpx.AsyncClient) -> None:
    failure = await adapter(client, "moonbase").ask(INQUIRY)
    assert isinstance(failure, Failure)
    assert failure.key == "no_adapter"
    assert "stedi, stedi_plans" in failure.remedy
    assert respx.calls.call_count == 0


async def test_a_long_answer_is_read_like_a_short_one(client: httpx.AsyncClient) -> None:
    """It is read beside the loop, so that other questions go on."""
    many = report(ada(*[row("active", "30", plan="GOLD")] * 3_000, traces=(Trace(True, CONTROL),)))
    body = answer(many)
    assert len(body) > BY_THREAD
    heard = await ended(client, httpx.Response(200, content=body))
    assert isinstance(heard, Heard)
    assert len(heard.report.persons[0].benefits) == 3_000


def test_the_adapter_is_called_by_its_format() -> None:
    text = EligibilityText(adapter="json", endpoint=ENDPOINT)
    made = JsonAdapter.of(Exchange(httpx.AsyncClient(), ENDPOINT, LIMIT, "X"), text, None)
    assert made.name == "json"
    assert made.exchange.answers == {200, 400}
