"""Whatever is sent: a problem that names the place and the remedy, tells nothing back, and leaves the service alive."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from covercheck.checks.check import Checker
from covercheck.web.problems import KINDS
from tests.web.conftest import Client, Serve
from tests.web.serving import QUESTION, Log, changed

JSON = {"Content-Type": "application/json"}


async def send(client: Client, body: bytes, headers: dict[str, str] = JSON) -> tuple[int, Any]:
    """The problem in answer to a body, checked for its form."""
    response = await client.post("/v1/checks", data=body, headers=headers)
    assert response.content_type == "application/problem+json"
    problem = await response.json(content_type=None)
    assert set(problem) == {"type", "title", "status", "detail", "instance", "errors"}
    assert problem["type"].removeprefix("/problems/") in KINDS
    assert problem["status"] == response.status
    assert problem["instance"] == response.headers["X-Request-Id"]
    assert problem["detail"]
    for error in problem["errors"]:
        assert set(error) == {"pointer", "key", "detail", "nearest", "remedy"}
        assert error["key"]
        assert error["detail"]
        assert error["remedy"]
    return response.status, problem


async def alive(client: Client) -> bool:
    """The service still answers."""
    return (await client.post("/v1/checks", json=QUESTION)).status == 200


MALFORMED = {
    "nothing": b"",
    "half an object": b'{"payer": "acme"',
    "two objects": b"{}{}",
    "single quotes": b"{'payer': 'acme'}",
    "a trailing comma": b'{"payer": "acme",}',
    "a comment": b'{} // "acme"',
    "NaN": json.dumps(changed(facts={"age_years": float("nan")})).encode(),
    "infinity": json.dumps(changed(facts={"madrs": float("-inf")})).encode(),
    "a raw control character": b'{"payer": "ac\x01me"}',
    "half a surrogate pair": b'{"payer": "\\ud800"}',
    "half a surrogate pair in a key": b'{"\\ud800": 1}',
    "not UTF-8": b'{"payer": "\xff\xfe"}',
    "UTF-16": json.dumps(QUESTION).encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(QUESTION).encode(),
    "10,000 brackets": b"[" * 10_000,
    "10,000 objects in each other": b'{"facts":' * 6_000 + b"1" + b"}" * 6_000,
    "deep nesting in a fact": json.dumps(changed(facts={"madrs": 0})).encode().replace(b": 0}", b": " + b"[" * 150 + b"]" * 150 + b"}"),
    "zeros in front": b'{"payer": 007}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_is_not_json_is_refused_with_400(client: Client, body: bytes) -> None:
    status, problem = await send(client, body)
    assert (status, problem["type"]) == (400, "/problems/malformed-json")
    assert await alive(client)


async def test_malformed_json_is_shown_its_line_and_column(client: Client) -> None:
    _, problem = await send(client, b'{"payer": "acme",\n "plan": }')
    assert "line 2, column 10" in problem["errors"][0]["detail"]


LONG = "9" * 400
REFUSED: dict[str, tuple[Any, dict[str, str]]] = {
    "a list": ([], {"": "wrong_type"}),
    "a number": (3, {"": "wrong_type"}),
    "null": (None, {"": "wrong_type"}),
    "an empty object": ({}, {"/payer": "missing", "/date_of_service": "missing", "/therapy": "what_is_asked"}),
    "an unknown key": (changed(payor="acme"), {"/payor": "unknown_key"}),
    "an unknown key of the plan": (changed(plan={"state": "MA", "stat": "RI"}), {"/plan/stat": "unknown_key"}),
    "a key with a slash and a tilde": (changed(**{"a/b~c": 1}), {"/a~1b~0c": "unknown_key"}),
    "a number for a payer": (changed(payer=7), {"/payer": "wrong_type"}),
    "text for facts": (changed(facts="age"), {"/facts": "wrong_type"}),
    "text for a count": (changed(facts={"age_years": "41"}), {"/facts/age_years": "wrong_value"}),
    "true for a count": (changed(facts={"age_years": True}), {"/facts/age_years": "wrong_value"}),
    "a broken count": (changed(facts={"age_years": 41.5}), {"/facts/age_years": "wrong_value"}),
    "an age beyond all": (changed(facts={"age_years": 400}), {"/facts/age_years": "wrong_value"}),
    "a negative age": (changed(facts={"age_years": -1}), {"/facts/age_years": "wrong_value"}),
    "a number of 400 digits": (changed(facts={"madrs": int(LONG)}), {"/facts/madrs": "wrong_value"}),
    "a number of 400 digits for a count": (changed(facts={"age_years": int(LONG)}), {"/facts/age_years": "wrong_value"}),
    "one for yes": (changed(facts={"psychosis_history": 1}), {"/facts/psychosis_history": "wrong_value"}),
    "a choice that is none": (changed(facts={"specialty": "wizard"}), {"/facts/specialty": "wrong_value"}),
    "a list for a choice": (changed(facts={"specialty": ["np"]}), {"/facts/specialty": "wrong_value"}),
    "an object for a fact": (changed(facts={"madrs": {"is": 30}}), {"/facts/madrs": "wrong_value"}),
    "an unknown fact": (changed(facts={"age_year": 41}), {"/facts/age_year": "unknown_fact"}),
    "a fact without a name": (changed(facts={"": 1}), {"/facts/": "wrong_type"}),
    "an unknown payer": (changed(payer="acne"), {"/payer": "unknown_payer"}),
    "an empty payer": (changed(payer=""), {"/payer": "wrong_type"}),
    "control characters": (changed(payer="ac\u0000me\u001b[2J"), {"/payer": "wrong_form"}),
    "no such day": (changed(date_of_service="2026-02-30"), {"/date_of_service": "wrong_type"}),
    "a date in words": (changed(date_of_service="tomorrow"), {"/date_of_service": "wrong_type"}),
    "a date with a time": (changed(date_of_service="2026-12-01T00:00:00"), {"/date_of_service": "wrong_type"}),
    "a date as a number": (changed(date_of_service=1796083200), {"/date_of_service": "wrong_type"}),
    "a date long gone": (changed(date_of_service="1899-12-31"), {"/date_of_service": "date_out_of_range"}),
    "a date three years ahead": (changed(date_of_service="2029-11-23"), {"/date_of_service": "date_out_of_range"}),
    "the year 9999": (changed(date_of_service="9999-12-31"), {"/date_of_service": "date_out_of_range"}),
    "an unknown line": (changed(plan={"line": "comercial"}), {"/plan/line": "unknown_line"}),
    "an unknown state": (changed(plan={"state": "XX"}), {"/plan/state": "unknown_state"}),
    "an unknown market": (changed(plan={"market": "huge"}), {"/plan/market": "wrong_type"}),
    "an unknown therapy": (changed(therapy="spravatto"), {"/therapy": "unknown_therapy"}),
    "an unknown phase": (changed(phase="second"), {"/phase": "wrong_type"}),
    "an unknown indication": (changed(indication="ptds"), {"/indication": "unknown_indication"}),
    "therapy and parts at once": (changed(parts=["esketamine"]), {"/parts": "what_is_asked"}),
    "nothing asked": (changed(therapy=None), {"/therapy": "what_is_asked"}),
    "an unknown part": (changed(therapy=None, parts=["esketamin"]), {"/parts/0": "unknown_part"}),
    "an unknown code": (changed(therapy=None, codes=["J0031"]), {"/codes/0": "unknown_code"}),
    "10,000 codes": (changed(therapy=None, codes=["A"] * 10_000), {"/codes": "wrong_type"}),
    "a diagnosis that is none": (changed(diagnoses=["sad"]), {"/diagnoses/0": "not_a_diagnosis"}),
    "a diagnosis with a space": (changed(diagnoses=["F33 2"]), {"/diagnoses/0": "wrong_form"}),
    "a member without an id": (changed(member={"first_name": "A"}), {"/member/id": "missing"}),
    "letters for an NPI": (changed(provider={"npi": "ABCDEFGHIJ"}), {"/provider/npi": "wrong_form"}),
    "an unknown restricted part": (changed(restricted_parts=["talk"]), {"/restricted_parts/0": "unknown_part"}),
}


@pytest.mark.parametrize(("body", "places"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_question_that_can_not_be_asked_is_refused_with_its_place(client: Client, body: Any, places: dict[str, str]) -> None:
    status, problem = await send(client, json.dumps(body).encode())
    assert (status, problem["type"]) == (422, "/problems/invalid-question")
    assert {error["pointer"]: error["key"] for error in problem["errors"]} == places
    assert await alive(client)


async def test_all_faults_are_shown_at_once(client: Client) -> None:
    body = changed(payer="acne", date_of_service="1950-01-01", therapy="spravatto", facts={"age_year": 4, "madrs": "x"}, diagnoses=["zz"])
    _, problem = await send(client, json.dumps(body).encode())
    found = {error["pointer"] for error in problem["errors"]}
    assert found == {"/payer", "/date_of_service", "/therapy", "/facts/age_year", "/facts/madrs", "/diagnoses/0"}


async def test_the_nearest_valid_names_are_offered(client: Client) -> None:
    body = changed(payer="acne", therapy="spravatto", facts={"age_year": 4})
    _, problem = await send(client, json.dumps(body).encode())
    nearest = {error["pointer"]: error["nearest"] for error in problem["errors"]}
    assert nearest["/payer"][0] == "acme"
    assert nearest["/therapy"][0] == "spravato"
    assert nearest["/facts/age_year"][0] == "age_years"


TWICE = {
    "of two ages": ('{"facts": {"age_years": 17, "age_years": 41}, %s', "/facts/age_years"),
    "of two payers": ('{"payer": "acne", %s', "/payer"),
    "of the same value": ('{"payer": "acme", %s', "/payer"),
    "hidden behind an escape": ('{"p\\u0061yer": "other", %s', "/payer"),
    "with a colon in a name": ('{"plan": {"name": "a:b", "name": "c:d"}, %s', "/plan/name"),
}


@pytest.mark.parametrize(("start", "pointer"), TWICE.values(), ids=TWICE.keys())
async def test_a_key_that_stands_twice_is_refused(client: Client, start: str, pointer: str) -> None:
    rest = '"payer": "acme", "date_of_service": "2026-12-01", "therapy": "spravato"}'
    status, problem = await send(client, (start % rest).encode())
    assert status == 422
    assert [(e["pointer"], e["key"]) for e in problem["errors"]] == [(pointer, "duplicate_key")]


async def test_a_key_that_stands_twice_is_shown_beside_other_faults(client: Client) -> None:
    body = b'{"payer": "a", "payer": "acme", "therapy": "spravatto", "date_of_service": "2026-12-01"}'
    _, problem = await send(client, body)
    assert {e["key"] for e in problem["errors"]} == {"duplicate_key", "unknown_therapy"}


async def test_colons_in_values_do_no_harm(client: Client) -> None:
    response = await client.post("/v1/checks", json=changed(plan={"name": "::::", "group": "12:34"}))
    assert response.status == 200


async def test_thousands_of_keys_are_refused_before_each_is_looked_at(client: Client) -> None:
    body = json.dumps(changed(facts={f"f{i}": 1 for i in range(3_000)})).encode()
    started = asyncio.get_running_loop().time()
    status, problem = await send(client, body)
    assert (status, [e["key"] for e in problem["errors"]]) == (422, ["too_many_keys"])
    assert asyncio.get_running_loop().time() - started < 0.5


async def test_many_colons_in_a_name_are_not_many_keys(client: Client) -> None:
    response = await client.post(
        "/v1/checks",
        json=changed(plan={"name": ":" * 200}, restricted_parts=[], indication=None, member={"id": ":" * 200, "group": ":" * 200}),
    )
    assert response.status == 200


@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "in chunks without one"])
async def test_a_body_of_10_megabytes_is_refused_with_413(client: Client, chunked: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(160):
            yield b"x" * 65_536

    data: Any = chunks() if chunked else io.BytesIO(b"x" * 10_485_760)
    response = await client.post("/v1/checks", data=data, headers=JSON)
    assert (response.status, (await response.json(content_type=None))["type"]) == (413, "/problems/too-large")
    assert await alive(client)


async def test_a_body_that_unpacks_to_10_megabytes_is_refused_with_413(client: Client) -> None:
    status, _ = await send(client, gzip.compress(b" " * 10_485_760), JSON | {"Content-Encoding": "gzip"})
    assert status == 413
    assert await alive(client)


async def test_a_gzipped_question_is_answered(client: Client) -> None:
    data = gzip.compress(json.dumps(QUESTION).encode())
    assert (await client.post("/v1/checks", data=data, headers=JSON | {"Content-Encoding": "gzip"})).status == 200


async def test_a_body_in_a_false_coding_is_refused(client: Client) -> None:
    response = await client.post("/v1/checks", data=b"not gzip at all", headers=JSON | {"Content-Encoding": "gzip"})
    assert response.status == 400
    assert await alive(client)


OTHER_TYPES = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/xml",
    "application/json; charset=utf-16",
    "application/json5",
    ";;;",
]


@pytest.mark.parametrize("declared", OTHER_TYPES)
async def test_another_content_type_is_refused_with_415(client: Client, declared: str) -> None:
    response = await client.post("/v1/checks", data=json.dumps(QUESTION).encode(), headers={"Content-Type": declared})
    assert (response.status, response.headers["Accept-Post"]) == (415, "application/json")


async def test_a_body_that_never_ends_is_given_up(serve: Serve) -> None:
    client = await serve(body_seconds=0.2)

    async def endless() -> AsyncIterator[bytes]:
        yield b'{"payer": '
        await asyncio.sleep(30)

    response = await client.post("/v1/checks", data=endless(), headers=JSON)
    assert (response.status, (await response.json(content_type=None))["type"]) == (408, "/problems/body-timeout")


async def test_nothing_of_a_patient_stands_in_a_problem_or_in_the_log(client: Client, log: Log) -> None:
    secrets = ["ZQ9911", "Wilhelmina", "1931-13-77", "F99.SECRET", "777333", "Xyzzy-group"]
    body = changed(
        member={"id": "ZQ9911\n", "first_name": "Wilhelmina\t", "last_name": 4, "date_of_birth": "1931-13-77", "group": ["Xyzzy-group"]},
        diagnoses=["F99.SECRET!"],
        facts={"madrs": 777333, "age_years": "777333"},
    )
    second = changed(diagnoses=["F99.SECRET"], facts={"madrs": 777333, "specialty": "Wilhelmina", "psychosis_history": "ZQ9911"})
    for each in (body, second):
        _, problem = await send(client, json.dumps(each).encode())
        assert problem["errors"]
        told = json.dumps(problem) + log.text
        assert [secret for secret in secrets if secret in told] == []


async def test_nothing_of_a_question_stands_in_the_log(client: Client, log: Log) -> None:
    await client.post("/v1/checks?name=Wilhelmina", json=changed(member={"id": "ZQ9911", "first_name": "Wilhelmina"}))
    await client.post("/v1/checks", json=changed(member={"id": "ZQ9911", "first_name": "Wilhelmina"}))
    await client.get("/v1/members/Wilhelmina?id=ZQ9911")
    assert len([line for line in log.lines if "method" in line]) == 3
    assert [line["event"] for line in log.lines if "method" not in line] == ["payer_asked"]
    assert not any(word in log.text for word in ("Wilhelmina", "ZQ9911", "F33", "age_years", "spravato"))


async def test_a_failure_inside_tells_nothing_outside_and_no_value_in_the_log(
    client: Client, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("inner text about Wilhelmina")

    monkeypatch.setattr(Checker, "write", broken)
    status, problem = await send(client, json.dumps(QUESTION).encode())
    assert (status, problem["type"]) == (500, "/problems/internal-error")
    assert "Wilhelmina" not in json.dumps(problem) + log.text
    failure = log.lines[0]
    assert (failure["event"], failure["error"], failure["request_id"]) == ("failed", "RuntimeError", problem["instance"])
    assert any("broken" in place for place in failure["at"])
