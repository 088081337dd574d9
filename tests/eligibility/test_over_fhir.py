"""The FHIR adapter at its edges: what goes over the line, and what each reply becomes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
import respx
from pydantic import SecretStr

from covercheck.eligibility.adapter import Heard
from covercheck.eligibility.fhir.read_request import read_request
from covercheck.eligibility.fhir.write_response import write_response
from covercheck.eligibility.http import Exchange
from covercheck.eligibility.inquiry import Clinic
from covercheck.eligibility.outcome import Failure
from covercheck.eligibility.over_fhir import BY_THREAD, FhirAdapter
from covercheck.eligibility.report import PersonReport, Rejection, Trace
from covercheck.eligibility.verify import verified
from tests.eligibility.asking import INQUIRY, ada, inquiry, report, row

ENDPOINT = "https://payer.example/fhir/CoverageEligibilityRequest/$submit"
LIMIT = 2_000_000
GOOD = write_response(report(ada(row("active", "30"))), INQUIRY)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


def adapter(client: httpx.AsyncClient, secret: str | None = "t0ken", limit: int = LIMIT) -> FhirAdapter:
    """As a payer's file would have it."""
    return FhirAdapter(Exchange(client, ENDPOINT, limit, "COVERCHECK_SECRET_X"), SecretStr(secret) if secret else None)


async def ended(client: httpx.AsyncClient, reply: httpx.Response, limit: int = LIMIT) -> Heard | Failure:
    """What one attempt becomes where the payer replies so."""
    with respx.mock:
        respx.post(ENDPOINT).mock(return_value=reply)
        return await adapter(client, limit=limit).ask(INQUIRY)


async def failed(client: httpx.AsyncClient, reply: httpx.Response) -> Failure:
    """The failure one attempt ends in, which tells nothing of the patient."""
    failure = await ended(client, reply)
    assert isinstance(failure, Failure)
    assert "arlow" not in repr(failure).casefold()
    assert "DEMO1001" not in repr(failure)
    return failure


def refusal(code: str) -> bytes:
    """An OperationOutcome that names the patient in its text."""
    issue = {"severity": "error", "code": code, "diagnostics": "Ada Marlow (DEMO1001) is not known"}
    return orjson.dumps({"resourceType": "OperationOutcome", "issue": [issue]})


@respx.mock
async def test_the_question_goes_out_as_fhir_to_the_address_as_it_is_written(client: httpx.AsyncClient) -> None:
    route = respx.post(ENDPOINT).mock(return_value=httpx.Response(200, content=GOOD))
    heard = await adapter(client).ask(INQUIRY)
    assert isinstance(heard, Heard)
    request = route.calls.last.request
    assert str(request.url) == ENDPOINT
    assert (request.headers["content-type"], request.headers["accept"]) == ("application/fhir+json", "application/fhir+json")
    assert request.headers["authorization"] == "Bearer t0ken"
    found = read_request(request.content)
    assert found is not None
    assert (found.subscriber, found.trace, found.service_types) == (INQUIRY.subscriber, INQUIRY.trace, INQUIRY.service_types)
    assert heard.wire is not None
    assert (heard.wire.sent, heard.wire.received) == (request.content.decode(), GOOD.decode())


@respx.mock
@pytest.mark.parametrize(("secret", "header"), [("Bearer t0ken", "Bearer t0ken"), (None, None)])
async def test_a_secret_is_sent_once_and_only_where_there_is_one(client: httpx.AsyncClient, secret: str | None, header: str | None) -> None:
    route = respx.post(ENDPOINT).mock(return_value=httpx.Response(200, content=GOOD))
    await adapter(client, secret).ask(INQUIRY)
    assert route.calls.last.request.headers.get("authorization") == header


def test_the_secret_is_never_shown() -> None:
    assert "t0ken" not in repr(FhirAdapter(Exchange(httpx.AsyncClient(), ENDPOINT, LIMIT, "X"), SecretStr("t0ken")))


@pytest.mark.parametrize("status", [200, 201])
async def test_a_good_answer_stands_the_comparison_with_the_question(client: httpx.AsyncClient, status: int) -> None:
    heard = await ended(client, httpx.Response(status, content=GOOD))
    assert isinstance(heard, Heard)
    found = verified(heard, INQUIRY)
    assert not isinstance(found, Failure)
    assert [benefit.meaning for benefit in found[1].benefits] == ["active"]


@respx.mock
async def test_what_can_not_be_asked_is_not_sent(client: httpx.AsyncClient) -> None:
    route = respx.post(ENDPOINT)
    failure = await adapter(client).ask(inquiry(clinic=Clinic()))
    assert isinstance(failure, Failure)
    assert failure.key == "member_incomplete"
    assert not route.called


@pytest.mark.parametrize("status", [200, 400, 422])
async def test_an_operation_outcome_is_no_answer_whatever_the_status(client: httpx.AsyncClient, status: int) -> None:
    failure = await failed(client, httpx.Response(status, content=refusal("not-found")))
    assert (failure.key, failure.retry) == ("not_an_answer", False)
    assert "not-found" in failure.says
    assert failure.wire is not None
    assert "diagnostics" in (failure.wire.received or ""), "the whole is kept for the record"


@pytest.mark.parametrize("status", [200, 400, 422])
async def test_a_rejection_is_told_as_one_whatever_the_status(client: httpx.AsyncClient, status: int) -> None:
    person = PersonReport("subscriber", rejections=(Rejection("75", "subscriber"),), traces=(Trace(True, INQUIRY.trace),))
    heard = await ended(client, httpx.Response(status, content=write_response(report(person), INQUIRY)))
    assert isinstance(heard, Heard)
    failure = verified(heard, INQUIRY)
    assert isinstance(failure, Failure)
    assert (failure.key, failure.rejections[0].code) == ("rejected_patient_data", "75")


async def test_a_payer_that_answers_later_is_told_as_such(client: httpx.AsyncClient) -> None:
    queued = orjson.dumps({**orjson.loads(GOOD), "outcome": "queued"})
    failure = await failed(client, httpx.Response(201, content=queued))
    assert failure.key == "not_an_answer"
    assert "answers later" in failure.says


@pytest.mark.parametrize(
    ("reply", "key"),
    [
        (httpx.Response(200, content=b""), "unreadable"),
        (httpx.Response(200, content=b"<html>Marlow</html>"), "unreadable"),
        (httpx.Response(200, content=bytes(range(256))), "unreadable"),
        (httpx.Response(200, content=b"[" * 50_000), "unreadable"),
        (httpx.Response(200, content=b'{"resourceType": "Patient", "name": [{"family": "Marlow"}]}'), "unreadable"),
        (httpx.Response(400, content=b"no"), "refused"),
        (httpx.Response(422, content=b"{}"), "refused"),
        (httpx.Response(201, content=b'{"resourceType": "CoverageEligibilityRequest"}'), "not_an_answer"),
        (httpx.Response(202), "refused"),
        (httpx.Response(302, headers={"location": "https://elsewhere.example"}), "refused"),
        (httpx.Response(401), "credentials"),
        (httpx.Response(403), "credentials"),
        (httpx.Response(404), "refused"),
        (httpx.Response(429, headers={"retry-after": "7"}), "throttled"),
        (httpx.Response(500), "refused"),
        (httpx.Response(503), "unavailable"),
    ],
)
async def test_every_reply_that_is_no_answer_ends_in_a_failure_with_words(
    client: httpx.AsyncClient, reply: httpx.Response, key: str
) -> None:
    failure = await failed(client, reply)
    assert failure.key == key
    assert failure.says
    assert failure.remedy


@respx.mock
async def test_a_broken_line_is_a_failure_that_may_be_tried_again(client: httpx.AsyncClient) -> None:
    respx.post(ENDPOINT).mock(side_effect=httpx.ReadError("gone"))
    failure = await adapter(client).ask(INQUIRY)
    assert isinstance(failure, Failure)
    assert (failure.key, failure.retry) == ("connection", True)


@pytest.mark.parametrize(("spare", "key"), [(0, None), (-1, "too_large")])
async def test_no_more_is_read_than_is_allowed(client: httpx.AsyncClient, spare: int, key: str | None) -> None:
    result = await ended(client, httpx.Response(200, content=GOOD), len(GOOD) + spare)
    assert (result.key if isinstance(result, Failure) else None) == key


async def test_a_long_answer_is_read_as_well(client: httpx.AsyncClient) -> None:
    padded: dict[str, Any] = {**orjson.loads(GOOD), "text": {"status": "generated", "div": "x" * BY_THREAD}}
    assert isinstance(await ended(client, httpx.Response(200, content=orjson.dumps(padded))), Heard)


async def test_an_answer_whose_own_number_is_ours_is_an_echo(client: httpx.AsyncClient) -> None:
    own = orjson.loads(GOOD)
    own["request"] = {"reference": f"CoverageEligibilityRequest/{INQUIRY.trace}"}
    heard = await ended(client, httpx.Response(200, content=orjson.dumps(own)))
    assert isinstance(heard, Heard)
    assert heard.report.persons[0].traces == (Trace(True, INQUIRY.trace),)


async def test_an_answer_to_another_question_or_for_another_person_is_refused(client: httpx.AsyncClient) -> None:
    theirs = report(ada(row("active", "30"), traces=(Trace(True, "OTHER"),)))
    somebody = report(ada(row("active", "30"), id="ZZ9", first_name="SOMEBODY", last_name="ELSE"))
    for made, key in ((theirs, "another_trace"), (somebody, "another_person")):
        heard = await ended(client, httpx.Response(200, content=write_response(made, INQUIRY)))
        assert isinstance(heard, Heard)
        failure = verified(heard, INQUIRY)
        assert isinstance(failure, Failure)
        assert failure.key == key
