"""What was answered stays: recorded checks, calls as evidence, outcomes, and who may see what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from covercheck.records.roles import ROLES, Role, may
from covercheck.records.vault import FILE
from covercheck.settings import Settings
from covercheck.web.keys import MEMORY
from covercheck.web.routes import OPERATIONS
from tests.web.conftest import Client, Serve
from tests.web.serving import QUESTION, START, Clock, Log, changed, client_for

MEMBER = {"id": "ZQX99110042", "first_name": "Wilhelmina", "last_name": "Oystercatcher", "date_of_birth": "1961-07-09"}
ASKED = changed(parts=["esketamine", "psychotherapy"], therapy=None, member=MEMBER)
ASKED = {key: value for key, value in ASKED.items() if value is not None}
CALL: dict[str, Any] = {
    "on": "2026-11-22",
    "company": "Acme Health",
    "person": "Rep 12",
    "reference": "7781",
    "read_back": True,
    "answers": [
        {"question_id": "C1", "value": "yes", "by_code": True, "by_clinic": True, "by_diagnosis": True, "by_benefit": True,
         "parts": ["psychotherapy"]},
    ],
}  # fmt: skip


async def ask(client: Client, body: dict[str, Any] = QUESTION, token: str | None = None) -> dict[str, Any]:
    response = await client.post("/v1/checks", json=body, headers=bearer(token))
    assert response.status == 200, await response.text()
    answer: dict[str, Any] = await response.json()
    return answer


def bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token is not None else {}


def part(answer: dict[str, Any], name: str) -> dict[str, Any]:
    return next(found for found in answer["parts"] if found["part"] == name)


def new_token(client: Client, role: Role, org: str = "harbor") -> str:
    """A token as `covercheck token create` makes it."""
    assert client.app is not None
    text: str = client.app[MEMORY].records.tokens.create(org, role, "test", START)[1]
    return text


async def test_a_check_is_found_again_byte_for_byte_after_a_restart(serve: Serve) -> None:
    first = await serve()
    sent = await first.post("/v1/checks", json=ASKED)
    body = await sent.read()
    name = (await sent.json())["id"]
    again = await (await serve()).get(f"/v1/checks/{name}")
    assert await again.read() == body
    assert again.headers["Cache-Control"] == "no-store"


async def test_an_unknown_check_is_404_with_a_problem(client: Client) -> None:
    response = await client.get("/v1/checks/chk_none")
    assert (response.status, (await response.json())["type"]) == (404, "/problems/unknown-check")


async def test_checks_are_listed_with_the_end_of_the_members_id_alone(client: Client) -> None:
    answer = await ask(client, ASKED)
    text = await (await client.get("/v1/checks")).text()
    listed = await (await client.get("/v1/checks")).json()
    (found,) = listed["checks"]
    assert (found["id"], found["member"], found["result"]) == (answer["id"], "0042", answer["result"])
    assert "ZQX" not in text
    assert "Wilhelmina" not in text
    mine = await (await client.get("/v1/checks", params={"member_token": found["member_token"]})).json()
    assert len(mine["checks"]) == 1
    assert (await (await client.get("/v1/checks", params={"member_token": "0" * 40})).json())["checks"] == []


async def test_a_list_is_read_page_by_page(client: Client) -> None:
    ids = [(await ask(client))["id"] for _ in range(5)]
    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        page = await (await client.get("/v1/checks", params=query)).json()
        seen += [check["id"] for check in page["checks"]]
        if page["next"] is None:
            break
        query = {"limit": "2", "cursor": page["next"]}
    assert seen == ids[::-1]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=x", "since=2026-13-01", "result=maybe", "member_token=ZQX99110042", "member=x"]
)
async def test_unfit_filters_are_refused(client: Client, query: str) -> None:
    assert (await client.get(f"/v1/checks?{query}")).status == 422


async def test_a_call_answers_the_check_anew_and_the_next_check_of_the_same_member_too(client: Client) -> None:
    first = await ask(client, ASKED)
    assert part(first, "psychotherapy")["result"] == "uncertain"
    recorded = await (await client.post(f"/v1/checks/{first['id']}/calls", json=CALL)).json()
    assert [(one["question"], one["part"], one["grade"]) for one in recorded["graded"]] == [("C1", "psychotherapy", "B")]
    assert recorded["conflicts"] == []
    assert part(recorded["answer"], "psychotherapy")["result"] == "likely_covered"
    later = await ask(client, ASKED)
    found = part(later, "psychotherapy")
    assert found["result"] == "likely_covered"
    assert "from a call on 2026-11-22, reference 7781, valid until 2026-12-31" in found["reasons"][0]["says"]
    other = await ask(client, {**ASKED, "member": {**MEMBER, "id": "ZQX99110043"}})
    assert part(other, "psychotherapy")["result"] == "uncertain"
    silver = await ask(client, {**ASKED, "plan": {"line": "commercial", "state": "MA", "name": "Silver"}})
    assert part(silver, "psychotherapy")["result"] == "uncertain"


async def test_a_contradiction_is_named_while_the_caller_is_on_the_line(client: Client) -> None:
    first = await ask(client, ASKED)
    no = {**CALL["answers"][0], "question_id": "D4", "value": "no", "parts": ["esketamine"]}
    against = {**no, "question_id": "E1"}
    recorded = await (await client.post(f"/v1/checks/{first['id']}/calls", json={**CALL, "answers": [against]})).json()
    assert [conflict["key"] for conflict in recorded["conflicts"]] == ["dated_text"]
    assert part(recorded["answer"], "esketamine")["causes"] == ["sources_disagree"]


async def test_a_call_is_recorded_once_for_one_idempotency_key(client: Client) -> None:
    first = await ask(client, ASKED)
    address, head = f"/v1/checks/{first['id']}/calls", {"Idempotency-Key": "one"}
    one, two = [await client.post(address, json=CALL, headers=head) for _ in range(2)]
    assert (await one.json())["id"] == (await two.json())["id"]
    assert two.headers["Idempotency-Replayed"] == "true"
    assert (await client.post(address, json={**CALL, "reference": "9"}, headers=head)).status == 422
    listed = await (await client.get(address)).json()
    assert [call["call"]["reference"] for call in listed["calls"]] == ["7781"]


async def test_a_correction_takes_the_place_of_what_it_corrects(client: Client) -> None:
    first = await ask(client, ASKED)
    address = f"/v1/checks/{first['id']}/calls"
    wrong = await (await client.post(address, json=CALL)).json()
    answers = [{**CALL["answers"][0], "value": "no"}]
    right = await (await client.post(address, json={**CALL, "answers": answers, "supersedes": wrong["id"]})).json()
    assert part(right["answer"], "psychotherapy")["result"] == "likely_not_covered"
    assert right["conflicts"] == []
    assert len((await (await client.get(address)).json())["calls"]) == 2


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"supersedes": "call_none"}, "/supersedes"),
        ({"on": "2026-11-23"}, "/on"),
        ({"grade": "A"}, "/grade"),
        ({"answers": [{"question_id": "Z1", "value": "yes"}]}, "/answers/0/question_id"),
    ],
)
async def test_an_unfit_record_is_refused_with_the_place(client: Client, changes: dict[str, Any], pointer: str) -> None:
    first = await ask(client, ASKED)
    response = await client.post(f"/v1/checks/{first['id']}/calls", json={**CALL, **changes})
    assert response.status == 422
    assert [error["pointer"] for error in (await response.json())["errors"]] == [pointer]


async def test_outcomes_feed_the_accuracy_from_five_on(client: Client) -> None:
    told = {"outcomes": [{"part": "esketamine", "outcome": "paid", "decided_on": "2026-11-20"}]}
    for count in range(1, 6):
        answer = await ask(client)
        response = await client.post(f"/v1/checks/{answer['id']}/outcomes", json=told)
        assert response.status == 200
        (figure,) = (await (await client.get("/v1/accuracy")).json())["figures"]
        assert (figure["right"], figure["total"], figure["share"]) == (count, count, 1.0 if count == 5 else None)


@pytest.mark.parametrize(
    ("outcome", "pointer"),
    [
        ({"part": "ketamine_im", "outcome": "paid", "decided_on": "2026-11-20"}, "/outcomes/0/part"),
        ({"part": "esketamine", "outcome": "paid", "decided_on": "2026-11-23"}, "/outcomes/0/decided_on"),
        ({"part": "esketamine", "outcome": "covered", "decided_on": "2026-11-20"}, "/outcomes/0/outcome"),
    ],
)
async def test_an_unfit_outcome_is_refused(client: Client, outcome: dict[str, str], pointer: str) -> None:
    answer = await ask(client)
    response = await client.post(f"/v1/checks/{answer['id']}/outcomes", json={"outcomes": [outcome]})
    assert [error["pointer"] for error in (await response.json())["errors"]] == [pointer]


GUARDED = [operation for operation in OPERATIONS if operation.action is not None]


@pytest.fixture
async def guarded(serve: Serve) -> tuple[Client, dict[Role, str]]:
    """A service with a token of each role in the organisation that keeps the rules, and none of another."""
    client = await serve(rule_keepers="harbor")
    return client, {role: new_token(client, role) for role in ROLES}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("operation", GUARDED, ids=lambda operation: operation.id)
async def test_every_route_lets_in_exactly_the_roles_that_may(guarded: tuple[Client, dict[Role, str]], operation: Any, role: Role) -> None:
    client, tokens = guarded
    path = operation.path.replace("{id}", "nothing").replace("{number}", "9")
    response = await client.request(operation.method, path, json={}, headers=bearer(tokens[role]))
    assert (response.status == 403) is not may(role, operation.action)
    assert response.status not in (401, 500)


@pytest.mark.parametrize("operation", GUARDED, ids=lambda operation: operation.id)
@pytest.mark.parametrize("token", [None, "", "cck_AAAAAAAA_" + "A" * 43, "nonsense", "cck_"])
async def test_no_route_lets_in_without_a_token_once_there_is_one(
    guarded: tuple[Client, dict[Role, str]], operation: Any, token: str | None
) -> None:
    client, _ = guarded
    response = await client.request(
        operation.method, operation.path.replace("{id}", "x").replace("{number}", "9"), json={}, headers=bearer(token)
    )
    assert response.status == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


async def test_tenants_never_see_each_other(guarded: tuple[Client, dict[Role, str]]) -> None:
    client, tokens = guarded
    stranger = new_token(client, "admin", "lighthouse")
    answer = await ask(client, ASKED, tokens["billing"])
    asked: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("GET", "/calls", None),
        ("POST", "/calls", CALL),
        ("POST", "/outcomes", {"outcomes": []}),
    ]
    for method, path, body in asked:
        response = await client.request(method, f"/v1/checks/{answer['id']}{path}", json=body, headers=bearer(stranger))
        assert response.status == 404
    assert (await (await client.get("/v1/checks", headers=bearer(stranger))).json())["checks"] == []
    await client.post(f"/v1/checks/{answer['id']}/calls", json=CALL, headers=bearer(tokens["billing"]))
    assert part(await ask(client, ASKED, stranger), "psychotherapy")["result"] == "uncertain"
    assert part(await ask(client, ASKED, tokens["billing"]), "psychotherapy")["result"] == "likely_covered"


async def test_a_portal_sees_what_it_asked_and_nothing_else(guarded: tuple[Client, dict[Role, str]]) -> None:
    client, tokens = guarded
    theirs, mine = await ask(client, QUESTION, tokens["billing"]), await ask(client, QUESTION, tokens["portal"])
    head = bearer(tokens["portal"])
    assert (await client.get(f"/v1/checks/{theirs['id']}", headers=head)).status == 404
    assert (await client.get(f"/v1/checks/{mine['id']}", headers=head)).status == 200
    listed = await (await client.get("/v1/checks", headers=head)).json()
    assert [check["id"] for check in listed["checks"]] == [mine["id"]]
    others = await (await client.get("/v1/checks", params={"asked_by": theirs["id"]}, headers=head)).json()
    assert [check["id"] for check in others["checks"]] == [mine["id"]]


async def test_idempotency_keys_of_tenants_are_apart(guarded: tuple[Client, dict[Role, str]]) -> None:
    client, tokens = guarded
    stranger = new_token(client, "billing", "lighthouse")
    ids = set()
    for token in (tokens["billing"], stranger):
        response = await client.post("/v1/checks", json=QUESTION, headers={**bearer(token), "Idempotency-Key": "one"})
        ids.add((await response.json())["id"])
    assert len(ids) == 2


async def test_a_token_that_asks_too_often_is_told_to_wait(serve: Serve) -> None:
    client = await serve(token_per_minute=3)
    token = new_token(client, "billing")
    statuses = [(await client.get("/v1/payers", headers=bearer(token))).status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert (await client.get("/v1/payers", headers=bearer(new_token(client, "billing")))).status == 200


async def test_the_end_of_a_token_ends_its_access(serve: Serve) -> None:
    client = await serve()
    token = new_token(client, "billing")
    assert client.app is not None
    assert (await client.get("/v1/payers", headers=bearer(token))).status == 200
    client.app[MEMORY].records.tokens.revoke(token.split("_")[1], START)
    assert (await client.get("/v1/payers", headers=bearer(token))).status == 401


async def test_health_and_documentation_are_open_to_all(guarded: tuple[Client, dict[Role, str]]) -> None:
    client, _ = guarded
    for path in ("/healthz", "/readyz", "/docs", "/openapi.json"):
        assert (await client.get(path)).status == 200


async def test_patient_data_stands_nowhere_in_the_clear(serve: Serve, log: Log) -> None:
    client = await serve()
    body: dict[str, Any] = {**ASKED, "member": {**MEMBER, "group": "GRP-CANARY-77"}, "facts": {"age_years": 61}}
    answer = await ask(client, body)
    call = {**CALL, "answers": [{**CALL["answers"][0], "words": "canary words of the representative"}]}
    await client.post(f"/v1/checks/{answer['id']}/calls", json=call)
    await client.get("/v1/checks")
    await client.get(f"/v1/checks/{answer['id']}")
    secrets = ["ZQX99110042", "Wilhelmina", "Oystercatcher", "1961-07-09", "CANARY", "canary words"]
    assert not [secret for secret in secrets if secret in log.text]
    for path in Settings().data_dir.iterdir():
        kept = path.read_bytes()
        assert not [secret for secret in (*secrets, "F33.2") if secret.encode() in kept], path.name
    assert (Settings().data_dir / FILE).exists()


async def test_old_checks_are_forgotten_at_the_next_start(log: Log) -> None:
    clock = Clock()
    async with client_for(log, clock, retention_years=1) as client:
        old = await ask(client)
    clock.time = START + timedelta(days=366)
    async with client_for(log, clock, retention_years=1) as client:
        new = await ask(client, changed(date_of_service="2027-12-01"))
        listed = await (await client.get("/v1/checks")).json()
    assert old["id"] not in {check["id"] for check in listed["checks"]}
    assert new["id"] in {check["id"] for check in listed["checks"]}


async def test_figures_name_payers_parts_and_outcomes_and_no_patient(client: Client) -> None:
    answer = await ask(client, ASKED)
    await client.post(f"/v1/checks/{answer['id']}/calls", json=CALL)
    response = await client.get("/metrics")
    text = await response.text()
    assert response.headers["Content-Type"].startswith("text/plain")
    assert 'covercheck_parts_total{part="esketamine",payer="acme",result="likely_covered"} 1.0' in text
    assert 'covercheck_payer_questions_total{adapter="mock",ended="no_adapter",payer="acme"} 1.0' in text
    assert "covercheck_calls_recorded_total 1.0" in text
    assert 'route="/v1/checks/{id}/calls"' in text
    assert "covercheck_rulebook{" in text
    assert not [secret for secret in ("ZQX", "Wilhelmina", answer["id"]) if secret in text]


async def test_figures_can_be_kept_away(serve: Serve) -> None:
    assert (await (await serve(metrics=False)).get("/metrics")).status == 404


@pytest.mark.parametrize(("members", "found"), [(2, 0), (3, 1)])
async def test_three_members_told_the_same_are_a_suggestion_to_the_keepers_of_the_rules(client: Client, members: int, found: int) -> None:
    for number in range(members):
        answer = await ask(client, {**ASKED, "member": {**MEMBER, "id": f"ZQX9911004{number}"}})
        assert (await client.post(f"/v1/checks/{answer['id']}/calls", json=CALL)).status == 200
    told = await (await client.get("/v1/suggestions")).json()
    assert len(told["suggestions"]) == found
    assert all(one["members"] == members and one["part"] == "psychotherapy" for one in told["suggestions"])
