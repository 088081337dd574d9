"""HTTP as it should be: headers, methods, addresses, parameters, compression, other origins, log lines."""

from __future__ import annotations

import asyncio
import gzip
import re

import pytest

from tests.web.conftest import Client, Serve
from tests.web.serving import QUESTION, Log, changed
from tests.web.test_reads import READS

PORTAL = "https://portal.example"


@pytest.mark.parametrize("path", [*READS, "/healthz", "/nowhere", "/v1/facts?x=1", "/v1/checks"])
async def test_every_response_names_version_rulebook_and_request_and_is_safe_in_browsers(client: Client, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["X-Covercheck-Version"]
    assert headers["X-Covercheck-Rulebook"].startswith("sha256:")
    assert re.fullmatch("req_[0-9a-f]{24}", headers["X-Request-Id"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Server"] == "covercheck"


@pytest.mark.parametrize("path", READS)
async def test_head_is_get_without_the_body(client: Client, path: str) -> None:
    got = await client.get(path)
    head = await client.head(path)
    assert (head.status, await head.read()) == (200, b"")
    assert {k: head.headers[k] for k in ("ETag", "Content-Type", "Content-Length")} == {
        k: got.headers[k] for k in ("ETag", "Content-Type", "Content-Length")
    }


@pytest.mark.parametrize("path", ["/nowhere", "/v1", "/v1/payers/", "/v1/checks/", "/v1/payers/acme/x", "/docs/", "/problems/none"])
async def test_an_unknown_address_is_404_also_with_a_slash_at_the_end(client: Client, path: str) -> None:
    response = await client.get(path)
    assert (response.status, response.content_type) == (404, "application/problem+json")
    assert (await response.json(content_type=None))["type"] == "/problems/not-found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/checks", "GET,HEAD,POST"),
        ("DELETE", "/v1/payers", "GET,HEAD"),
        ("POST", "/docs", "GET,HEAD"),
        ("PROPFIND", "/healthz", "GET,HEAD"),
    ],
)
async def test_another_method_is_405_with_those_allowed(client: Client, method: str, path: str, allowed: str) -> None:
    response = await client.request(method, path)
    assert (response.status, response.headers["Allow"]) == (405, allowed)
    assert (await response.json(content_type=None))["type"] == "/problems/method-not-allowed"


async def test_unknown_parameters_are_refused_by_name(client: Client) -> None:
    problem = await (await client.get("/v1/payers?query=acme&limit=5&q=acme")).json(content_type=None)
    assert [(e["pointer"], e["key"]) for e in problem["errors"]] == [("?query", "unknown_parameter"), ("?limit", "unknown_parameter")]
    assert problem["errors"][0]["nearest"] == ["q"]


async def test_a_repeated_parameter_is_refused(client: Client) -> None:
    problem = await (await client.get("/v1/payers?q=a&q=b")).json(content_type=None)
    assert [(e["pointer"], e["key"]) for e in problem["errors"]] == [("?q", "repeated_parameter")]


async def test_parameters_on_a_question_are_refused(client: Client) -> None:
    assert (await client.post("/v1/checks?dry=1", json=QUESTION)).status == 422


@pytest.mark.parametrize("sent", ["abc-123", "A.b_c:9", "x" * 100])
async def test_a_sane_request_id_of_the_client_is_kept(client: Client, sent: str) -> None:
    assert (await client.get("/healthz", headers={"X-Request-Id": sent})).headers["X-Request-Id"] == sent


@pytest.mark.parametrize("sent", ["", "a b", "x" * 101, "<script>", "é"])
async def test_any_other_request_id_is_replaced(client: Client, sent: str) -> None:
    assert (await client.get("/healthz", headers={"X-Request-Id": sent})).headers["X-Request-Id"].startswith("req_")


class TestCompression:
    """gzip where it pays."""

    @pytest.mark.parametrize("accepted", ["gzip", "br, GZIP;q=0.5", "*", "deflate, gzip;q=1.0"])
    async def test_a_long_answer_is_packed_where_the_client_takes_it(self, client: Client, accepted: str) -> None:
        response = await client.post("/v1/checks", json=QUESTION, headers={"Accept-Encoding": accepted})
        assert response.headers["Content-Encoding"] == "gzip"
        assert b'"result"' in gzip.decompress(await response.read())

    @pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.000", "*;q=0"])
    async def test_it_is_plain_where_the_client_does_not(self, client: Client, accepted: str) -> None:
        response = await client.post("/v1/checks", json=QUESTION, headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in response.headers
        assert (await response.json())["result"]

    async def test_packed_reads_unpack_to_the_plain_ones(self, client: Client) -> None:
        plain = await client.get("/v1/facts")
        packed = await client.get("/v1/facts", headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(await packed.read()) == await plain.read()
        assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"

    async def test_short_answers_stay_plain(self, client: Client) -> None:
        response = await client.get("/healthz", headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in response.headers


class TestOrigins:
    """CORS: only the origins that are set."""

    async def test_a_named_origin_may_read(self, serve: Serve) -> None:
        client = await serve(cors_origins=[PORTAL])
        response = await client.post("/v1/checks", json=QUESTION, headers={"Origin": PORTAL})
        assert response.headers["Access-Control-Allow-Origin"] == PORTAL
        assert "X-Request-Id" in response.headers["Access-Control-Expose-Headers"]
        assert "Origin" in response.headers["Vary"]

    async def test_a_named_origin_may_read_problems_too(self, serve: Serve) -> None:
        client = await serve(cors_origins=[PORTAL])
        response = await client.post("/v1/checks", json=changed(payer="x"), headers={"Origin": PORTAL})
        assert (response.status, response.headers["Access-Control-Allow-Origin"]) == (422, PORTAL)

    async def test_a_named_origin_may_ask_first(self, serve: Serve) -> None:
        client = await serve(cors_origins=[PORTAL])
        headers = {"Origin": PORTAL, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
        response = await client.options("/v1/checks", headers=headers)
        assert response.status == 204
        assert response.headers["Access-Control-Allow-Origin"] == PORTAL
        assert "POST" in response.headers["Access-Control-Allow-Methods"]
        assert "Idempotency-Key" in response.headers["Access-Control-Allow-Headers"]

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", PORTAL + ".evil.example", PORTAL.upper()])
    async def test_another_origin_gets_no_leave(self, serve: Serve, origin: str) -> None:
        client = await serve(cors_origins=[PORTAL])
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        for response in (await client.options("/v1/checks", headers=headers), await client.get("/v1/facts", headers=headers)):
            assert not any(name.startswith("Access-Control") for name in response.headers)

    async def test_without_a_setting_no_origin_gets_leave(self, client: Client) -> None:
        response = await client.get("/v1/facts", headers={"Origin": PORTAL})
        assert "Access-Control-Allow-Origin" not in response.headers


class TestLog:
    """One line for each request."""

    async def test_a_request_is_one_line_with_its_id_and_the_pattern_of_its_address(self, client: Client, log: Log) -> None:
        response = await client.get("/v1/payers/acme", headers={"X-Request-Id": "mine-1"})
        line = log.lines[0]
        assert response.headers["X-Request-Id"] == line["request_id"] == "mine-1"
        assert (line["event"], line["method"], line["route"], line["status"]) == ("request", "GET", "/v1/payers/{id}", 200)
        assert 0 <= line["ms"] < 1_000
        assert len(log.lines) == 1

    async def test_an_address_that_is_none_is_not_written_down(self, client: Client, log: Log) -> None:
        await client.get("/v1/patients/Wilhelmina")
        await client.request("PROPFIND", "/healthz")
        assert [(line["route"], line["method"]) for line in log.lines] == [("unmatched", "GET"), ("unmatched", "other")]
        assert "Wilhelmina" not in log.text


async def raw(client: Client, sent: bytes) -> bytes:
    """What comes back to bytes on the wire."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(sent)
    await writer.drain()
    async with asyncio.timeout(5):
        got = await reader.read()
    writer.close()
    await writer.wait_closed()
    return got


def asking_first(length: int) -> bytes:
    """The head of a question whose client waits for leave to send the body."""
    return (
        b"POST /v1/checks HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
        b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % length
    )


async def test_a_client_that_asks_first_is_told_to_go_on(client: Client) -> None:
    body = b'{"payer": "acme", "date_of_service": "2026-12-01", "therapy": "spravato"}'
    got = await raw(client, asking_first(len(body)) + body)
    assert got.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


async def test_a_client_that_asks_first_with_too_much_is_not_told_to_go_on(client: Client) -> None:
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(asking_first(99_999_999))
    assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    "sent", [b"\x16\x03\x01 not http\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n", b"GET / HTTP/1.1\r\nA: " + b"a" * 20_000]
)
async def test_bytes_that_are_not_http_are_refused_and_the_service_lives(client: Client, sent: bytes) -> None:
    assert b" 400 " in (await raw(client, sent)).split(b"\r\n")[0]
    assert (await client.get("/healthz")).status == 200
