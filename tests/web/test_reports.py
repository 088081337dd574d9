"""Something looks wrong: told to the keepers of the rules, sealed, and closed with what was done."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from covercheck.records.tables import audit, reports
from covercheck.web.keys import MEMORY
from tests.web.conftest import Client
from tests.web.keepers import Desk
from tests.web.serving import QUESTION
from tests.web.test_publishing import clock, folder, one  # noqa: F401

SAYS = "The bulletin asks for one failure. Wilhelmina Quux was refused."


async def send(of: Desk, who: str, path: str, **body: Any) -> Any:
    return await of.client.post(path, json=body, headers={"Authorization": f"Bearer {of.tokens[who]}"})


async def test_a_report_reaches_the_keepers_and_is_closed_once(one: Desk) -> None:  # noqa: F811
    told = await (
        await send(one, "clinic", "/v1/reports", payer="Acme Health", says=SAYS, part="esketamine", source="Policy 101, page 2")
    ).json()
    assert (told["payer"], told["state"], told["part"], told["closing"]) == ("acme", "open", "esketamine", None)
    assert (await one.get("/v1/reports", "eve"))["reports"] == [told]
    closed = await (await send(one, "bob", f"/v1/reports/{told['id']}/close", note="mended in release 2")).json()
    assert (closed["state"], closed["closing"]["note"]) == ("closed", "mended in release 2")
    again = await send(one, "bob", f"/v1/reports/{told['id']}/close", note="once more")
    assert (again.status, (await again.json())["type"]) == (409, "/problems/report-closed")
    assert (await send(one, "bob", "/v1/reports/rep_none/close", note="x")).status == 404


async def test_open_reports_come_first(one: Desk) -> None:  # noqa: F811
    ids = [(await (await send(one, "clinic", "/v1/reports", payer="acme", says=f"{n}")).json())["id"] for n in range(3)]
    await send(one, "ann", f"/v1/reports/{ids[2]}/close", note="done")
    assert [report["id"] for report in (await one.get("/v1/reports"))["reports"]] == [ids[1], ids[0], ids[2]]


async def test_what_a_report_says_is_sealed_and_not_in_the_audit(one: Desk) -> None:  # noqa: F811
    await send(one, "clinic", "/v1/reports", payer="acme", says=SAYS)
    assert one.client.app is not None
    database = one.client.app[MEMORY].records.database
    rows = database.read(lambda connection: [*connection.execute(select(reports)).all(), *connection.execute(select(audit)).all()])
    assert "Quux" not in repr(rows)
    assert any(row.action == "report.write" for row in rows if hasattr(row, "action"))


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"payer": "nobody", "says": "x"}, "/payer"),
        ({"payer": "acme", "says": "x", "part": "none"}, "/part"),
        ({"payer": "acme", "says": "x", "check_id": "chk_none"}, "/check_id"),
        ({"payer": "acme", "says": ""}, "/says"),
        ({"payer": "acme", "says": "x" * 2_001}, "/says"),
        ({"payer": "acme"}, "/says"),
        ({"payer": "acme", "says": "x", "member": "y"}, "/member"),
    ],
)
async def test_an_unfit_report_is_refused_with_the_place(one: Desk, body: dict[str, Any], pointer: str) -> None:  # noqa: F811
    response = await send(one, "clinic", "/v1/reports", **body)
    assert response.status == 422
    assert pointer in [error["pointer"] for error in (await response.json())["errors"]]


async def test_the_form_under_an_answer_sends_one_and_comes_back(client: Client) -> None:
    answer = await (await client.post("/v1/checks", json=QUESTION)).json()
    path = f"/checks/{answer['id']}"
    text = await (await client.get(path)).text()
    assert text.count('action="/payers/reports"') == len(answer["parts"])
    form = {"payer": "acme", "part": "esketamine", "check_id": answer["id"], "back": path, "says": "<script>alert(1)</script>"}
    sent = await client.post("/payers/reports", data=form, allow_redirects=False)
    assert (sent.status, sent.headers["Location"]) == (303, f"{path}?reported=1")
    assert "have your report" in await (await client.get(f"{path}?reported=1")).text()
    listed = await (await client.get("/payers/reports")).text()
    assert "&lt;script&gt;alert(1)" in listed
    assert "<script>alert" not in listed
    report_id = (await (await client.get("/v1/reports")).json())["reports"][0]["id"]
    closed = await client.post(f"/payers/reports/{report_id}/close", data={"note": "looked at"})
    assert "looked at" in await closed.text()


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/checks/a/b", "/sign-out", ""])
async def test_a_report_leads_back_to_our_own_pages_alone(client: Client, back: str) -> None:
    sent = await client.post("/payers/reports", data={"payer": "acme", "says": "x", "back": back}, allow_redirects=False)
    assert sent.headers["Location"] == "/payers?reported=1"


async def test_an_empty_report_is_refused(client: Client) -> None:
    assert (await client.post("/payers/reports", data={"payer": "acme", "says": " "})).status == 422
